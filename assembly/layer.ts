// The sparse steps of a plastic layer: recall through the winners' decoder rows, and the Hebbian update of the rows that fired.

import { LANES, WORD } from "./words";

/** Columns that are summed in registers at a time. */
const BLOCK: i32 = 16;

/**
 * One row's `output = x + gate · Σ_j a_j d_j` over its winners. A decoder row is as of its stamp; since then its encoder row e has rested, so
 * `d = rest · stored + (1 − rest) · e` with `rest = 0.95^(steps − stamp)`.
 * @param rests float32 [restCount]: powers of 0.95, 0 beyond
 * @param weights scratch, float32 [2 · k]
 */
export function recall(
  x: usize,
  output: usize,
  dim: i32,
  winners: usize,
  activations: usize,
  k: i32,
  gate: f32,
  encoder: usize,
  decoder: usize,
  stamps: usize,
  steps: i32,
  rests: usize,
  restCount: i32,
  weights: usize,
): void {
  const rowBytes = usize(dim) << 2;
  const resting = weights + (usize(k) << 2);
  let isFresh = true;
  for (let i: usize = 0; i < usize(k) << 2; i += WORD) {
    const missed = steps - load<i32>(stamps + (usize(load<i32>(winners + i)) << 2));
    const rest = missed < restCount ? load<f32>(rests + (usize(missed) << 2)) : 0;
    const activation = load<f32>(activations + i);
    store<f32>(weights + i, activation * rest);
    store<f32>(resting + i, activation * (1 - rest));
    if (rest < 1) isFresh = false;
  }
  const gates = f32x4.splat(gate);
  let column: i32 = 0;
  for (; column + BLOCK <= dim; column += BLOCK) {
    const offset = usize(column) << 2;
    let a = f32x4.splat(0);
    let b = f32x4.splat(0);
    let c = f32x4.splat(0);
    let d = f32x4.splat(0);
    for (let i: usize = 0; i < usize(k) << 2; i += WORD) {
      const row = usize(load<i32>(winners + i)) * rowBytes + offset;
      const w = v128.load32_splat(weights + i);
      const from = decoder + row;
      a = f32x4.add(a, f32x4.mul(w, v128.load(from)));
      b = f32x4.add(b, f32x4.mul(w, v128.load(from, 16)));
      c = f32x4.add(c, f32x4.mul(w, v128.load(from, 32)));
      d = f32x4.add(d, f32x4.mul(w, v128.load(from, 48)));
      if (isFresh) continue;
      const r = v128.load32_splat(resting + i);
      const rested = encoder + row;
      a = f32x4.add(a, f32x4.mul(r, v128.load(rested)));
      b = f32x4.add(b, f32x4.mul(r, v128.load(rested, 16)));
      c = f32x4.add(c, f32x4.mul(r, v128.load(rested, 32)));
      d = f32x4.add(d, f32x4.mul(r, v128.load(rested, 48)));
    }
    const input = x + offset;
    const out = output + offset;
    v128.store(out, f32x4.add(v128.load(input), f32x4.mul(gates, a)));
    v128.store(out, f32x4.add(v128.load(input, 16), f32x4.mul(gates, b)), 16);
    v128.store(out, f32x4.add(v128.load(input, 32), f32x4.mul(gates, c)), 32);
    v128.store(out, f32x4.add(v128.load(input, 48), f32x4.mul(gates, d)), 48);
  }
  for (; column < dim; column++) {
    const offset = usize(column) << 2;
    let sum: f32 = 0;
    for (let i: usize = 0; i < usize(k) << 2; i += WORD) {
      const row = usize(load<i32>(winners + i)) * rowBytes + offset;
      sum += load<f32>(weights + i) * load<f32>(decoder + row);
      sum += load<f32>(resting + i) * load<f32>(encoder + row);
    }
    store<f32>(output + offset, load<f32>(x + offset) + gate * sum);
  }
}

/**
 * Adds a slice of a batch to the Hebbian sums: `sum_j += Σ_b a_bj r_b x̂_b`, `fires_j += 1` for every b that fired j. A neuron that has not
 * fired in this step yet has `fires_j = 0`, and whatever its sum holds is overwritten.
 * @param x float32 [rows, dim]
 * @param winners int32 [rows, k]
 * @param activations float32 [rows, k]
 * @param reward float32 [rows]
 * @param starts scratch, int32 [hiddenDim + 1]
 * @param entries scratch, int32 and float32 [rows · k]: the sample and the weight of each firing, by neuron
 */
