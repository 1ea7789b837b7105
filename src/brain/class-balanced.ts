// Class-balancing reservoir sampling (Chrysakis and Moens 2020, "Online continual learning from imbalanced data", algorithm 1): in a full
// memory a new sample of a small class replaces one of the largest class, and within a class that has been the largest every sample seen
// is equally likely to be there. So no class is forgotten because another one is frequent.

import { i32, type Tensors, u32 } from "../tensor/safetensors.ts";
import { WholeNumbers } from "../tensor/whole-numbers.ts";
import { drawn, goneOf, type Joined, type Joining } from "./joining.ts";
import type { MemoryEntries } from "./memory-entries.ts";
import type { MemoryPolicy } from "./memory-policy.ts";
import type { Random } from "./random.ts";

/** What the policy knows of each class, by class id; classes beyond the lists have 0 and false. */
export class ClassTally {
  /** Samples of each class that the memory has seen, forgotten ones aside. */
  readonly seen: number[];
  /** Whether a class has been the largest since the memory was last filled, and has made room since. */
  readonly hasShrunk: boolean[];

  constructor(seen: number[], hasShrunk: boolean[]) {
    this.seen = seen;
    this.hasShrunk = hasShrunk;
  }

  /** The tally of a memory that has seen what it holds. */
  static of(entries: MemoryEntries): ClassTally {
    return new ClassTally(countsOf(entries), []);
  }
}

export class ClassBalancedPolicy implements MemoryPolicy {
  readonly name = "class-balanced";
  readonly #entries: MemoryEntries;
  readonly #tally: ClassTally;
  /** Samples of each class in the memory. */
  #counts: number[] = [];
  /** How many classes have 0, 1, 2, … samples. */
  #classesWith: number[] = [];
  /** Samples of the largest class. */
  #most = 0;

  constructor(entries: MemoryEntries, tally: ClassTally) {
    this.#entries = entries;
    this.#tally = tally;
    this.#count();
  }

