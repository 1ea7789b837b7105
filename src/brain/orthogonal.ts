// Random orthogonal matrices for fresh encoders, by Kac's random walk: rotate random disjoint pairs of rows by random angles, again and
// again. Every step keeps the columns orthonormal, and the walk forgets its start within O(n log n) rotations (Pillai and Smith 2017,
// "Kac's walk on the n-sphere mixes in n log n steps"), where a QR of Gaussian numbers would take O(rows · cols²).

import { atOnce, type Pieces, piecesOf } from "../tensor/pace.ts";
import type { Random } from "./random.ts";

/** Numbers that are rotated, or moved, between two pauses. */
const PIECE_NUMBERS = 65_536;

/**
 * @returns float32 [rows, cols] with orthonormal columns when rows ≥ cols, orthonormal rows otherwise (the seed's `nn.init.orthogonal_`)
 */
export const orthogonal = (rows: number, cols: number, random: Random): Float32Array =>
  atOnce(orthogonalPieces(rows, cols, random));

/** As `orthogonal`, piece by piece. */
export function* orthogonalPieces(rows: number, cols: number, random: Random): Pieces<Float32Array> {
  if (rows >= cols) return yield* orthonormalColumns(rows, cols, random);
  return yield* transposed(yield* orthonormalColumns(cols, rows, random), cols, rows);
}

/** float32 [n, cols], n ≥ cols: the first columns of the identity, walked. */
function* orthonormalColumns(n: number, cols: number, random: Random): Pieces<Float32Array> {
  const matrix = new Float32Array(n * cols);
  for (let i = 0; i < cols; i++) matrix[i * cols + i] = 1;
  const order = Int32Array.from({ length: n }, (_, i) => i);
  for (let round = 0; round < roundsFor(n); round++) {
    shuffle(order, random);
    for (const [from, to] of piecesOf(n, Math.max(2, 2 * Math.floor(PIECE_NUMBERS / cols / 2)))) {
      yield;
      for (let i = from; i + 1 < to; i += 2) rotatePair(matrix, cols, order[i] ?? 0, order[i + 1] ?? 0, random);
    }
  }
  return matrix;
}

/**
 * A round takes the fourth moment of a column from the identity's 1 towards the sphere's 3/n by a factor of 3/4, since
 * E[cos⁴ + sin⁴] = 3/4; enough rounds bring it within 1 %: (3/4)^rounds = 0.01 · 3/n.
 */
const roundsFor = (n: number): number => Math.ceil(Math.log((100 * n) / 3) / Math.log(4 / 3));

/** Fisher and Yates. */
function shuffle(order: Int32Array, random: Random): void {
  for (let i = order.length - 1; i > 0; i--) {
    const j = random.below(i + 1);
    const moved = order[i] ?? 0;
    order[i] = order[j] ?? 0;
    order[j] = moved;
  }
}

/** Rotates rows a and b by a uniform angle: `(a, b) ← (c·a − s·b, s·a + c·b)`. */
function rotatePair(matrix: Float32Array, cols: number, a: number, b: number, random: Random): void {
  const [x, y, squared] = random.inDisc();
  const cosine = x / Math.sqrt(squared);
  const sine = y / Math.sqrt(squared);
  const aAt = a * cols;
  const bAt = b * cols;
  for (let i = 0; i < cols; i++) {
    const left = matrix[aAt + i] ?? 0;
    const right = matrix[bAt + i] ?? 0;
    matrix[aAt + i] = cosine * left - sine * right;
    matrix[bAt + i] = sine * left + cosine * right;
  }
}

function* transposed(matrix: Float32Array, rows: number, cols: number): Pieces<Float32Array> {
  const out = new Float32Array(rows * cols);
  for (const [from, to] of piecesOf(rows, Math.max(1, Math.floor(PIECE_NUMBERS / cols)))) {
    yield;
    for (let row = from; row < to; row++) {
      for (let col = 0; col < cols; col++) out[col * rows + row] = matrix[row * cols + col] ?? 0;
    }
  }
  return out;
}
