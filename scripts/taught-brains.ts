// Brains that were really taught, for pictures of the dashboard: digits in two tasks with a consolidation between, then a storm of inverted ones that
// those follow by themselves which may; and others beside them, of both kinds, so that the list has something to tell.

import { setTimeout } from "node:timers/promises";
import { call } from "../examples/digits/client.ts";
import { inBatches, PIXELS, type Sample, samplesOf } from "../examples/digits/digits.ts";
import { SHIFTS } from "../examples/drift/shift.ts";

const SMALL = { inputDim: PIXELS, hiddenDim: 512, winners: 16, layers: 2, memorySize: 2000, neighbors: 15 };
const BATCH = 10;

const BRAINS = [
  {
    id: "digits",
    name: "Digits",
    tags: { data: "mnist", team: "vision" },
    kind: "plastic",
    config: { ...SMALL, hiddenDim: 1024, winners: 32, memorySize: 5000, holdout: 10, modePolicy: "auto", seed: 1 },
  },
  {
    id: "digits-triarchic",
    kind: "triarchic",
    tags: { data: "mnist" },
    config: { inputDim: PIXELS, hiddenDim: 2048, holdout: 5, seed: 2 },
  },
  { id: "odd-or-even", kind: "plastic", config: { ...SMALL, layers: 1, seed: 3 } },
  { id: "two-worlds", name: "Two worlds", kind: "plastic", config: { ...SMALL, seed: 6 } },
  { id: "drawings", kind: "plastic", config: { ...SMALL, neighbors: 5, seed: 4 } },
  { id: "just-made", kind: "triarchic", config: { inputDim: 64, hiddenDim: 256, seed: 5 } },
] as const;

const parity = ({ input, label }: Sample): Sample => ({ input, label: Number(label) % 2 === 0 ? "even" : "odd" });

/**
 * @param url of a server that has none of these brains
 * @param perDigit images of each digit that are taught before the storm, 700 at most
 */
export async function teachBrains(url: string, perDigit: number): Promise<void> {
  const brains = `${url}/v1/brains`;
  const post = (path: string, body?: unknown) => call("POST", `${brains}/${path}`, body);
  const teach = (brain: string, samples: readonly Sample[]) =>
    post(`${brain}/learn`, { inputs: samples.map(({ input }) => input), labels: samples.map(({ label }) => label) });
  for (const brain of BRAINS) await call("POST", brains, brain);

  const teachAll = async (samples: readonly Sample[], each: (batch: readonly Sample[]) => Promise<unknown>[]) => {
    for (const batch of inBatches(samples, BATCH)) await Promise.all(each(batch));
  };
  const everybody = (batch: readonly Sample[]) => [
    teach("digits", batch),
    teach("digits-triarchic", batch),
    teach("odd-or-even", batch.map(parity)),
  ];
  await post("digits/tasks", { name: "0 to 4" });
  await teachAll(samplesOf([0, 1, 2, 3, 4], 0, perDigit), everybody);
  await post("digits/consolidate");
  await post("digits/checkpoints", { name: "knows 0 to 4" });
  await post("digits/tasks", { name: "5 to 9" });
  await teachAll(samplesOf([5, 6, 7, 8, 9], 0, perDigit), everybody);
  await post("digits-triarchic/consolidate");
  await post("digits/checkpoints", { name: "knows all ten" });
  const storm = samplesOf([0, 1, 2, 3, 4, 5, 6, 7, 8, 9], 0, perDigit).map(SHIFTS.inverted);
  await teachAll(storm, (batch) => [teach("digits", batch), teach("digits-triarchic", batch)]);
  await teachAll(samplesOf([3, 4, 7, 1], 700, 5), (batch) => [teach("drawings", batch)]);
  await call("PUT", `${brains}/odd-or-even/mode`, { mode: "inference" });
}

const csvOf = (samples: readonly Sample[]): string =>
  samples.map(({ input, label }) => [...input, label].join()).join("\n");

async function upload(url: string, id: string, query: string, text: string): Promise<void> {
  const put = { method: "PUT", headers: { "content-type": "text/csv" }, body: text };
  const response = await fetch(`${url}/v1/datasets/${id}${query}`, put);
  if (!response.ok) throw new Error(`${id}: ${response.status} ${await response.text()}`);
}

const OLD = ["0", "1", "2", "3", "4"];
const NEW = ["5", "6", "7", "8", "9"];

/** What a server is shown with: datasets of digits and texts, and a curriculum that one brain has been through. @returns its id */
export async function runCurriculum(url: string, perDigit: number): Promise<string> {
  const all = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
  await upload(
    url,
    "messages",
    "?textColumn=1&name=Messages",
    "See you at noon,ham\nYou have won a prize,spam\nCall me,ham",
  );
  await upload(url, "digits-test", "?shape=28x28x1", csvOf(samplesOf(all, 600, 20)));
  await upload(url, "digits", "?shape=28x28x1&name=Handwritten%20digits", csvOf(samplesOf(all, 0, perDigit)));
  const plan = {
    name: "Old world, new world, inverted",
    phases: [
      { name: "old world", dataset: "digits", classes: OLD, batchSize: 10, consolidate: true },
      { name: "new world", dataset: "digits", classes: NEW, batchSize: 10, evaluateEvery: 30 },
      {
        name: "inverted",
        dataset: "digits",
        batchSize: 10,
        mode: "panic",
        transform: [{ type: "invert" }],
        samplesPerClass: 40,
      },
    ],
    evaluations: [
      { name: "old digits", dataset: "digits-test", classes: OLD },
      { name: "new digits", dataset: "digits-test", classes: NEW },
      { name: "inverted digits", dataset: "digits-test", transform: [{ type: "invert" }] },
    ],
  };
  const curricula = `${url}/v1/brains/two-worlds/curricula`;
  type Curriculum = { readonly id: string; readonly state: string };
  const { id } = await call<Curriculum>("POST", curricula, plan);
  for (;;) {
    const { state } = await call<Curriculum>("GET", `${curricula}/${id}`);
    if (state === "completed") return id;
    if (state !== "queued" && state !== "running") throw new Error(`the curriculum is ${state}`);
    await setTimeout(200);
  }
}
