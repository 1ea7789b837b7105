// One large array as it was at a moment, while its owner goes on writing it: rows that are about to change are kept first (copy on write),
// all others are read from the array itself. Invariant: `copyTo` gives the bytes of that moment, provided that every write is told of
// before it happens. Kept rows never take more than the array.

/** Kept rows lie in blocks of about this size: one allocation per row would cost more than its copy. */
const BLOCK_BYTES = 256 * 1024;

const LIVE = -1;

export class KeptRows {
  /** The live array's bytes. */
  readonly #live: Uint8Array;
  readonly #rowBytes: number;
  readonly #rowsPerBlock: number;
  /** int32 [rows]: where in the blocks a row is kept, or `LIVE`. */
  readonly #places: Int32Array;
  readonly #blocks: Uint8Array[] = [];
  #count = 0;

  /** @param live float32 [n, cols], of any n */
  constructor(live: Float32Array, cols: number) {
    this.#live = new Uint8Array(live.buffer, live.byteOffset, live.byteLength);
    this.#rowBytes = cols * live.BYTES_PER_ELEMENT;
    this.#rowsPerBlock = Math.max(1, Math.floor(BLOCK_BYTES / this.#rowBytes));
    this.#places = new Int32Array(live.length / cols).fill(LIVE);
  }

  get byteLength(): number {
    return this.#live.byteLength;
  }

  /** Keeps a row as it is now, unless it is kept or lies beyond what there was. */
  keep(row: number): void {
    if (this.#places[row] !== LIVE) return;
    const at = this.#count % this.#rowsPerBlock;
    if (at === 0) this.#blocks.push(new Uint8Array(this.#rowsPerBlock * this.#rowBytes));
    const from = row * this.#rowBytes;
    this.#blocks.at(-1)?.set(this.#live.subarray(from, from + this.#rowBytes), at * this.#rowBytes);
    this.#places[row] = this.#count++;
  }

  /** Writes bytes `from`, `from + 1`, … as they were to the whole of `target`. */
  copyTo(target: Uint8Array, from: number): void {
    const to = from + target.byteLength;
    target.set(this.#live.subarray(from, to));
    if (this.#count === 0) return;
    const size = this.#rowBytes;
    for (let row = Math.floor(from / size); row * size < to; row++) {
      const place = this.#places[row] ?? LIVE;
      if (place === LIVE) continue;
      const start = Math.max(from, row * size);
      const end = Math.min(to, (row + 1) * size);
      target.set(this.#kept(place).subarray(start - row * size, end - row * size), start - from);
    }
  }

  #kept(place: number): Uint8Array {
    const at = (place % this.#rowsPerBlock) * this.#rowBytes;
    const block = this.#blocks[Math.floor(place / this.#rowsPerBlock)];
    if (block === undefined) throw new RangeError(`no row is kept at place ${place}`);
    return block.subarray(at, at + this.#rowBytes);
  }
}
