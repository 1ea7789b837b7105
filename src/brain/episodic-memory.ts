// Remembered samples: unit-length keys (in the backend) and what is known of each. The most similar ones vote on a prediction.
// Invariant: slot s of the backend holds the key of entry s; an id that a sample has had is never given to another one.

import type { Neighbors } from "../backend/backend.ts";
import { gatheredRows, type Matrix } from "../tensor/matrix.ts";
import { type Pace, piecesOf, unpaced } from "../tensor/pace.ts";
import { f32, i32, type Tensors, u32 } from "../tensor/safetensors.ts";
import type { RowWatcher } from "../tensor/watched-matrix.ts";
import { type Ballot, ballotOf, without } from "./ballot.ts";
import type { MemoryIndexName } from "./config.ts";
import type { Forgot, MemoryFill } from "./events.ts";
import type { Joining } from "./joining.ts";
import type { MemoryEntries } from "./memory-entries.ts";
import type { MemoryKeys } from "./memory-keys.ts";
import type { MemoryPolicy } from "./memory-policy.ts";
import { MemoryView } from "./memory-view.ts";
import type { Random } from "./random.ts";

/** Samples as they are in a memory. */
export type Remembered = {
  /** float32 [n, inputDim] at unit length */
  readonly keys: Matrix;
  /** int32 [n] */
  readonly classes: Int32Array;
  /** uint8 [n]: 1 of those taught in panic, or after one that refuted what their class was before. */
  readonly contexts: Uint8Array;
};

/** What another memory holds, oldest sample first. */
export type Arriving = Joining & {
  /** float32 [stored, inputDim] at unit length, by the other's slots. */
  readonly keys: Matrix;
  /** Which row of `keys` each sample has. */
  readonly rows: readonly number[];
  /** One a sample: 1 of those taught in panic. */
  readonly contexts: Uint8Array;
  /** As in `MemoryCounters`. */
  readonly seen: number;
};

/** What a memory counts, beside its entries. */
export type MemoryCounters = {
  /** Samples that the memory has ever seen. */
  readonly seen: number;
  /** The last id that was given. */
  readonly lastId: number;
  /** `seen` without what was forgotten: the samples that those in the memory stand for. */
  readonly experience: number;
};

export const NEW_COUNTERS: MemoryCounters = { seen: 0, lastId: 0, experience: 0 };

/** Keys that are written between two pauses. */
const KEYS_AT_ONCE = 1024;

/** Samples of one event that have ids of their own, whatever was restored before it; a server's batches are no larger. */
const IDS_PER_EVENT = 2 ** 16;

export type MemoryParts = {
  readonly keys: MemoryKeys;
  /** How many of the most similar samples vote. */
  readonly neighbors: number;
  readonly policy: MemoryPolicy;
  readonly entries: MemoryEntries;
  readonly counters: MemoryCounters;
};

export class EpisodicMemory {
  readonly #parts: MemoryParts;
  #neighbors: number;
  #seen: number;
  #lastId: number;
  #experience: number;

  constructor(parts: MemoryParts) {
    this.#parts = parts;
    this.#neighbors = parts.neighbors;
    this.#seen = parts.counters.seen;
    this.#lastId = parts.counters.lastId;
    this.#experience = parts.counters.experience;
  }

