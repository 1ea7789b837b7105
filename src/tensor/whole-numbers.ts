// Whole numbers from 0 to 2⁵³ − 1 in pairs of uint32, low word first: the bytes of a uint64 array without the price of bigints.

const WORD = 2 ** 32;

export class WholeNumbers {
  /** uint32 [2 · length] */
  readonly words: Uint32Array;

  /** @param words uint32 [2 · length], taken over */
  constructor(words: Uint32Array) {
    this.words = words;
  }

  static zeros(length: number): WholeNumbers {
    return new WholeNumbers(new Uint32Array(2 * length));
  }

  get length(): number {
    return this.words.length / 2;
  }

  get(index: number): number {
    return (this.words[2 * index] ?? 0) + WORD * (this.words[2 * index + 1] ?? 0);
  }

  set(index: number, value: number): void {
    this.words[2 * index] = value % WORD;
    this.words[2 * index + 1] = Math.floor(value / WORD);
  }

  /** The first `length` numbers as words, a view: uint32 [2 · length]. */
  firstWords(length: number): Uint32Array {
    return this.words.subarray(0, 2 * length);
  }
}
