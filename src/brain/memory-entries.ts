// What an episodic memory knows of each sample beside its key: class, id and the event that stored it.
// Invariant: slots 0 to `stored` are filled, without gaps, each with an id of its own.

import { WholeNumbers } from "../tensor/whole-numbers.ts";

export class MemoryEntries {
  /** int32 [capacity] */
  readonly classes: Int32Array;
  /** [capacity]: younger samples have larger ones. */
  readonly ids: WholeNumbers;
  /** [capacity]: `seq` of the event that stored the sample; 0 where that was not written down. */
  readonly seqs: WholeNumbers;
  /** uint8 [capacity]: 1 of a sample that was taught in panic, where anybody wants to know. */
  readonly contexts: Uint8Array;
  #stored: number;

  /** Takes the arrays over, each of the memory's capacity. */
  constructor(classes: Int32Array, ids: WholeNumbers, seqs: WholeNumbers, stored: number) {
    this.classes = classes;
    this.ids = ids;
    this.seqs = seqs;
    this.contexts = new Uint8Array(classes.length);
    this.#stored = stored;
  }

  static empty(capacity: number): MemoryEntries {
    return new MemoryEntries(new Int32Array(capacity), WholeNumbers.zeros(capacity), WholeNumbers.zeros(capacity), 0);
  }

  get capacity(): number {
    return this.classes.length;
  }

  get stored(): number {
    return this.#stored;
  }

  get isFull(): boolean {
    return this.#stored === this.capacity;
  }

  classOf(slot: number): number {
    return this.classes[slot] ?? 0;
  }

  /** Fills the next free slot or replaces what `slot` holds. */
  put(slot: number, classId: number, id: number, seq: number, context: number): void {
    this.classes[slot] = classId;
    this.contexts[slot] = context;
    this.ids.set(slot, id);
    this.seqs.set(slot, seq);
    if (slot === this.#stored) this.#stored++;
  }

  /**
   * Takes samples out; the last ones move into the gaps.
   * @param gone int32 [n], ascending
   * @returns which slots move where: int32 each, the sources beyond the last slot that stays
   */
  remove(gone: Int32Array): { readonly from: Int32Array; readonly to: Int32Array } {
    const kept = this.#stored - gone.length;
    const to = gone.filter((slot) => slot < kept);
    const from = new Int32Array(to.length);
    let next = 0;
    let nextGone = to.length;
    for (let slot = kept; slot < this.#stored; slot++) {
      if (gone[nextGone] === slot) nextGone++;
      else from[next++] = slot;
    }
    for (let i = 0; i < to.length; i++) this.#move(from[i] ?? 0, to[i] ?? 0);
    this.#stored = kept;
    return { from, to };
  }

  #move(from: number, to: number): void {
    this.classes[to] = this.classOf(from);
    this.contexts[to] = this.contexts[from] ?? 0;
    this.ids.set(to, this.ids.get(from));
    this.seqs.set(to, this.seqs.get(from));
  }
}
