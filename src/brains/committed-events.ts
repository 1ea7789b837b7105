// Events of one brain that are committed and have no outcome yet, in `seq` order.
// Invariant: each is settled once, by the place whose answer counts at that time.

import type { Applied } from "../brain/measures/findings.ts";
import type { Place } from "./place.ts";

export type CommittedEvent = {
  readonly seq: number;
  readonly payload: Uint8Array;
  readonly resolve: (applied: Applied) => void;
  readonly reject: (error: unknown) => void;
  /** Hosts that died before they had answered it. */
  deaths: number;
  /** The place whose answer counts. */
  at: Place | null;
};

export class CommittedEvents {
  #events: CommittedEvent[] = [];
  /** The last event that was handed in. */
  #lastSeq: number;

  /** @param lastSeq of the state to begin with */
  constructor(lastSeq: number) {
    this.#lastSeq = lastSeq;
  }

  get all(): readonly CommittedEvent[] {
    return this.#events;
  }

  get first(): CommittedEvent | undefined {
    return this.#events[0];
  }

  get lastSeq(): number {
    return this.#lastSeq;
  }

  /** The last event up to which all have an outcome. */
  get answeredSeq(): number {
    return (this.first?.seq ?? this.#lastSeq + 1) - 1;
  }

  /** Takes in the next event. @param resolve hears its outcome */
  add(
    seq: number,
    payload: Uint8Array,
    { resolve, reject }: Pick<CommittedEvent, "resolve" | "reject">,
  ): CommittedEvent {
    const event = { seq, payload, resolve, reject, deaths: 0, at: null };
    this.#lastSeq = seq;
    this.#events.push(event);
    return event;
  }

  resolve(event: CommittedEvent, applied: Applied): void {
    this.#remove(event);
    event.resolve(applied);
  }

  reject(event: CommittedEvent, error: unknown): void {
    this.#remove(event);
    event.reject(error);
  }

  /** Gives up on all of them. */
  rejectAll(error: unknown): void {
    for (const { reject } of this.#events.splice(0)) reject(error);
  }

  /** Goes on from the state of `seq`. Call it with none unanswered. */
  restart(seq: number): void {
    this.#lastSeq = seq;
  }

  #remove(event: CommittedEvent): void {
    this.#events = this.#events.filter((other) => other !== event);
  }
}
