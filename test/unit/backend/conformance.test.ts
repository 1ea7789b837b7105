// Every backend against the reference, over random shapes and lives of a kernel; in float tolerance where sums are ordered otherwise.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import type {
  Backend,
  LayerKernel,
  LayerPass,
  LayerShape,
  LayerTensors,
  SparseCodes,
} from "../../../src/backend/backend.ts";
import { ReferenceBackend } from "../../../src/backend/reference/reference-backend.ts";
import { selectBackend } from "../../../src/backend/select.ts";
import { orthogonal } from "../../../src/brain/orthogonal.ts";
import { Random } from "../../../src/brain/random.ts";
import { rowsOf, unitRows } from "../../../src/tensor/matrix.ts";
import { tensorflowBackends } from "../../support/tfjs.ts";
import { distance, gaussianMatrix } from "../brain/support.ts";

const reference = new ReferenceBackend();
const cpus: readonly (readonly [name: string, backend: Backend])[] = [
  ["cpu, 1 thread", await selectBackend("cpu", { threads: 1 })],
  ["cpu, 3 threads", await selectBackend("cpu", { threads: 3 })],
];
const wasm = ["wasm", await selectBackend("wasm", { threads: 1 })] as const;
const fast = [...cpus, wasm, ...(await tensorflowBackends())];

const GATE = 0.3;

const shapes: fc.Arbitrary<LayerShape> = fc
  .record({ inputDim: fc.integer({ min: 1, max: 40 }), hiddenDim: fc.integer({ min: 1, max: 400 }), part: fc.nat(100) })
  .map(({ inputDim, hiddenDim, part }) => ({
    inputDim,
    hiddenDim,
    winners: 1 + Math.floor((part / 100) * (hiddenDim - 1)),
  }));

const freshTensors = ({ hiddenDim, inputDim }: LayerShape, seed: number): LayerTensors => ({
  encoder: orthogonal(hiddenDim, inputDim, Random.seeded(seed)),
  decoder: new Float32Array(hiddenDim * inputDim),
  decoderStep: new Int32Array(hiddenDim),
  steps: 0,
});

/** Decoder rows as they are now: `e + (d − e)·0.95ⁿ`. */
async function presentDecoder(kernel: LayerKernel, { inputDim }: LayerShape): Promise<Float32Array> {
  const { encoder, decoder, decoderStep, steps } = await kernel.tensors();
  return decoder.map((stale, i) => {
    const rest = 0.95 ** (steps - decoderStep[Math.floor(i / inputDim)]!);
    return encoder[i]! + (stale - encoder[i]!) * rest;
  });
}

/** Of neurons that tie up to rounding any may win: where another one did, it was as active, and the outputs of that row are apart. */
function assertSamePass(actual: LayerPass, expected: LayerPass): void {
  assert.ok(distance(actual.normalized.data, expected.normalized.data) < 1e-6);
  const { rows } = expected.output;
  const k = expected.winners.length / rows;
  for (let row = 0; row < rows; row++) {
    const own = <A extends Int32Array | Float32Array>(numbers: A) => numbers.subarray(row * k, (row + 1) * k);
    assert.ok(distance(own(actual.activations).toSorted(), own(expected.activations).toSorted()) < 1e-4);
    if (own(actual.winners).some((neuron, i) => neuron !== own(expected.winners)[i])) continue;
    assert.ok(distance(own(actual.activations), own(expected.activations)) < 1e-4);
    const output = ({ output }: LayerPass) => rowsOf(output, row, row + 1).data;
    assert.ok(distance(output(actual), output(expected)) < 1e-4);
  }
}

const dot = (x: Float32Array, y: Float32Array): number => x.reduce((sum, value, i) => sum + value * y[i]!, 0);

