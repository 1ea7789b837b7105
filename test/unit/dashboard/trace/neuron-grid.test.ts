// Neurons as cells.

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { cornerOf, gridOf, neuronAt, nextOf } from "../../../../src/dashboard/pages/brain/trace/neuron-grid.ts";

const neurons = fc.integer({ min: 1, max: 20_000 });
const width = fc.integer({ min: 40, max: 1200 });

test("all neurons have room, in a grid that is nearly square and no wider than its place", () => {
  fc.assert(
    fc.property(neurons, width, (count, pixels) => {
      const { columns, rows, pitch, cell } = gridOf(count, pixels);
      assert.ok(columns * rows >= count && (rows - 1) * columns < count);
      assert.ok(rows === columns || rows === columns - 1);
      assert.ok(columns * pitch <= pixels + 1e-9);
      assert.ok(cell > 0);
    }),
  );
});

test("what is pointed at is the neuron whose cell is there", () => {
  fc.assert(
    fc.property(neurons, width, fc.double({ min: 0, max: 0.999, noNaN: true }), (count, pixels, share) => {
      const grid = gridOf(count, pixels);
      const neuron = Math.floor(share * count);
      const { x, y } = cornerOf(grid, neuron);
      assert.equal(neuronAt(grid, count, x + grid.pitch / 2, y + grid.pitch / 2), neuron);
    }),
  );
});

test("beyond the grid, and in the last row behind the last neuron, there is none", () => {
  const grid = gridOf(10, 40);
  assert.deepEqual(grid, { columns: 4, rows: 3, pitch: 10, cell: 9 });
  for (const [x, y] of [
    [-1, 5],
    [41, 5],
    [5, 31],
    [25, 25],
  ] as const) {
    assert.equal(neuronAt(grid, 10, x, y), null);
  }
});

test("one goes from one neuron that fired to the next, and stays at the last", () => {
  const fired = [3, 8, 20];
  assert.deepEqual([nextOf(fired, null, 1), nextOf(fired, null, -1)], [3, 20]);
  assert.deepEqual([nextOf(fired, 3, 1), nextOf(fired, 9, 1), nextOf(fired, 20, 1)], [8, 20, 20]);
  assert.deepEqual([nextOf(fired, 20, -1), nextOf(fired, 9, -1), nextOf(fired, 3, -1)], [8, 8, 3]);
  assert.equal(nextOf([], 4, 1), null);
});