export function accumulate(
  x: usize,
  dim: i32,
  winners: usize,
  activations: usize,
  reward: usize,
  rows: i32,
  k: i32,
  hiddenDim: i32,
  sums: usize,
  fires: usize,
  starts: usize,
  entries: usize,
): void {
  const count = rows * k;
  const weights = entries + (usize(count) << 2);
  group(winners, activations, reward, rows, k, hiddenDim, starts, entries, weights);
  const rowBytes = usize(dim) << 2;
  for (let neuron: i32 = 0; neuron < hiddenDim; neuron++) {
    const from = usize(load<i32>(starts + (usize(neuron) << 2))) << 2;
    const to = usize(load<i32>(starts + (usize(neuron + 1) << 2))) << 2;
    if (from === to) continue;
    const seen = fires + (usize(neuron) << 2);
    const isFirst = load<i32>(seen) === 0;
    store<i32>(seen, load<i32>(seen) + i32((to - from) >> 2));
    addRows(x, rowBytes, dim, entries, weights, from, to, sums + usize(neuron) * rowBytes, isFirst);
  }
}

/** Counting sort of the firings by neuron, each neuron's in the order of the batch. */
function group(
  winners: usize,
  activations: usize,
  reward: usize,
  rows: i32,
  k: i32,
  hiddenDim: i32,
  starts: usize,
  entries: usize,
  weights: usize,
): void {
  memory.fill(starts, 0, usize(hiddenDim + 1) << 2);
  const end = usize(rows * k) << 2;
  for (let i: usize = 0; i < end; i += WORD) {
    const at = starts + (usize(load<i32>(winners + i)) << 2);
    store<i32>(at, load<i32>(at) + 1);
  }
  let sum = 0;
  for (let neuron: i32 = 0; neuron <= hiddenDim; neuron++) {
    const at = starts + (usize(neuron) << 2);
    sum += load<i32>(at);
    store<i32>(at, sum);
  }
  // `starts[j]` is where j's entries end; filling from the back moves it to where they start.
  for (let row = rows - 1; row >= 0; row--) {
    const r = load<f32>(reward + (usize(row) << 2));
    for (let i = row * k; i < (row + 1) * k; i++) {
      const at = starts + (usize(load<i32>(winners + (usize(i) << 2))) << 2);
      const entry = load<i32>(at) - 1;
      store<i32>(at, entry);
      store<i32>(entries + (usize(entry) << 2), row);
      store<f32>(weights + (usize(entry) << 2), load<f32>(activations + (usize(i) << 2)) * r);
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

/**
 * Ends a plasticity step: for every neuron that fired, the decoder row catches up on the steps that it missed, the encoder row moves to the
 * mean of what fired it, `E_j ← E_j + rate_j · (sum_j / (fires_j + 1e-6) − E_j)`, is cut back to length 1 where it is longer, and the decoder
 * tracks it, `D_j ← (1 − tracking) D_j + tracking · E_j`. A neuron whose rate is 0 rests: its decoder row catches up later. `fires` is 0 afterwards.
 * @param rates float32 [hiddenDim]
 */
export function learnRows(
  dim: i32,
  hiddenDim: i32,
  sums: usize,
  fires: usize,
  rates: usize,
  encoder: usize,
  decoder: usize,
  stamps: usize,
  steps: i32,
  rests: usize,
  restCount: i32,
  tracking: f32,
): void {
  const rowBytes = usize(dim) << 2;
  for (let neuron: i32 = 0; neuron < hiddenDim; neuron++) {
    const at = usize(neuron) << 2;
    const count = load<i32>(fires + at);
    if (count === 0) continue;
    store<i32>(fires + at, 0);
    const rate = load<f32>(rates + at);
    if (rate === 0) continue;
    const row = usize(neuron) * rowBytes;
    const missed = steps - load<i32>(stamps + at);
    const rest = missed < restCount ? load<f32>(rests + (usize(missed) << 2)) : 0;
    if (rest < 1) moveTowards(decoder + row, 1 - rest, encoder + row, dim);
    hebb(encoder + row, sums + row, f32(1.0 / (f64(count) + 1e-6)), rate, dim);
    moveTowards(decoder + row, tracking, encoder + row, dim);
    store<i32>(stamps + at, steps + 1);
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
