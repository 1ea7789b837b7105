// How fast the default brain predicts and learns with a full memory, next to the floor that the machine sets: the bytes a step must move
// over the memory bandwidth, or the multiply-adds it must do over the rates of onnxruntime's products, all measured in the same run.
// Invariant: prints ratios, asserts nothing.

import { CpuBackend } from "../src/backend/cpu/cpu-backend.ts";
import { OnnxCodeProducts } from "../src/backend/cpu/onnx-code-products.ts";
import { OnnxProducts } from "../src/backend/cpu/onnx-products.ts";
import { PLASTIC_DEFAULTS, type PlasticConfig } from "../src/brain/config.ts";
import { createPlasticBrain } from "../src/brain/create.ts";
import type { PlasticBrain } from "../src/brain/plastic-brain.ts";
import { Random } from "../src/brain/random.ts";
import { brainWithFullMemory, classesOf, randomRows } from "./full-memory.ts";
import { median, medianMs, round } from "./measures.ts";

const BATCHES = [1, 32, 256] as const;
const FLOAT_BYTES = 4;
const CODE_BYTES = 1;

export type BenchOptions = {
  /** Few rounds and a smaller memory. */
  readonly isQuick: boolean;
  /** Of the threaded rows. */
  readonly threads: number;
};

export type Machine = {
  readonly bytesPerMs: number;
  /** float32 */
  readonly flopsPerMs: number;
  /** 8-bit codes; null where the processor has no exact products of them. */
  readonly codeOpsPerMs: number | null;
};

/** Prints one table: threads, step, batch, median, floor, ratio, and how much faster than with one thread. */
export async function benchBrain({ isQuick, threads }: BenchOptions): Promise<void> {
  const rounds = isQuick ? 3 : 15;
  const config: PlasticConfig = { ...PLASTIC_DEFAULTS, ...(isQuick ? { memorySize: 20_000 } : {}), seed: 1 };
  const { layers, inputDim, hiddenDim, winners, memorySize, neighbors } = config;
  console.log(
    `brain: ${layers} layers of ${inputDim} to ${hiddenDim}, ${winners} winners; memory of ${memorySize}, full, ${neighbors} vote`,
  );
  const alone = await measureBackend("cpu", 1, config, rounds);
  const shared = await measureBackend("cpu", threads, config, rounds);
  const wasm = await measureBackend("wasm", 1, config, rounds);
  console.table([...alone, ...shared, ...wasm].map((row) => ({ ...row, "times as fast": speedUp(alone, row) })));
}

type Row = {
  readonly backend: string;
  readonly threads: number;
  readonly step: string;
  readonly batch: number;
  readonly "median ms": number;
  readonly "floor ms": number;
  readonly ratio: number;
};

function speedUp(rows: readonly Row[], { step, batch, "median ms": ms }: Row): number {
  const first = rows.find((row) => row.step === step && row.batch === batch);
  return round((first?.["median ms"] ?? Number.NaN) / ms);
}

async function measureBackend(name: "cpu" | "wasm", threads: number, config: PlasticConfig, rounds: number) {
  const backend = name === "wasm" ? CpuBackend.inWebAssembly() : await CpuBackend.create({ threads });
  const machine = await measureMachine(threads, rounds);
  const createMs = await medianMs(async () => (await createPlasticBrain(config, backend)).dispose(), 3);
  describe(name, threads, machine, createMs);
  const random = Random.seeded(2);
  const brain = await brainWithFullMemory(config, backend, random);
  const rows: Row[] = [];
  for (const batch of BATCHES) {
    for (const [step, prepare] of Object.entries(stepsOf(brain, batch, config, random))) {
      const ms = await medianOfNew(prepare, rounds);
      const floor = floorMs(config, batch, step === "learn", machine);
      const numbers = { "median ms": round(ms), "floor ms": round(floor), ratio: round(ms / floor) };
      rows.push({ backend: name, threads, step, batch, ...numbers });
    }
  }
  brain.dispose();
  return rows;
}