  place(classId: number, _experience: number, random: Random, isAdmitted: boolean): number | null {
    const { stored, isFull, classes } = this.#entries;
    const { seen, hasShrunk } = this.#tally;
    const seenOfClass = (seen[classId] ?? 0) + 1;
    seen[classId] = seenOfClass;
    const count = this.#counts[classId] ?? 0;
    if (!isFull) {
      this.#recount(classId, count + 1);
      return stored;
    }
    if (count > 0 && (count === this.#most || hasShrunk[classId] === true)) {
      const isIn = isAdmitted || random.below(seenOfClass) < count;
      return isIn ? this.#draw((slot) => classes[slot] === classId, random) : null;
    }
    const slot = this.#draw((other) => this.#counts[this.#entries.classOf(other)] === this.#most, random);
    const shrinking = this.#entries.classOf(slot);
    const left = this.#most - 1;
    this.#recount(shrinking, left);
    // A class that is gone (there are more classes than slots) may come back like a new one.
    hasShrunk[shrinking] = left > 0;
    this.#recount(classId, count + 1);
    return slot;
  }

  /** What is left of a class stands for the same share of what was seen of it; all classes may grow again. */
  noteForgotten(): void {
    const before = this.#counts;
    this.#count();
    const { seen, hasShrunk } = this.#tally;
    before.forEach((count, classId) => {
      if (count > 0) seen[classId] = Math.round(((seen[classId] ?? 0) * (this.#counts[classId] ?? 0)) / count);
    });
    hasShrunk.length = 0;
  }

  /** The largest classes make room, down to one size, and all others keep what both memories hold. */
  join({ classes, seenOf }: Joining, _experience: number, random: Random): Joined {
    const { stored, capacity, classes: own } = this.#entries;
    const here = placesByClass(own.subarray(0, stored));
    const there = placesByClass(classes);
    const ids = [...new Set([...here.keys(), ...there.keys()])].sort((a, b) => a - b);
    const counts = ids.map((id) => (here.get(id)?.length ?? 0) + (there.get(id)?.length ?? 0));
    const rooms = levelled(counts, capacity);
    const isFull = stored + classes.length >= capacity;
    const { seen, hasShrunk } = this.#tally;
    const stays: (readonly number[])[] = [];
    const comes: (readonly number[])[] = [];
    ids.forEach((id, i) => {
      const ours = { places: here.get(id) ?? [], seen: seen[id] ?? 0 };
      const theirs = { places: there.get(id) ?? [], seen: there.has(id) ? seenOf(id) : 0 };
      const room = rooms[i] ?? 0;
      const { stay, come } = drawn(ours, theirs, room, random);
      stays.push(stay);
      comes.push(come);
      seen[id] = ours.seen + theirs.seen;
      hasShrunk[id] = isFull && room > 0 && (hasShrunk[id] === true || room < (counts[i] ?? 0));
    });
    return { gone: goneOf(stored, stays.flat()), taken: Int32Array.from(comes.flat()).sort() };
  }

  noteJoined(): void {
    this.#count();
  }

  state(classes: number): Tensors {
    const seen = WholeNumbers.zeros(classes);
    const hasShrunk = new Int32Array(classes);
    for (let classId = 0; classId < classes; classId++) {
      seen.set(classId, this.#tally.seen[classId] ?? 0);
      hasShrunk[classId] = this.#tally.hasShrunk[classId] === true ? 1 : 0;
    }
    return { classSeen: u32(seen.words, classes, 2), classShrunk: i32(hasShrunk, classes) };
  }

  /**
   * A slot for which `isWanted`, each equally likely, by rejection: it needs no lists whose order a restored memory would have to know.
   * The wanted class is the largest or one sample smaller, so that the draws are hardly more than there are classes.
   */
  #draw(isWanted: (slot: number) => boolean, random: Random): number {
    for (;;) {
      const slot = random.below(this.#entries.stored);
      if (isWanted(slot)) return slot;
    }
  }

  #count(): void {
    this.#counts = countsOf(this.#entries);
    this.#classesWith = [];
    this.#most = 0;
    this.#counts.forEach((count) => {
      this.#classesWith[count] = (this.#classesWith[count] ?? 0) + 1;
      this.#most = Math.max(this.#most, count);
    });
  }

  /** Sets the count of a class to one more or one less than it was. */
  #recount(classId: number, count: number): void {
    const before = this.#counts[classId] ?? 0;
    this.#counts[classId] = count;
    this.#classesWith[before] = Math.max(0, (this.#classesWith[before] ?? 0) - 1);
    this.#classesWith[count] = (this.#classesWith[count] ?? 0) + 1;
    this.#most = Math.max(this.#most, count);
    if (this.#classesWith[this.#most] === 0) this.#most--;
  }
}

/** Where each class's samples are, ascending. */
function placesByClass(classes: Int32Array): ReadonlyMap<number, readonly number[]> {
  const places = new Map<number, number[]>();
  classes.forEach((classId, place) => {
    const own = places.get(classId);
    if (own === undefined) places.set(classId, [place]);
    else own.push(place);
  });
  return places;
}

/** The counts, the largest of them cut to one level, so that they are `capacity` together; a rest goes to the first of those that were cut. */
function levelled(counts: readonly number[], capacity: number): readonly number[] {
  let left = capacity;
  let level = Number.POSITIVE_INFINITY;
  const ascending = [...counts].sort((a, b) => a - b);
  for (const [i, count] of ascending.entries()) {
    const share = Math.floor(left / (ascending.length - i));
    if (count > share) {
      level = share;
      break;
    }
    left -= count;
  }
  let rest = capacity - counts.reduce((sum, count) => sum + Math.min(count, level), 0);
  return counts.map((count) => {
    if (count <= level) return count;
    return rest-- > 0 ? level + 1 : level;
  });
}

function countsOf({ classes, stored }: MemoryEntries): number[] {
  const counts: number[] = [];
  for (let slot = 0; slot < stored; slot++) {
    const classId = classes[slot] ?? 0;
    while (counts.length <= classId) counts.push(0);
    counts[classId] = (counts[classId] ?? 0) + 1;
  }
  return counts;
}
