// What an analytic readout sees of a sample, in whole numbers: as src/backend/sums-features.ts says it, number by number. Every step is exact or rounds as
// JavaScript does, so that both give the same.

import { multiplyTile } from "./sums";

/** What 1 becomes. */
const UNIT: f32 = 4096;
/** 1.5 · 2²³: float32 numbers about here differ by 1, and so do the whole numbers that have their bits. */
const STEPS_OF_ONE: f32 = 12582912;

/**
 * Numbers of unit-length keys in units of 2⁻¹², rounded half up.
 * @param keys float32 [rows, dim]
 * @param codes int16 [rows, stride], `stride` a multiple of 8; what is beyond `dim` stays as it is
 */
export function encodeKeys(keys: usize, rows: i32, dim: i32, stride: i32, codes: usize): void {
  for (let row: i32 = 0; row < rows; row++) {
    const key = keys + ((usize(row) * usize(dim)) << 2);
    const code = codes + ((usize(row) * usize(stride)) << 1);
    let i: i32 = 0;
    for (; i + 8 <= dim; i += 8) {
      const at = key + (usize(i) << 2);
      v128.store(code + (usize(i) << 1), i16x8.narrow_i32x4_s(nearest(v128.load(at)), nearest(v128.load(at, 16))));
    }
    for (; i < dim; i++) {
      const lanes = nearest(f32x4.splat(load<f32>(key + (usize(i) << 2))));
      store<i16>(code + (usize(i) << 1), i16(i32x4.extract_lane(lanes, 0)));
    }
  }
}

/**
 * `⌊4096 x + 1/2⌋` from −4096 to 4096. What is added has steps of 1, so that the sum is the nearest whole number, of two equally near ones the even; which
 * is one too small where x is half a step above it.
 */
function nearest(x: v128): v128 {
  const scaled = f32x4.mul(x, f32x4.splat(UNIT));
  const clamped = f32x4.pmax(f32x4.splat(-UNIT), f32x4.pmin(f32x4.splat(UNIT), scaled));
  const sum = f32x4.add(clamped, f32x4.splat(STEPS_OF_ONE));
  const over = f32x4.sub(clamped, f32x4.sub(sum, f32x4.splat(STEPS_OF_ONE)));
  const wholes = i32x4.sub(sum, f32x4.splat(STEPS_OF_ONE));
  // Where it is true a comparison gives −1.
  return i32x4.sub(wholes, f32x4.ge(over, f32x4.splat(0.5)));
}

/**
 * The products of whole numbers with signs, each exact, in tiles of two rows and four signs.
 * @param codes int16 [rows, stride], `stride` a multiple of 8; the row behind the last is there, whatever it holds
 * @param signs int16 [n, stride], n a multiple of 4
 * @param products int32 [rows, n], and a row more
 */
export function signProducts(codes: usize, rows: i32, stride: i32, signs: usize, n: i32, products: usize): void {
  const bytes = usize(stride) << 1;
  const outBytes = usize(n) << 2;
  for (let i: i32 = 0; i < n; i += 4) {
    const columns = signs + usize(i) * bytes;
    for (let row: i32 = 0; row < rows; row += 2) {
      const first = codes + usize(row) * bytes;
      const out = products + usize(row) * outBytes + (usize(i) << 2);
      multiplyTile(first, first + bytes, columns, bytes, out, outBytes);
    }
  }
}

/**
 * What directions see, `⌊scale · product + 1/2⌋` from 0 to 4096.
 * @param products int32 [n], n a multiple of 8
 * @param seen int16 [n]
 */
export function seeProducts(products: usize, n: i32, scale: f64, seen: usize): void {
  const by = f64x2.splat(scale);
  for (let i: usize = 0; i < usize(n); i += 8) {
    const at = products + (i << 2);
    v128.store(seen + (i << 1), i16x8.narrow_i32x4_s(scaled(v128.load(at), by), scaled(v128.load(at, 16), by)));
  }
}

function scaled(products: v128, by: v128): v128 {
  const low = wholes(f64x2.convert_low_i32x4_s(products), by);
  const high = wholes(f64x2.convert_low_i32x4_s(v128.shuffle<i32>(products, products, 2, 3, 2, 3)), by);
  const all = v128.shuffle<i32>(low, high, 0, 1, 4, 5);
  return i32x4.max_s(i32x4.splat(0), i32x4.min_s(i32x4.splat(i32(UNIT)), all));
}

/** In the first two lanes. */
function wholes(products: v128, by: v128): v128 {
  return i32x4.trunc_sat_f64x2_s_zero(f64x2.floor(f64x2.add(f64x2.mul(products, by), f64x2.splat(0.5))));
}

/**
 * Joins the parts of features: codes, what directions see, and the constant.
 * @param codes int16 [rows, stride], the first `dim` of each row
 * @param seen int16 [rows, seenStride], the first `expansion` of each row
 * @param features int16 [rows, featuresStride]; what is beyond them stays as it is
 */
export function joinFeatures(
  codes: usize,
  rows: i32,
  stride: i32,
  dim: i32,
  seen: usize,
  seenStride: i32,
  expansion: i32,
  features: usize,
  featuresStride: i32,
): void {
  const coded = usize(dim) << 1;
  const all = coded + (usize(expansion) << 1);
  for (let row: usize = 0; row < usize(rows); row++) {
    const out = features + ((row * usize(featuresStride)) << 1);
    memory.copy(out, codes + ((row * usize(stride)) << 1), coded);
    if (expansion > 0) memory.copy(out + coded, seen + ((row * usize(seenStride)) << 1), all - coded);
    store<i16>(out + all, i16(UNIT));
  }
}
