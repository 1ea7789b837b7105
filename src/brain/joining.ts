// Which samples of two memories stay when one takes in the other. Invariant: what stays of samples that are alike (of a class, or all) is a chance draw
// from all that both memories have seen of them, each as likely as the next: by how many either has seen, not by how many it holds.

import type { Random } from "./random.ts";

/** What another memory holds and has seen, in the class ids of the one that it joins. */
export type Joining = {
  /** int32 [n]: the samples' classes, oldest sample first. */
  readonly classes: Int32Array;
  /** Samples that they stand for. */
  readonly experience: number;
  /** Of these, those of a class. */
  readonly seenOf: (classId: number) => number;
};

/** What is to be done: int32 each, ascending. */
export type Joined = {
  /** Slots of the memory's own samples that go. */
  readonly gone: Int32Array;
  /** The other's samples that come, as numbers into `Joining.classes`. */
  readonly taken: Int32Array;
};

/** Samples that are alike: where they are, and how many were seen. */
export type Alike = { readonly places: readonly number[]; readonly seen: number };

/** @returns `room` of the samples in either memory, or all where there are no more: those that stay and those that come, ascending */
export function drawn(
  own: Alike,
  other: Alike,
  room: number,
  random: Random,
): { readonly stay: readonly number[]; readonly come: readonly number[] } {
  if (own.places.length + other.places.length <= room) return { stay: own.places, come: other.places };
  const staying = shareOf(own, other, room, random);
  return { stay: someOf(own.places, staying, random), come: someOf(other.places, room - staying, random) };
}

/** How many of `room` draws from all that was seen, without putting back, are of the one memory. */
function shareOf(own: Alike, other: Alike, room: number, random: Random): number {
  // What was forgotten may leave a memory with more samples than it says that they stand for.
  let left = Math.max(own.seen, own.places.length);
  let others = Math.max(other.seen, other.places.length);
  let [staying, coming] = [0, 0];
  while (staying + coming < room) {
    const isOwn = random.uniform() * (left + others) < left;
    if ((isOwn && staying < own.places.length) || coming === other.places.length) {
      staying++;
      left--;
    } else {
      coming++;
      others--;
    }
  }
  return staying;
}

/** `count` of them, each as likely as the next, in their order. */
function someOf(places: readonly number[], count: number, random: Random): readonly number[] {
  const shuffled = [...places];
  for (let i = 0; i < count; i++) {
    const j = i + random.below(shuffled.length - i);
    [shuffled[i], shuffled[j]] = [shuffled[j] ?? 0, shuffled[i] ?? 0];
  }
  return shuffled.slice(0, count).sort((a, b) => a - b);
}

/** @returns what `stay` says, as what goes of so many slots */
export function goneOf(stored: number, stay: readonly number[]): Int32Array {
  const stays = new Set(stay);
  return Int32Array.from({ length: stored }, (_, slot) => slot).filter((slot) => !stays.has(slot));
}

/** The numbers from 0 of so many. */
export const allOf = (count: number): readonly number[] => Array.from({ length: count }, (_, i) => i);