for (const [name, backend] of fast) {
  describe(`backend (${name})`, () => {
    test("the lazy decoder is the dense rule over thousands of steps, also where its state is saved and restored", async () => {
      const shape = { inputDim: 16, hiddenDim: 200, winners: 4 };
      const random = Random.seeded(11);
      const dense = await reference.createLayer(shape, freshTensors(shape, 1));
      let lazy = await backend.createLayer(shape, freshTensors(shape, 1));
      const rates = new Float32Array(shape.hiddenDim).fill(0.04);
      // On tfjs the decoder follows the dense rule itself, and a step takes longer.
      const steps = backend.name === "tensorflow" ? 400 : 3000;
      for (let step = 0; step < steps; step++) {
        // The dense pass drives both, so that a tie in float32 cannot send them separate ways.
        const x = gaussianMatrix(random, 1 + random.below(3), shape.inputDim);
        const pass = await dense.forward(x, 1, 0.5);
        assertSamePass(await lazy.forward(x, 1, 0.5), pass);
        const reward = Float32Array.from({ length: x.rows }, () => (random.uniform() < 0.7 ? 1 : -0.2));
        await dense.learn(pass, reward, rates);
        await lazy.learn(pass, reward, rates);
        if (step % 50 === 49) {
          const rows = Int32Array.of(random.below(100), 100 + random.below(100));
          const directions = random.directions(2, shape.inputDim);
          await dense.replaceRows(rows, directions);
          await lazy.replaceRows(rows, directions);
        }
        if (step % 130 === 129) {
          const { encoder, decoder, decoderStep, steps } = await lazy.tensors();
          const saved = { encoder: encoder.slice(), decoder: decoder.slice(), decoderStep: decoderStep.slice(), steps };
          lazy.dispose();
          lazy = await backend.createLayer(shape, saved);
        }
      }
      const [left, right] = [await lazy.tensors(), await dense.tensors()];
      assert.equal(left.steps, steps);
      assert.ok(distance(left.encoder, right.encoder) < 2e-5);
      assert.ok(distance(await presentDecoder(lazy, shape), right.decoder) < 2e-5);
    });

    test("a decoder row whose neuron has not fired for thousands of steps has become its encoder row", async () => {
      const shape = { inputDim: 4, hiddenDim: 3, winners: 3 };
      const tensors = { ...freshTensors(shape, 5), steps: 5000 };
      const x = gaussianMatrix(Random.seeded(2), 2, 4);
      const lazy = await backend.createLayer(shape, tensors);
      const caughtUp = await backend.createLayer(shape, {
        ...tensors,
        encoder: tensors.encoder.slice(),
        decoder: tensors.encoder.slice(),
        decoderStep: new Int32Array(3).fill(5000),
      });
      const [left, right] = [await lazy.forward(x, 1, 1), await caughtUp.forward(x, 1, 1)];
      assert.ok(distance(left.output.data, right.output.data) < 1e-6);
    });

    test("any layer does what the reference does, learning included", () =>
      fc.assert(
        fc.asyncProperty(shapes, fc.integer({ min: 1, max: 8 }), fc.nat(), async (shape, rows, seed) => {
          const random = Random.seeded(seed);
          const slow = await reference.createLayer(shape, freshTensors(shape, seed));
          const kernel = await backend.createLayer(shape, freshTensors(shape, seed));
          const x = gaussianMatrix(random, rows, shape.inputDim);
          const pass = await slow.forward(x, 2, GATE);
          const own = await kernel.forward(x, 2, GATE);
          fc.pre(distance(own.winners, pass.winners) === 0);
          assertSamePass(own, pass);
          const reward = Float32Array.from({ length: rows }, () => 2 * random.uniform() - 1);
          const rates = Float32Array.from({ length: shape.hiddenDim }, () => random.uniform());
          await slow.learn(pass, reward, rates);
          await kernel.learn(pass, reward, rates);
          assert.ok(distance((await kernel.tensors()).encoder, (await slow.tensors()).encoder) < 1e-5);
          assert.ok(distance(await presentDecoder(kernel, shape), (await slow.tensors()).decoder) < 1e-5);
          const [imagined, expected] = [await kernel.imagine(pass), await slow.imagine(pass)];
          assert.deepEqual([imagined.rows, imagined.cols], [rows, shape.inputDim]);
          assert.ok(distance(imagined.data, expected.data) < 1e-4);
        }),
        { numRuns: 60 },
      ));

    test("memory search finds what the reference finds", () =>
      fc.assert(
        fc.asyncProperty(
          fc.integer({ min: 1, max: 300 }),
          fc.integer({ min: 1, max: 30 }),
          fc.integer({ min: 1, max: 20 }),
          fc.integer({ min: 0, max: 300 }),
          fc.nat(),
          async (capacity, dim, k, filled, seed) => {
            const random = Random.seeded(seed);
            const stored = Math.min(capacity, filled);
            const keys = unitRows(gaussianMatrix(random, stored, dim)).data;
            const queries = unitRows(gaussianMatrix(random, 3, dim));
            const slow = await (await reference.createMemory(capacity, dim, keys)).search(queries, stored, k);
            const own = await (await backend.createMemory(capacity, dim, keys)).search(queries, stored, k);
            assert.equal(own.k, Math.min(k, stored));
            assert.equal(own.k, slow.k);
            // Nearly equal similarities may change places: compare the similarities, and each slot's by looking its key up.
            assert.ok(stored === 0 || distance(own.similarities, slow.similarities) < 1e-5);
            own.slots.forEach((slot, i) => {
              const row = Math.floor(i / own.k) * dim;
              let cosine = 0;
              for (let d = 0; d < dim; d++) cosine += keys[slot * dim + d]! * queries.data[row + d]!;
              assert.ok(Math.abs(cosine - own.similarities[i]!) < 1e-5);
            });
          },
        ),
        { numRuns: 60 },
      ));

    test("a search among given slots finds the most similar of them, and tells the similarities that a search of all tells", () =>
      fc.assert(
        fc.asyncProperty(
          fc.integer({ min: 1, max: 700 }),
          fc.integer({ min: 1, max: 40 }),
          fc.integer({ min: 1, max: 20 }),
          fc.nat(),
          async (stored, dim, most, seed) => {
            const random = Random.seeded(seed);
            const keys = unitRows(gaussianMatrix(random, stored, dim)).data;
            const queries = unitRows(gaussianMatrix(random, 4, dim));
            const k = Math.min(most, stored);
            const slots = Array.from({ length: queries.rows }, (_, row) => {
              const least = random.below(stored - k + 1);
              return Int32Array.from({ length: stored }, (_, slot) => slot).filter(
                (slot) => slot >= least || row === 3,
              );
            });
            const memory = await backend.createMemory(stored, dim, keys.slice());
            const found = await memory.searchAmong(queries, slots, k);
            const slow = await (await reference.createMemory(stored, dim, keys)).searchAmong(queries, slots, k);
            assert.ok(distance(found.similarities, slow.similarities) < 1e-5);
            const all = await memory.search(queries, stored, stored);
            for (let row = 0; row < queries.rows; row++) {
              const own = found.slots.subarray(row * k, (row + 1) * k);
              assert.ok(own.every((slot) => slots[row]!.includes(slot)));
              assert.equal(new Set(own).size, k);
              own.forEach((slot, i) => {
                const at = all.slots.subarray(row * stored, (row + 1) * stored).indexOf(slot);
                assert.ok(Math.abs(found.similarities[row * k + i]! - all.similarities[row * stored + at]!) < 1e-6);
              });
              const alone = await memory.searchAmong(rowsOf(queries, row, row + 1), [slots[row]!], k);
              assert.deepEqual(alone.slots, own);
              assert.deepEqual(alone.similarities, found.similarities.subarray(row * k, (row + 1) * k));
            }
          },
        ),
        { numRuns: 40 },
      ));

    test("equal keys are found in the order of their slots, also among given ones", async () => {
      const key = unitRows(gaussianMatrix(Random.seeded(1), 1, 6));
      const memory = await backend.createMemory(9, 6, new Float32Array(0));
      for (let slot = 0; slot < 9; slot++) await memory.write(Int32Array.of(slot), key);
      assert.deepEqual([...(await memory.search(key, 9, 4)).slots], [0, 1, 2, 3]);
      assert.deepEqual([...(await memory.searchAmong(key, [Int32Array.of(1, 4, 5, 8)], 3)).slots], [1, 4, 5]);
    });

    test("keys move where they are told to", async () => {
      const keys = unitRows(gaussianMatrix(Random.seeded(2), 6, 3));
      const memory = await backend.createMemory(8, 3, keys.data);
      await memory.move(Int32Array.of(4, 5), Int32Array.of(0, 2));
      await memory.write(Int32Array.of(3, 1), rowsOf(keys, 4, 6));
      const { data } = await memory.keys(4);
      const rows = Array.from({ length: 4 }, (_, slot) => data.slice(3 * slot, 3 * slot + 3));
      assert.deepEqual(
        rows,
        [4, 5, 5, 4].map((row) => rowsOf(keys, row, row + 1).data.slice()),
      );
      const some = await memory.keysOf(Int32Array.of(3, 0, 2));
      const expected = [...rows[3]!, ...rows[0]!, ...rows[2]!];
      assert.deepEqual([...some.data], expected);
      const room = new Float32Array(10).fill(7);
      await memory.keysOf(Int32Array.of(3, 0, 2), room);
      assert.deepEqual([...room], [...expected, 7]);
    });

    test("a memory too large for all queries at once answers each as if alone", async () => {
      const stored = 300_000;
      const memory = await backend.createMemory(stored, 2, Random.seeded(3).directions(stored, 2));
      const queries = unitRows(gaussianMatrix(Random.seeded(4), 60, 2));
      const all = await memory.search(queries, stored, 4);
      for (const row of [0, 54, 55, 59]) {
        const alone = await memory.search(rowsOf(queries, row, row + 1), stored, 4);
        assert.deepEqual(alone.slots, all.slots.slice(row * 4, row * 4 + 4));
        assert.deepEqual(alone.similarities, all.similarities.slice(row * 4, row * 4 + 4));
      }
    });

    // Shapes where onnxruntime would share rows out among threads, one to a thread, were it let.
    for (const [hiddenDim, inputDim] of [
      [1, 40_000],
      [3, 20_000],
      [256, 300],
      [257, 300],
      [700, 513],
    ] as const) {
      test(`rows of ${inputDim} against ${hiddenDim} have the same bits alone and in any batch`, async () => {
        const random = Random.seeded(hiddenDim);
        const shape = { inputDim, hiddenDim, winners: Math.ceil(hiddenDim / 3) };
        const encoder = random.gaussians(hiddenDim * inputDim);
        const decoder = random.gaussians(hiddenDim * inputDim);
        const decoderStep = new Int32Array(hiddenDim);
        const kernel = await backend.createLayer(shape, { encoder: encoder.slice(), decoder, decoderStep, steps: 0 });
        const keys = unitRows({ rows: hiddenDim, cols: inputDim, data: encoder });
        const memory = await backend.createMemory(hiddenDim, inputDim, keys.data);
        const x = unitRows(gaussianMatrix(random, inputDim > 1000 ? 9 : 258, inputDim));
        const all = await kernel.forward(x, 1, 0.5);
        const imagined = await kernel.imagine(all);
        const added = imagined.data.map((value, i) => x.data[i]! + 0.5 * value);
        assert.ok(distance(added, all.output.data) < 1e-6);
        const found = await memory.search(x, hiddenDim, 5);
        for (const [from, to] of [
          [0, 1],
          [0, 3],
          [2, 7],
          [3, 8],
          [x.rows - 2, x.rows],
          [x.rows - 1, x.rows],
        ] as const) {
          const part = await kernel.forward(rowsOf(x, from, to), 1, 0.5);
          const k = shape.winners;
          assert.deepEqual(part.activations, all.activations.slice(from * k, to * k));
          assert.deepEqual(part.output.data, all.output.data.slice(from * inputDim, to * inputDim));
          const recalled = await kernel.imagine(part);
          assert.deepEqual(recalled.data, imagined.data.slice(from * inputDim, to * inputDim));
          const some = await memory.search(rowsOf(x, from, to), hiddenDim, 5);
          assert.deepEqual(some.similarities, found.similarities.slice(from * found.k, to * found.k));
        }
      });
    }

    test("a base draws the same neurons, and fires them as strongly, as the reference; alone as in any batch", () =>
      fc.assert(
        fc.asyncProperty(
          shapes,
          fc.integer({ min: 1, max: 20 }),
          fc.nat(),
          async ({ inputDim, ...sizes }, batch, seed) => {
            const hiddenDim = Math.max(2, sizes.hiddenDim);
            const shape = { inputDim, hiddenDim, winners: Math.max(2, sizes.winners) };
            const random = Random.seeded(seed);
            const rows = random.directions(hiddenDim, inputDim);
            const x = unitRows(gaussianMatrix(random, batch, inputDim));
            const expected = await (await reference.createBase(shape, rows.slice())).encode(x);
            const base = await backend.createBase(shape, rows.slice());
            const actual = await base.encode(x);
            // Of neurons that tie up to rounding any may be drawn: of each it counts how similar it is.
            for (let row = 0; row < batch; row++) {
              const similarity = (neuron: number) =>
                dot(rowsOf(x, row, row + 1).data, rows.subarray(neuron * inputDim));
              const drawn = (code: SparseCodes) =>
                Array.from(code.winners.subarray(row * shape.winners, (row + 1) * shape.winners), similarity);
              const inOrder = (numbers: Iterable<number>) => Float32Array.from(numbers).sort();
              assert.ok(distance(inOrder(drawn(actual)), inOrder(drawn(expected))) < 1e-5);
              // Two features leave neurons so alike that what tells the drawn ones apart is rounding.
              if (inputDim === 2) continue;
              const strengths = (code: SparseCodes) =>
                inOrder(code.activations.subarray(row * shape.winners, (row + 1) * shape.winners));
              assert.ok(distance(strengths(actual), strengths(expected)) < 1e-3);
            }
            assert.ok(distance(actual.best, expected.best) < 1e-5);
            const from = random.below(batch);
            const alone = await base.encode(rowsOf(x, from, from + 1));
            const own = (values: Float32Array | Int32Array) =>
              values.slice(from * shape.winners, (from + 1) * shape.winners);
            assert.deepEqual(alone.winners, own(actual.winners));
            assert.deepEqual(alone.activations, own(actual.activations));
            assert.equal(alone.best[0], actual.best[from]);
          },
        ),
        { numRuns: 60 },
      ));
  });
}

test("the number of threads changes no bit", async () => {
  const shape = { inputDim: 300, hiddenDim: 1000, winners: 50 };
  const x = gaussianMatrix(Random.seeded(8), 31, 300);
  const passes = [];
  for (const [, backend] of cpus)
    passes.push(await (await backend.createLayer(shape, freshTensors(shape, 1))).forward(x, 1, 0.5));
  assert.deepEqual(passes[1], passes[0]);
});
