// What was measured of the brains in the last seconds, before it is stored. Pure: times and ids come in.
// Invariant: a brain takes room only while something of it waits to be taken.

import type { Numbers } from "../brain/measures/findings.ts";
import { Gathering, type Marker, type Point } from "./points.ts";
import { FINEST_STEP_S } from "./tiers.ts";

const STEP_MS = 1000 * FINEST_STEP_S;

/** `open` grows; the others are over. */
type Brain = { readonly id: string; readonly open: Gathering; readonly closed: readonly Gathering[] };

/** Points of a brain. They are stored under `id`, so that a reader who has seen them here does not count them again there. */
export type Taken = {
  readonly id: string;
  readonly brainUid: string;
  readonly points: readonly Point[];
  /** Cells and markers. */
  readonly size: number;
};

export class OpenPoints {
  readonly #brains = new Map<string, Brain>();
  readonly #newId: () => string;
  #closedSize = 0;

  constructor(newId: () => string) {
    this.#newId = newId;
  }

  /** Cells and markers of points that are over. */
  get closedSize(): number {
    return this.#closedSize;
  }

  /** Takes in what was measured of a brain's state `seq`. */
  note(brainUid: string, timeMs: number, seq: number, numbers: Numbers): void {
    this.#openAt(brainUid, timeMs).add(seq, numbers);
  }

  mark(brainUid: string, marker: Marker): void {
    this.#openAt(brainUid, marker.timeMs).mark(marker);
  }

  /** @returns the points of a brain as they would be taken now; null when there are none */
  of(brainUid: string): Taken | null {
    const brain = this.#brains.get(brainUid);
    return brain === undefined ? null : takenOf(brain.id, brainUid, [...brain.closed, brain.open]);
  }

  /**
   * Takes the points that are over.
   * @param nowMs what began in this second stays; `Infinity` takes all
   * @returns them by brain, at least one of each
   */
  take(nowMs: number): readonly Taken[] {
    const taken: Taken[] = [];
    for (const [brainUid, { id, open, closed }] of this.#brains) {
      const isOver = open.startMs + STEP_MS <= nowMs;
      const over = isOver ? [...closed, open] : closed;
      if (over.length === 0) continue;
      taken.push(takenOf(id, brainUid, over));
      if (isOver) this.#brains.delete(brainUid);
      else this.#brains.set(brainUid, { id: this.#newId(), open, closed: [] });
    }
    this.#closedSize = 0;
    return taken;
  }

  #openAt(brainUid: string, timeMs: number): Gathering {
    const startMs = Math.floor(timeMs / STEP_MS) * STEP_MS;
    const brain = this.#brains.get(brainUid);
    if (brain === undefined) {
      const open = new Gathering(startMs);
      this.#brains.set(brainUid, { id: this.#newId(), open, closed: [] });
      return open;
    }
    if (brain.open.startMs === startMs) return brain.open;
    // A clock that was set back begins a point of a time that there is one of already; they are merged when they are read.
    const open = new Gathering(startMs);
    this.#brains.set(brainUid, { ...brain, open, closed: [...brain.closed, brain.open] });
    this.#closedSize += brain.open.size;
    return open;
  }
}

const takenOf = (id: string, brainUid: string, gatherings: readonly Gathering[]): Taken => ({
  id,
  brainUid,
  points: gatherings.map((gathering) => gathering.point()),
  size: gatherings.reduce((sum, { size }) => sum + size, 0),
});
