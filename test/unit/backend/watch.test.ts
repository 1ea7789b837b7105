// No row of a watched array changes unheard of: each writing step of each kernel, on every backend. Arrays on a device are brought down
// as copies, which a kernel names and never writes.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Random } from "../../../src/brain/random.ts";
import { unitRows } from "../../../src/tensor/matrix.ts";
import type { RowWatcher } from "../../../src/tensor/watched-matrix.ts";
import { BACKENDS, gaussianMatrix, titleOf } from "../brain/support.ts";

const SHAPE = { inputDim: 5, hiddenDim: 30, winners: 4 };
const ROWS = Int32Array.of(3, 17);

type Watchable = { watch(watcher: RowWatcher | null): readonly Float32Array[] };

/**
 * Runs `write` and holds what the kernel told against what became of its arrays, which `show` brings.
 * @returns how many rows of each array changed
 */
async function changesOf(
  kernel: Watchable,
  cols: number,
  show: () => Promise<unknown>,
  write: () => Promise<void>,
): Promise<number[]> {
  const shown = await show();
  const told = new Map<Float32Array, Set<number>>();
  const before = new Map<Float32Array, Float32Array>();
  const rowOf = (data: Float32Array, row: number) => data.slice(row * cols, (row + 1) * cols);
  const arrays = kernel.watch((data, row) => {
    if (!told.get(data)!.has(row)) assert.deepEqual(rowOf(data, row), rowOf(before.get(data)!, row), "told too late");
    told.get(data)!.add(row);
  });
  for (const array of arrays) {
    told.set(array, new Set());
    before.set(array, array.slice());
  }
  await write();
  kernel.watch(null);
  assert.ok(shown);
  return arrays.map((array) => {
    const rows = Array.from({ length: array.length / cols }, (_, row) => row);
    const changed = rows.filter((row) =>
      rowOf(array, row).some((value, i) => value !== before.get(array)![row * cols + i]),
    );
    for (const row of changed) assert.ok(told.get(array)!.has(row), `row ${row} changed unheard of`);
    return changed.length;
  });
}

for (const backend of BACKENDS) {
  describe(`watched rows (${titleOf(backend)})`, () => {
    /** How many rows of an array change when a kernel writes so many. */
    const changed = (rows: number): number => (backend.name === "tensorflow" ? 0 : rows);

    test("a layer tells of the rows that it learns and replaces", async () => {
      const random = Random.seeded(1);
      const tensors = {
        encoder: random.directions(SHAPE.hiddenDim, SHAPE.inputDim),
        decoder: random.directions(SHAPE.hiddenDim, SHAPE.inputDim),
        decoderStep: new Int32Array(SHAPE.hiddenDim),
        steps: 0,
      };
      const layer = await backend.createLayer(SHAPE, tensors);
      const pass = await layer.forward(gaussianMatrix(random, 2, SHAPE.inputDim), 1, 0.5);
      const rates = new Float32Array(SHAPE.hiddenDim).fill(0.1);
      const show = () => layer.tensors();
      const learn = () => layer.learn(pass, Float32Array.of(1, 1), rates);
      const learned = await changesOf(layer, SHAPE.inputDim, show, learn);
      assert.equal(learned.length, 2);
      assert.ok(learned.every((rows) => rows >= changed(SHAPE.winners) && (rows === 0) === (changed(1) === 0)));
      const replace = () => layer.replaceRows(ROWS, random.directions(2, SHAPE.inputDim));
      assert.deepEqual(await changesOf(layer, SHAPE.inputDim, show, replace), [changed(2), changed(2)]);
    });

    test("a memory tells of the slots that it writes and moves keys to", async () => {
      const random = Random.seeded(2);
      const memory = await backend.createMemory(9, 5, random.directions(9, 5));
      const keys = unitRows(gaussianMatrix(random, 2, 5));
      const show = () => memory.keys(9);
      const write = () => memory.write(Int32Array.of(8, 1), keys);
      assert.deepEqual(await changesOf(memory, 5, show, write), [changed(2)]);
      const move = () => memory.move(Int32Array.of(8, 7), Int32Array.of(0, 2));
      assert.deepEqual(await changesOf(memory, 5, show, move), [changed(2)]);
    });

    test("a base tells of the rows that it replaces", async () => {
      const random = Random.seeded(3);
      const base = await backend.createBase(SHAPE, random.directions(SHAPE.hiddenDim, SHAPE.inputDim));
      const show = () => base.projection();
      const replace = () => base.replaceRows(ROWS, random.directions(2, SHAPE.inputDim));
      assert.deepEqual(await changesOf(base, SHAPE.inputDim, show, replace), [changed(2)]);
    });
  });
}
