// Cholesky's factor and its triangular solves, sixteen rows at a time. No fused multiply-add and one order of sums, so that every processor gives the same bits:
// a block of k after the other is taken off, each two lanes over k, then their sum.

/** Columns that are finished together; what is before them is taken off in tiles. */
const COLUMNS: i32 = 8;
/** Of k that are taken off together: sixteen rows of so many fill half of the first cache. */
const DEPTH: i32 = 128;
/** Rows of a tile; with two of the factor's these are eight sums, which with their operands fit the sixteen registers of x86. */
const TILE: i32 = 4;

/** Where row j of a lower triangle begins. */
function rowOf(l: usize, j: i32): usize {
  return l + ((usize(j) * usize(j + 1)) >> 1) * 8;
}

/** Where row i begins of those that start at x, each `growth` bytes further from the next than the one before. */
function startOf(x: usize, step: usize, growth: usize, i: i32): usize {
  return x + usize(i) * step + ((usize(i) * usize(i - 1)) >> 1) * growth;
}

/**
 * `x_j ← (x_j − Σ x_k L_jk) / L_jj`, j from `from` to `to` and k from `first` to j, for each of the rows x: what makes rows of the factor, and what solves `Lx = b`.
 * @param l float64, the lower triangle of L row by row, as far as row `to − 1`
 * @param x float64, the rows, finished before `from` and zero before `first`; `step` bytes from the first to the second, then `growth` more each time
 * @param rows a multiple of 4
 * @param first even, as is `from`
 */
export function reduce(
  l: usize,
  x: usize,
  step: usize,
  growth: usize,
  rows: i32,
  first: i32,
  from: i32,
  to: i32,
): void {
  for (let column = from; column < to; column += COLUMNS) {
    const end = min(column + COLUMNS, to);
    for (let k = first; k < column; k += DEPTH) {
      const depth = min(DEPTH, column - k);
      for (let j = column; j < end; j += 2) {
        for (let i: i32 = 0; i < rows; i += TILE) {
          const p = startOf(x, step, growth, i);
          const q = startOf(x, step, growth, i + 1);
          const r = startOf(x, step, growth, i + 2);
          const s = startOf(x, step, growth, i + 3);
          takeOff(l, p, q, r, s, k, depth, j, j + 1 < end);
        }
      }
    }
    for (let j = column; j < end; j++) {
      const y = rowOf(l, j);
      const at = usize(j) << 3;
      const pivot = load<f64>(y + at);
      // Row by row for each column: one row's numbers wait for each other, and those of different rows do not.
      for (let i: i32 = 0; i < rows; i++) {
        const row = startOf(x, step, growth, i);
        store<f64>(row + at, (load<f64>(row + at) - dot(row, y, column, j)) / pivot);
      }
    }
  }
}

/** `x_j ← x_j − Σ x_k L_jk` over `depth` k from `first` on, for two j (or one) of four rows. */
function takeOff(l: usize, p: usize, q: usize, r: usize, s: usize, first: i32, depth: i32, j: i32, isPair: bool): void {
  const start = usize(first) << 3;
  const y = rowOf(l, j) + start;
  const z = isPair ? rowOf(l, j + 1) + start : y;
  const a = p + start;
  const b = q + start;
  const c = r + start;
  const d = s + start;
  let ay = f64x2.splat(0);
  let by = ay;
  let cy = ay;
  let dy = ay;
  let az = ay;
  let bz = ay;
  let cz = ay;
  let dz = ay;
  const end = usize(depth) << 3;
  for (let k: usize = 0; k < end; k += 16) {
    const u = v128.load(y + k);
    const v = v128.load(z + k);
    let row = v128.load(a + k);
    ay = f64x2.add(ay, f64x2.mul(row, u));
    az = f64x2.add(az, f64x2.mul(row, v));
    row = v128.load(b + k);
    by = f64x2.add(by, f64x2.mul(row, u));
    bz = f64x2.add(bz, f64x2.mul(row, v));
    row = v128.load(c + k);
    cy = f64x2.add(cy, f64x2.mul(row, u));
    cz = f64x2.add(cz, f64x2.mul(row, v));
    row = v128.load(d + k);
    dy = f64x2.add(dy, f64x2.mul(row, u));
    dz = f64x2.add(dz, f64x2.mul(row, v));
  }
  const at = usize(j) << 3;
  less(p + at, ay, az, isPair);
  less(q + at, by, bz, isPair);
  less(r + at, cy, cz, isPair);
  less(s + at, dy, dz, isPair);
}

