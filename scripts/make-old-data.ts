// Makes the data that later versions must be able to open: `npm run build && node --import tsx scripts/make-old-data.ts VERSION`, run with
// the code as it is released, writes test/fixtures/old-data/VERSION. A server lives through every kind of change and is ended by kill −9;
// what a second one, on a copy, says of the brains is what has to be found. The embedded folder is computed by the backend `cpu`, the rows
// of PostgreSQL by `reference`, whose bits are the same on every processor.

import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { LocalServer } from "../examples/digits/local-server.ts";
import { type CheckpointAnswer, call, digestOf, inputOf, type PredictAnswer } from "../test/support/client.ts";
import {
  ask,
  dumpRows,
  type Expected,
  type ExpectedBrain,
  fixturePath,
  OLD_DATA_SETTINGS,
  packFolder,
} from "../test/support/old-data.ts";
import { startPostgres } from "../test/support/postgres.ts";

type Tracked = { readonly predictions: readonly { readonly id: string }[] };
type Left = { readonly pending: readonly string[]; readonly settled: readonly string[] };

const [version] = process.argv.slice(2);
if (version === undefined) throw new Error("which version? e.g. 0.1.0");

const SETTINGS = { ...OLD_DATA_SETTINGS, ENGRAM_HOSTS: "1", ENGRAM_CHECKPOINT_EVERY_EVENTS: "60" };
const PLASTIC = { inputDim: 8, hiddenDim: 32, winners: 4, layers: 2, memorySize: 60, neighbors: 5 };
const INPUTS = [1, 7, 20, 33, 500].map(inputOf);

const lesson = (first: number, rows: number, more: object = {}) => ({
  inputs: Array.from({ length: rows }, (_, row) => inputOf(first + row)),
  labels: Array.from({ length: rows }, (_, row) => `class-${(first + row) % 6}`),
  ...more,
});

/** Surgery, tuning, forgetting, maturing: what is no lesson. Leaves two layers and the mode `panic`. */
async function operate(brain: string, first: number): Promise<void> {
  const post = <Answer>(path: string, body?: unknown) => call<Answer>("POST", brain + path, body);
  await post("/consolidate");
  await post("/layers", { index: 1 });
  await post("/layers");
  await post("/learn", lesson(first, 8));
  await call("DELETE", `${brain}/layers/0`);
  await call("DELETE", `${brain}/layers/2`);
  await call("PUT", `${brain}/layers/1`);
  await call("PATCH", `${brain}/layers/0`, { frozen: true, learningRate: 0.1 });
  await post("/layers/1/neurogenesis");
  await call("PATCH", brain, { config: { gate: 0.02, neighbors: 3, reward: { wrong: -0.1 }, rejectBelow: 0.2 } });
  await call("PUT", `${brain}/mode`, { mode: "inference" });
  await call("PUT", `${brain}/mode`, { mode: "panic" });
  await post("/learn", lesson(first + 10, 5));
  await call("DELETE", `${brain}/memory?label=class-2`);
  const { entries } = await call<{ entries: { id: string }[] }>("GET", `${brain}/memory/entries`);
  await call("DELETE", `${brain}/memory/entries/${entries[0]?.id}`);
}

/** Everything that can happen to a plastic brain, before a restore and after it. */
async function liveThroughEverything(brain: string): Promise<Left> {
  const post = <Answer>(path: string, body?: unknown) => call<Answer>("POST", brain + path, body);
  const learn = (first: number, rows: number, more?: object) => post("/learn", lesson(first, rows, more));
  for (let i = 0; i < 12; i++) await learn(10 * i, 1 + (i % 4));
  await learn(200, 3, { mode: "panic" });
  await learn(210, 2, { memorize: false });
  await operate(brain, 220);
  const { id: named } = await post<CheckpointAnswer>("/checkpoints", { name: "operated on" });
  const tracked = await post<Tracked>("/predict", { inputs: INPUTS, track: true });
  const ids = tracked.predictions.map(({ id }) => id);
  const settled = ids.slice(0, 2);
  await post("/feedback", { items: settled.map((id, i) => ({ id, label: `late-${i}` })) });
  await call("DELETE", `${brain}/memory`);
  await post(`/checkpoints/${named}/restore`);
  for (let i = 0; i < 10; i++) await learn(300 + 10 * i, 2);
  await operate(brain, 420);
  await learn(440, 9);
  return { pending: ids.slice(2), settled };
}

