// A screened search against the one that looks at every key: two queries at once are never screened.

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { CpuBackend } from "../../../src/backend/cpu/cpu-backend.ts";
import { KernelModule } from "../../../src/backend/cpu/kernels.ts";
import { KeyScreen } from "../../../src/backend/cpu/key-screen.ts";
import { Random } from "../../../src/brain/random.ts";
import { rowsOf } from "../../../src/tensor/matrix.ts";
import { toUnitLength } from "../../../src/tensor/vector.ts";

const KEYS = 9000;

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

test("a search for one query finds the same neighbours, to the bit, as one that looks at every key", async () => {
  const backend = await CpuBackend.create({ threads: 1 });
  const cases = fc.record({
    dim: fc.constantFrom(3, 16, 37, 512),
    spread: fc.constantFrom(0.01, 0.3, 1, 10),
    k: fc.constantFrom(1, 7, 50),
    seed: fc.nat(),
  });
  await fc.assert(
    fc.asyncProperty(cases, async ({ dim, spread, k, seed }) => {
      const random = Random.seeded(seed);
      const keys = clustered(random, KEYS, dim, spread);
      const memory = await backend.createMemory(KEYS + 100, dim, keys);
      // Keys that came later are in the copy, too.
      const slots = Int32Array.of(3, KEYS, KEYS + 1);
      await memory.write(slots, { rows: 3, cols: dim, data: random.directions(3, dim) });
      await memory.move(Int32Array.of(KEYS + 1), Int32Array.of(8));
      const queries = { rows: 6, cols: dim, data: clustered(random, 6, dim, spread) };
      queries.data.set(keys.subarray(20 * dim, 21 * dim), 0);
      const all = await memory.search(queries, KEYS + 1, k);
      for (let row = 0; row < queries.rows; row++) {
        const alone = await memory.search(rowsOf(queries, row, row + 1), KEYS + 1, k);
        const of = <A extends Int32Array | Float32Array>(array: A) => array.subarray(row * k, (row + 1) * k);
        assert.deepEqual(alone.slots, of(all.slots));
        assert.deepEqual(alone.similarities, of(all.similarities));
      }
      memory.dispose();
    }),
    { numRuns: 12 },
  );
});

test("of keys that lie apart few are left to be looked at, of keys that are all alike none is left out", () => {
  const random = Random.seeded(3);
  const screen = new KeyScreen(KEYS, 512, new KernelModule());
  const keys = random.directions(KEYS, 512);
  for (let slot = 0; slot < KEYS; slot++) screen.write(slot, keys.subarray(slot * 512, (slot + 1) * 512));
  const left = screen.candidates(random.directions(1, 512), KEYS, 50);
  assert.ok(left !== null && left.length >= 50 && left.length < 1000, `${left?.length} are left`);
  for (let slot = 0; slot < KEYS; slot++) screen.write(slot, keys.subarray(0, 512));
  assert.equal(screen.candidates(keys.subarray(0, 512), KEYS, 50), null);
});
