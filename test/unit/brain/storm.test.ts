// What a storm is, and that calm columns are solved as if it hardly counted.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Backend, SumsKernel } from "../../../src/backend/backend.ts";
import { ReferenceBackend } from "../../../src/backend/reference/reference-backend.ts";
import { selectBackend } from "../../../src/backend/select.ts";
import { ClassSums, columnOf } from "../../../src/brain/analytic/class-sums.ts";
import { fitNearby, type Problem } from "../../../src/brain/analytic/ridge.ts";
import { Storm } from "../../../src/brain/analytic/storm.ts";
import type { Remembered } from "../../../src/brain/episodic-memory.ts";
import { Random } from "../../../src/brain/random.ts";
import { gatheredRows, unitRows } from "../../../src/tensor/matrix.ts";
import { atOnce } from "../../../src/tensor/pace.ts";
import { distance, gaussianMatrix } from "./support.ts";

const INPUT_DIM = 5;
const WIDTH = INPUT_DIM + 1;
const TRIANGLE = (WIDTH * (WIDTH + 1)) / 2;
const EXPONENT = -1;

/** Twelve calm samples of classes 0 and 1; of panic three of class 1, which is known, and three of class 2, which is news. */
const CLASSES = [0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 1, 1, 1, 2, 2, 2];
const SAMPLES: Remembered = {
  keys: unitRows(gaussianMatrix(Random.seeded(3), CLASSES.length, INPUT_DIM)),
  classes: Int32Array.from(CLASSES),
  contexts: Uint8Array.from(CLASSES, (_, i) => (i < 12 ? 0 : 1)),
};
const OF_STORM = [12, 13, 14];
const columnsOf = ({ classes, contexts }: Remembered): number[] =>
  Array.from(classes, (classId, i) => columnOf(classId, contexts[i]!));

const some = ({ keys, classes, contexts }: Remembered, rows: readonly number[]): Remembered => ({
  keys: gatheredRows(keys, rows),
  classes: Int32Array.from(rows, (row) => classes[row]!),
  contexts: Uint8Array.from(rows, (row) => contexts[row]!),
});

function withCounts(...counts: readonly number[]): ClassSums {
  return new ClassSums(1, counts, new Float64Array(counts.length));
}

async function kernelOf(backend: Backend, sums?: Float64Array) {
  const shape = { inputDim: INPUT_DIM, expansion: 0 };
  return backend.createSums(shape, new Int8Array(0), sums ?? new Float64Array(TRIANGLE));
}

/** All samples added up, and every one of them a probe. */
function taught(kernel: SumsKernel, samples: Remembered): { classSums: ClassSums; used: number[]; problem: Problem } {
  const features = kernel.features(samples.keys);
  kernel.add(features, 1);
  const classSums = new ClassSums(WIDTH);
  classSums.addClasses(3);
  const rows = Array.from(samples.classes, (_, i) => features.subarray(i * WIDTH, (i + 1) * WIDTH));
  columnsOf(samples).forEach((column, i) => {
    classSums.add(column, rows[i]!, 1);
  });
  const used = classSums.counts.flatMap((count, column) => (count > 0 ? [column] : []));
  const columns = used.map((column) => classSums.of(column));
  return { classSums, used, problem: { kernel, samples: classSums.samples, columns, probes: rows } };
}

test("of a storm is what panic taught of classes with a quarter as many calm samples, or more", async () => {
  const kernel = await kernelOf(new ReferenceBackend());
  const storm = new Storm(kernel, withCounts(10, 40, 10, 41, 0, 5, 7, 0));
  const known = Array.from({ length: 8 }, (_, column) => storm.has(column));
  assert.deepEqual(known, [false, true, false, false, false, false, false, false]);
});

for (const backend of [new ReferenceBackend(), await selectBackend("wasm", { threads: 1 })]) {
  describe(`a solving after a storm (${backend.name})`, () => {
    test("is one of all columns together where there is none", async () => {
      const kernel = await kernelOf(backend);
      const samples = some(
        SAMPLES,
        [...CLASSES.keys()].filter((row) => !OF_STORM.includes(row)),
      );
      const { classSums, used, problem } = taught(kernel, samples);
      const storm = new Storm(kernel, classSums);
      storm.gather(samples);
      const expected = atOnce(fitNearby(problem, EXPONENT, 2));
      assert.deepEqual(atOnce(storm.fit(problem, used, columnsOf(samples), EXPONENT, 2)), expected);
    });

    test("has its calm columns from sums in which the storm counts an eighth, the others from all", async () => {
      const kernel = await kernelOf(backend);
      const { classSums, used, problem } = taught(kernel, SAMPLES);
      const storm = new Storm(kernel, classSums);
      // In pieces, and in any order.
      for (const rows of [[14, 15, 3], [0, 13, 12], [16]]) storm.gather(some(SAMPLES, rows));
      const fit = atOnce(storm.fit(problem, used, columnsOf(SAMPLES), EXPONENT, 0));

      const ofStorm = await kernelOf(backend);
      ofStorm.add(ofStorm.features(gatheredRows(SAMPLES.keys, OF_STORM)), 1);
      const less = ofStorm.sums().map((sum) => (7 / 8) * sum);
      const calm = await kernelOf(
        backend,
        kernel.sums().map((sum, i) => sum - less[i]!),
      );
      const apart = atOnce(fitNearby({ ...problem, kernel: calm }, EXPONENT, 0));
      const together = atOnce(fitNearby(problem, EXPONENT, 0));
      assert.deepEqual(used, [0, 2, 3, 5]);
      for (const [i, own] of fit.weights.entries()) {
        const [expected, other] = i < 2 ? [apart, together] : [together, apart];
        assert.ok(distance(own, expected.weights[i]!) < 1e-12, `column ${used[i]}`);
        assert.ok(distance(own, other.weights[i]!) > 1e-3, `column ${used[i]}`);
      }
      for (const [i, own] of fit.influences.entries()) {
        // What is news has a column of panic, too, and that is solved from everything.
        const expected = SAMPLES.contexts[i] === 1 ? together : apart;
        assert.ok(distance(own, expected.influences[i]!) < 1e-12, `probe ${i}`);
      }
      assert.equal(fit.exponent, EXPONENT);
      assert.deepEqual(kernel.sums().slice(), (await sumsAnew(backend)).slice());
    });
  });
}

/** Of all samples. */
async function sumsAnew(backend: Backend): Promise<Float64Array> {
  const kernel = await kernelOf(backend);
  kernel.add(kernel.features(SAMPLES.keys), 1);
  return kernel.sums();
}
