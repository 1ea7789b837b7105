// What a readout of sums costs beside the memory alone: the same calls, by turns, to a brain that answers by its memory and to one that blends it with the
// sums, and what no implementation of the sums gets around on this machine. Invariant: prints ratios, asserts nothing.

import type { Backend } from "../src/backend/backend.ts";
import { CpuBackend } from "../src/backend/cpu/cpu-backend.ts";
import { expansionOf, featuresOf, PLASTIC_DEFAULTS, type PlasticConfig } from "../src/brain/config.ts";
import { createPlasticBrain } from "../src/brain/create.ts";
import type { Learned } from "../src/brain/events.ts";
import type { PlasticBrain } from "../src/brain/plastic-brain.ts";
import { Random } from "../src/brain/random.ts";
import type { Matrix } from "../src/tensor/matrix.ts";
import { type BenchOptions, type Machine, measureMachine } from "./brain.ts";
import { LABELS, randomRows } from "./full-memory.ts";
import { median, round } from "./measures.ts";

const BATCHES = [1, 32, 256] as const;
/** Of the stream. */
const LESSON = 256;
const SOLVED = "solvings included";

/** A brain, and what it has been taught. */
type Pupil = { readonly brain: PlasticBrain; seq: number };
type Pair = { readonly memory: Pupil; readonly blend: Pupil };
type Times = { readonly memory: number[]; readonly blend: number[] };

/** Prints two tables: a life of lessons, and single calls at its end. */
export async function benchReadout({ isQuick }: BenchOptions): Promise<void> {
  const rounds = isQuick ? 5 : 31;
  const config: PlasticConfig = { ...PLASTIC_DEFAULTS, inputDim: 768, memorySize: 10_000, seed: 1 };
  const { layers, inputDim, hiddenDim, memorySize } = config;
  console.log(
    `readout: ${layers} layers of ${inputDim} to ${hiddenDim}, a memory of ${memorySize}, ${LABELS.length} classes, ${featuresOf(config)} features; one thread, ms of the processor`,
  );
  const backend = await CpuBackend.create({ threads: 1 });
  const machine = await measureMachine(1, rounds);
  const samples = new Samples(config);
  const pair = { memory: await pupil(config, "memory", backend), blend: await pupil(config, "blend", backend) };
  const lessons = Math.ceil((isQuick ? 2_000 : memorySize) / LESSON);
  console.table(await life(pair, samples, lessons, solvingFloorMs(config, machine)));
  const rows = [];
  for (const batch of BATCHES) {
    for (const step of ["predict", "learn"] as const) {
      const times = await calls(pair, samples, step, batch, rounds);
      rows.push(rowOf({ step, batch }, times, floorMs(config, step, batch, machine)));
    }
  }
  console.table(rows);
  for (const { brain } of Object.values(pair)) brain.dispose();
}

/** Rows about a direction for each class. */
class Samples {
  readonly #random = Random.seeded(2);
  readonly #centres: Matrix;

  constructor({ inputDim }: PlasticConfig) {
    this.#centres = randomRows(this.#random, LABELS.length, inputDim);
  }

