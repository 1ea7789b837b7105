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
  const keys = new Float64Array(neurons.length);
  for (let i = 0; i < keys.length; i++) keys[i] = (neurons[i] ?? 0) * k + (i % k);
  for (let from = 0; from < keys.length; from += k) keys.subarray(from, from + k).sort();
  const sorted = { winners: new Int32Array(keys.length), values: new Float32Array(keys.length) };
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i] ?? 0;
    sorted.winners[i] = Math.floor(key / k);
    sorted.values[i] = values[i - (i % k) + (key % k)] ?? 0;
  }
  return sorted;
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
  const places = new Int32Array(2 * columns.length);
  const strengths = new Float32Array(columns.length);
  let fired = 0;
  columns.forEach((column, i) => {
    if (column < 0) return;
    places[2 * fired] = Math.floor(i / k);
    places[2 * fired + 1] = column;
    strengths[fired++] = values[i] ?? 0;
  });
  if (fired === 0) return tf.zeros(shape);
  const at = tf.tensor2d(places.subarray(0, 2 * fired), [fired, 2], "int32");
  return tf.scatterND(at, tf.tensor1d(strengths.subarray(0, fired)), shape);
}
