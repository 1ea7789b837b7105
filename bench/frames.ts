// What it costs to pass a prediction's inputs to a compute process and its answer back, beside computing it: the same frames over the same
// kind of socket pair, to a process that answers at once, and the default brain with a full memory in this process.

import { spawn } from "node:child_process";
import { once } from "node:events";
import type { Duplex } from "node:stream";
import { fileURLToPath } from "node:url";
import { selectBackend } from "../src/backend/select.ts";
import type { Prediction } from "../src/brain/brain.ts";
import { PLASTIC_DEFAULTS } from "../src/brain/config.ts";
import { Random } from "../src/brain/random.ts";
import { FrameReader, FrameWriter } from "../src/host/frames.ts";
import type { Matrix } from "../src/tensor/matrix.ts";
import { brainWithFullMemory, randomRows } from "./full-memory.ts";
import { medianMs, round } from "./measures.ts";

const ROWS = [1, 32, 256];
const TOP_K = [1, 10];
const ENTRY = fileURLToPath(new URL("./frames-echo.ts", import.meta.url));
/** Most of a prediction's cost that passing it may be, at 256 rows. */
const BOUND = 0.05;

/** Sends frames to a process that echoes, one at a time. */
class Echo {
  readonly #child = spawn(process.execPath, [...process.execArgv, ENTRY], {
    stdio: ["ignore", "inherit", "inherit", "pipe"],
  });
  // The fourth entry of `stdio` makes this a duplex pipe, as between a gateway and its hosts.
  readonly #channel = this.#child.stdio[3] as Duplex;
  readonly #writer = new FrameWriter(this.#channel);
  #answer: (header: unknown) => void = () => {};

  constructor() {
    const reader = new FrameReader();
    this.#channel.on("data", (chunk: Uint8Array) => {
      for (const { header } of reader.push(chunk)) this.#answer(header);
    });
  }

  ask(header: object, body?: Uint8Array): Promise<unknown> {
    return new Promise((resolve) => {
      this.#answer = resolve;
      this.#writer.write({ id: 1, ...header }, body);
    });
  }

  async end(): Promise<void> {
    this.#channel.destroy();
    await once(this.#child, "exit");
  }
}

export async function benchFrames({ isQuick }: { readonly isQuick: boolean }): Promise<void> {
  const rounds = isQuick ? 10 : 50;
  const config = { ...PLASTIC_DEFAULTS, seed: 1, ...(isQuick && { memorySize: 6_000 }) };
  const { inputDim, memorySize } = config;
  const backend = await selectBackend("cpu", { threads: 1 });
  const random = Random.seeded(1);
  const brain = await brainWithFullMemory(config, backend, random);
  const echo = new Echo();
  console.log(`\n# frames: ${inputDim} inputs a row, a memory of ${memorySize}; medians of ${rounds}, one thread`);
  console.log("rows  topK  sent KB  answer KB  passing ms  computing ms  passing : computing");
  for (const rows of ROWS) {
    const inputs = randomRows(random, rows, inputDim);
    const computing = await medianMs(() => brain.predict(inputs, 1), Math.max(5, rounds / 5));
    for (const topK of TOP_K) {
      const predictions = await brain.predict(inputs, topK);
      const passing = await passingMs(echo, inputs, topK, predictions, rounds);
      const share = passing / computing;
      const sentKb = inputs.data.byteLength / 1024;
      const answerKb = JSON.stringify(predictions).length / 1024;
      const verdict = rows === 256 ? ` (${share < BOUND ? "within" : "OVER"} ${100 * BOUND} %)` : "";
      const cells = [rows, topK, round(sentKb), round(answerKb), round(passing), round(computing)];
      console.log(`${cells.join("  ")}  ${round(100 * share)} %${verdict}`);
    }
  }
  await echo.end();
  brain.dispose();
}

/** Time from a request's matrix to its parsed answer. */
async function passingMs(
  echo: Echo,
  { rows, cols, data }: Matrix,
  topK: number,
  predictions: readonly Prediction[],
  rounds: number,
) {
  await echo.ask({ answer: { seq: 1, step: 1, mode: "plastic", predictions } });
  const body = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return medianMs(() => echo.ask({ op: "predict", brain: "b", rows, cols, topK, explain: false }, body), rounds);
}
