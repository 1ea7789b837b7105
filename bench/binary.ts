// Large batches as JSON and as safetensors, over HTTP, against the built server: what each costs, and where the time goes. Prints, asserts
// nothing.

import { pino } from "pino";
import { selectBackend } from "../src/backend/select.ts";
import { PLASTIC_DEFAULTS } from "../src/brain/config.ts";
import type { PlasticBrain } from "../src/brain/plastic-brain.ts";
import { Random } from "../src/brain/random.ts";
import type { Brains, LearnAnswer, PredictAnswer } from "../src/brains/api.ts";
import { loadConfig } from "../src/config.ts";
import type { Curricula } from "../src/curricula/api.ts";
import type { Datasets } from "../src/datasets/api.ts";
import { buildApp } from "../src/http/app.ts";
import { toMatrix } from "../src/http/inputs.ts";
import { matrixOf } from "../src/http/tensor-inputs.ts";
import { Feed } from "../src/metrics/feed.ts";
import { Meters } from "../src/metrics/meters.ts";
import { decodeSafetensors } from "../src/tensor/safetensors.ts";
import { UNTRACED } from "../src/tracing/tracer.ts";
import type { BenchOptions } from "./brain.ts";
import { brainWithFullMemory, classesOf, LABELS } from "./full-memory.ts";
import { median, round } from "./measures.ts";
import { bodiesOf, CALLS, type Call, JSON_TYPE, TENSORS_TYPE } from "./samples.ts";
import { bring, onEmbedded, withServer } from "./served.ts";

const ROWS = 256;
const KIB = 1024;

const LEGEND = `\`http\` is the same request to a server in this process whose service answers at once: the way, and \`parse\`, checks and writing;
\`compute\` is the step alone, in this process; \`rest\` is what remains: the log, and the frames to the compute process and back.`;

/** What is sent, and what is asked for; the first is what the others are compared with. */
const WAYS = [
  { sent: JSON_TYPE, answered: JSON_TYPE },
  { sent: TENSORS_TYPE, answered: JSON_TYPE },
  { sent: TENSORS_TYPE, answered: TENSORS_TYPE },
] as const;

/** Prints one table: brain, call, types, sizes, median, ratio to JSON, and the parts of the median. */
export async function benchBinary({ isQuick }: BenchOptions): Promise<void> {
  const rounds = isQuick ? 5 : 25;
  const full = { ...PLASTIC_DEFAULTS, ...(isQuick ? { memorySize: 20_000 } : {}), seed: 1 };
  const small = { ...full, hiddenDim: 64, winners: 8, layers: 1, memorySize: 1000 };
  const backend = await selectBackend("cpu", { threads: 1 });
  const table: object[] = [];
  await onEmbedded((site) =>
    withServer(site, async (server) => {
      for (const [name, config] of Object.entries({ full, small })) {
        const brain = await brainWithFullMemory(config, backend, Random.seeded(2));
        const url = await bring(server, name, brain);
        for (const call of CALLS)
          for (const line of await compare(url, brain, call, rounds)) table.push({ brain: name, call, ...line });
        brain.dispose();
      }
    }),
  );
  console.log(
    `binary: ${ROWS} inputs of ${full.inputDim}; the default brain, its memory of ${full.memorySize} full, and a small one`,
  );
  console.log(LEGEND);
  console.table(table);
}

async function compare(url: string, brain: PlasticBrain, call: Call, rounds: number): Promise<object[]> {
  const { inputs, ...bodies } = bodiesOf(call, Random.seeded(5), ROWS, PLASTIC_DEFAULTS.inputDim);
  const feed = new Feed();
  const app = await buildApp({
    brains: answering(),
    datasets: {} as Datasets,
    curricula: {} as Curricula,
    feed,
    meters: new Meters(feed),
    config: loadConfig({}),
    log: pino({ level: "silent" }),
    tracer: UNTRACED,
  });
  const alone = await app.listen({ host: "127.0.0.1", port: 0 });
  const lesson = { type: "learned", inputs, classes: classesOf(ROWS), mode: "plastic", memorize: true } as const;
  const step = (seq: number) =>
    call === "predict" ? brain.predict(inputs, 5) : brain.apply({ ...lesson, newLabels: [] }, seq);
  const computes: number[] = [];
  const ways = WAYS.map((way) => ({ ...way, body: bodies[way.sent], ...fresh() }));
  for (let round = 0; round <= rounds; round++) {
    // One of each in turn, so that what else the machine does falls on all alike; the first round warms up.
    computes[round] = await timed(() => step(round + 1));
    for (const way of ways) {
      const init = { method: "POST", headers: { "content-type": way.sent, accept: way.answered }, body: way.body };
      const send = async (address: string) => {
        way.answerBytes = await answerBytes(address, init);
      };
      way.https[round] = await timed(() => send(`${alone}/v1/brains/bench/${call}`));
      way.totals[round] = await timed(() => send(`${url}/${call}`));
      way.parses[round] = await timed(async () => parse(way.sent, way.body));
    }
  }
  await app.close();
  const [computeMs, baseMs] = [after(computes), after(ways[0]?.totals ?? [])];
  return ways.map(({ sent, answered, body, answerBytes, totals, https, parses }) => {
    const [totalMs, httpMs] = [after(totals), after(https)];
    return {
      ...{ sent: shortened(sent), answered: shortened(answered), "KiB sent": Math.round(body.byteLength / KIB) },
      ...{ "KiB answered": round(answerBytes / KIB), "median ms": round(totalMs), "of JSON": round(totalMs / baseMs) },
      ...{ parse: round(after(parses)), http: round(httpMs), compute: round(computeMs) },
      rest: round(totalMs - httpMs - computeMs),
    };
  });
}

const fresh = (): { totals: number[]; https: number[]; parses: number[]; answerBytes: number } => ({
  totals: [],
  https: [],
  parses: [],
  answerBytes: 0,
});

/** The median of all rounds but the first. */
const after = (times: readonly number[]): number => median(times.slice(1));

async function timed(run: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await run();
  return performance.now() - start;
}

async function answerBytes(url: string, init: RequestInit): Promise<number> {
  const response = await fetch(url, init);
  const { byteLength } = await response.arrayBuffer();
  if (!response.ok) throw new Error(`${url}: ${response.status}`);
  return byteLength;
}

/** From a body's bytes to the matrix, without the checks of the schema. */
const parse = (type: string, body: Buffer) =>
  type === JSON_TYPE
    ? toMatrix(JSON.parse(body.toString()).inputs)
    : matrixOf(decodeSafetensors(body).tensors.inputs, ROWS);

const shortened = (type: string): string => (type === JSON_TYPE ? "JSON" : "tensors");

/** A service that answers at once, as a brain might. */
function answering(): Brains {
  const stamp = { brain: "bench", seq: 1, step: 1, mode: "plastic" } as const;
  const scores = LABELS.slice(0, 5).map((label, index) => ({ label, score: 1 / (index + 3) }));
  const prediction = { label: LABELS[0] ?? null, confidence: 1 / 3, scores, novelty: 0.1 };
  const predicted: PredictAnswer = { ...stamp, predictions: Array.from({ length: ROWS }, () => prediction) };
  const memory = { stored: 1, capacity: 1 };
  const did = { samples: ROWS, heldOut: 0, accuracy: 1, reward: 1, recycled: 0 };
  const learned: LearnAnswer = { ...stamp, ...did, memory, newLabels: [] };
  // Only these two are called.
  return { predict: async () => predicted, learn: async () => learned } as Partial<Brains> as Brains;
}
