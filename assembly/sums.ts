// Sums of outer products for the analytic readout. All numbers are whole, and every sum stays below 2³¹ (a block) or 2⁵³ (the matrix): results are
// exact, whatever the order, so that they are the same to the bit on every processor and in every batch.

/** Samples of a block: with features up to 2¹² a sum over it stays below 2³¹. The more, the less often the matrix is read and written. */
const BLOCK: usize = 120;
const ROW_BYTES: usize = BLOCK * 2;

/**
 * Adds `sign · ΦᵀΦ` of a block to the lower triangle of a matrix, in tiles of two rows and four columns: eight sums, which with their operands fit the sixteen
 * registers of x86.
 * @param sums float64 [width · (width + 1) / 2]: row i has its first i + 1 numbers
 * @param block int16 [width + 3, 120]: feature by sample, zero beyond the samples and beyond the features
 * @param vectors of 8 samples that are not all zero
 */
export function addOuter(sums: usize, block: usize, width: i32, vectors: i32, sign: f64): void {
  const signs = f64x2.splat(sign);
  const end = usize(vectors) << 4;
  let out = sums;
  for (let i: i32 = 0; i < width; i += 2) {
    const first = block + usize(i) * ROW_BYTES;
    const second = first + ROW_BYTES;
    const next = out + (usize(i + 1) << 3);
    for (let j: i32 = 0; j <= i; j += 4) {
      const column = block + usize(j) * ROW_BYTES;
      let a0 = i32x4.splat(0);
      let a1 = a0;
      let a2 = a0;
      let a3 = a0;
      let b0 = a0;
      let b1 = a0;
      let b2 = a0;
      let b3 = a0;
      for (let at: usize = 0; at < end; at += 16) {
        const x = v128.load(first + at);
        const y = v128.load(second + at);
        const from = column + at;
        let u = v128.load(from);
        a0 = i32x4.add(a0, i32x4.dot_i16x8_s(x, u));
        b0 = i32x4.add(b0, i32x4.dot_i16x8_s(y, u));
        u = v128.load(from, ROW_BYTES);
        a1 = i32x4.add(a1, i32x4.dot_i16x8_s(x, u));
        b1 = i32x4.add(b1, i32x4.dot_i16x8_s(y, u));
        u = v128.load(from, 2 * ROW_BYTES);
        a2 = i32x4.add(a2, i32x4.dot_i16x8_s(x, u));
        b2 = i32x4.add(b2, i32x4.dot_i16x8_s(y, u));
        u = v128.load(from, 3 * ROW_BYTES);
        a3 = i32x4.add(a3, i32x4.dot_i16x8_s(x, u));
        b3 = i32x4.add(b3, i32x4.dot_i16x8_s(y, u));
      }
      const at = usize(j) << 3;
      add(out + at, total(a0, a1, a2, a3), signs, i + 1 - j);
      if (i + 1 < width) add(next + at, total(b0, b1, b2, b3), signs, i + 2 - j);
    }
    out = next + (usize(i + 2) << 3);
  }
}

/**
 * The products of two rows with four, each exact.
 * @param first int16 [stride], as is `second`
 * @param columns int16 [4, stride]
 * @param bytes of a row, a multiple of 16
 * @param out int32 [4], those of `first`; those of `second` lie `outBytes` behind
 */
export function multiplyTile(
  first: usize,
  second: usize,
  columns: usize,
  bytes: usize,
  out: usize,
  outBytes: usize,
): void {
  let a0 = i32x4.splat(0);
  let a1 = a0;
  let a2 = a0;
  let a3 = a0;
  let b0 = a0;
  let b1 = a0;
  let b2 = a0;
  let b3 = a0;
  for (let at: usize = 0; at < bytes; at += 16) {
    const x = v128.load(first + at);
    const y = v128.load(second + at);
    let from = columns + at;
    let u = v128.load(from);
    a0 = i32x4.add(a0, i32x4.dot_i16x8_s(x, u));
    b0 = i32x4.add(b0, i32x4.dot_i16x8_s(y, u));
    from += bytes;
    u = v128.load(from);
    a1 = i32x4.add(a1, i32x4.dot_i16x8_s(x, u));
    b1 = i32x4.add(b1, i32x4.dot_i16x8_s(y, u));
    from += bytes;
    u = v128.load(from);
    a2 = i32x4.add(a2, i32x4.dot_i16x8_s(x, u));
    b2 = i32x4.add(b2, i32x4.dot_i16x8_s(y, u));
    from += bytes;
    u = v128.load(from);
    a3 = i32x4.add(a3, i32x4.dot_i16x8_s(x, u));
    b3 = i32x4.add(b3, i32x4.dot_i16x8_s(y, u));
  }
  v128.store(out, total(a0, a1, a2, a3));
  v128.store(out + outBytes, total(b0, b1, b2, b3));
}

/** The sum of the lanes of each. */
function total(a: v128, b: v128, c: v128, d: v128): v128 {
  const ab = i32x4.add(v128.shuffle<i32>(a, b, 0, 4, 1, 5), v128.shuffle<i32>(a, b, 2, 6, 3, 7));
  const cd = i32x4.add(v128.shuffle<i32>(c, d, 0, 4, 1, 5), v128.shuffle<i32>(c, d, 2, 6, 3, 7));
  return i32x4.add(v128.shuffle<i32>(ab, cd, 0, 1, 4, 5), v128.shuffle<i32>(ab, cd, 2, 3, 6, 7));
}

/** Adds four numbers, or the first `left` of them where that is less. */
function add(out: usize, four: v128, signs: v128, left: i32): void {
  const low = f64x2.mul(signs, f64x2.convert_low_i32x4_s(four));
  if (left === 1) {
    store<f64>(out, load<f64>(out) + f64x2.extract_lane(low, 0));
    return;
  }
  v128.store(out, f64x2.add(v128.load(out), low));
  if (left === 2) return;
  const high = f64x2.mul(signs, f64x2.convert_low_i32x4_s(v128.shuffle<i32>(four, four, 2, 3, 2, 3)));
  if (left === 3) store<f64>(out, load<f64>(out, 16) + f64x2.extract_lane(high, 0), 16);
  else v128.store(out, f64x2.add(v128.load(out, 16), high), 16);
}
