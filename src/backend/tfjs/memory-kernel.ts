// The keys of an episodic memory on the device, in blocks: a write copies the blocks that it touches and no others, and a search never
// holds more similarities than one block gives. Invariant: slots beyond what was written never take part in a search.

import type { Tensor, Tensor2D } from "@tensorflow/tfjs-core";
import { type Matrix, rowsOf, zeros } from "../../tensor/matrix.ts";
import type { RowWatcher } from "../../tensor/watched-matrix.ts";
import type { MemoryKernel, Neighbors } from "../backend.ts";
import { type Device, type Tfjs, takeFloats, takeIntegers } from "./device.ts";
import { DeviceMatrix } from "./device-matrix.ts";
import { blocksOf, product } from "./products.ts";
import { ShownArrays } from "./shown-arrays.ts";

/** Numbers in a block of keys at most, 32 MiB: copied in some 50 µs on a GPU, read in fewer. */
const MOST_NUMBERS = 2 ** 23;
/** Keys in a block at most: bounds the similarities of a block of queries to 16 MiB. */
const MOST_KEYS = 2 ** 16;

/** One of a search's k best: its place among the candidates of all blocks says which slot it is. */
type Found = { readonly slots: Int32Array; readonly similarities: Float32Array };

export class TfjsMemoryKernel implements MemoryKernel {
  readonly #device: Device;
  readonly #cols: number;
  /** Slots of each block but the last, which may be shorter. */
  readonly #size: number;
  readonly #blocks: readonly DeviceMatrix[];
  readonly #shown = new ShownArrays();

  private constructor(device: Device, cols: number, size: number, blocks: readonly DeviceMatrix[]) {
    this.#device = device;
    this.#cols = cols;
    this.#size = size;
    this.#blocks = blocks;
  }

  /** @param keys float32 [stored, inputDim] to begin with; taken over */
  static async create(device: Device, capacity: number, inputDim: number, keys: Float32Array) {
    const size = Math.min(MOST_KEYS, Math.max(1, Math.floor(MOST_NUMBERS / inputDim)));
    const blocks: DeviceMatrix[] = [];
    for (let from = 0; from < capacity; from += size) {
      const rows = Math.min(size, capacity - from);
      const stored = keys.subarray(from * inputDim, (from + rows) * inputDim);
      const data = stored.length === rows * inputDim ? stored : new Float32Array(rows * inputDim);
      if (data !== stored) data.set(stored);
      blocks.push(await DeviceMatrix.of(device, rows, inputDim, data));
    }
    return new TfjsMemoryKernel(device, inputDim, size, blocks);
  }

