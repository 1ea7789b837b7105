// A ring of remembered samples: unit-length keys (in the backend) and their classes. The most similar ones vote on a prediction.
// Invariant: slot s holds sample number n of all ever seen, the latest with n mod capacity = s; slots 0 to min(seen, capacity) are filled.

import type { MemoryKernel, Neighbors } from "../backend/backend.ts";
import { type Matrix, rowsOf } from "../tensor/matrix.ts";
import type { MemoryFill } from "./events.ts";

type Vote = {
  readonly classId: number /** Sum of the similarities of the class's neighbours. */;
  readonly vote: number;
};

/** The neighbours' answer to one query. */
export type Ballot = {
  /** Classes with a neighbour, largest vote first (ties: the lowest class). */
  readonly votes: readonly Vote[];
  /** 1 − similarity of the most similar neighbour; 1 where there is none. */
  readonly novelty: number;
};

export class EpisodicMemory {
  readonly #kernel: MemoryKernel;
  readonly #neighbors: number;
  /** int32 [capacity]: the class of each slot. */
  readonly #classes: Int32Array;
  #seen: number;

  /**
   * @param classes int32 [capacity]
   * @param seen samples that the memory has ever seen
   */
  constructor(kernel: MemoryKernel, neighbors: number, classes: Int32Array, seen: number) {
    this.#kernel = kernel;
    this.#neighbors = neighbors;
    this.#classes = classes;
    this.#seen = seen;
  }

  get seen(): number {
    return this.#seen;
  }

  get fill(): MemoryFill {
    const capacity = this.#classes.length;
    return { stored: Math.min(this.#seen, capacity), capacity };
  }

  /** @param queries float32 [batch, inputDim] at unit length */
  async ask(queries: Matrix): Promise<Ballot[]> {
    const neighbors = await this.#kernel.search(queries, this.fill.stored, this.#neighbors);
    return Array.from({ length: queries.rows }, (_, row) => ballotOf(neighbors, row, this.#classes));
  }

  /**
   * Stores samples as if one by one; of more than fit, the last ones stay.
   * @param keys float32 [batch, inputDim] at unit length
   * @param classes int32 [batch]
   */
  async memorize(keys: Matrix, classes: Int32Array): Promise<void> {
    const capacity = this.#classes.length;
    const first = Math.max(0, keys.rows - capacity);
    this.#seen += first;
    for (let from = first; from < keys.rows; ) {
      const slot = this.#seen % capacity;
      const to = Math.min(keys.rows, from + capacity - slot);
      await this.#kernel.write(slot, rowsOf(keys, from, to));
      this.#classes.set(classes.subarray(from, to), slot);
      this.#seen += to - from;
      from = to;
    }
  }

  /** What is stored, as views: keys float32 [stored, inputDim], classes int32 [stored]. */
  async contents(): Promise<{ readonly keys: Float32Array; readonly classes: Int32Array }> {
    const { stored } = this.fill;
    return { keys: await this.#kernel.keys(stored), classes: this.#classes.subarray(0, stored) };
  }

  dispose(): void {
    this.#kernel.dispose();
  }
}

function ballotOf({ k, slots, similarities }: Neighbors, row: number, classes: Int32Array): Ballot {
  const sums = new Map<number, number>();
  for (let i = row * k; i < (row + 1) * k; i++) {
    const classId = classes[slots[i] ?? 0] ?? 0;
    sums.set(classId, (sums.get(classId) ?? 0) + (similarities[i] ?? 0));
  }
  const votes = Array.from(sums, ([classId, vote]) => ({ classId, vote }));
  votes.sort((a, b) => b.vote - a.vote || a.classId - b.classId);
  const best = k === 0 ? 0 : (similarities[row * k] ?? 0);
  // Rounding can take a cosine a little beyond 1.
  return { votes, novelty: Math.min(2, Math.max(0, 1 - best)) };
}
