// The screened search against one that looks at every key, with float32 sums in the same order.

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { KernelModule } from "../../../src/backend/cpu/kernels.ts";
import { CpuMemoryKernel } from "../../../src/backend/cpu/memory-kernel.ts";
import { OnnxCodeProducts } from "../../../src/backend/cpu/onnx-code-products.ts";
import { Random } from "../../../src/brain/random.ts";
import { type Matrix, rowsOf } from "../../../src/tensor/matrix.ts";
import { atOnce } from "../../../src/tensor/pace.ts";
import { toUnitLength } from "../../../src/tensor/vector.ts";

const module = new KernelModule();
const onnx = await OnnxCodeProducts.create(1);
const onnxOfTwo = await OnnxCodeProducts.create(2);

function memoryOf(capacity: number, dim: number, keys: Float32Array, codeProducts: OnnxCodeProducts | null) {
  const memory = new CpuMemoryKernel(capacity, dim, { module, codeProducts });
  atOnce(memory.begin(keys));
  return memory;
}

/** Unit rows around a few centres, `spread` apart, with exact copies and a zero row among them. */
function clustered(random: Random, rows: number, dim: number, spread: number): Float32Array {
  const centres = random.directions(7, dim);
  const keys = random.directions(rows, dim);
  for (let row = 0; row < rows; row++) {
    for (let i = 0; i < dim; i++) {
      const at = row * dim + i;
      keys[at] = centres[(row % 7) * dim + i]! + spread * keys[at]!;
    }
    toUnitLength(keys, row * dim, keys, row * dim, dim);
    if (row % 13 === 12) keys.copyWithin(row * dim, (row - 3) * dim, (row - 2) * dim);
  }
  return keys.fill(0, 5 * dim, 6 * dim);
}

/** x·y in float32: four sums of every fourth product, added up, then what is left over. */
function similarity(x: Float32Array, y: Float32Array): number {
  const whole = x.length - (x.length % 4);
  const sums = [0, 0, 0, 0];
  for (let i = 0; i < whole; i++) sums[i % 4] = Math.fround(sums[i % 4]! + Math.fround(x[i]! * y[i]!));
  let sum = Math.fround(Math.fround(sums[0]! + sums[1]!) + Math.fround(sums[2]! + sums[3]!));
  for (let i = whole; i < x.length; i++) sum = Math.fround(sum + Math.fround(x[i]! * y[i]!));
  return sum;
}

function nearestOf(query: Float32Array, keys: Matrix, k: number) {
  const all = Array.from({ length: keys.rows }, (_, slot) => ({
    slot,
    similarity: similarity(query, rowsOf(keys, slot, slot + 1).data),
  }));
  all.sort((a, b) => b.similarity - a.similarity || a.slot - b.slot);
  return all.slice(0, k);
}

for (const [name, codeProducts] of [
  ["WebAssembly", null],
  ["onnxruntime", onnx],
  ["onnxruntime on two threads", onnxOfTwo],
] as const) {
  test(`a search screened by ${name} finds the neighbours that looking at every key finds, to the bit`, async () => {
    const cases = fc.record({
      dim: fc.constantFrom(1, 3, 16, 37, 256),
      stored: fc.constantFrom(1, 60, 4096, 5000),
      spread: fc.constantFrom(0.01, 0.3, 1, 10),
      batch: fc.constantFrom(1, 2, 4, 5, 9, 261),
      wanted: fc.constantFrom(1, 7, 50, 700),
      seed: fc.nat(),
    });
    await fc.assert(
      fc.asyncProperty(cases, async ({ dim, stored, spread, batch, wanted, seed }) => {
        const random = Random.seeded(seed);
        const capacity = stored + 100;
        const keys = { rows: stored, cols: dim, data: clustered(random, Math.max(7, stored), dim, spread) };
        keys.data = keys.data.subarray(0, stored * dim);
        const memory = memoryOf(capacity, dim, keys.data, codeProducts);
        // Keys that come later are in the copy, too.
        const later = random.directions(2, dim);
        await memory.write(Int32Array.of(stored, 0), { rows: 2, cols: dim, data: later });
        await memory.move(Int32Array.of(stored), Int32Array.of(stored - 1));
        const now = await memory.keys(stored);
        const queries = { rows: batch, cols: dim, data: clustered(random, Math.max(7, batch), dim, spread) };
        const k = Math.min(wanted, stored);
        const found = await memory.search(queries, stored, wanted);
        assert.equal(found.k, k);
        // The oracle is slow: some rows of many.
        for (let row = 0; row < batch; row += Math.ceil(batch / 3)) {
          const expected = nearestOf(rowsOf(queries, row, row + 1).data, now, k);
          assert.deepEqual(
            Array.from({ length: k }, (_, i) => ({
              slot: found.slots[row * k + i]!,
              similarity: found.similarities[row * k + i]!,
            })),
            expected.map(({ slot, similarity }) => ({ slot, similarity: similarity + 0 })),
          );
        }
        memory.dispose();
      }),
      { numRuns: 25 },
    );
  });
}

test("a memory of nothing but the same key answers with its first slots", async () => {
  const memory = memoryOf(3000, 8, new Float32Array(3000 * 8).fill(Math.sqrt(1 / 8)), onnx);
  const queries = { rows: 9, cols: 8, data: new Float32Array(9 * 8).fill(Math.sqrt(1 / 8)) };
  const { slots } = await memory.search(queries, 3000, 5);
  assert.deepEqual(Array.from(slots.subarray(8 * 5)), [0, 1, 2, 3, 4]);
});

test("more neighbours than a search finds are refused", async () => {
  const memory = memoryOf(70_000, 1, new Float32Array(70_000).fill(1), onnx);
  await assert.rejects(memory.search({ rows: 1, cols: 1, data: Float32Array.of(1) }, 70_000, 20_000 * 4), RangeError);
});
