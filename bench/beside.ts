// Predictions of one input beside a learner in one compute process: of the brain that learns, and of another one. They are asked for at a steady pace,
// as people do, so that what the learner loses is what the predictions cost, and not the share of the time that they could have.
// Invariant: prints ratios, asserts nothing; all figures of a table are of one run.

import { setTimeout as sleep } from "node:timers/promises";
import { selectBackend } from "../src/backend/select.ts";
import { PLASTIC_DEFAULTS } from "../src/brain/config.ts";
import type { PlasticBrain } from "../src/brain/plastic-brain.ts";
import { Random } from "../src/brain/random.ts";
import type { BenchOptions } from "./brain.ts";
import { brainWithFullMemory, classesOf, randomRows } from "./full-memory.ts";
import { type LoneHost, withLoneHost } from "./lone-host.ts";
import { median, round } from "./measures.ts";

const BATCHES = [32, 256] as const;
const LESSONS = 8;
const ASKED_EVERY_MS = 100;
const DIM = PLASTIC_DEFAULTS.inputDim;

/**
 * Prints two tables: what a lesson is made of, by the learner's batch; and by the batch and whose predictions are asked for, their quantiles, ratios to
 * those without a learner, and the learner's rate.
 */
export async function benchBeside({ isQuick }: BenchOptions): Promise<void> {
  const seconds = isQuick ? 5 : 20;
  const config = { ...PLASTIC_DEFAULTS, seed: 1 };
  const brain = await brainWithFullMemory(config, await selectBackend("cpu", { threads: 1 }), Random.seeded(2));
  console.log(
    "beside: a lesson's pieces, and how long a prediction waits that comes at any time of it; ms of the processor",
  );
  console.table(await pieces(brain));
  console.log(
    `beside: default brains with full memories, one compute process of one thread; a prediction every ${ASKED_EVERY_MS} ms, ${seconds} s a line; ms`,
  );
  const table: object[] = [];
  await withLoneHost({ learner: brain, other: brain }, async (host) => {
    const alone = await measure(host, seconds, 0, "other");
    table.push({
      batch: "none",
      predictions: "alone",
      p50: alone.p50,
      p95: alone.p95,
      "p50 ÷ alone": 1,
      "p95 ÷ alone": 1,
    });
    for (const batch of BATCHES) {
      const undisturbed = await measure(host, seconds, batch, null);
      for (const asked of ["learner", "other"]) {
        const { p50, p95, rate } = await measure(host, seconds, batch, asked);
        table.push({
          batch,
          predictions: asked,
          ...{ p50, p95, "p50 ÷ alone": round(p50 / alone.p50), "p95 ÷ alone": round(p95 / alone.p95) },
          ...{ "samples/s": round(rate), "÷ undisturbed": round(rate / undisturbed.rate) },
        });
      }
    }
  });
  console.table(table);
}

/** In time of the processor, which other work on the machine hardly changes. */
async function pieces(brain: PlasticBrain): Promise<object[]> {
  const random = Random.seeded(3);
  const table: object[] = [];
  let seq = 0;
  for (const batch of BATCHES) {
    const wholes: number[] = [];
    const costs: number[] = [];
    for (let lesson = -1; lesson < LESSONS; lesson++) {
      const from = costs.length;
      const inputs = randomRows(random, batch, DIM);
      const event = { type: "learned", inputs, classes: classesOf(batch), newLabels: [], mode: "plastic" } as const;
      let since = process.cpuUsage();
      const note = (): undefined => {
        const { user, system } = process.cpuUsage(since);
        costs.push((user + system) / 1000);
        since = process.cpuUsage();
      };
      await brain.apply({ ...event, memorize: true }, ++seq, undefined, note);
      note();
      if (lesson < 0)
        costs.length = 0; // the first one warms up
      else wholes.push(costs.slice(from).reduce((sum, cost) => sum + cost, 0));
    }
    const [ofWhole, inPieces] = [waits(wholes), waits(costs)];
    table.push({
      batch,
      lesson: round(median(wholes)),
      pieces: costs.length / LESSONS,
      ...{ "wait for it: mean": ofWhole.mean, p95: ofWhole.p95 },
      ...{ "for a piece: mean": inPieces.mean, "p95 ": inPieces.p95 },
      ...{ "mean ÷": round(inPieces.mean / ofWhole.mean), "p95 ÷": round(inPieces.p95 / ofWhole.p95) },
    });
  }
  return table;
}

type Waits = { readonly mean: number; readonly p95: number };

/** What is left of the piece under way at a random moment: each millisecond of every piece counts once. */
function waits(costs: readonly number[]): Waits {
  const left = costs.flatMap((cost) => Array.from({ length: Math.ceil(10 * cost) }, (_, tenth) => tenth / 10));
  left.sort((a, b) => a - b);
  const mean = left.reduce((sum, ms) => sum + ms, 0) / left.length;
  return { mean: round(mean), p95: round(left[Math.floor(0.95 * left.length)] ?? Number.NaN) };
}

/** @param batch of the learner's lessons; 0: it does nothing @param asked the brain whose predictions are asked for, if any */
async function measure(host: LoneHost, seconds: number, batch: number, asked: string | null) {
  const random = Random.seeded(4);
  const startMs = performance.now();
  const endMs = startMs + 1000 * seconds;
  const times: number[] = [];
  const learn = async (): Promise<number> => {
    let lessons = 0;
    for (; batch > 0 && performance.now() < endMs; lessons++)
      await host.teach("learner", randomRows(random, batch, DIM));
    return (1000 * batch * lessons) / (performance.now() - startMs);
  };
  const predict = async (brain: string): Promise<void> => {
    while (performance.now() < endMs) {
      const sentMs = performance.now();
      await host.ask(brain, randomRows(random, 1, DIM));
      times.push(performance.now() - sentMs);
      await sleep(ASKED_EVERY_MS - (performance.now() - sentMs));
    }
  };
  const [rate] = await Promise.all([learn(), asked === null ? undefined : predict(asked)]);
  times.sort((a, b) => a - b);
  const at = (share: number): number => round(times[Math.floor(share * (times.length - 1))] ?? Number.NaN);
  return { p50: at(0.5), p95: at(0.95), rate };
}
