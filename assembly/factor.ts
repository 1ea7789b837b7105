// Cholesky's factor and its triangular solves, four rows at a time. No fused multiply-add and one order of sums, so that every processor gives the
// same bits: two lanes over k, then their sum.

/** Where row j of a lower triangle begins. */
function rowOf(l: usize, j: i32): usize {
  return l + ((usize(j) * usize(j + 1)) >> 1) * 8;
}

/**
 * `x_j ← (x_j − Σ x_k L_jk) / L_jj`, k from `first` to j, for each of four rows x: what makes rows of the factor, and what solves `Lx = b`.
 * @param l float64, the lower triangle of L row by row, as far as row `to − 1`
 * @param p float64 [to] as are q, r and s; finished before `from`, zero before `first`
 * @param first even, as is `from`
 */
export function reduce(l: usize, p: usize, q: usize, r: usize, s: usize, first: i32, from: i32, to: i32): void {
  let j = from;
  for (; j + 2 <= to; j += 2) {
    const y = rowOf(l, j);
    const z = rowOf(l, j + 1);
    let py = f64x2.splat(0);
    let qy = py;
    let ry = py;
    let sy = py;
    let pz = py;
    let qz = py;
    let rz = py;
    let sz = py;
    const end = usize(j) << 3;
    for (let k = usize(first) << 3; k < end; k += 16) {
      const u = v128.load(y + k);
      const v = v128.load(z + k);
      let x = v128.load(p + k);
      py = f64x2.add(py, f64x2.mul(x, u));
      pz = f64x2.add(pz, f64x2.mul(x, v));
      x = v128.load(q + k);
      qy = f64x2.add(qy, f64x2.mul(x, u));
      qz = f64x2.add(qz, f64x2.mul(x, v));
      x = v128.load(r + k);
      ry = f64x2.add(ry, f64x2.mul(x, u));
      rz = f64x2.add(rz, f64x2.mul(x, v));
      x = v128.load(s + k);
      sy = f64x2.add(sy, f64x2.mul(x, u));
      sz = f64x2.add(sz, f64x2.mul(x, v));
    }
    finish(p + end, py, pz, y + end, z + end);
    finish(q + end, qy, qz, y + end, z + end);
    finish(r + end, ry, rz, y + end, z + end);
    finish(s + end, sy, sz, y + end, z + end);
  }
  if (j < to) {
    const y = rowOf(l, j);
    last(p, y, first, j);
    last(q, y, first, j);
    last(r, y, first, j);
    last(s, y, first, j);
  }
}

/** Numbers j and j + 1 of a row, from their sums before j. */
function finish(x: usize, a: v128, b: v128, y: usize, z: usize): void {
  const now = (load<f64>(x) - (f64x2.extract_lane(a, 0) + f64x2.extract_lane(a, 1))) / load<f64>(y);
  store<f64>(x, now);
  const sum = f64x2.extract_lane(b, 0) + f64x2.extract_lane(b, 1) + now * load<f64>(z);
  store<f64>(x + 8, (load<f64>(x + 8) - sum) / load<f64>(z + 8));
}

/** Number j of a row, one at a time. */
function last(x: usize, y: usize, first: i32, j: i32): void {
  let sum = f64x2.splat(0);
  const end = usize(j) << 3;
  for (let k = usize(first) << 3; k < end; k += 16) {
    sum = f64x2.add(sum, f64x2.mul(v128.load(x + k), v128.load(y + k)));
  }
  const all = f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1);
  store<f64>(x + end, (load<f64>(x + end) - all) / load<f64>(y + end));
}