  async write(slots: Int32Array, keys: Matrix): Promise<void> {
    for (const { block, at, rows } of this.#partsOf(slots)) {
      const data = new Float32Array(rows.length * this.#cols);
      at.forEach((key, i) => {
        data.set(rowsOf(keys, key, key + 1).data, i * this.#cols);
      });
      await block.write(rows, (tf) => tf.tensor2d(data, [rows.length, this.#cols]));
    }
  }

  async move(from: Int32Array, to: Int32Array): Promise<void> {
    const sources = this.#partsOf(from);
    if (sources.length === 0) return;
    const moved = await this.#device.run((tf) =>
      tf.concat(sources.map(({ block, rows }) => gather(tf, block.tensor, rows))),
    );
    /** The targets in the order in which `moved` has their keys. */
    const targets = Int32Array.from(sources.flatMap(({ at }) => Array.from(at, (i) => to[i] ?? 0)));
    for (const { block, at, rows } of this.#partsOf(targets)) await block.write(rows, (tf) => gather(tf, moved, at));
    moved.dispose();
  }

  /** `slots` by the blocks in which they lie: `at[i]` is the place in `slots` of the one that is row `rows[i]` of the block. */
  #partsOf(slots: Int32Array) {
    const places: number[][] = this.#blocks.map(() => []);
    slots.forEach((slot, i) => {
      places[Math.floor(slot / this.#size)]?.push(i);
    });
    return this.#blocks.flatMap((block, index) => {
      const at = new Int32Array(places[index] ?? []);
      const first = index * this.#size;
      return at.length === 0 ? [] : { block, at, rows: at.map((i) => (slots[i] ?? 0) - first) };
    });
  }

  async search(queries: Matrix, stored: number, k: number): Promise<Neighbors> {
    const found = Math.min(k, stored);
    const slots = new Int32Array(queries.rows * found);
    const similarities = new Float32Array(queries.rows * found);
    if (found === 0) return { k: 0, slots, similarities };
    for (const { from, block } of blocksOf(queries)) {
      const best = await this.#nearest(block, stored, found);
      slots.set(best.slots, from * found);
      similarities.set(best.similarities, from * found);
    }
    return { k: found, slots, similarities };
  }

  async searchAmong(queries: Matrix, slots: readonly Int32Array[], k: number): Promise<Neighbors> {
    if (queries.rows === 0 || k === 0) return { k, slots: new Int32Array(0), similarities: new Float32Array(0) };
    const [values, places] = await this.#device.run((tf) => {
      // One by one: a product's shape, and so its rounding, is of the query's own slots alone.
      const best = Array.from(blocksOf(queries, 1), ({ from, block }) =>
        tf.tidy(() => {
          const own = this.#partsOf(slots[from] ?? new Int32Array(0));
          const keys = tf.concat(own.map(({ block, rows }) => gather(tf, block.tensor, rows)));
          return tf.topk<Tensor>(tf.matMul(tf.tensor2d(block.data, [1, block.cols]), keys, false, true), k);
        }),
      );
      return [tf.concat(best.map(({ values }) => values)), tf.concat(best.map(({ indices }) => indices))] as const;
    });
    const similarities = await takeFloats(values);
    const found = (await takeIntegers(places)).map((place, i) => slots[Math.floor(i / k)]?.[place] ?? 0);
    return { k, slots: found, similarities };
  }

  /** The k best of each block of keys, then the k best of those: equal ones stay in the order of their slots. */
  async #nearest(queries: Matrix, stored: number, k: number): Promise<Found> {
    const parts = this.#blocks.flatMap((block, index) => {
      const first = index * this.#size;
      const keys = Math.min(block.rows, stored - first);
      return keys > 0 ? { block, first, keys, best: Math.min(k, keys) } : [];
    });
    const [values, places, rows] = await this.#device.run((tf) => {
      const best = parts.map(({ block, keys, best }) =>
        tf.tidy(() => tf.topk<Tensor>(product(tf, queries, block.tensor, keys), best)),
      );
      const candidates = tf.concat(
        best.map(({ values }) => values),
        1,
      );
      const nearest = tf.topk(candidates, k);
      return [
        nearest.values,
        nearest.indices,
        tf.concat(
          best.map(({ indices }) => indices),
          1,
        ),
      ] as const;
    });
    const similarities = await takeFloats(values);
    const candidates = await takeIntegers(rows);
    /** The first slot of each candidate's block. */
    const firsts = Int32Array.from(parts.flatMap(({ first, best }) => new Array<number>(best).fill(first)));
    const slots = (await takeIntegers(places)).map((place, i) => {
      const row = Math.floor(i / k);
      return (candidates[row * firsts.length + place] ?? 0) + (firsts[place] ?? 0);
    });
    return { slots, similarities };
  }

  async keysOf(slots: Int32Array, room?: Float32Array): Promise<Matrix> {
    const size = slots.length * this.#cols;
    const keys = { rows: slots.length, cols: this.#cols, data: room?.subarray(0, size) ?? new Float32Array(size) };
    for (const { block, at, rows } of this.#partsOf(slots)) {
      const found = await takeFloats(await this.#device.run((tf) => gather(tf, block.tensor, rows)));
      at.forEach((place, i) => {
        keys.data.set(found.subarray(i * this.#cols, (i + 1) * this.#cols), place * this.#cols);
      });
    }
    return keys;
  }

  async keys(stored: number): Promise<Matrix> {
    const keys = zeros(stored, this.#cols);
    for (const [index, block] of this.#blocks.entries()) {
      const first = index * this.#size;
      if (first < stored) await block.copyTo(rowsOf(keys, first, Math.min(first + block.rows, stored)).data);
    }
    this.#shown.show(keys.data);
    return keys;
  }

  watch(_watcher: RowWatcher | null): readonly Float32Array[] {
    return this.#shown.named();
  }

  dispose(): void {
    for (const block of this.#blocks) block.dispose();
  }
}

const gather = (tf: Tfjs, matrix: Tensor2D, rows: Int32Array): Tensor2D =>
  tf.gather(matrix, tf.tensor1d(rows, "int32"));
