// A brain's own source of chance: xoshiro128** (Blackman and Vigna 2018, https://prng.di.unimi.it/xoshiro128starstar.c), seeded by
// splitmix32. Invariant: its four words are its whole state, so a brain restored from them draws what the original would have drawn.

import { atOnce, type Pieces, piecesOf } from "../tensor/pace.ts";
import { toUnitLength } from "../tensor/vector.ts";

/** Numbers that are drawn between two pauses. */
const PIECE_NUMBERS = 2048;

/** Where the four hashes of a key begin: the first words of π's fraction. */
const LANES = [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344] as const;

export class Random {
  /** As int32, and written in place: lists of numbers would cost more than the draw. */
  readonly #words: Int32Array;

  constructor(words: readonly number[]) {
    if (words.length !== 4) throw new RangeError(`a generator has 4 words of state, got ${words.length}`);
    this.#words = Int32Array.from(words);
  }

  /** @param seed uint32 */
  static seeded(seed: number): Random {
    let counter = seed >>> 0;
    const word = (): number => {
      counter = (counter + GOLDEN) >>> 0;
      return mixed(counter);
    };
    return new Random([word(), word(), word(), word()]);
  }

  /**
   * A generator of its own for each key, so that what is drawn for one thing does not depend on what was drawn for others before.
   * @param key what it draws for, uint32 each; keys of one length that differ in a single number never share a word of state
   */
  static keyed(...key: readonly number[]): Random {
    const words = LANES.map((lane) => key.reduce((hash, part) => mixed(((hash ^ part) + GOLDEN) >>> 0), lane));
    // The generator stands still where all of its state is 0.
    return new Random(words.every((word) => word === 0) ? LANES : words);
  }

  /** 4 × uint32 */
  get state(): readonly number[] {
    return Array.from(this.#words, (word) => word >>> 0);
  }

  /** Uniform on the 2³² multiples of 2⁻³² in [0, 1). */
  uniform(): number {
    const words = this.#words;
    const a = words[0] ?? 0;
    const b = words[1] ?? 0;
    const c = words[2] ?? 0;
    const d = words[3] ?? 0;
    const drawn = Math.imul(rotate(Math.imul(b, 5), 7), 9) >>> 0;
    const third = c ^ a;
    const fourth = d ^ b;
    words[0] = a ^ fourth;
    words[1] = b ^ third;
    words[2] = third ^ (b << 9);
    words[3] = rotate(fourth, 11);
    return drawn / 2 ** 32;
  }

  /** Uniform on 0, 1, … n − 1. */
  below(n: number): number {
    return Math.floor(this.uniform() * n);
  }

  /** A point uniform in the unit disc without its centre (by rejection), and its squared distance from the centre. */
  inDisc(): readonly [x: number, y: number, squared: number] {
    for (;;) {
      const x = 2 * this.uniform() - 1;
      const y = 2 * this.uniform() - 1;
      const squared = x * x + y * y;
      if (squared < 1 && squared > 0) return [x, y, squared];
    }
  }

  /** Independent normal numbers, in pairs by the polar method (Marsaglia 1964): float32 [n] */
  gaussians(n: number): Float32Array {
    return this.#fill(new Float32Array(n), 0, n);
  }

  /** @param from even, since numbers come in pairs */
  #fill(out: Float32Array, from: number, to: number): Float32Array {
    for (let i = from; i < to; i += 2) {
      const [x, y, squared] = this.inDisc();
      const scale = Math.sqrt((-2 * Math.log(squared)) / squared);
      out[i] = x * scale;
      if (i + 1 < to) out[i + 1] = y * scale;
    }
    return out;
  }

  /** Rows of random directions: float32 [rows, dim], each at unit length. */
  directions(rows: number, dim: number): Float32Array {
    return atOnce(this.directionPieces(rows, dim));
  }

  /** As `directions`, piece by piece; nobody else draws meanwhile. */
  *directionPieces(rows: number, dim: number): Pieces<Float32Array> {
    const out = new Float32Array(rows * dim);
    for (const [from, to] of piecesOf(rows, 2 * Math.max(1, Math.floor(PIECE_NUMBERS / dim / 2)))) {
      this.#fill(out, from * dim, to * dim);
      for (let row = from; row < to; row++) toUnitLength(out, row * dim, out, row * dim, dim);
      yield;
    }
    return out;
  }
}

const GOLDEN = 0x9e3779b9;

/** The finalizer of splitmix32: one-to-one on uint32. */
function mixed(word: number): number {
  let z = Math.imul(word ^ (word >>> 16), 0x21f0aaad);
  z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
  return (z ^ (z >>> 15)) >>> 0;
}

const rotate = (word: number, by: number): number => ((word << by) | (word >>> (32 - by))) >>> 0;
