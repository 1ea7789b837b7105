// What is particular to the tensorflow backend: tensors are freed, keys lie in blocks, ties fall as everywhere else.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Tensor } from "@tensorflow/tfjs-core";
import fc from "fast-check";
import type { LayerShape } from "../../../src/backend/backend.ts";
import { ReferenceBackend } from "../../../src/backend/reference/reference-backend.ts";
import { TfjsBackend } from "../../../src/backend/tfjs/tfjs-backend.ts";
import { Random } from "../../../src/brain/random.ts";
import { rowsOf, unitRows } from "../../../src/tensor/matrix.ts";
import { tensorflowBackends, tf } from "../../support/tfjs.ts";
import { distance, gaussianMatrix } from "../brain/support.ts";

const SHAPE: LayerShape = { inputDim: 6, hiddenDim: 40, winners: 5 };
const CAPACITY = 90;

const layerTensors = (random: Random) => ({
  encoder: random.directions(SHAPE.hiddenDim, SHAPE.inputDim),
  decoder: random.directions(SHAPE.hiddenDim, SHAPE.inputDim),
  decoderStep: new Int32Array(SHAPE.hiddenDim),
  steps: 3,
});

/** Nothing so small that TensorFlow takes it for 0. */
const eighths = fc.integer({ min: -100, max: 100 }).map((number) => number / 8);

/** `count` different numbers below `limit`. */
const different = (random: Random, count: number, limit: number): Int32Array => {
  const numbers = new Set<number>();
  while (numbers.size < count) numbers.add(random.below(limit));
  return Int32Array.from(numbers);
};

