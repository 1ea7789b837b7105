// An approximate index of a memory's keys. The graph proposes candidates, the memory compares them exactly.
// Invariants: what is found is told with exact similarities and never without its present key: a slot whose key was written since it was
// indexed is looked at as if it were a candidate, and an entry of an older key is passed over. A query's answer is the same alone and in any batch.

import { type Matrix, rowsOf } from "../../tensor/matrix.ts";
import type { IndexProgress, MemoryIndex, MemoryKernel, MemoryShape, Neighbors, Warn } from "../backend.ts";
import { Graph } from "./graph.ts";

/** Candidates for each of the k neighbours that are wanted, and the fewest of all: more cost time and find more of the right ones. */
const CANDIDATES_PER_NEIGHBOR = 4;
const LEAST_CANDIDATES = 128;

/** Slots that wait to be indexed, of which every search looks at each; where more wait, the whole memory is searched. */
const MOST_WAITING = 512;

/** Numbers in the keys that `catchUp` adds at a time: two milliseconds' work in a large graph. */
const NUMBERS_AT_A_TIME = 2048;

/** Entries of older keys, to those of present ones, with which the graph is built anew; and how many are never too many. */
const MOST_STALE = 0.5;
const FEW_STALE = 1024;

/** In the place of a label: the slot was never written, or waits to be indexed. */
const EMPTY = -1;
const WAITING = -2;

const mostEntries = (stored: number): number => Math.ceil((1 + MOST_STALE) * stored) + FEW_STALE;

export class HnswIndex implements MemoryIndex {
  readonly #memory: MemoryKernel;
  readonly #newGraph: () => Graph;
  readonly #keysAtATime: number;
  #graph: Graph;
  /** int32 [capacity]: the label under which a slot's present key is in the graph. */
  readonly #labels: Int32Array;
  /** The slot that each label was given for. */
  readonly #slots: Int32Array;
  /** Slots that wait, oldest first, from `#next` on. */
  #waiting: number[] = [];
  #next = 0;

  private constructor(memory: MemoryKernel, { capacity, inputDim }: MemoryShape, newGraph: () => Graph) {
    this.#memory = memory;
    this.#keysAtATime = Math.ceil(NUMBERS_AT_A_TIME / inputDim);
    this.#newGraph = newGraph;
    this.#graph = newGraph();
    this.#labels = new Int32Array(capacity).fill(EMPTY);
    this.#slots = new Int32Array(mostEntries(capacity) + 1);
  }

  /** @returns null, and tells `warn` why, when the library does not load here */
  static create(
    memory: MemoryKernel,
    shape: MemoryShape,
    { threads, warn }: { readonly threads: number; readonly warn: Warn },
  ): HnswIndex | null {
    try {
      return new HnswIndex(memory, shape, Graph.load(shape.inputDim, threads));
    } catch (error) {
      warn(`a memory's index does not load here, so that it is searched exactly: ${messageOf(error)}`);
      return null;
    }
  }

  touch(slots: Iterable<number>): void {
    for (const slot of slots) {
      if (this.#labels[slot] === WAITING) continue;
      this.#labels[slot] = WAITING;
      this.#waiting.push(slot);
    }
  }

  progress(stored: number): IndexProgress {
    const waiting = Math.min(stored, this.#waitingCount);
    return { indexed: stored - waiting, isReady: waiting <= MOST_WAITING };
  }

  async search(queries: Matrix, stored: number, k: number): Promise<Neighbors> {
    if (this.#waitingCount > MOST_WAITING) return this.#memory.search(queries, stored, k);
    const waiting = this.#waiting.slice(this.#next).filter((slot) => slot < stored);
    const found = Math.min(k, stored);
    const wanted = this.#wanted(found, stored - waiting.length);
    if (wanted + waiting.length >= stored) return this.#memory.search(queries, stored, k);
    const candidates = this.#graph
      .search(queries, wanted)
      .map((labels) => Int32Array.from([...this.#presentSlots(labels, stored), ...waiting]).sort());
    return this.#compared(queries, candidates, stored, found);
  }

  isBehind(stored: number): boolean {
    return this.#waitingCount > 0 || this.#graph.size > mostEntries(stored);
  }

  async catchUp(stored: number): Promise<void> {
    if (this.#graph.size > mostEntries(stored)) this.#beginAnew(stored);
    const room = Math.min(this.#keysAtATime, mostEntries(stored) + 1 - this.#graph.size);
    const slots = this.#nextWaiting(room, stored);
    const keys = await this.#memory.keysOf(slots);
    for (const [row, slot] of slots.entries()) {
      this.#slots[this.#graph.size] = slot;
      this.#labels[slot] = this.#graph.size;
      this.#graph.add(rowsOf(keys, row, row + 1).data);
    }
  }

  /** Takes up to `count` slots out of those that wait. */
  #nextWaiting(count: number, stored: number): Int32Array {
    const slots: number[] = [];
    for (; slots.length < count && this.#waitingCount > 0; this.#next++) {
      const slot = this.#waiting[this.#next] ?? 0;
      if (slot < stored) slots.push(slot);
      // A sample that was forgotten meanwhile: who takes its place will be written, and waits then.
      else this.#labels[slot] = EMPTY;
    }
    if (this.#waitingCount === 0) {
      this.#waiting = [];
      this.#next = 0;
    }
    return Int32Array.from(slots);
  }

  get #waitingCount(): number {
    return this.#waiting.length - this.#next;
  }

  /** So many candidates that, among entries of older keys, enough present ones can be expected. */
  #wanted(k: number, present: number): number {
    const candidates = Math.max(LEAST_CANDIDATES, CANDIDATES_PER_NEIGHBOR * k);
    return Math.ceil((candidates * this.#graph.size) / Math.max(1, present));
  }

  /** The slots below `stored` whose present keys have these labels. */
  #presentSlots(labels: Uint32Array, stored: number): number[] {
    const slots: number[] = [];
    for (const label of labels) {
      const slot = this.#slots[label] ?? 0;
      if (slot < stored && this.#labels[slot] === label) slots.push(slot);
    }
    return slots;
  }

  /** Searches each query among its candidates; all keys where those are too few. */
  async #compared(queries: Matrix, candidates: readonly Int32Array[], stored: number, k: number): Promise<Neighbors> {
    const anyway = Int32Array.from({ length: k }, (_, slot) => slot);
    const isEnough = candidates.map(({ length }) => length >= k);
    const among = candidates.map((slots, row) => (isEnough[row] ? slots : anyway));
    const found = await this.#memory.searchAmong(queries, among, k);
    for (const [row, enough] of isEnough.entries()) {
      if (enough) continue;
      const { slots, similarities } = await this.#memory.search(rowsOf(queries, row, row + 1), stored, k);
      found.slots.set(slots, row * k);
      found.similarities.set(similarities, row * k);
    }
    return found;
  }

  #beginAnew(stored: number): void {
    this.#graph = this.#newGraph();
    this.#labels.fill(EMPTY);
    this.#waiting = [];
    this.#next = 0;
    this.touch(Array.from({ length: stored }, (_, slot) => slot));
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