/** Each call has other inputs, as calls have: the same again would find its branches predicted and its rows in the cache. */
function stepsOf(brain: PlasticBrain, batch: number, { inputDim }: PlasticConfig, random: Random) {
  const next = () => randomRows(random, batch, inputDim);
  const lesson = {
    type: "learned",
    classes: classesOf(batch),
    newLabels: [],
    mode: "plastic",
    memorize: true,
  } as const;
  return {
    predict: () => {
      const inputs = next();
      return () => brain.predict(inputs, 5);
    },
    learn: () => {
      const inputs = next();
      return () => brain.apply({ ...lesson, inputs }, 1);
    },
  };
}

function describe(name: string, threads: number, machine: Machine, createMs: number): void {
  const { bytesPerMs, flopsPerMs, codeOpsPerMs } = machine;
  const codes = codeOpsPerMs === null ? "no exact products of codes" : `codes ${round(codeOpsPerMs / 1e6)} GOP/s`;
  console.log(
    `${name}, ${threads} thread(s): copies ${round(bytesPerMs / 1e6)} GB/s, multiplies ${round(flopsPerMs / 1e6)} GFLOP/s, ${codes}; creates a brain in ${round(createMs)} ms`,
  );
}

/** As `medianMs`, of what `prepare` gives each time. */
async function medianOfNew(prepare: () => () => Promise<unknown>, rounds: number): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round <= rounds; round++) {
    const run = prepare();
    const start = performance.now();
    await run();
    times.push(performance.now() - start);
  }
  return median(times.slice(1));
}

/** Bandwidth by a copy of 64 MB (read once, written once), rates by products of the size of a layer's at batch 256. */
export async function measureMachine(threads: number, rounds: number): Promise<Machine> {
  const source = new Float32Array(16 * 2 ** 20).fill(1);
  const target = new Float32Array(source.length);
  const copyMs = await medianMs(async () => target.set(source), rounds);
  const random = Random.seeded(1);
  const [batch, rows, dim] = [256, 4096, 512];
  const operations = 2 * batch * rows * dim;

  const products = await OnnxProducts.create(threads);
  const x = randomRows(random, batch, dim);
  const weights = randomRows(random, rows, dim);
  const y = new Float32Array(batch * rows);
  const productMs = await medianMs(() => products.product(x, weights, y), rounds);

  const codeProducts = await OnnxCodeProducts.create(threads);
  const keys = { rows, cols: dim, data: new Uint8Array(rows * dim).fill(100) };
  const queries = { rows: dim, cols: batch, data: new Int8Array(dim * batch).fill(100) };
  const sums = new Int32Array(rows * batch);
  const codesMs = codeProducts && (await medianMs(() => codeProducts.product(keys, queries, sums), rounds));
  return {
    bytesPerMs: (2 * source.byteLength) / copyMs,
    flopsPerMs: operations / productMs,
    codeOpsPerMs: codesMs && operations / codesMs,
  };
}

/** What no implementation of these rules gets around, on the machine as measured: a memory is searched by codes of a byte. */
function floorMs(config: PlasticConfig, batch: number, isLearning: boolean, machine: Machine): number {
  const { inputDim, hiddenDim, winners, layers, memorySize } = config;
  const { bytesPerMs, flopsPerMs, codeOpsPerMs } = machine;
  const fired = Math.min(hiddenDim, batch * winners);
  // Encoders and codes are read once, the winners' decoder rows once; learning reads and writes both rows of every neuron that fired.
  const rowsMoved = layers * (hiddenDim + fired + (isLearning ? 4 * fired : 0));
  const movingMs = ((rowsMoved * FLOAT_BYTES + memorySize * CODE_BYTES) * inputDim) / bytesPerMs;
  const layerFlops = 2 * batch * inputDim * layers * (hiddenDim + winners * (isLearning ? 2 : 1));
  const searchOps = 2 * batch * inputDim * memorySize;
  const computingMs = layerFlops / flopsPerMs + searchOps / (codeOpsPerMs ?? flopsPerMs);
  return Math.max(movingMs, computingMs);
}
