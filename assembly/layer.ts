// The sparse steps of a plastic layer: recall through the winners' decoder rows, and the Hebbian update of the rows that fired. Both go through
// a batch neuron by neuron, so that a neuron's row is brought from memory once. Invariant: a sample's sum runs over its winners in ascending
// order, whatever the samples beside it.

import { LANES, WORD } from "./words";

/** Columns that are summed in registers at a time. */
const BLOCK: i32 = 16;

/** What one layer's steps work on; layer-kernel.ts writes it, field by field in this order. `rows` is the most samples of one call. */
@unmanaged
export class Layer {
  dim: i32;
  hiddenDim: i32;
  k: i32;
  /** Plasticity steps so far. */
  steps: i32;
  restCount: i32;

  /** float32 [hiddenDim, dim] */
  encoder: usize;
  /** float32 [hiddenDim, dim]: row j as it was after step `stamps[j]`. */
  decoder: usize;
  /** int32 [hiddenDim] */
  stamps: usize;
  /** float32 [restCount]: powers of 0.95, 0 beyond. */
  rests: usize;

  /** float32 [rows, dim], of unit length. */
  x: usize;
  /** int32 [rows, k], ascending in each row. */
  winners: usize;
  /** float32 [rows, k] */
  activations: usize;
  /** float32 [rows] */
  reward: usize;
  /** float32 [hiddenDim] */
  rates: usize;
  /** float32 [rows, dim] */
  output: usize;

  /** float32 [hiddenDim, dim] and int32 [hiddenDim]: Hebbian sums and firings of earlier slices of a batch, 0 between the steps. */
  sums: usize;
  fires: usize;

  /** Scratch, float32 [rows, dim]. */
  imagination: usize;
  /** Scratch, float32 [dim]. */
  row: usize;
  /** Scratch, int32 [hiddenDim + 1]: where each neuron's entries begin. */
  starts: usize;
  /** Scratch, int32 [rows · k]: the sample of each firing, by neuron. */
  samples: usize;
  /** Scratch, float32 [rows · k]: what it counts. */
  weights: usize;
}

/**
 * `output ← output + gate · Σ_j a_j d_j` of `rows` samples. A decoder row is as of its stamp; since then its encoder row e has rested, so
 * `d = rest · stored + (1 − rest) · e` with `rest = 0.95^(steps − stamp)`.
 */
export function recall(layer: Layer, rows: i32, gate: f32): void {
  group(layer, rows, false);
  const dim = layer.dim;
  const rowBytes = usize(dim) << 2;
  const imagination = layer.imagination;
  memory.fill(imagination, 0, usize(rows) * rowBytes);
  const hiddenDim = layer.hiddenDim;
  const starts = layer.starts;
  let from: usize = 0;
  for (let neuron: i32 = 0; neuron < hiddenDim; neuron++) {
    const to = endOf(starts, neuron);
    if (from === to) continue;
    const row = decoderRow(layer, neuron);
    for (; from < to; from += WORD) {
      const sample = usize(load<i32>(layer.samples + from));
      addScaled(imagination + sample * rowBytes, load<f32>(layer.weights + from), row, dim);
    }
  }
  addScaled(layer.output, gate, imagination, rows * dim);
}

/** A neuron's decoder row as of now: the stored one, or in scratch. */
function decoderRow(layer: Layer, neuron: i32): usize {
  const offset = (usize(neuron) * usize(layer.dim)) << 2;
  const rest = restOf(layer, neuron);
  const stored = layer.decoder + offset;
  if (rest === 1) return stored;
  memory.copy(layer.row, stored, usize(layer.dim) << 2);
  moveTowards(layer.row, 1 - rest, layer.encoder + offset, layer.dim);
  return layer.row;
}

/** How much is left of a decoder row as it is stored. */
function restOf(layer: Layer, neuron: i32): f32 {
  const missed = layer.steps - load<i32>(layer.stamps + (usize(neuron) << 2));
  return missed < layer.restCount ? load<f32>(layer.rests + (usize(missed) << 2)) : 0;
}

