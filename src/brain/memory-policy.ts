// Which sample makes room for a new one. Invariants: while the memory is not full every sample is stored and no chance is drawn; what a
// policy keeps beside `state()` follows from the entries, so that a restored memory goes on as the original does.

import type { Tensors } from "../tensor/safetensors.ts";
import { ClassBalancedPolicy, ClassTally } from "./class-balanced.ts";
import type { MemoryPolicyName } from "./config.ts";
import { allOf, drawn, goneOf, type Joined, type Joining } from "./joining.ts";
import type { MemoryEntries } from "./memory-entries.ts";
import type { Random } from "./random.ts";

export interface MemoryPolicy {
  readonly name: MemoryPolicyName;
  /**
   * Finds a slot for the next sample, and counts on it being put there.
   * @param experience samples that the memory has seen with this one, forgotten ones aside
   * @param isAdmitted whether it is stored in any case, so that chance decides only which one makes room
   * @returns the slot, or null where the sample is let go
   */
  place(classId: number, experience: number, random: Random, isAdmitted: boolean): number | null;
  /** Takes note that samples were forgotten. */
  noteForgotten(): void;
  /**
   * Finds room for another memory's samples, and counts on it being made.
   * @param experience samples that this memory has seen, forgotten ones aside
   */
  join(joining: Joining, experience: number, random: Random): Joined;
  /** Takes note that it was. */
  noteJoined(): void;
  /** @param classes how many the brain knows */
  state(classes: number): Tensors;
}

/** @param tally what a class-balanced memory has saved; counted anew when absent */
export function policyOf(name: MemoryPolicyName, entries: MemoryEntries, tally?: ClassTally): MemoryPolicy {
  switch (name) {
    case "class-balanced":
      return new ClassBalancedPolicy(entries, tally ?? ClassTally.of(entries));
    case "reservoir":
      return new ReservoirPolicy(entries);
    case "fifo":
      return new FifoPolicy(entries);
  }
}

/** The oldest makes room: the seed's ring. */
class FifoPolicy implements MemoryPolicy {
  readonly name = "fifo";
  readonly #entries: MemoryEntries;
  /** int32 [capacity]: slots by age, as a ring that begins at `#oldest` once the memory is full. */
  readonly #byAge: Int32Array;
  #oldest = 0;

  constructor(entries: MemoryEntries) {
    this.#entries = entries;
    this.#byAge = new Int32Array(entries.capacity);
    this.noteForgotten();
  }

  place(): number {
    const { stored, capacity, isFull } = this.#entries;
    if (!isFull) {
      this.#byAge[stored] = stored;
      return stored;
    }
    // The slot of the oldest becomes that of the youngest: the ring turns by one, its content stays.
    const slot = this.#byAge[this.#oldest] ?? 0;
    this.#oldest = (this.#oldest + 1) % capacity;
    return slot;
  }

  /** As if the other's samples came now, one after the other. */
  join({ classes }: Joining): Joined {
    const { stored, capacity } = this.#entries;
    const excess = Math.max(0, stored + classes.length - capacity);
    const gone = Math.min(excess, stored);
    const oldestFirst = Array.from({ length: stored }, (_, i) => this.#byAge[(this.#oldest + i) % stored] ?? 0);
    return {
      gone: Int32Array.from(oldestFirst.slice(0, gone)).sort(),
      taken: Int32Array.from(allOf(classes.length).slice(excess - gone)),
    };
  }

  noteJoined(): void {
    this.noteForgotten();
  }

  noteForgotten(): void {
    const { stored, ids } = this.#entries;
    const order = this.#byAge.subarray(0, stored);
    order.forEach((_, slot) => {
      order[slot] = slot;
    });
    order.sort((a, b) => ids.get(a) - ids.get(b));
    this.#oldest = 0;
  }

  state(): Tensors {
    return {};
  }
}

/** Every sample seen is equally likely to be there (Vitter 1985, "Random sampling with a reservoir", algorithm R). */
class ReservoirPolicy implements MemoryPolicy {
  readonly name = "reservoir";
  readonly #entries: MemoryEntries;

  constructor(entries: MemoryEntries) {
    this.#entries = entries;
  }

  place(_classId: number, experience: number, random: Random, isAdmitted: boolean): number | null {
    const { stored, capacity, isFull } = this.#entries;
    if (!isFull) return stored;
    const slot = random.below(isAdmitted ? capacity : experience);
    return slot < capacity ? slot : null;
  }

  noteForgotten(): void {
    // Slots are alike, and the memory scales `experience`.
  }

  join(joining: Joining, experience: number, random: Random): Joined {
    const { stored, capacity } = this.#entries;
    const own = { places: allOf(stored), seen: experience };
    const other = { places: allOf(joining.classes.length), seen: joining.experience };
    const { stay, come } = drawn(own, other, capacity, random);
    return { gone: goneOf(stored, stay), taken: Int32Array.from(come) };
  }

  noteJoined(): void {
    // As above, but that the memory adds.
  }

  state(): Tensors {
    return {};
  }
}
