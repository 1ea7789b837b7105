// The approximate index of a memory: how much it finds, that what it tells is exact, and that it keeps up with the keys.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import type { Backend, MemoryIndex, MemoryKernel, Neighbors } from "../../../src/backend/backend.ts";
import { HnswIndex } from "../../../src/backend/hnsw/hnsw-index.ts";
import { selectBackend } from "../../../src/backend/select.ts";
import { Random } from "../../../src/brain/random.ts";
import { type Matrix, rowsOf } from "../../../src/tensor/matrix.ts";
import { toUnitLength } from "../../../src/tensor/vector.ts";
import { recall } from "../../support/recall.ts";

const K = 50;
const DIM = 64;

const cpu = await selectBackend("cpu", { threads: 2 });
const reference = await selectBackend("reference", { threads: 1 });

/** Unit rows around `centres`, about as far from them as these are from each other. */
function clustered(random: Random, rows: number, centres: Matrix): Matrix {
  const { cols } = centres;
  const data = random.directions(rows, cols);
  for (let row = 0; row < rows; row++) {
    const centre = random.below(centres.rows) * cols;
    for (let i = 0; i < cols; i++) data[row * cols + i]! += centres.data[centre + i]!;
    toUnitLength(data, row * cols, data, row * cols, cols);
  }
  return { rows, cols, data };
}

const uniform = (random: Random, rows: number, cols = DIM): Matrix => ({
  rows,
  cols,
  data: random.directions(rows, cols),
});

async function indexed(backend: Backend, capacity: number, keys: Matrix) {
  const memory = await backend.createMemory(capacity, keys.cols, keys.data.slice());
  const index = await backend.createIndex(memory, { capacity, inputDim: keys.cols });
  assert.ok(index !== null);
  index.touch(Array.from({ length: keys.rows }, (_, slot) => slot));
  return { memory, index };
}

async function caughtUp(index: MemoryIndex, stored: number): Promise<void> {
  while (index.isBehind(stored)) await index.catchUp(stored);
}

/** Fails unless every neighbour is there once, most similar first (ties: the lowest slot), with the similarity that an exact search tells. */
async function assertExact(memory: MemoryKernel, queries: Matrix, stored: number, { k, ...found }: Neighbors) {
  const most = Math.min(stored, 1000);
  const all = await memory.search(queries, stored, most);
  for (let row = 0; row < queries.rows; row++) {
    const own = found.slots.subarray(row * k, (row + 1) * k);
    const similarities = found.similarities.subarray(row * k, (row + 1) * k);
    const told = new Map<number, number>();
    for (let i = 0; i < most; i++) told.set(all.slots[row * most + i]!, all.similarities[row * most + i]!);
    assert.equal(new Set(own).size, k);
    own.forEach((slot, i) => {
      assert.equal(similarities[i], told.get(slot), `row ${row}, rank ${i}, slot ${slot}`);
      if (i === 0) return;
      const isInOrder =
        similarities[i]! < similarities[i - 1]! || (similarities[i] === similarities[i - 1] && slot > own[i - 1]!);
      assert.ok(isInOrder, `row ${row}, rank ${i}`);
    });
  }
}

describe("the index of 20,000 keys", () => {
  const stored = 20_000;
  const centres = uniform(Random.seeded(1), 100);
  for (const [name, rows] of [
    ["in clusters", (random: Random, rows: number) => clustered(random, rows, centres)],
    ["uniformly random", (random: Random, rows: number) => uniform(random, rows)],
  ] as const) {
    test(`${name}: finds at least 95 % of the 50 nearest, each as similar as it is, alone as in any batch`, async () => {
      const { memory, index } = await indexed(cpu, stored, rows(Random.seeded(2), stored));
      const queries = rows(Random.seeded(3), 60);
      const exact = await memory.search(queries, stored, K);
      assert.deepEqual(index.progress(stored), { indexed: 0, isReady: false });
      assert.deepEqual(await index.search(queries, stored, K), exact);
      await caughtUp(index, stored);
      assert.deepEqual(index.progress(stored), { indexed: stored, isReady: true });
      const found = await index.search(queries, stored, K);
      const share = recall(found, exact);
      assert.ok(share >= 0.95, `recall ${share}`);
      assert.ok(share < 1 || name === "in clusters", "an index that finds all is no index");
      await assertExact(memory, rowsOf(queries, 0, 5), stored, await index.search(rowsOf(queries, 0, 5), stored, K));
      for (const [from, to] of [
        [0, 1],
        [7, 8],
        [3, 20],
        [59, 60],
      ] as const) {
        const part = await index.search(rowsOf(queries, from, to), stored, K);
        assert.deepEqual(part.slots, found.slots.slice(from * K, to * K));
        assert.deepEqual(part.similarities, found.similarities.slice(from * K, to * K));
      }
    });
  }
});

test("two indexes of the same keys, built in the same order, find the same", async () => {
  const keys = uniform(Random.seeded(4), 3000);
  const queries = uniform(Random.seeded(5), 20);
  const found = [];
  for (const backend of [cpu, await selectBackend("cpu", { threads: 1 })]) {
    const { index } = await indexed(backend, keys.rows, keys);
    await caughtUp(index, keys.rows);
    found.push((await index.search(queries, keys.rows, 10)).slots);
  }
  assert.deepEqual(found[1], found[0]);
});

