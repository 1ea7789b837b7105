// What each step of a phase learns, and each piece of an evaluation judges.

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Phase } from "../../../src/curricula/api.ts";
import { type Batch, openEvaluation, PhaseBatches, phaseSteps } from "../../../src/curricula/batches.ts";
import type { Labelled } from "../../../src/curricula/sample-reader.ts";
import { MAX_SIDE } from "../../../src/curricula/transforms/picture.ts";
import { decodePicture } from "../../../src/encoders/image/decode.ts";
import { datasetsOf, numbered } from "./support.ts";

const PHASE: Phase = {
  name: "all",
  dataset: "numbers",
  epochs: 1,
  batchSize: 4,
  order: "shuffled",
  seed: 0,
  memorize: true,
  consolidate: false,
  task: true,
};
const LABELS = Array.from({ length: 23 }, (_, row) => "abc"[row % 3]!);
const numbers = numbered("numbers", LABELS);

/** The numbers of the samples of `numbers`, which each has for its features. */
function rowsOf({ inputs }: Labelled): number[] {
  assert.ok("data" in inputs);
  return Array.from({ length: inputs.rows }, (_, i) => inputs.data[i * inputs.cols]!);
}

const phases = fc.record({
  epochs: fc.integer({ min: 1, max: 4 }),
  batchSize: fc.integer({ min: 1, max: 30 }),
  order: fc.constantFrom("shuffled", "stored", "byClass"),
  seed: fc.integer({ min: 0, max: 99 }),
});

test("the steps of an epoch cover each sample once, with its label, and only the last one is shorter", async () => {
  await fc.assert(
    fc.asyncProperty(phases, async (wish) => {
      const phase: Phase = { ...PHASE, ...wish } as Phase;
      const datasets = datasetsOf(numbers);
      const batches = await PhaseBatches.open(phase, datasets);
      assert.equal(batches.steps, phaseSteps(phase, await datasets.get("numbers")));
      const seen: number[][] = Array.from({ length: phase.epochs }, () => []);
      for (let step = 0; step < batches.steps; step++) {
        const batch = await batches.batch(step);
        const rows = rowsOf(batch);
        assert.deepEqual(
          batch.labels,
          rows.map((row) => LABELS[row]),
        );
        const epoch = seen[batch.epoch - 1]!;
        epoch.push(...rows);
        assert.ok(rows.length === phase.batchSize || epoch.length === 23);
      }
      for (const epoch of seen)
        assert.deepEqual(
          epoch.toSorted((a, b) => a - b),
          [...LABELS.keys()],
        );
      await batches.close();
      assert.equal(datasets.isOpen(), 0);
    }),
  );
});

test("a step is the same whatever was asked for before it: resumed anywhere, a phase goes on as it would have", async () => {
  const phase: Phase = { ...PHASE, epochs: 3, transform: [{ type: "noise", deviation: 1 }] };
  const straight = await PhaseBatches.open(phase, datasetsOf(numbers));
  const all: Batch[] = [];
  for (let step = 0; step < straight.steps; step++) all.push(await straight.batch(step));
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: 0, max: all.length - 1 }), { maxLength: 12 }), async (steps) => {
      const resumed = await PhaseBatches.open(phase, datasetsOf(numbers));
      assert.deepEqual(
        await Promise.all(steps.map((step) => resumed.batch(step))),
        steps.map((step) => all[step]),
      );
    }),
  );
  await assert.rejects(straight.batch(straight.steps), RangeError);
});

test("a sample's noise does not depend on the batch that it comes in, and is another one in the next epoch", async () => {
  const noisy: Phase = { ...PHASE, epochs: 2, order: "stored", transform: [{ type: "noise", deviation: 1 }] };
  const featuresOf = async (batchSize: number) => {
    const batches = await PhaseBatches.open({ ...noisy, batchSize }, datasetsOf(numbers));
    const features = [];
    for (let step = 0; step < batches.steps; step++) {
      const { inputs } = await batches.batch(step);
      assert.ok("data" in inputs);
      features.push(...inputs.data);
    }
    return features;
  };
  const alone = await featuresOf(1);
  assert.deepEqual(await featuresOf(7), alone);
  const half = alone.length / 2;
  assert.notDeepEqual(alone.slice(0, half), alone.slice(half));
});

