// The default brain as benchmarks want it: its memory full, as after a long life, without living it. A readout of sums is solved from some lessons: what it
// costs does not depend on how many there were.

import type { Backend } from "../src/backend/backend.ts";
import type { PlasticConfig } from "../src/brain/config.ts";
import { createPlasticBrain } from "../src/brain/create.ts";
import type { Learned } from "../src/brain/events.ts";
import type { PlasticBrain } from "../src/brain/plastic-brain.ts";
import type { Random } from "../src/brain/random.ts";
import { restorePlasticBrain } from "../src/brain/restore.ts";
import type { Matrix } from "../src/tensor/matrix.ts";
import { f32, i32, u32 } from "../src/tensor/safetensors.ts";

export const LABELS = Array.from({ length: 10 }, (_, index) => `class ${index}`);

export async function brainWithFullMemory(
  config: PlasticConfig,
  backend: Backend,
  random: Random,
): Promise<PlasticBrain> {
  const { memorySize: seen, inputDim, readout } = config;
  const fresh = await createPlasticBrain(config, backend);
  await fresh.apply(lesson(randomRows(random, 0, inputDim), LABELS), 1);
  const { header, tensors } = await fresh.state();
  const full = await restorePlasticBrain(
    {
      header: { ...header, seen, memory: { stored: seen, lastId: seen, experience: seen } },
      tensors: {
        ...tensors,
        "memory.keys": f32(random.directions(seen, inputDim), seen, inputDim),
        "memory.classes": i32(classesOf(seen), seen),
        "memory.ids": u32(
          Uint32Array.from({ length: 2 * seen }, (_, i) => (i % 2 === 0 ? 1 + i / 2 : 0)),
          seen,
          2,
        ),
        "memory.seqs": u32(new Uint32Array(2 * seen), seen, 2),
        "memory.classSeen": u32(
          Uint32Array.from({ length: 2 * LABELS.length }, (_, i) => (i % 2 === 0 ? seen : 0)),
          LABELS.length,
          2,
        ),
        "memory.classShrunk": i32(new Int32Array(LABELS.length), LABELS.length),
        ...(readout === "memory" ? {} : { "memory.contexts": i32(new Int32Array(seen), seen) }),
      },
    },
    backend,
  );
  fresh.dispose();
  if (readout !== "memory") await full.apply(lesson(randomRows(random, LESSONS, inputDim)), 2);
  while (full.isSettling) await full.settle();
  return full;
}

/** Samples that are added to the sums, and to no memory. */
const LESSONS = 256;

const lesson = (inputs: Matrix, newLabels: readonly string[] = []): Learned => ({
  type: "learned",
  ...{ inputs, classes: classesOf(inputs.rows), newLabels, mode: "plastic", memorize: false },
});

export const classesOf = (rows: number): Int32Array =>
  Int32Array.from({ length: rows }, (_, row) => row % LABELS.length);

export const randomRows = (random: Random, rows: number, cols: number): Matrix => ({
  rows,
  cols,
  data: random.gaussians(rows * cols),
});