/** `y ← y + scale · x` */
function addScaled(y: usize, scale: f32, x: usize, count: i32): void {
  const scales = f32x4.splat(scale);
  const end = usize(count) << 2;
  let at: usize = 0;
  for (; at + 64 <= end; at += 64) {
    const a = f32x4.add(v128.load(y + at), f32x4.mul(scales, v128.load(x + at)));
    const b = f32x4.add(v128.load(y + at, 16), f32x4.mul(scales, v128.load(x + at, 16)));
    const c = f32x4.add(v128.load(y + at, 32), f32x4.mul(scales, v128.load(x + at, 32)));
    const d = f32x4.add(v128.load(y + at, 48), f32x4.mul(scales, v128.load(x + at, 48)));
    v128.store(y + at, a);
    v128.store(y + at, b, 16);
    v128.store(y + at, c, 32);
    v128.store(y + at, d, 48);
  }
  for (; at < end; at += WORD) store<f32>(y + at, load<f32>(y + at) + scale * load<f32>(x + at));
}

/**
 * Adds a slice of a batch to the Hebbian sums, `sum_j += Σ_b a_bj r_b x̂_b` and `fires_j += 1` for every b that fired j, and with the last slice
 * ends the plasticity step: for every neuron that fired, the decoder row catches up on the steps that it missed, the encoder row moves to
 * the mean of what fired it, `E_j ← E_j + rate_j · (sum_j / (fires_j + 1e-6) − E_j)`, is cut back to length 1 where it is longer, and the
 * decoder tracks it, `D_j ← (1 − tracking) D_j + tracking · E_j`. A neuron whose rate is 0 rests: its decoder row catches up later.
 */
export function learn(layer: Layer, rows: i32, isLast: bool, tracking: f32): void {
  group(layer, rows, true);
  const rowBytes = usize(layer.dim) << 2;
  const hiddenDim = layer.hiddenDim;
  const starts = layer.starts;
  let to: usize = 0;
  for (let neuron: i32 = 0; neuron < hiddenDim; neuron++) {
    const from = to;
    to = endOf(starts, neuron);
    const firesAt = layer.fires + (usize(neuron) << 2);
    const before = load<i32>(firesAt);
    const fires = before + i32((to - from) >> 2);
    if (from === to && !(isLast && before > 0)) continue;
    // What ends at once need not be kept.
    const sum = isLast && before === 0 ? layer.row : layer.sums + usize(neuron) * rowBytes;
    addRows(layer.x, rowBytes, layer.dim, layer.samples, layer.weights, from, to, sum, before === 0);
    store<i32>(firesAt, isLast ? 0 : fires);
    if (isLast) learnRow(layer, neuron, sum, fires, tracking);
  }
}

function learnRow(layer: Layer, neuron: i32, sum: usize, fires: i32, tracking: f32): void {
  const dim = layer.dim;
  const rate = load<f32>(layer.rates + (usize(neuron) << 2));
  if (rate === 0) return;
  const offset = (usize(neuron) * usize(dim)) << 2;
  const encoder = layer.encoder + offset;
  const decoder = layer.decoder + offset;
  const rest = restOf(layer, neuron);
  if (rest < 1) moveTowards(decoder, 1 - rest, encoder, dim);
  hebb(encoder, sum, f32(1.0 / (f64(fires) + 1e-6)), rate, dim);
  moveTowards(decoder, tracking, encoder, dim);
  store<i32>(layer.stamps + (usize(neuron) << 2), layer.steps + 1);
}

/** Where a neuron's entries end, and the next one's begin, in bytes. */
function endOf(starts: usize, neuron: i32): usize {
  return usize(load<i32>(starts + (usize(neuron + 1) << 2))) << 2;
}

/** Counting sort of the firings by neuron, each neuron's in the order of the batch. They count by their activation, or by that times the reward. */
function group(layer: Layer, rows: i32, isRewarded: bool): void {
  const starts = layer.starts;
  const winners = layer.winners;
  const k = layer.k;
  memory.fill(starts, 0, usize(layer.hiddenDim + 1) << 2);
  const end = usize(rows * k) << 2;
  for (let i: usize = 0; i < end; i += WORD) {
    const at = starts + (usize(load<i32>(winners + i)) << 2);
    store<i32>(at, load<i32>(at) + 1);
  }
  let sum = 0;
  for (let neuron: i32 = 0; neuron <= layer.hiddenDim; neuron++) {
    const at = starts + (usize(neuron) << 2);
    sum += load<i32>(at);
    store<i32>(at, sum);
  }
  // `starts[j]` is where j's entries end; filling from the back moves it to where they start.
  for (let row = rows - 1; row >= 0; row--) {
    const counts: f32 = isRewarded ? load<f32>(layer.reward + (usize(row) << 2)) : 1;
    for (let i = row * k; i < (row + 1) * k; i++) {
      const at = starts + (usize(load<i32>(winners + (usize(i) << 2))) << 2);
      const entry = load<i32>(at) - 1;
      store<i32>(at, entry);
      store<i32>(layer.samples + (usize(entry) << 2), row);
      store<f32>(layer.weights + (usize(entry) << 2), load<f32>(layer.activations + (usize(i) << 2)) * counts);
    }
  }
}

