// Sums of outer products for the analytic readout. All numbers are whole, and every sum stays below 2³¹ (a block) or 2⁵³ (the matrix): results are
// exact, whatever the order, so that they are the same to the bit on every processor and in every batch.

/** Samples of a block: with features up to 2¹² a sum over it is at most 2³⁰. */
const BLOCK: usize = 64;
const ROW_BYTES: usize = BLOCK * 2;

/**
 * Adds `sign · ΦᵀΦ` of a block to the lower triangle of a matrix.
 * @param sums float64 [width · (width + 1) / 2]: row i has its first i + 1 numbers
 * @param block int16 [width + 3, 64]: feature by sample, zero beyond the samples and beyond the features
 * @param vectors of 8 samples that are not all zero
 */
export function addOuter(sums: usize, block: usize, width: i32, vectors: i32, sign: f64): void {
  const signs = f64x2.splat(sign);
  const end = usize(vectors) << 4;
  let out = sums;
  for (let i: i32 = 0; i < width; i++) {
    const row = block + usize(i) * ROW_BYTES;
    for (let j: i32 = 0; j <= i; j += 4) {
      const column = block + usize(j) * ROW_BYTES;
      let a = i32x4.splat(0);
      let b = a;
      let c = a;
      let d = a;
      for (let at: usize = 0; at < end; at += 16) {
        const x = v128.load(row + at);
        a = i32x4.add(a, i32x4.dot_i16x8_s(x, v128.load(column + at)));
        b = i32x4.add(b, i32x4.dot_i16x8_s(x, v128.load(column + at, ROW_BYTES)));
        c = i32x4.add(c, i32x4.dot_i16x8_s(x, v128.load(column + at, 2 * ROW_BYTES)));
        d = i32x4.add(d, i32x4.dot_i16x8_s(x, v128.load(column + at, 3 * ROW_BYTES)));
      }
      const ab = i32x4.add(v128.shuffle<i32>(a, b, 0, 4, 1, 5), v128.shuffle<i32>(a, b, 2, 6, 3, 7));
      const cd = i32x4.add(v128.shuffle<i32>(c, d, 0, 4, 1, 5), v128.shuffle<i32>(c, d, 2, 6, 3, 7));
      const four = i32x4.add(v128.shuffle<i32>(ab, cd, 0, 1, 4, 5), v128.shuffle<i32>(ab, cd, 2, 3, 6, 7));
      const left = i + 1 - j;
      const low = f64x2.mul(signs, f64x2.convert_low_i32x4_s(four));
      if (left === 1) {
        store<f64>(out, load<f64>(out) + f64x2.extract_lane(low, 0));
        out += 8;
        continue;
      }
      v128.store(out, f64x2.add(v128.load(out), low));
      if (left === 2) {
        out += 16;
        continue;
      }
      const high = f64x2.mul(signs, f64x2.convert_low_i32x4_s(v128.shuffle<i32>(four, four, 2, 3, 2, 3)));
      if (left === 3) {
        store<f64>(out, load<f64>(out, 16) + f64x2.extract_lane(high, 0), 16);
        out += 24;
        continue;
      }
      v128.store(out, f64x2.add(v128.load(out, 16), high), 16);
      out += 32;
    }
  }
}

/**
 * The products of whole numbers with signs, each exact.
 * @param codes int16 [rows, stride], `stride` a multiple of 8
 * @param signs int16 [n, stride]
 * @param products int32 [rows, n]
 */
export function signProducts(codes: usize, rows: i32, stride: i32, signs: usize, n: i32, products: usize): void {
  const bytes = usize(stride) << 1;
  let out = products;
  for (let row: i32 = 0; row < rows; row++) {
    const code = codes + usize(row) * bytes;
    let sign = signs;
    for (let i: i32 = 0; i < n; i++) {
      let sum = i32x4.splat(0);
      for (let at: usize = 0; at < bytes; at += 16) {
        sum = i32x4.add(sum, i32x4.dot_i16x8_s(v128.load(code + at), v128.load(sign + at)));
      }
      store<i32>(
        out,
        i32x4.extract_lane(sum, 0) +
          i32x4.extract_lane(sum, 1) +
          (i32x4.extract_lane(sum, 2) + i32x4.extract_lane(sum, 3)),
      );
      out += 4;
      sign += bytes;
    }
  }
}