  get counters(): MemoryCounters {
    return { seen: this.#seen, lastId: this.#lastId, experience: this.#experience };
  }

  get fill(): MemoryFill {
    const { stored, capacity } = this.#parts.entries;
    return { stored, capacity };
  }

  /** Lets this many samples vote from now on. */
  set neighbors(neighbors: number) {
    this.#neighbors = neighbors;
  }

  /** Lets predictions find their neighbours in this way from now on. */
  chooseIndex(name: MemoryIndexName): Promise<void> {
    return this.#parts.keys.choose(name, this.#parts.entries.stored);
  }

  /** See `Brain.isBehind`. */
  get isBehind(): boolean {
    return this.#parts.keys.isBehind(this.#parts.entries.stored);
  }

  /** See `Brain.catchUp`. */
  catchUp(): Promise<void> {
    return this.#parts.keys.catchUp(this.#parts.entries.stored);
  }

  /** A view that holds until the memory changes. @param labels by class id */
  view(labels: readonly string[]): MemoryView {
    const { entries, keys, policy } = this.#parts;
    return new MemoryView(entries, keys, policy, labels);
  }

  /**
   * The nearest of all keys vote.
   * @param queries float32 [batch, inputDim] at unit length
   */
  async ask(queries: Matrix): Promise<Ballot[]> {
    const { keys, entries } = this.#parts;
    return this.#ballots(queries, await keys.search(queries, entries.stored, this.#neighbors));
  }

  /** As `ask`, but with an index some of the nearest may be missing: only for what changes nothing. */
  async consult(queries: Matrix): Promise<Ballot[]> {
    const { keys, entries } = this.#parts;
    return this.#ballots(queries, await keys.searchByIndex(queries, entries.stored, this.#neighbors));
  }

  /**
   * As `ask`, of samples that are in the memory, without each one itself.
   * @param slots int32 [batch]: theirs
   */
  async askOthers(queries: Matrix, slots: Int32Array): Promise<Ballot[]> {
    const { keys, entries } = this.#parts;
    const found = await keys.search(queries, entries.stored, this.#neighbors + 1);
    return Array.from(slots, (slot, row) => ballotOf(without(found, row, slot, this.#neighbors), 0, entries.classes));
  }

  #ballots(queries: Matrix, found: Neighbors): Ballot[] {
    const { entries } = this.#parts;
    return Array.from({ length: queries.rows }, (_, row) => ballotOf(found, row, entries.classes));
  }

  /**
   * Offers samples to the policy as if one by one.
   * @param keys float32 [batch, inputDim] at unit length
   * @param classes int32 [batch]
   * @param seq of the event that brings them
   * @param areAdmitted whether each is stored in any case
   * @param contexts uint8 [batch]: as in `Remembered`
   */
  async memorize(
    keys: Matrix,
    classes: Int32Array,
    seq: number,
    random: Random,
    areAdmitted = false,
    contexts: Uint8Array = new Uint8Array(classes.length),
  ): Promise<void> {
    const { keys: stored, entries, policy } = this.#parts;
    /** Which row ends in a slot: of several that take the same slot, the last. */
    const rowOf = new Map<number, number>();
    for (let row = 0; row < keys.rows; row++) {
      const classId = classes[row] ?? 0;
      this.#seen++;
      this.#experience++;
      // A restore takes counters back but never `seq`: hence ids by event, and by the counter only beyond what an event has of its own.
      this.#lastId = Math.max(this.#lastId + 1, seq * IDS_PER_EVENT + row);
      const slot = policy.place(classId, this.#experience, random, areAdmitted);
      if (slot === null) continue;
      entries.put(slot, classId, this.#lastId, seq, contexts[row] ?? 0);
      rowOf.set(slot, row);
    }
    await stored.write(Int32Array.from(rowOf.keys()), gatheredRows(keys, [...rowOf.values()]));
  }

  /**
   * Takes in what another memory holds, as far as the policy finds room: the samples of both stand for all that either has seen.
   * @param seq of the event that brings them
   * @returns how many came
   */
  async join(arriving: Arriving, seq: number, random: Random, pace: Pace = unpaced): Promise<number> {
    const { keys: stored, entries, policy } = this.#parts;
    const { gone, taken } = policy.join(arriving, this.#experience, random);
    const { from, to } = entries.remove(gone);
    await stored.move(from, to);
    this.#seen += arriving.seen;
    this.#experience += arriving.experience;
    for (const [first, last] of piecesOf(taken.length, KEYS_AT_ONCE)) {
      const rows = taken.subarray(first, last);
      const slots = rows.map((_, i) => entries.stored + i);
      rows.forEach((row, i) => {
        this.#lastId = Math.max(this.#lastId + 1, seq * IDS_PER_EVENT + first + i);
        entries.put(slots[i] ?? 0, arriving.classes[row] ?? 0, this.#lastId, seq, arriving.contexts[row] ?? 0);
      });
      await stored.write(
        slots,
        gatheredRows(
          arriving.keys,
          Array.from(rows, (row) => arriving.rows[row] ?? 0),
        ),
      );
      await pace();
    }
    policy.noteJoined();
    return taken.length;
  }

  /** The slots of these samples, ascending: int32 */
  slotsOf(samples: Forgot["samples"]): Int32Array {
    const { entries } = this.#parts;
    return Int32Array.from({ length: entries.stored }, (_, slot) => slot).filter((slot) => {
      if (samples.of === "all") return true;
      return samples.of === "class" ? entries.classOf(slot) === samples.classId : entries.ids.get(slot) === samples.id;
    });
  }

  /** Puts the keys of these slots there. @param room float32 [n, inputDim] or more */
  async copyKeys(slots: Int32Array, room: Float32Array): Promise<void> {
    await this.#parts.keys.of(slots, room);
  }

  classOf(slot: number): number {
    return this.#parts.entries.classOf(slot);
  }

  /** As in `Remembered`. */
  contextOf(slot: number): number {
    return this.#parts.entries.contexts[slot] ?? 0;
  }

  /** What these slots hold, the caller's own. */
  async samplesAt(slots: Int32Array): Promise<Remembered> {
    const { keys, entries } = this.#parts;
    return {
      keys: await keys.of(slots),
      classes: slots.map((slot) => entries.classOf(slot)),
      contexts: new Uint8Array(slots.map((slot) => entries.contexts[slot] ?? 0)),
    };
  }

  /** int32 [stored]: 1 of each sample that was taught in panic. */
  get contexts(): Int32Array {
    const { contexts, stored } = this.#parts.entries;
    return Int32Array.from(contexts.subarray(0, stored));
  }

  set contexts(contexts: Int32Array) {
    this.#parts.entries.contexts.set(contexts);
  }

  /**
   * Takes samples out; what is not there is not forgotten.
   * @returns how many there were
   */
  async forget(samples: Forgot["samples"]): Promise<number> {
    const { keys, entries, policy } = this.#parts;
    const before = entries.stored;
    const gone = this.slotsOf(samples);
    if (gone.length === 0) return 0;
    const { from, to } = entries.remove(gone);
    await keys.move(from, to);
    this.#experience = Math.round((this.#experience * entries.stored) / before);
    policy.noteForgotten();
    return gone.length;
  }

  /**
   * The memory's arrays as views: keys F32 [stored, inputDim], classes I32 [stored], ids and seqs U32 [stored, 2], and what the policy keeps.
   * @param classes how many the brain knows
   */
  async state(classes: number): Promise<Tensors> {
    const { keys, entries, policy } = this.#parts;
    const { stored } = entries;
    const { data, cols } = await keys.all(stored);
    return {
      keys: f32(data, stored, cols),
      classes: i32(entries.classes.subarray(0, stored), stored),
      ids: u32(entries.ids.firstWords(stored), stored, 2),
      seqs: u32(entries.seqs.firstWords(stored), stored, 2),
      ...policy.state(classes),
    };
  }

  /** See `Brain.watch`. */
  watch(watcher: RowWatcher | null): readonly Float32Array[] {
    return this.#parts.keys.watch(watcher);
  }

  dispose(): void {
    this.#parts.keys.dispose();
  }
}
