// What a brain's measures cost a lesson: the same lessons, by turns, to a brain that is measured and to one that is not.
// Invariant: prints ratios, asserts nothing.

import type { Backend } from "../src/backend/backend.ts";
import { CpuBackend } from "../src/backend/cpu/cpu-backend.ts";
import type { Brain } from "../src/brain/brain.ts";
import { type Blueprint, PLASTIC_DEFAULTS, TRIARCHIC_DEFAULTS } from "../src/brain/config.ts";
import { createBrain } from "../src/brain/create.ts";
import type { Learned } from "../src/brain/events.ts";
import { MeasuredBrain } from "../src/brain/measures/measured-brain.ts";
import { begun } from "../src/brain/measures/measuring.ts";
import { Random } from "../src/brain/random.ts";
import type { BenchOptions } from "./brain.ts";
import { brainWithFullMemory, classesOf, LABELS, randomRows } from "./full-memory.ts";
import { median, round } from "./measures.ts";

const BATCHES = [1, 32] as const;
const TINY = { inputDim: 16, hiddenDim: 64, winners: 8, layers: 2, memorySize: 1000, neighbors: 5 };

const BRAINS: Readonly<Record<string, Blueprint>> = {
  "plastic, default, memory full": { kind: "plastic", config: { ...PLASTIC_DEFAULTS, seed: 1 } },
  "plastic, tiny, memory full": { kind: "plastic", config: { ...PLASTIC_DEFAULTS, ...TINY, seed: 1 } },
  "triarchic, default": { kind: "triarchic", config: { ...TRIARCHIC_DEFAULTS, seed: 1 } },
};

/** Prints one table: brain, batch, median with and without measures, the difference, and the ratio. */
export async function benchMeasuring({ isQuick }: BenchOptions): Promise<void> {
  console.log("measures: a learn step with them and without, in the host, by turns");
  const backend = await CpuBackend.create({ threads: 1 });
  const rows = [];
  for (const [name, blueprint] of Object.entries(BRAINS)) {
    const lessons = name.includes("tiny") ? 2000 : 200;
    rows.push(...(await compare(name, blueprint, backend, isQuick ? lessons / 10 : lessons)));
  }
  console.table(rows);
}

async function compare(name: string, blueprint: Blueprint, backend: Backend, lessons: number) {
  const random = Random.seeded(2);
  const known = blueprint.kind === "plastic" ? LABELS : [];
  const plain = await livedBrain(blueprint, backend);
  const measured = new MeasuredBrain(await livedBrain(blueprint, backend), begun(blueprint.config, known, 0), 0);
  const rows = [];
  let newLabels = LABELS.slice(known.length);
  let seq = 0;
  for (const batch of BATCHES) {
    const without: number[] = [];
    const withThem: number[] = [];
    for (let i = 0; i < lessons; i++) {
      const lesson = lessonOf(randomRows(random, batch, blueprint.config.inputDim), newLabels);
      newLabels = [];
      seq++;
      const turns = [
        async () => void without.push(await timed(() => plain.apply(lesson, seq))),
        async () => void withThem.push(await timed(() => measured.apply(lesson, seq))),
      ];
      // The second of two finds the lesson in the cache.
      for (const turn of i % 2 === 0 ? turns : turns.reverse()) await turn();
    }
    const [a, b] = [median(without), median(withThem)];
    rows.push({
      brain: name,
      batch,
      "ms without": round(a),
      "ms with": round(b),
      "ms more": round(b - a),
      ratio: round(b / a),
    });
  }
  plain.dispose();
  measured.brain.dispose();
  return rows;
}

const livedBrain = ({ kind, config }: Blueprint, backend: Backend): Promise<Brain> =>
  kind === "plastic" ? brainWithFullMemory(config, backend, Random.seeded(3)) : createBrain({ kind, config }, backend);

const lessonOf = (inputs: Learned["inputs"], newLabels: readonly string[]): Learned => ({
  type: "learned",
  inputs,
  classes: classesOf(inputs.rows),
  newLabels,
  mode: "plastic",
  memorize: true,
});

async function timed(run: () => Promise<unknown>): Promise<number> {
  const startMs = performance.now();
  await run();
  return performance.now() - startMs;
}
