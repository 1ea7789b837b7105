// How a brain moves from host to host while it serves: its state is copied, the copy follows its events (mirror.ts), and it serves from there
// once that has answered as much as the place before. Invariant: what fails on the way leaves the brain where it is, or where the log says.

import type { HostProcess } from "../host/host-process.ts";
import type { BrainRow } from "../store/brain-table.ts";
import type { EventLog } from "../store/event-log.ts";
import { copyState, Mirror } from "./mirror.ts";
import { keyFor, Place, type PlaceParts } from "./place.ts";

export type RelocationParts = PlaceParts & { readonly log: EventLog };

/** What of a brain in a host takes part in its moving. */
export type Mover = {
  /** Where it is now. */
  readonly place: Place | null;
  /** The last event that was handed in, and the last up to which all have an outcome. */
  readonly handedSeq: number;
  readonly answeredSeq: number;
  /** Has it serve from the mirror's place. */
  switchTo(mirror: Mirror): void;
};

export class Relocation {
  readonly #row: BrainRow;
  readonly #parts: RelocationParts;
  readonly #mover: Mover;
  /** The place that the brain is moving to. */
  #mirror: Mirror | null = null;
  #isMoving = false;
  #moves = 0;

  constructor(row: BrainRow, parts: RelocationParts, mover: Mover) {
    this.#row = row;
    this.#parts = parts;
    this.#mover = mover;
  }

  /** The brain's name in the next host that it is brought to. */
  get key(): string {
    return keyFor(this.#row.uid, this.#moves);
  }

  /** Tells of an event that was committed. */
  note(seq: number, payload: Uint8Array): void {
    this.#mirror?.add(seq, payload);
  }

  /** Moves the brain, of `bytes`, to `host`. @returns whether it has moved; not where there is no room for it twice. @throws HostGone */
  async moveTo(host: HostProcess, bytes: number): Promise<boolean> {
    const from = this.#mover.place;
    if (from === null || this.#isMoving || !this.#parts.budget.hasRoom(bytes)) return false;
    this.#isMoving = true;
    try {
      this.#moves++;
      return await this.#move(from, await Place.at(this.#parts, host, this.key, bytes));
    } finally {
      this.#isMoving = false;
    }
  }

  async #move(from: Place, to: Place): Promise<boolean> {
    let hasMoved = false;
    try {
      // What follows the copy stays in the log meanwhile.
      hasMoved = await this.#parts.log.readers.hold(this.#row.uid, () => this.#follow(from, to));
    } finally {
      this.#mirror = null;
      await (hasMoved ? from : to).leave();
    }
    return hasMoved;
  }

  /** @returns whether the brain is at `to` now; false when it has left `from` otherwise */
  async #follow(from: Place, to: Place): Promise<boolean> {
    const seq = await copyState(from, to);
    if (this.#mover.place !== from) return false;
    const mirror = new Mirror(to, seq);
    this.#mirror = mirror;
    for await (const events of this.#parts.log.read(this.#row.uid, seq, this.#mover.handedSeq)) {
      await Promise.all(events.map((event) => mirror.send(event.seq, event.payload)));
    }
    mirror.open();
    // Nothing else runs between the last look and the switch.
    while (this.#mover.place === from && !mirror.isLevelWith(this.#mover.answeredSeq)) await mirror.next();
    if (this.#mover.place !== from) return false;
    this.#mover.switchTo(mirror);
    this.#mirror = null;
    return true;
  }
}