for (const [name, backend] of await tensorflowBackends()) {
  describe(name, () => {
    test("a thousand calls leave no tensor behind, and a kernel that is disposed of leaves none at all", async () => {
      const random = Random.seeded(1);
      const { inputDim, hiddenDim } = SHAPE;
      const atFirst = tf.memory().numTensors;
      const layer = await backend.createLayer(SHAPE, layerTensors(random));
      const memory = await backend.createMemory(CAPACITY, inputDim, new Float32Array(0));
      const base = await backend.createBase(SHAPE, random.directions(hiddenDim, inputDim));
      const inputs = (rows = random.below(150)) => unitRows(gaussianMatrix(random, rows, inputDim));
      const calls: readonly (() => Promise<unknown>)[] = [
        () => layer.forward(inputs(), 2, 0.5),
        async () => {
          const pass = await layer.forward(inputs(), 1, 0.5);
          const reward = Float32Array.from({ length: pass.output.rows }, () => random.uniform());
          // Now and then nobody learns.
          const rates = new Float32Array(hiddenDim).fill(random.below(3) / 10);
          await layer.learn(pass, reward, rates);
        },
        () => layer.replaceRows(different(random, 3, hiddenDim), random.directions(3, inputDim)),
        () => layer.replaceRows(new Int32Array(0), new Float32Array(0)),
        () => layer.tensors(),
        () => memory.write(different(random, 7, CAPACITY), inputs(7)),
        () => memory.write(new Int32Array(0), inputs(0)),
        () => memory.move(Int32Array.of(1, 80), Int32Array.of(50, 2)),
        () => memory.move(new Int32Array(0), new Int32Array(0)),
        () => memory.search(inputs(), random.below(CAPACITY), 4),
        () => memory.searchAmong(inputs(2), [Int32Array.of(1, 5, 80), Int32Array.of(0, 2, 3, 4)], 2),
        () => memory.keys(random.below(CAPACITY)),
        () => base.encode(inputs()),
        () => base.replaceRows(different(random, 2, hiddenDim), random.directions(2, inputDim)),
        () => base.projection(),
      ];
      const before = tf.memory();
      for (let call = 0; call < 1000; call++) await calls[call % calls.length]!();
      assert.deepEqual(
        { tensors: tf.memory().numTensors, bytes: tf.memory().numBytes },
        { tensors: before.numTensors, bytes: before.numBytes },
      );
      for (const kernel of [layer, memory, base]) kernel.dispose();
      assert.equal(tf.memory().numTensors, atFirst);
    });

    test("winners are the largest, ties to the lowest index, in ascending order", () =>
      fc.assert(
        fc.asyncProperty(
          fc.array(fc.oneof(fc.constantFrom(0, -0, 1, -1), eighths), {
            minLength: 2,
            maxLength: 120,
          }),
          fc.nat(),
          fc.integer({ min: 1, max: 70 }),
          async (numbers, pick, batch) => {
            // One feature of value 1: the similarities are the neurons' weights themselves.
            const weights = Float32Array.from(numbers);
            const winners = 2 + (pick % (weights.length - 1));
            const shape = { inputDim: 1, hiddenDim: weights.length, winners };
            const base = await backend.createBase(shape, weights.slice());
            const codes = await base.encode({ rows: batch, cols: 1, data: new Float32Array(batch).fill(1) });
            base.dispose();
            const expected = Array.from(weights.keys())
              .sort((a, b) => weights[b]! - weights[a]! || a - b)
              .slice(0, winners)
              .sort((a, b) => a - b);
            for (let row = 0; row < batch; row++) {
              assert.deepEqual([...codes.winners.subarray(row * winners, (row + 1) * winners)], expected);
            }
          },
        ),
        { numRuns: 100 },
      ));

    test("keys are written, moved and found across the blocks of a large memory, equal ones in the order of their slots", async () => {
      const [capacity, dim] = [150_000, 2];
      const memory = await backend.createMemory(capacity, dim, Random.seeded(5).directions(70_000, dim));
      const key = { rows: 1, cols: dim, data: Float32Array.of(0.6, 0.8) };
      // Shorter ones elsewhere, so that what is written stands out.
      const short = { rows: capacity, cols: dim, data: new Float32Array(capacity * dim) };
      await memory.write(
        Int32Array.from({ length: capacity }, (_, slot) => slot),
        short,
      );
      const twice = { rows: 2, cols: dim, data: Float32Array.of(0.6, 0.8, 0.6, 0.8) };
      await memory.write(Int32Array.of(149_999, 65_536), twice);
      await memory.move(Int32Array.of(149_999, 65_536), Int32Array.of(65_535, 131_072));
      const found = await memory.search(key, capacity, 5);
      assert.deepEqual([...found.slots], [65_535, 65_536, 131_072, 149_999, 0]);
      assert.deepEqual([...(await memory.search(key, 131_072, 3)).slots], [65_535, 65_536, 0]);
      const among = [Int32Array.of(7, 65_536, 131_072, 140_000)];
      assert.deepEqual([...(await memory.searchAmong(key, among, 3)).slots], [65_536, 131_072, 7]);
      const { data } = await memory.keys(131_073);
      assert.equal(data.length, 131_073 * dim);
      assert.deepEqual([...data.subarray(-2)], [Math.fround(0.6), Math.fround(0.8)]);
      memory.dispose();
    });

    test("slots beyond what is stored take no part, whatever was in them", async () => {
      const keys = unitRows(gaussianMatrix(Random.seeded(6), 6, 3));
      const memory = await backend.createMemory(6, 3, keys.data.slice());
      const { slots } = await memory.search(rowsOf(keys, 5, 6), 3, 6);
      assert.deepEqual([...slots].sort(), [0, 1, 2]);
      memory.dispose();
    });

    test("a lesson of more samples than are added at a time is one lesson, whoever learns from its parts", async () => {
      const random = Random.seeded(8);
      const tensors = { ...layerTensors(random), decoderStep: new Int32Array(SHAPE.hiddenDim).fill(3) };
      const copy = { ...tensors, encoder: tensors.encoder.slice(), decoder: tensors.decoder.slice() };
      const layer = await backend.createLayer(SHAPE, tensors);
      const slow = await new ReferenceBackend().createLayer(SHAPE, copy);
      const x = gaussianMatrix(random, 2100, SHAPE.inputDim);
      const pass = await slow.forward(x, 1, 0.5);
      // Those that fire for the last samples alone do not learn.
      const rates = new Float32Array(SHAPE.hiddenDim).fill(0.2);
      for (const neuron of pass.winners.subarray(2048 * SHAPE.winners)) rates[neuron] = 0;
      rates[pass.winners[0]!] = 0.3;
      const reward = Float32Array.from({ length: x.rows }, () => random.uniform());
      for (const kernel of [layer, slow]) await kernel.learn(pass, reward, rates);
      const [own, expected] = [await layer.tensors(), await slow.tensors()];
      assert.ok(distance(own.encoder, expected.encoder) < 1e-5);
      assert.ok(distance(own.decoder, expected.decoder) < 1e-5);
      layer.dispose();
    });

    test("a state is loaded as it is, but for decoder rows that are behind", async () => {
      const tensors = layerTensors(Random.seeded(7));
      tensors.decoderStep.fill(tensors.steps, 10);
      const layer = await backend.createLayer(SHAPE, { ...tensors, decoder: tensors.decoder.slice() });
      const { encoder, decoder, decoderStep, steps } = await layer.tensors();
      assert.deepEqual(encoder, tensors.encoder);
      assert.deepEqual(decoder.subarray(10 * SHAPE.inputDim), tensors.decoder.subarray(10 * SHAPE.inputDim));
      for (let i = 0; i < 10 * SHAPE.inputDim; i++) {
        const expected = encoder[i]! + (tensors.decoder[i]! - encoder[i]!) * 0.95 ** 3;
        assert.ok(Math.abs(decoder[i]! - expected) < 1e-6);
      }
      assert.deepEqual([steps, ...new Set(decoderStep)], [3, 3]);
      layer.dispose();
    });
  });
}

// What keeps a row's bits on a GPU, where a library picks the kernel by the shape. The processor's kernels keep them anyway.
test("the products of a call have the same shapes whatever the batch", async () => {
  const shapes: string[] = [];
  function matMul<T extends Tensor>(...factors: Parameters<typeof tf.matMul>): T {
    const product: T = tf.matMul(...factors);
    shapes.push(String(product.shape));
    return product;
  }
  const backend = new TfjsBackend({ ...tf, matMul });
  const random = Random.seeded(9);
  const layer = await backend.createLayer(SHAPE, layerTensors(random));
  const memory = await backend.createMemory(CAPACITY, SHAPE.inputDim, random.directions(CAPACITY, SHAPE.inputDim));
  const base = await backend.createBase(SHAPE, random.directions(SHAPE.hiddenDim, SHAPE.inputDim));
  const shapesOf = async (batch: number, stored: number) => {
    shapes.length = 0;
    const x = unitRows(gaussianMatrix(random, batch, SHAPE.inputDim));
    await layer.forward(x, 1, 0.5);
    await memory.search(x, stored, 3);
    await base.encode(x);
    return [...new Set(shapes)];
  };
  const { hiddenDim, inputDim } = SHAPE;
  const expected = [hiddenDim, inputDim, CAPACITY].map((cols) => `64,${cols}`);
  for (const batch of [1, 2, 63, 64, 65, 200])
    assert.deepEqual(await shapesOf(batch, 1 + random.below(CAPACITY)), expected);
  for (const kernel of [layer, memory, base]) kernel.dispose();
});