for (const backend of [cpu, reference]) {
  test(`whatever is written, moved and forgotten, an index finds present keys alone, and the nearest of them (${backend.name})`, () =>
    fc.assert(
      fc.asyncProperty(fc.nat(), fc.integer({ min: 1, max: 12 }), async (seed, steps) => {
        const random = Random.seeded(seed);
        const capacity = 900;
        const cols = 16;
        let stored = 1 + random.below(capacity);
        const { memory, index } = await indexed(backend, capacity, uniform(random, stored, cols));
        for (let step = 0; step < steps; step++) {
          const what = random.below(4);
          if (what === 0) {
            // Samples come, in free slots or in others' place.
            const first = random.below(stored + 1);
            const rows = Math.min(1 + random.below(400), capacity - first);
            const slots = Int32Array.from({ length: rows }, (_, i) => first + i);
            await memory.write(slots, uniform(random, rows, cols));
            index.touch(slots);
            stored = Math.max(stored, first + rows);
          } else if (what === 1) {
            // Samples are forgotten: the last ones take their places.
            const gone = random.below(Math.ceil(stored / 2));
            stored -= gone;
            const from = Int32Array.from({ length: Math.min(gone, stored) }, (_, i) => stored + i);
            const to = from.map((_, i) => i);
            await memory.move(from, to);
            index.touch(to);
          } else if (what === 2) await caughtUp(index, stored);
          else if (index.isBehind(stored)) await index.catchUp(stored);
          const queries = uniform(random, 3, cols);
          const k = Math.min(5, stored);
          const found = await index.search(queries, stored, 5);
          await assertExact(memory, queries, stored, found);
          const exact = await memory.search(queries, stored, 5);
          assert.ok(found.slots.every((slot) => slot < stored));
          // Whoever asks for what is there, to the bit, finds it.
          const slot = random.below(stored);
          const own = rowsOf(await memory.keys(stored), slot, slot + 1);
          const nearest = await index.search({ ...own, data: own.data.slice() }, stored, 1);
          assert.ok(nearest.similarities[0]! > 1 - 1e-5, `slot ${slot} of ${stored} at step ${step}`);
          assert.ok(recall(found, exact) >= (k === 5 ? 0.6 : 1));
        }
        await caughtUp(index, stored);
        assert.deepEqual(index.progress(stored), { indexed: stored, isReady: true });
        memory.dispose();
      }),
      { numRuns: backend === cpu ? 40 : 10 },
    ));
}

test("a memory whose keys are all replaced, time and again, is still found", async () => {
  const stored = 3000;
  const centres = uniform(Random.seeded(1), 30, 32);
  const random = Random.seeded(6);
  const { memory, index } = await indexed(cpu, stored, clustered(random, stored, centres));
  await caughtUp(index, stored);
  const queries = clustered(random, 40, centres);
  let rebuilds = 0;
  for (let round = 0; round < 40; round++) {
    const slots = Int32Array.from({ length: 300 }, () => random.below(stored)).filter(
      (slot, i, all) => all.indexOf(slot) === i,
    );
    await memory.write(slots, clustered(random, slots.length, centres));
    index.touch(slots);
    // So few that wait are looked at beside the index.
    assert.ok(index.progress(stored).isReady);
    const exact = await memory.search(queries, stored, 10);
    assert.ok(recall(await index.search(queries, stored, 10), exact) >= 0.95);
    while (index.isBehind(stored)) {
      await index.catchUp(stored);
      if (!index.progress(stored).isReady) rebuilds++;
    }
    assert.ok(recall(await index.search(queries, stored, 10), exact) >= 0.95);
  }
  assert.ok(rebuilds > 0, "entries of older keys pile up for ever");
});

test("copies of one key are told in the order of their slots", async () => {
  const [stored, copies] = [2000, 40];
  const keys = uniform(Random.seeded(7), stored);
  for (let i = 1; i < copies; i++) keys.data.copyWithin(i * 37 * DIM, 0, DIM);
  const { index } = await indexed(cpu, stored, keys);
  await caughtUp(index, stored);
  const found = await index.search(rowsOf(keys, 0, 1), stored, 20);
  assert.deepEqual(
    [...found.slots],
    Array.from({ length: 20 }, (_, i) => i * 37),
  );
});

test("a memory that was emptied finds nothing, and then what is new", async () => {
  const keys = uniform(Random.seeded(8), 3000);
  const { memory, index } = await indexed(cpu, 3000, keys);
  await caughtUp(index, 3000);
  assert.equal((await index.search(rowsOf(keys, 0, 2), 0, 5)).k, 0);
  await caughtUp(index, 0);
  await memory.write(Int32Array.of(0), rowsOf(keys, 9, 10));
  index.touch([0]);
  assert.deepEqual([...(await index.search(rowsOf(keys, 9, 10), 1, 5)).slots], [0]);
  await caughtUp(index, 1);
  assert.deepEqual(index.progress(1), { indexed: 1, isReady: true });
});

test("where the library cannot make an index there is none, and somebody hears why", async () => {
  const memory = await cpu.createMemory(1, 1, new Float32Array(0));
  const heard: string[] = [];
  const warn = (message: string) => void heard.push(message);
  assert.equal(await HnswIndex.create(memory, { capacity: 1, inputDim: -1 }, { threads: 1, warn }), null);
  assert.match(heard.join(), /searched exactly: .*dimensions/);
});