test("an evaluation comes in pieces of at most 64 samples in the dataset's order, always with the same noise", async () => {
  const labels = Array.from({ length: 150 }, (_, row) => "ab"[row % 2]!);
  const datasets = datasetsOf(numbered("many", labels));
  const plain = await openEvaluation({ name: "all", dataset: "many" }, datasets);
  const rows = [];
  for (let piece = 0; piece < plain.pieces; piece++) {
    const samples = await plain.piece(piece);
    assert.ok(samples.labels.length <= 64);
    rows.push(...rowsOf(samples));
  }
  assert.deepEqual(rows, [...labels.keys()]);
  assert.equal(plain.samples, 150);
  const noisy = await openEvaluation(
    { name: "noisy", dataset: "many", classes: ["b"], transform: [{ type: "noise", deviation: 1 }] },
    datasets,
  );
  assert.equal(noisy.pieces, 2);
  assert.deepEqual(await noisy.piece(1), await noisy.piece(1));
  assert.throws(() => noisy.piece(2), RangeError);
});

test("a dataset with other samples than those that the plan was made for is refused, and closed", async () => {
  const datasets = datasetsOf(numbers);
  const { digest } = await datasets.get("numbers");
  await (await PhaseBatches.open(PHASE, datasets, { numbers: digest })).close();
  await assert.rejects(PhaseBatches.open(PHASE, datasets, { numbers: "another" }), { message: /other samples/ });
  await assert.rejects(PhaseBatches.open({ ...PHASE, dataset: "gone" }, datasets), { code: "dataset-not-found" });
  assert.equal(datasets.isOpen(), 0);
});

test("pictures come as files: pixels as PNGs, transformed or not; texts as they are", async () => {
  const pixels = { id: "pixels", kind: "images", labels: ["a", "b"], shape: [1, 2, 1] } as const;
  const datasets = datasetsOf(
    { ...pixels, items: [Uint8Array.of(0, 100), Uint8Array.of(7, 255)] },
    { id: "words", kind: "texts", labels: ["a"], items: [Buffer.from("hello")] },
  );
  const greys = async (phase: Partial<Phase>) => {
    const { inputs } = await (await PhaseBatches.open({ ...PHASE, order: "stored", ...phase }, datasets)).batch(0);
    assert.ok("items" in inputs && inputs.kind === "image");
    const pictures = await Promise.all(inputs.items.map((file) => decodePicture(file, MAX_SIDE)));
    return pictures.map((picture) => [picture.pixels[0], picture.pixels[3]]);
  };
  assert.deepEqual(await greys({ dataset: "pixels" }), [
    [0, 100],
    [7, 255],
  ]);
  assert.deepEqual(await greys({ dataset: "pixels", transform: [{ type: "invert" }] }), [
    [255, 155],
    [248, 0],
  ]);
  const words = await (await PhaseBatches.open({ ...PHASE, dataset: "words" }, datasets)).batch(0);
  assert.deepEqual(words, { inputs: { kind: "text", items: [Buffer.from("hello")] }, labels: ["a"], epoch: 1 });
});

test("what cannot be had of a sample names it: a broken picture, a feature that outgrows float32", async () => {
  const broken = {
    id: "broken",
    kind: "images",
    labels: ["a"],
    shape: null,
    items: [Buffer.from("no picture")],
  } as const;
  const datasets = datasetsOf(broken, numbers);
  const open = (phase: Partial<Phase>) => PhaseBatches.open({ ...PHASE, order: "stored", ...phase }, datasets);
  const blurred = await open({ dataset: "broken", transform: [{ type: "blur" }] });
  await assert.rejects(blurred.batch(0), { message: /Sample 0 of dataset "broken" is no PNG, JPEG or WebP image/ });
  const huge = await open({ transform: [{ type: "brightness", factor: 1e39 }] });
  await assert.rejects(huge.batch(0), { message: /Sample 1 of dataset "numbers" is, transformed, outside/ });
});