async function live(url: string): Promise<Map<string, Left>> {
  const brains = `${url}/v1/brains`;
  const create = async (id: string, body: object): Promise<string> => {
    await call("POST", brains, { id, ...body });
    return `${brains}/${id}`;
  };
  const plastic = (seed: number, config: object = {}) => ({ kind: "plastic", config: { ...PLASTIC, ...config, seed } });
  const left = new Map<string, Left>();
  const nothing = { pending: [], settled: [] };

  await create("fresh", plastic(1));
  const small = await create("small", { ...plastic(2, { memoryPolicy: "fifo", memorySize: 20 }), name: "Small" });
  for (let i = 0; i < 15; i++) await call("POST", `${small}/learn`, lesson(3 * i, 3));
  await call("POST", `${small}/checkpoints`, { name: "kept" });
  left.set("fresh", nothing).set("small", nothing);

  const everything = { ...plastic(3, { normalization: "running" }), tags: { made: "by hand" } };
  left.set("everything", await liveThroughEverything(await create("everything", everything)));

  const triarchic = await create("triarchic", {
    kind: "triarchic",
    config: { inputDim: 8, hiddenDim: 32, winners: 4, seed: 4 },
  });
  for (let i = 0; i < 40; i++) await call("POST", `${triarchic}/learn`, lesson(2 * i, 2));
  await call("POST", `${triarchic}/checkpoints`);
  await call("POST", `${triarchic}/consolidate`);
  for (let i = 0; i < 10; i++) await call("POST", `${triarchic}/learn`, lesson(2 * i, 2, { mode: "panic" }));
  left.set("triarchic", nothing);

  // An automatic checkpoint (after 60 events), and 59 events that only the log has.
  const busy = await create("busy", plastic(5, { memoryPolicy: "reservoir" }));
  for (let i = 0; i < 119; i++) await call("POST", `${busy}/learn`, lesson(i, 1 + (i % 3)));
  left.set("busy", nothing);

  const gone = await create("gone", plastic(6));
  await call("POST", `${gone}/learn`, lesson(1, 1));
  await call("POST", `${gone}/checkpoints`);
  await call("DELETE", gone);
  return left;
}

async function look(url: string, left: Map<string, Left>): Promise<ExpectedBrain[]> {
  const brains: ExpectedBrain[] = [];
  for (const [id, tracked] of left) {
    const brain = `${url}/v1/brains/${id}`;
    const memory = id === "triarchic" ? [] : ["/memory", "/memory/entries?limit=50"];
    const answers = await ask(brain, ["", "/layers", "/feedback", ...memory]);
    const { checkpoints } = await call<{ checkpoints: CheckpointAnswer[] }>("GET", `${brain}/checkpoints`);
    const digest = await digestOf(brain);
    const predictions = await call<PredictAnswer>("POST", `${brain}/predict`, { inputs: INPUTS, topK: 3 });
    brains.push({ id, answers, inputs: INPUTS, predictions, digest, checkpoints, ...tracked });
  }
  return brains;
}

async function make(kind: "embedded" | "postgres", backend: string): Promise<void> {
  const scratch = await mkdtemp(join(tmpdir(), "engram-old-data-"));
  const postgres = kind === "postgres" ? await startPostgres() : null;
  const settings = { ...SETTINGS, ENGRAM_BACKEND: backend, DATABASE_URL: postgres?.url ?? "" };
  const dataDir = join(scratch, "data");
  const copy = join(scratch, "copy");
  try {
    const server = await LocalServer.start(dataDir, settings);
    const left = await live(server.url);
    await server.end("SIGKILL");

    if (postgres === null) {
      await cp(dataDir, copy, { recursive: true });
      await packFolder(dataDir, fixturePath(version ?? "", "embedded.tar.br"));
    } else {
      const pool = new pg.Pool({ connectionString: postgres.url });
      await dumpRows(pool, fixturePath(version ?? "", "postgres.json.br"));
      await pool.end();
    }
    const second = await LocalServer.start(copy, settings);
    const brains = await look(second.url, left);
    await second.end("SIGKILL");
    const expected: Expected = { backend, brains, deleted: ["gone"] };
    await writeFile(fixturePath(version ?? "", `${kind}.expected.json`), JSON.stringify(expected));
  } finally {
    await postgres?.stop();
    await rm(scratch, { recursive: true, force: true });
  }
}

await mkdir(fixturePath(version, "."), { recursive: true });
await make("embedded", "cpu");
await make("postgres", "reference");
