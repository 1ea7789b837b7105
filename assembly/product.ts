// The dense product of the pure WebAssembly backend: `Y = X·Wᵀ` with both operands row-major as they lie, nothing packed.
// Invariant: an element is summed in one order whatever tile computes it: four lanes over the columns, `(0 + 1) + (2 + 3)`, then what is left
// of the columns. No fused multiply-add, so that every processor gives the same bits.

const LANES: i32 = 4;
/** Weight rows of a tile; with two rows of x that is eight sums, which with their operands fit the sixteen registers of x86. */
const TILE: i32 = 4;

/**
 * Tile after tile of weight rows passes all rows of x, so that the weights are read from memory once.
 * @param x float32 [rows, dim]
 * @param weights float32 [n, dim]
 * @param y float32 [rows, n]
 */
export function product(x: usize, rows: i32, dim: i32, weights: usize, n: i32, y: usize): void {
  const rowBytes = usize(dim) << 2;
  const outBytes = usize(n) << 2;
  for (let column: i32 = 0; column < n; column += TILE) {
    const w = weights + usize(column) * rowBytes;
    const out = y + (usize(column) << 2);
    const last = usize(min(TILE, n - column) - 1);
    let row: i32 = 0;
    for (; row + 2 <= rows; row += 2) {
      pairTile(x + usize(row) * rowBytes, w, dim, last, out + usize(row) * outBytes, outBytes);
    }
    if (row < rows) rowTile(x + usize(row) * rowBytes, w, dim, last, out + usize(row) * outBytes);
  }
}

/** Two rows of x against weight rows 0 to `last`; beyond, row `last` is computed once more, to the same place. */
function pairTile(x: usize, w: usize, dim: i32, last: usize, y: usize, outBytes: usize): void {
  const rowBytes = usize(dim) << 2;
  let a = x;
  let b = x + rowBytes;
  let w0 = w;
  let w1 = w + min(1, last) * rowBytes;
  let w2 = w + min(2, last) * rowBytes;
  let w3 = w + min(3, last) * rowBytes;
  let a0 = f32x4.splat(0);
  let a1 = a0;
  let a2 = a0;
  let a3 = a0;
  let b0 = a0;
  let b1 = a0;
  let b2 = a0;
  let b3 = a0;
  let column: i32 = 0;
  for (; column + LANES <= dim; column += LANES) {
    const p = v128.load(a);
    const q = v128.load(b);
    let u = v128.load(w0);
    a0 = f32x4.add(a0, f32x4.mul(p, u));
    b0 = f32x4.add(b0, f32x4.mul(q, u));
    u = v128.load(w1);
    a1 = f32x4.add(a1, f32x4.mul(p, u));
    b1 = f32x4.add(b1, f32x4.mul(q, u));
    u = v128.load(w2);
    a2 = f32x4.add(a2, f32x4.mul(p, u));
    b2 = f32x4.add(b2, f32x4.mul(q, u));
    u = v128.load(w3);
    a3 = f32x4.add(a3, f32x4.mul(p, u));
    b3 = f32x4.add(b3, f32x4.mul(q, u));
    a += 16;
    b += 16;
    w0 += 16;
    w1 += 16;
    w2 += 16;
    w3 += 16;
  }
  const rest = dim - column;
  store<f32>(y, finish(a0, a, w0, rest));
  store<f32>(y + (min(1, last) << 2), finish(a1, a, w1, rest));
  store<f32>(y + (min(2, last) << 2), finish(a2, a, w2, rest));
  store<f32>(y + (min(3, last) << 2), finish(a3, a, w3, rest));
  const next = y + outBytes;
  store<f32>(next, finish(b0, b, w0, rest));
  store<f32>(next + (min(1, last) << 2), finish(b1, b, w1, rest));
  store<f32>(next + (min(2, last) << 2), finish(b2, b, w2, rest));
  store<f32>(next + (min(3, last) << 2), finish(b3, b, w3, rest));
}

/** `pairTile` of one row. */
function rowTile(x: usize, w: usize, dim: i32, last: usize, y: usize): void {
  const rowBytes = usize(dim) << 2;
  let a = x;
  let w0 = w;
  let w1 = w + min(1, last) * rowBytes;
  let w2 = w + min(2, last) * rowBytes;
  let w3 = w + min(3, last) * rowBytes;
  let a0 = f32x4.splat(0);
  let a1 = a0;
  let a2 = a0;
  let a3 = a0;
  let column: i32 = 0;
  for (; column + LANES <= dim; column += LANES) {
    const p = v128.load(a);
    a0 = f32x4.add(a0, f32x4.mul(p, v128.load(w0)));
    a1 = f32x4.add(a1, f32x4.mul(p, v128.load(w1)));
    a2 = f32x4.add(a2, f32x4.mul(p, v128.load(w2)));
    a3 = f32x4.add(a3, f32x4.mul(p, v128.load(w3)));
    a += 16;
    w0 += 16;
    w1 += 16;
    w2 += 16;
    w3 += 16;
  }
  const rest = dim - column;
  store<f32>(y, finish(a0, a, w0, rest));
  store<f32>(y + (min(1, last) << 2), finish(a1, a, w1, rest));
  store<f32>(y + (min(2, last) << 2), finish(a2, a, w2, rest));
  store<f32>(y + (min(3, last) << 2), finish(a3, a, w3, rest));
}

/** The sum of the lanes, and of the `rest` products that fill no vector. */
function finish(lanes: v128, x: usize, w: usize, rest: i32): f32 {
  let sum =
    f32x4.extract_lane(lanes, 0) +
    f32x4.extract_lane(lanes, 1) +
    (f32x4.extract_lane(lanes, 2) + f32x4.extract_lane(lanes, 3));
  for (let i: usize = 0; i < usize(rest) << 2; i += 4) sum += load<f32>(x + i) * load<f32>(w + i);
  return sum;
}