/** Takes the sums of two pairs of lanes off two numbers, or the first off one. */
function less(x: usize, y: v128, z: v128, isPair: bool): void {
  if (isPair) {
    const sums = f64x2.add(v128.shuffle<f64>(y, z, 0, 2), v128.shuffle<f64>(y, z, 1, 3));
    v128.store(x, f64x2.sub(v128.load(x), sums));
  } else {
    store<f64>(x, load<f64>(x) - (f64x2.extract_lane(y, 0) + f64x2.extract_lane(y, 1)));
  }
}

/**
 * Finishes four or more rows of the factor from column `top` on, where `reduce` has left them: `L_ij = (A_ij − Σ L_ik L_jk) / L_jj`, `L_ii = √(A_ii − Σ L_ik²)`.
 * @param top a multiple of 4
 * @param end the last of the rows and one; up to 3 beyond are there, and zero
 * @param least what a pivot's square counts as where rounding has taken it below
 */
export function complete(l: usize, top: i32, end: i32, least: f64): void {
  for (let row = top; row < end; row += TILE) {
    reduce(l, rowOf(l, row), usize(row + 1) << 3, 8, TILE, 0, top, row);
    for (let i = row; i < min(row + TILE, end); i++) {
      const x = rowOf(l, i);
      for (let j = row; j <= i; j++) {
        const y = rowOf(l, j);
        const at = usize(j) << 3;
        const left = load<f64>(x + at) - dot(x, y, 0, j);
        store<f64>(x + at, i === j ? sqrt(max(left, least)) : left / load<f64>(y + at));
      }
    }
  }
}

/**
 * Solves `Lᵀx = z` in place for each of the rows z.
 * @param l as in `reduce`, [n] rows
 * @param z float64 [rows, n]
 */
export function backward(l: usize, z: usize, rows: i32, n: i32): void {
  let end = n;
  // What fills no four comes first, so that the rest do.
  for (; end % TILE !== 0; end--) {
    for (let row: i32 = 0; row < rows; row++) backwardRow(l, z + ((usize(row) * usize(n)) << 3), end - 1);
  }
  for (; end > 0; end -= TILE) {
    for (let row: i32 = 0; row < rows; row++) backwardFour(l, z + ((usize(row) * usize(n)) << 3), end - TILE);
  }
}

/** Number j of x, and what it takes off those before it. */
function backwardRow(l: usize, z: usize, j: i32): void {
  const y = rowOf(l, j);
  const x = load<f64>(z + (usize(j) << 3)) / load<f64>(y + (usize(j) << 3));
  store<f64>(z + (usize(j) << 3), x);
  for (let k: usize = 0; k < usize(j) << 3; k += 8) store<f64>(z + k, load<f64>(z + k) - load<f64>(y + k) * x);
}

/** Numbers j to j + 3 of x, and what they take off those before them. @param j a multiple of 4 */
function backwardFour(l: usize, z: usize, j: i32): void {
  const at = usize(j) << 3;
  const a = rowOf(l, j);
  const b = rowOf(l, j + 1);
  const c = rowOf(l, j + 2);
  const d = rowOf(l, j + 3);
  const z3 = load<f64>(z + at, 24) / load<f64>(d + at, 24);
  const z2 = (load<f64>(z + at, 16) - load<f64>(d + at, 16) * z3) / load<f64>(c + at, 16);
  const z1 = (load<f64>(z + at, 8) - load<f64>(d + at, 8) * z3 - load<f64>(c + at, 8) * z2) / load<f64>(b + at, 8);
  const z0 =
    (load<f64>(z + at) - load<f64>(d + at) * z3 - load<f64>(c + at) * z2 - load<f64>(b + at) * z1) / load<f64>(a + at);
  store<f64>(z + at, z0);
  store<f64>(z + at, z1, 8);
  store<f64>(z + at, z2, 16);
  store<f64>(z + at, z3, 24);
  const p = f64x2.splat(z0);
  const q = f64x2.splat(z1);
  const r = f64x2.splat(z2);
  const s = f64x2.splat(z3);
  for (let k: usize = 0; k < at; k += 16) {
    const less = f64x2.add(
      f64x2.add(f64x2.mul(p, v128.load(a + k)), f64x2.mul(q, v128.load(b + k))),
      f64x2.add(f64x2.mul(r, v128.load(c + k)), f64x2.mul(s, v128.load(d + k))),
    );
    v128.store(z + k, f64x2.sub(v128.load(z + k), less));
  }
}

/** `Σ x_k y_k`, k from `from` to `to`. @param from even */
function dot(x: usize, y: usize, from: i32, to: i32): f64 {
  let sum = f64x2.splat(0);
  let k = from;
  for (; k + 2 <= to; k += 2) {
    sum = f64x2.add(sum, f64x2.mul(v128.load(x + (usize(k) << 3)), v128.load(y + (usize(k) << 3))));
  }
  const lanes = f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1);
  return k < to ? lanes + load<f64>(x + (usize(k) << 3)) * load<f64>(y + (usize(k) << 3)) : lanes;
}
