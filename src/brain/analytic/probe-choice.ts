// Which remembered samples are left out to see how far a readout is to be trusted: those whose largest features hash lowest. That is as good as chance,
// and the same whatever the order in which the samples came, so that brains that know the same trust it alike. Of those taught in panic there
// are as many as of the others, as far as there are so many: when a storm begins there is little to judge it by.

import { type Matrix, rowsOf } from "../../tensor/matrix.ts";
import { CONTEXTS } from "./class-sums.ts";

/** Largest features that are looked at: which they are hardly changes where layers change a thought a little, their order does. */
const LARGEST = 4;

type Candidate = { readonly slot: number; readonly rank: number };

export class ProbeChoice {
  readonly #most: number;
  /** By context. */
  readonly #best: Candidate[][] = Array.from({ length: CONTEXTS }, () => []);

  /** @param most how many are chosen */
  constructor(most: number) {
    this.#most = most;
  }

  /** @param first the slot of the first key @param keys float32 [n, inputDim] @param contexts uint8 [n] */
  offer(first: number, keys: Matrix, contexts: Uint8Array): void {
    for (let row = 0; row < keys.rows; row++) {
      this.#best[contexts[row] ?? 0]?.push({ slot: first + row, rank: rankOf(rowsOf(keys, row, row + 1).data) });
    }
    for (const best of this.#best) {
      best.sort((a, b) => a.rank - b.rank || a.slot - b.slot);
      best.splice(this.#most);
    }
  }

  /** int32 [n], by context and rank */
  get slots(): Int32Array {
    const [calm = [], panic = []] = this.#best;
    const fewest = Math.floor(this.#most / CONTEXTS);
    const ofPanic = panic.slice(0, Math.max(fewest, this.#most - calm.length));
    return Int32Array.from([...calm.slice(0, this.#most - ofPanic.length), ...ofPanic], ({ slot }) => slot);
  }
}

/** A hash of the places of the largest features, whatever their order: uint32. */
function rankOf(key: Float32Array): number {
  const places = new Int32Array(LARGEST).fill(-1);
  for (let place = 0; place < key.length; place++) {
    let at = LARGEST;
    while (at > 0 && isLarger(key, place, places[at - 1] ?? -1)) at--;
    if (at === LARGEST) continue;
    places.copyWithin(at + 1, at, LARGEST - 1);
    places[at] = place;
  }
  // FNV-1a, and the last steps of MurmurHash3, after which near places are far apart.
  let hash = 0x811c9dc5;
  for (const place of places.sort()) hash = Math.imul(hash ^ place, 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

const isLarger = (key: Float32Array, place: number, other: number): boolean =>
  other < 0 || (key[place] ?? 0) > (key[other] ?? 0);
