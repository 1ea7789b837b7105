// What solved weights say of samples, and how alike samples are, by the features of an analytic readout. Invariant: an element is summed in one order whatever tile
// computes it, without fused multiply-add, so that every processor gives the same bits.

import { multiplyTile } from "./sums";

/**
 * `features · weightsᵀ` in tiles of two samples and four columns: four lanes over the features, `(0 + 1) + (2 + 3)`.
 * @param features int16 [rows, stride], rows even
 * @param weights float32 [n, stride], n a multiple of 4; zero beyond the width
 * @param scores float32 [rows, n]
 */
export function score(features: usize, rows: i32, stride: i32, weights: usize, n: i32, scores: usize): void {
  const bytes = usize(stride) << 1;
  const outBytes = usize(n) << 2;
  for (let j: i32 = 0; j < n; j += 4) {
    const w0 = weights + usize(j) * 2 * bytes;
    const w1 = w0 + 2 * bytes;
    const w2 = w1 + 2 * bytes;
    const w3 = w2 + 2 * bytes;
    for (let i: i32 = 0; i < rows; i += 2) {
      const first = features + usize(i) * bytes;
      const second = first + bytes;
      let a0 = f32x4.splat(0);
      let a1 = a0;
      let a2 = a0;
      let a3 = a0;
      let b0 = a0;
      let b1 = a0;
      let b2 = a0;
      let b3 = a0;
      for (let at: usize = 0; at < bytes; at += 8) {
        const x = f32x4.convert_i32x4_s(v128.load16x4_s(first + at));
        const y = f32x4.convert_i32x4_s(v128.load16x4_s(second + at));
        const wide = at << 1;
        let u = v128.load(w0 + wide);
        a0 = f32x4.add(a0, f32x4.mul(x, u));
        b0 = f32x4.add(b0, f32x4.mul(y, u));
        u = v128.load(w1 + wide);
        a1 = f32x4.add(a1, f32x4.mul(x, u));
        b1 = f32x4.add(b1, f32x4.mul(y, u));
        u = v128.load(w2 + wide);
        a2 = f32x4.add(a2, f32x4.mul(x, u));
        b2 = f32x4.add(b2, f32x4.mul(y, u));
        u = v128.load(w3 + wide);
        a3 = f32x4.add(a3, f32x4.mul(x, u));
        b3 = f32x4.add(b3, f32x4.mul(y, u));
      }
      const out = scores + usize(i) * outBytes + (usize(j) << 2);
      v128.store(out, totals(a0, a1, a2, a3));
      v128.store(out + outBytes, totals(b0, b1, b2, b3));
    }
  }
}

/** The sum of the lanes of each. */
function totals(a: v128, b: v128, c: v128, d: v128): v128 {
  const ab = f32x4.add(v128.shuffle<f32>(a, b, 0, 2, 4, 6), v128.shuffle<f32>(a, b, 1, 3, 5, 7));
  const cd = f32x4.add(v128.shuffle<f32>(c, d, 0, 2, 4, 6), v128.shuffle<f32>(c, d, 1, 3, 5, 7));
  return f32x4.add(v128.shuffle<f32>(ab, cd, 0, 2, 4, 6), v128.shuffle<f32>(ab, cd, 1, 3, 5, 7));
}

/**
 * The products of samples with those before them, exact, in tiles of two and four.
 * @param samples int16 [n, stride], `stride` a multiple of 8; the three behind the last are there, whatever they hold
 * @param products int32 [n, outStride], and a row more, `outStride` n or more and a multiple of 4: only what is left of the diagonal is of use
 */
export function multiplySamples(samples: usize, n: i32, stride: i32, products: usize, outStride: i32): void {
  const bytes = usize(stride) << 1;
  const outBytes = usize(outStride) << 2;
  for (let i: i32 = 0; i < n; i += 2) {
    const first = samples + usize(i) * bytes;
    const last = min(i + 1, n - 1);
    for (let j: i32 = 0; j < last; j += 4) {
      const out = products + usize(i) * outBytes + (usize(j) << 2);
      multiplyTile(first, first + bytes, samples + usize(j) * bytes, bytes, out, outBytes);
    }
  }
}
