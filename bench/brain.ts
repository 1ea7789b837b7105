// How fast the default brain predicts and learns with a full memory, next to the floor that the machine sets: the bytes a step must move
// over the memory bandwidth, or the multiply-adds it must do over the rate of onnxruntime's product, both measured in the same run.
// Invariant: prints ratios, asserts nothing.

import { OnnxProducts } from "../src/backend/cpu/onnx-products.ts";
import { selectBackend } from "../src/backend/select.ts";
import { PLASTIC_DEFAULTS, type PlasticConfig } from "../src/brain/config.ts";
import { createPlasticBrain } from "../src/brain/create.ts";
import { Random } from "../src/brain/random.ts";
import { brainWithFullMemory, classesOf, randomRows } from "./full-memory.ts";

const BATCHES = [1, 32, 256] as const;
const FLOAT_BYTES = 4;

export type BenchOptions = {
  /** Few rounds and a smaller memory. */
  readonly isQuick: boolean;
  readonly threads: number;
};

type Machine = { readonly bytesPerMs: number; readonly flopsPerMs: number };

/** Prints one table: step, batch, median, floor, ratio. */
export async function benchBrain(options: BenchOptions): Promise<void> {
  const rounds = options.isQuick ? 3 : 15;
  const config: PlasticConfig = { ...PLASTIC_DEFAULTS, ...(options.isQuick ? { memorySize: 20_000 } : {}), seed: 1 };
  const machine = await measureMachine(options, rounds);
  const random = Random.seeded(2);
  const backend = await selectBackend("cpu", options);
  const createMs = await medianMs(async () => (await createPlasticBrain(config, backend)).dispose(), 3);
  describe(config, options, machine, createMs);
  const brain = await brainWithFullMemory(config, backend, random);
  const table = [];
  for (const batch of BATCHES) {
    const inputs = randomRows(random, batch, config.inputDim);
    const event = {
      type: "learned",
      inputs,
      classes: classesOf(batch),
      newLabels: [],
      mode: "plastic",
      memorize: true,
    } as const;
    const steps = { predict: () => brain.predict(inputs, 5), learn: () => brain.apply(event, 1) };
    for (const [step, run] of Object.entries(steps)) {
      const median = await medianMs(run, rounds);
      const floor = floorMs(config, batch, step === "learn", machine);
      table.push({ step, batch, "median ms": round(median), "floor ms": round(floor), ratio: round(median / floor) });
    }
  }
  console.table(table);
  brain.dispose();
}

function describe(config: PlasticConfig, options: BenchOptions, machine: Machine, createMs: number): void {
  const { layers, inputDim, hiddenDim, winners, memorySize, neighbors } = config;
  console.log(
    `brain: ${layers} layers of ${inputDim} to ${hiddenDim}, ${winners} winners; memory of ${memorySize}, full, ${neighbors} vote`,
  );
  console.log(
    `machine: ${options.threads} thread(s), copies ${round(machine.bytesPerMs / 1e6)} GB/s, multiplies ${round(machine.flopsPerMs / 1e6)} GFLOP/s`,
  );
  console.log(`create: ${round(createMs)} ms`);
}

const round = (value: number): number => Number(value.toPrecision(3));

/** Median wall-clock time of `run`, after one call that warms up. */
async function medianMs(run: () => Promise<unknown>, rounds: number): Promise<number> {
  await run();
  const times: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const start = performance.now();
    await run();
    times.push(performance.now() - start);
  }
  times.sort((a, b) => a - b);
  return times[times.length >> 1] ?? Number.NaN;
}

/** Bandwidth by a copy of 64 MB (read once, written once), rate by a product of the size of a layer's at batch 256. */
async function measureMachine({ threads }: BenchOptions, rounds: number): Promise<Machine> {
  const source = new Float32Array(16 * 2 ** 20).fill(1);
  const target = new Float32Array(source.length);
  const copyMs = await medianMs(async () => target.set(source), rounds);
  const products = await OnnxProducts.create(threads);
  const random = Random.seeded(1);
  const x = randomRows(random, 256, 512);
  const weights = randomRows(random, 4096, 512);
  const y = new Float32Array(x.rows * weights.rows);
  const productMs = await medianMs(() => products.product(x, weights, y), rounds);
  return {
    bytesPerMs: (2 * source.byteLength) / copyMs,
    flopsPerMs: (2 * x.rows * weights.rows * x.cols) / productMs,
  };
}

/** What no implementation of these rules gets around, on the machine as measured. */
function floorMs(config: PlasticConfig, batch: number, isLearning: boolean, machine: Machine): number {
  const { inputDim, hiddenDim, winners, layers, memorySize } = config;
  const fired = Math.min(hiddenDim, batch * winners);
  // Encoders and keys are read once, the winners' decoder rows once; learning reads and writes both rows of every neuron that fired.
  const rowsMoved = layers * (hiddenDim + fired + (isLearning ? 4 * fired : 0)) + memorySize;
  const dense = layers * hiddenDim + memorySize;
  const sparse = layers * winners * (isLearning ? 2 : 1);
  const movingMs = (rowsMoved * inputDim * FLOAT_BYTES) / machine.bytesPerMs;
  const computingMs = (2 * batch * inputDim * (dense + sparse)) / machine.flopsPerMs;
  return Math.max(movingMs, computingMs);
}