/** `sum = (0 or sum) + Σ weight · x[sample]` over the entries from `from` to `to` (in bytes). */
function addRows(
  x: usize,
  rowBytes: usize,
  dim: i32,
  samples: usize,
  weights: usize,
  from: usize,
  to: usize,
  sum: usize,
  isFirst: bool,
): void {
  let column: i32 = 0;
  for (; column + BLOCK <= dim; column += BLOCK) {
    const offset = usize(column) << 2;
    const out = sum + offset;
    let a = f32x4.splat(0);
    let b = a;
    let c = a;
    let d = a;
    if (!isFirst) {
      a = v128.load(out);
      b = v128.load(out, 16);
      c = v128.load(out, 32);
      d = v128.load(out, 48);
    }
    for (let i = from; i < to; i += WORD) {
      const w = v128.load32_splat(weights + i);
      const at = x + usize(load<i32>(samples + i)) * rowBytes + offset;
      a = f32x4.add(a, f32x4.mul(w, v128.load(at)));
      b = f32x4.add(b, f32x4.mul(w, v128.load(at, 16)));
      c = f32x4.add(c, f32x4.mul(w, v128.load(at, 32)));
      d = f32x4.add(d, f32x4.mul(w, v128.load(at, 48)));
    }
    v128.store(out, a);
    v128.store(out, b, 16);
    v128.store(out, c, 32);
    v128.store(out, d, 48);
  }
  for (; column < dim; column++) {
    const offset = usize(column) << 2;
    let total: f32 = isFirst ? 0 : load<f32>(sum + offset);
    for (let i = from; i < to; i += WORD) {
      total += load<f32>(weights + i) * load<f32>(x + usize(load<i32>(samples + i)) * rowBytes + offset);
    }
    store<f32>(sum + offset, total);
  }
}

/** `e ← e + rate · (sum · scale − e)`, then cut back to length 1 where it is longer. */
function hebb(e: usize, sum: usize, scale: f32, rate: f32, dim: i32): void {
  const scales = f32x4.splat(scale);
  const rates = f32x4.splat(rate);
  let squares = f64x2.splat(0);
  let column: i32 = 0;
  for (; column + LANES <= dim; column += LANES) {
    const offset = usize(column) << 2;
    const old = v128.load(e + offset);
    const target = f32x4.mul(v128.load(sum + offset), scales);
    const moved = f32x4.add(old, f32x4.mul(rates, f32x4.sub(target, old)));
    v128.store(e + offset, moved);
    const low = f64x2.promote_low_f32x4(moved);
    const high = f64x2.promote_low_f32x4(
      i8x16.shuffle(moved, moved, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7),
    );
    squares = f64x2.add(squares, f64x2.add(f64x2.mul(low, low), f64x2.mul(high, high)));
  }
  let square = f64x2.extract_lane(squares, 0) + f64x2.extract_lane(squares, 1);
  for (; column < dim; column++) {
    const offset = usize(column) << 2;
    const old = load<f32>(e + offset);
    const moved = old + rate * (load<f32>(sum + offset) * scale - old);
    store<f32>(e + offset, moved);
    square += f64(moved) * f64(moved);
  }
  if (square <= 1) return;
  const shrink = f32(1 / sqrt(square));
  column = 0;
  for (; column + LANES <= dim; column += LANES) {
    const at = e + (usize(column) << 2);
    v128.store(at, f32x4.mul(v128.load(at), f32x4.splat(shrink)));
  }
  for (; column < dim; column++) {
    const at = e + (usize(column) << 2);
    store<f32>(at, load<f32>(at) * shrink);
  }
}

/** `y ← (1 − t) · y + t · x` */
function moveTowards(y: usize, t: f32, x: usize, dim: i32): void {
  const rest: f32 = 1 - t;
  const ts = f32x4.splat(t);
  const restings = f32x4.splat(rest);
  let column: i32 = 0;
  for (; column + LANES <= dim; column += LANES) {
    const offset = usize(column) << 2;
    const moved = f32x4.add(f32x4.mul(restings, v128.load(y + offset)), f32x4.mul(ts, v128.load(x + offset)));
    v128.store(y + offset, moved);
  }
  for (; column < dim; column++) {
    const offset = usize(column) << 2;
    store<f32>(y + offset, rest * load<f32>(y + offset) + t * load<f32>(x + offset));
  }
}
