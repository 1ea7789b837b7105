// How a brain's committed events reach its host. Invariant: they reach it in `seq` order, each once per life of the brain there; an event's
// outcome is answered however often its host dies, unless the brain is why they die (quarantines.ts).

import type { Applied } from "../brain/measures/findings.ts";
import type { BrainRow } from "../store/brain-table.ts";
import { type CommittedEvent, CommittedEvents } from "./committed-events.ts";
import { ATTEMPTS, unavailable } from "./host-unavailable.ts";
import type { Mirror } from "./mirror.ts";
import type { Place } from "./place.ts";
import { isOthersDoing, type Quarantines } from "./quarantines.ts";

/** The brain to whose host they go. */
export type Addressee = {
  /** Where it is now. */
  place(): Place | null;
  /** Brings it to a host, and has what is unanswered sent there; rejects all of that when it cannot be. */
  load(): Promise<unknown>;
  /** Whether `error` means that the brain is not at `place` any more. */
  isLost(place: Place, error: unknown): boolean;
  apply(place: Place, seq: number, payload: Uint8Array): Promise<Applied>;
};

export class EventDelivery {
  readonly #uid: string;
  readonly #quarantines: Quarantines;
  readonly #addressee: Addressee;
  readonly #events: CommittedEvents;

  constructor({ uid, seq }: Pick<BrainRow, "uid" | "seq">, quarantines: Quarantines, addressee: Addressee) {
    this.#uid = uid;
    this.#quarantines = quarantines;
    this.#addressee = addressee;
    this.#events = new CommittedEvents(seq);
  }

  /** Whether all have an outcome. */
  get isDone(): boolean {
    return this.#events.first === undefined;
  }

  /** The last event that was handed in. */
  get handedSeq(): number {
    return this.#events.lastSeq;
  }

  /** The last event up to which all have an outcome. */
  get answeredSeq(): number {
    return this.#events.answeredSeq;
  }

  /** Hands in the next one. @throws EngramError when the brain cannot be brought to a host; the event stays committed */
  hand(seq: number, payload: Uint8Array): Promise<Applied> {
    return new Promise((resolve, reject) => {
      const event = this.#events.add(seq, payload, { resolve, reject });
      const place = this.#addressee.place();
      if (place !== null) this.#send(place, event);
      else this.#addressee.load().catch(() => {}); // a failed load rejects every unanswered event itself
    });
  }

  /** Sends all that is unanswered to a place that the brain has been brought to. */
  sendAll(place: Place): void {
    for (const event of this.#events.all) this.#send(place, event);
  }

  /** Takes the answers of a place that has answered as much as the one before; what is unanswered is answered there. */
  switchTo(mirror: Mirror): void {
    const answers = this.#events.all.map((event) => ({ event, answer: mirror.answer(event.seq) }));
    for (const { event, answer } of answers) this.#await(mirror.place, event, answer);
  }

  /** Gives up on all that is unanswered. */
  rejectAll(error: unknown): void {
    this.#events.rejectAll(error);
  }

  /** Goes on from the state of `seq`. Call it with none unanswered. */
  restart(seq: number): void {
    this.#events.restart(seq);
  }

  #send(place: Place, event: CommittedEvent): void {
    this.#await(place, event, this.#addressee.apply(place, event.seq, event.payload));
  }

  #await(place: Place, event: CommittedEvent, answer: Promise<Applied>): void {
    event.at = place;
    answer.then(
      (applied) => {
        if (event.at !== place) return; // the brain has moved: its answer here may come before its effect there
        this.#quarantines.passed({ brain: this.#uid, op: "apply", seq: event.seq });
        this.#events.resolve(event, applied);
      },
      (error) => {
        if (event.at !== place) return;
        if (this.#addressee.isLost(place, error)) {
          if (!isOthersDoing(error, this.#uid)) event.deaths++;
          if (this.#addressee.place() === null) this.#bringAgain(error);
        } else this.#events.reject(event, error);
      },
    );
  }

  /** Has the events without an outcome applied elsewhere, unless the first of them has seen enough hosts die: it may be why. */
  #bringAgain(error: unknown): void {
    const { first } = this.#events;
    const isHopeless = first !== undefined && first.deaths >= ATTEMPTS && this.#quarantines.of(this.#uid) === null;
    if (isHopeless) this.#events.rejectAll(unavailable(error));
    else this.#addressee.load().catch(() => {}); // sends the events again, or rejects them
  }
}
