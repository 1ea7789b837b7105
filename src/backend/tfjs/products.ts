// Products of inputs with a matrix on the device, and the largest of each row.
// Invariant: a row's numbers are the same alone and in any batch. How a library divides a product depends on its shape, so there is only
// one shape for a matrix: rows go in blocks of `BLOCK_ROWS`, the last one filled up with zeros.

import type { Tensor, Tensor2D } from "@tensorflow/tfjs-core";
import { type Matrix, rowsOf } from "../../tensor/matrix.ts";
import { type Device, type Tfjs, takeFloats, takeIntegers } from "./device.ts";
import type { DeviceMatrix } from "./device-matrix.ts";

/** On a GPU a product of so many rows takes hardly longer than one of a single row: both read the whole matrix. */
export const BLOCK_ROWS = 64;

/** `x` in blocks of at most `size` rows, each with the index of its first row. */
export function* blocksOf(x: Matrix, size = BLOCK_ROWS): Generator<{ readonly from: number; readonly block: Matrix }> {
  for (let from = 0; from < x.rows; from += size) yield { from, block: rowsOf(x, from, Math.min(from + size, x.rows)) };
}

/** `x·Wᵀ`, float32 [x.rows, cols]. @param x of `blocksOf` @param cols how many rows of `weights` count, the first ones */
export function product(tf: Tfjs, x: Matrix, weights: Tensor2D, cols: number): Tensor2D {
  const y: Tensor2D = tf.matMul(tf.tensor2d(padded(x), [BLOCK_ROWS, x.cols]), weights, false, true);
  return tf.slice(y, [0, 0], [x.rows, cols]);
}

function padded({ rows, cols, data }: Matrix): Float32Array {
  if (rows === BLOCK_ROWS) return data;
  const block = new Float32Array(BLOCK_ROWS * cols);
  block.set(data);
  return block;
}

export type Winners = {
  /** int32 [batch, k], ascending in each row. */
  readonly winners: Int32Array;
  /** float32 [batch, k]: their values. */
  readonly values: Float32Array;
};

/** The k largest of each row of `x·Wᵀ` (ties: the lowest index). */
export async function winnersOf(device: Device, x: Matrix, weights: DeviceMatrix, k: number): Promise<Winners> {
  if (x.rows === 0) return { winners: new Int32Array(0), values: new Float32Array(0) };
  const [values, indices] = await device.run((tf) => {
    const best = Array.from(blocksOf(x), ({ block }) =>
      tf.tidy(() => tf.topk<Tensor>(product(tf, block, weights.tensor, weights.rows), k)),
    );
    return [tf.concat(best.map(({ values }) => values)), tf.concat(best.map(({ indices }) => indices))] as const;
  });
  return ascending(await takeIntegers(indices), await takeFloats(values), k);
}

function ascending(neurons: Int32Array, values: Float32Array, k: number): Winners {
  // Sorted by neuron, each number still says at which place of its row it stood.
  const keys = Float64Array.from(neurons, (neuron, i) => neuron * k + (i % k));
  for (let from = 0; from < keys.length; from += k) keys.subarray(from, from + k).sort();
  return {
    winners: Int32Array.from(keys, (key) => Math.floor(key / k)),
    values: Float32Array.from(keys, (key, i) => values[i - (i % k) + (key % k)] ?? 0),
  };
}

/**
 * A sparse code as a whole matrix, float32 `shape`.
 * @param columns int32 [rows, k]: where a row is not 0; −1: nowhere
 * @param values float32 [rows, k]: and what it is there
 */
export function codeOf(
  tf: Tfjs,
  columns: Int32Array,
  values: Float32Array,
  k: number,
  shape: [number, number],
): Tensor2D {
  const fired = Int32Array.from(columns.keys()).filter((i) => (columns[i] ?? -1) >= 0);
  if (fired.length === 0) return tf.zeros(shape);
  const places = new Int32Array(2 * fired.length);
  fired.forEach((i, at) => {
    places[2 * at] = Math.floor(i / k);
    places[2 * at + 1] = columns[i] ?? 0;
  });
  const strengths = Float32Array.from(fired, (i) => values[i] ?? 0);
  return tf.scatterND(tf.tensor2d(places, [fired.length, 2], "int32"), tf.tensor1d(strengths), shape);
}