  /** Other ones each time. */
  next(rows: number): { readonly inputs: Matrix; readonly classes: Int32Array } {
    const { cols, data: centres } = this.#centres;
    const inputs = randomRows(this.#random, rows, cols);
    const classes = Int32Array.from({ length: rows }, () => this.#random.below(LABELS.length));
    for (let i = 0; i < inputs.data.length; i++) {
      const centre = centres[(classes[Math.floor(i / cols)] ?? 0) * cols + (i % cols)] ?? 0;
      inputs.data[i] = 0.5 * centre + (inputs.data[i] ?? 0);
    }
    return { inputs, classes };
  }
}

async function pupil(config: PlasticConfig, readout: keyof Pair, backend: Backend): Promise<Pupil> {
  return { brain: await createPlasticBrain({ ...config, readout }, backend), seq: 0 };
}

function learn(pupil: Pupil, samples: ReturnType<Samples["next"]>) {
  const newLabels = pupil.seq === 0 ? LABELS : [];
  const lesson: Learned = { type: "learned", ...samples, newLabels, mode: "plastic", memorize: true };
  pupil.seq += 1;
  return pupil.brain.apply(lesson, pupil.seq);
}

/** What the next event would wait for. */
async function settle({ brain }: Pupil): Promise<void> {
  while (brain.isSettling) await brain.settle();
}

/** Does the work for each of the two, now one first and now the other. */
async function byTurns(pair: Pair, turn: number, work: (pupil: Pupil, name: keyof Pair) => Promise<unknown>) {
  const names = ["memory", "blend"] as const;
  for (const name of turn % 2 === 0 ? names : names.toReversed()) await work(pair[name], name);
}

/** From nothing to a full memory: how long callers waited for an answer, and how long the brain was busy with the lesson in all. */
async function life(pair: Pair, samples: Samples, lessons: number, floor: number) {
  const answered: Times = { memory: [], blend: [] };
  const busy: Times = { memory: [], blend: [] };
  const solvings: number[] = [];
  for (let lesson = 0; lesson < lessons; lesson++) {
    const next = samples.next(LESSON);
    await byTurns(pair, lesson, async (pupil, name) => {
      const start = processorMs();
      await learn(pupil, next);
      const answeredMs = processorMs() - start;
      const isDue = pupil.brain.isSettling;
      await settle(pupil);
      const busyMs = processorMs() - start;
      answered[name].push(answeredMs);
      busy[name].push(busyMs);
      if (isDue) solvings.push(busyMs - answeredMs);
    });
  }
  const step = `${lessons} lessons of ${LESSON}`;
  console.log(
    `${solvings.length} solvings were due, median ${round(median(solvings))} ms; floor of the arithmetic ${floor} ms`,
  );
  return [
    { ...rowOf({ step: `${step}: to the answer`, batch: LESSON }, answered), "of all": "median" },
    { ...rowOf({ step: `${step}: ${SOLVED}`, batch: LESSON }, totals(busy)), "of all": "sum" },
  ];
}

/** Of this process: what else the machine does shows in it little. */
function processorMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

const totals = ({ memory, blend }: Times): Times => ({ memory: [sum(memory)], blend: [sum(blend)] });

const sum = (times: readonly number[]): number => times.reduce((total, time) => total + time, 0);

async function calls(pair: Pair, samples: Samples, step: "predict" | "learn", batch: number, rounds: number) {
  const times: Times = { memory: [], blend: [] };
  // The first of each warms up.
  for (let turn = -1; turn < rounds; turn++) {
    const next = samples.next(batch);
    await byTurns(pair, turn, async (pupil, name) => {
      const start = processorMs();
      await (step === "predict" ? pupil.brain.predict(next.inputs, 5) : learn(pupil, next));
      if (turn >= 0) times[name].push(processorMs() - start);
      await settle(pupil);
    });
  }
  return times;
}

/** Ratio and difference are medians of what each turn has: its two calls were made at nearly the same time. */
function rowOf(what: { readonly step: string; readonly batch: number }, { memory, blend }: Times, floor?: number) {
  const pairs = memory.map((without, turn) => ({ without, withSums: blend[turn] ?? Number.NaN }));
  const ratio = median(pairs.map(({ without, withSums }) => withSums / without));
  const more = median(pairs.map(({ without, withSums }) => withSums - without));
  return {
    ...what,
    "memory ms": round(median(memory)),
    "blend ms": round(median(blend)),
    ratio: round(ratio),
    ...(floor === undefined ? {} : { "more ms": round(more), "floor of it ms": floor }),
  };
}

/**
 * Of the sums alone: the multiply-adds of directions, of scores and, in a lesson, of the triangle, by the measured rate of float32 products, of which a processor does
 * half as many in a second as of 16-bit ones; or the bytes of the triangle, read and written.
 */
function floorMs(config: PlasticConfig, step: string, batch: number, { flopsPerMs, bytesPerMs }: Machine) {
  const width = featuresOf(config);
  const triangle = (width * (width + 1)) / 2;
  const seen = config.inputDim * expansionOf(config) + 2 * width * LABELS.length;
  const added = step === "learn" ? triangle : 0;
  return round(Math.max((batch * (seen + added)) / flopsPerMs, (2 * 8 * added) / bytesPerMs));
}

/** Of what is solved for two λ: the multiply-adds of two factors and of the leverages of 256 samples, in float64, of which a processor does half as many. */
function solvingFloorMs(config: PlasticConfig, { flopsPerMs }: Machine): number {
  const width = featuresOf(config);
  return round((2 * (2 * (width ** 3 / 6) + 256 * (width ** 2 / 2))) / (flopsPerMs / 2));
}
