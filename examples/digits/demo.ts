// A brain learns the digits 0–4, consolidates, then learns 5–9 one small batch at a time. In the middle of that its server is killed
// without warning and started again. What the brain knew before, and what it was taught last, is still there.
// Run it with `npm run demo`; `--quick` takes fewer images.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SingleBar } from "cli-progress";
import { call, type EvaluateAnswer, type LearnAnswer } from "./client.ts";
import { inBatches, PIXELS, type Sample, samplesOf } from "./digits.ts";
import { LocalServer } from "./local-server.ts";

const isQuick = process.argv.includes("--quick");
const TAUGHT_PER_DIGIT = isQuick ? 60 : 300;
const HELD_OUT_PER_DIGIT = isQuick ? 20 : 60;
const HELD_OUT_FROM = 700;
const BATCH = 10;
const OLD = [0, 1, 2, 3, 4];
const NEW = [5, 6, 7, 8, 9];
const CONFIG = {
  inputDim: PIXELS,
  hiddenDim: 1024,
  winners: 32,
  layers: 2,
  memorySize: 5000,
  neighbors: 15,
  seed: 1,
};

const say = (text = ""): void => void process.stdout.write(`${text}\n`);
const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

const dataDir = await mkdtemp(join(tmpdir(), "engram-demo-"));
let server = await LocalServer.start(dataDir);
const brain = (path = ""): string => `${server.url}/v1/brains/digits${path}`;

/** Share of the samples that the brain names right: an evaluation is of the brain's state alone, a prediction also of what was solved by then. */
async function accuracyOn(samples: readonly Sample[]): Promise<number> {
  let right = 0;
  for (const batch of inBatches(samples, 100)) {
    const inputs = batch.map(({ input }) => input);
    const labels = batch.map(({ label }) => label);
    const { accuracy } = await call<EvaluateAnswer>("POST", brain("/evaluate"), { inputs, labels });
    right += accuracy * batch.length;
  }
  return right / samples.length;
}

/** Teaches the batches in order, showing the accuracy on each batch before it is learned. @returns the last answer's `seq` */
async function teach(title: string, batches: readonly Sample[][]): Promise<number> {
  const bar = new SingleBar({
    format: `${title} [{bar}] {value}/{total} accuracy {accuracy}`,
    noTTYOutput: true,
    notTTYSchedule: 5000,
  });
  bar.start(batches.length, 0, { accuracy: "" });
  let faded = 0;
  let seq = 0;
  for (const [index, batch] of batches.entries()) {
    const inputs = batch.map(({ input }) => input);
    const answer = await call<LearnAnswer>("POST", brain("/learn"), {
      inputs,
      labels: batch.map(({ label }) => label),
    });
    faded += (answer.accuracy - faded) * Math.max(0.1, 1 / (index + 1));
    seq = answer.seq;
    bar.update(index + 1, { accuracy: percent(faded) });
  }
  bar.stop();
  return seq;
}

try {
  const heldOut = {
    old: samplesOf(OLD, HELD_OUT_FROM, HELD_OUT_PER_DIGIT),
    new: samplesOf(NEW, HELD_OUT_FROM, HELD_OUT_PER_DIGIT),
  };
  const rows: [string, string, string][] = [];
  const measure = async (when: string): Promise<void> => {
    rows.push([when, percent(await accuracyOn(heldOut.old)), percent(await accuracyOn(heldOut.new))]);
  };

  say(`Server on ${server.url}, data in ${dataDir}`);
  await call("POST", `${server.url}/v1/brains`, { id: "digits", kind: "plastic", config: CONFIG });
  const startedAt = performance.now();
  await teach("Teaching 0–4", inBatches(samplesOf(OLD, 0, TAUGHT_PER_DIGIT), BATCH));
  await call("POST", brain("/consolidate"));
  await measure("after 0–4, consolidated");

  const batches = inBatches(samplesOf(NEW, 0, TAUGHT_PER_DIGIT), BATCH);
  const middle = Math.floor(batches.length / 2);
  const acknowledged = await teach("Teaching 5–9", batches.slice(0, middle));
  const taughtMs = performance.now() - startedAt;
  await measure("half way through 5–9");

  say("Killing the server with SIGKILL …");
  const killedAt = performance.now();
  await server.end("SIGKILL");
  server = await LocalServer.start(dataDir);
  const { seq } = await call<{ seq: number }>("GET", brain());
  await measure("the same, after the kill");
  const backMs = performance.now() - killedAt;
  say(`Back after ${(backMs / 1000).toFixed(1)} s at seq ${seq}; the last acknowledged was ${acknowledged}.`);
  if (seq !== acknowledged) throw new Error("an acknowledged event is missing");

  await teach("Teaching 5–9", batches.slice(middle));
  await measure("after 5–9");

  say();
  say(`${"".padEnd(26)}${"held-out 0–4".padStart(14)}${"held-out 5–9".padStart(14)}`);
  for (const [when, old, fresh] of rows) say(`${when.padEnd(26)}${old.padStart(14)}${fresh.padStart(14)}`);
  const calls = (TAUGHT_PER_DIGIT * 5) / BATCH + middle;
  say(
    `\n${calls} learn calls of ${BATCH} before the kill: ${(taughtMs / calls).toFixed(1)} ms each, with HTTP, log and the measuring between.`,
  );
} finally {
  await server.end("SIGTERM").catch(() => {});
  await rm(dataDir, { recursive: true, force: true });
}
