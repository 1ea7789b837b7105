// One brain's life in the hosts: it is brought there on demand (newest sound checkpoint, then the log), and again when its host dies.
// Invariant: committed events reach the host in `seq` order, each once per life; an event's outcome is answered however often its host dies, unless
// the brain is why they die (quarantines.ts).

import type { Outcome } from "../brain/events.ts";
import type { HostPool } from "../host/host-pool.ts";
import type { Reply } from "../host/host-process.ts";
import { HostGone, HostRefusal, type OperationName } from "../host/protocol.ts";
import type { BrainRow } from "../store/brain-table.ts";
import { type BringingParts, bringBack } from "./bringing.ts";
import { ATTEMPTS, unavailable } from "./host-unavailable.ts";
import { type Fields, Place, type Snapshot } from "./place.ts";
import { isOthersDoing, type Quarantines } from "./quarantines.ts";

type Committed = {
  readonly seq: number;
  readonly payload: Uint8Array;
  readonly resolve: (outcome: Outcome) => void;
  readonly reject: (error: unknown) => void;
  /** Hosts that died before they had answered it. */
  deaths: number;
};

export type ResidencyParts = BringingParts & { readonly hosts: HostPool; readonly quarantines: Quarantines };

export class Residency {
  readonly #row: BrainRow;
  readonly #parts: ResidencyParts;
  readonly #bytes: () => number;
  #place: Place | null = null;
  #loading: Promise<Place> | null = null;
  /** Committed events without an outcome yet, in `seq` order. */
  #unanswered: Committed[] = [];
  /** The last event that was handed in. */
  #handedSeq: number;
  #baseSeq = 0;

  /** @param bytes what the brain's state takes in memory as it is now */
  constructor(row: BrainRow, parts: ResidencyParts, bytes: () => number) {
    this.#row = row;
    this.#handedSeq = row.seq;
    this.#parts = parts;
    this.#bytes = bytes;
  }

  /** Whether a host holds the brain. */
  get isResident(): boolean {
    return this.#place !== null;
  }

  get handedSeq(): number {
    return this.#handedSeq;
  }

  /** `seq` of the checkpoint that the brain was last brought back from, 0 for its beginning. */
  get baseSeq(): number {
    return this.#baseSeq;
  }

  /** Hands in the next committed event. @throws EngramError when the brain cannot be brought to a host; the event stays committed */
  apply(seq: number, payload: Uint8Array): Promise<Outcome> {
    this.#handedSeq = seq;
    return new Promise((resolve, reject) => {
      const event = { seq, payload, resolve, reject, deaths: 0 };
      this.#unanswered.push(event);
      if (this.#place !== null) this.#send(this.#place, event);
      else this.#load().catch(() => {}); // a failed load rejects every unanswered event itself
    });
  }

  /**
   * Asks the host about the brain, again when the host dies meanwhile.
   * @param signal aborted when nobody waits for the answer any more
   * @throws EngramError host-unavailable, and the signal's reason
   */
  ask<Op extends OperationName>(
    op: Op,
    fields: Fields<Op>,
    body?: Uint8Array,
    signal?: AbortSignal,
  ): Promise<Reply<Op>> {
    return this.#withPlace((place) => {
      signal?.throwIfAborted(); // it may have taken long to bring the brain there
      return place.request(op, fields, body, signal);
    });
  }

  /**
   * Keeps the present state while `use` reads it in chunks of `chunkBytes` and the brain goes on.
   * `use` runs again, on the state of then, when the host dies meanwhile.
   */
  snapshot<T>(chunkBytes: number, use: (snapshot: Snapshot) => Promise<T>): Promise<T> {
    return this.#withPlace((place) => place.snapshot(chunkBytes, use));
  }

  /** Brings the brain to a host if it is not there. */
  async load(): Promise<void> {
    if (this.#place === null) await this.#load();
  }

  /** Forgets what the host holds; the next use loads the state of `seq`. Call it with no event unanswered. */
  async forget(seq: number): Promise<void> {
    while (this.#loading !== null) await this.#loading.catch(() => {}); // it would bring the state of before
    const place = this.#place;
    this.#place = null;
    this.#handedSeq = seq;
    await place?.leave();
  }

  /** Runs `use` where the brain is, and again elsewhere when that host dies. @throws EngramError host-unavailable */
  async #withPlace<T>(use: (place: Place) => Promise<T>): Promise<T> {
    for (let deaths = 0; ; ) {
      const place = this.#place ?? (await this.#load());
      try {
        return await use(place);
      } catch (error) {
        if (!this.#isLost(place, error)) throw error;
        if (!this.#isOthersDoing(error)) deaths++;
        if (deaths === ATTEMPTS) throw unavailable(error);
      }
    }
  }

  #send(place: Place, event: Committed): void {
    place.request("apply", { seq: event.seq }, event.payload).then(
      ({ result }) => {
        this.#parts.quarantines.passed({ brain: this.#row.uid, op: "apply", seq: event.seq });
        this.#unanswered = this.#unanswered.filter((other) => other !== event);
        event.resolve(result);
      },
      (error) => {
        if (this.#isLost(place, error)) {
          if (!this.#isOthersDoing(error)) event.deaths++;
          if (this.#place === null) this.#bringAgain(error);
        } else {
          this.#unanswered = this.#unanswered.filter((other) => other !== event);
          event.reject(error);
        }
      },
    );
  }

  /** Has the events without an outcome applied elsewhere, unless the first of them has seen enough hosts die: it may be why. */
  #bringAgain(error: unknown): void {
    const [first] = this.#unanswered;
    const isHopeless = first !== undefined && first.deaths >= ATTEMPTS && this.#quarantine === null;
    if (isHopeless) this.#rejectUnanswered(unavailable(error));
    else this.#load().catch(() => {}); // sends the events again, or rejects them
  }

  #rejectUnanswered(error: unknown): void {
    for (const { reject } of this.#unanswered.splice(0)) reject(error);
  }

  /** Whether `error` means that the brain has to be brought to a host again; leaves the place if so. */
  #isLost(place: Place, error: unknown): boolean {
    const isLost = error instanceof HostGone || (error instanceof HostRefusal && error.failure === "not-resident");
    if (isLost && this.#place === place) {
      this.#place = null;
      place.release();
    }
    return isLost;
  }

  get #quarantine() {
    return this.#parts.quarantines.of(this.#row.uid);
  }

  /** Whether it was another brain's work that ended the host: that may happen any number of times. */
  #isOthersDoing(error: unknown): boolean {
    return error instanceof HostGone && isOthersDoing(error.end, this.#row.uid);
  }

  #load(): Promise<Place> {
    this.#loading ??= this.#loadAndSend();
    return this.#loading;
  }

  /** Loads the brain and sends the events that wait; the load is over before the first is sent, since that may need another one. */
  async #loadAndSend(): Promise<Place> {
    try {
      this.#place = await this.#loadWithRetries();
    } finally {
      this.#loading = null;
    }
    const place = this.#place;
    for (const event of this.#unanswered) this.#send(place, event);
    return place;
  }

  async #loadWithRetries(): Promise<Place> {
    for (let deaths = 0; ; ) {
      try {
        this.#parts.quarantines.refuse(this.#row);
        const place = await Place.find(this.#parts.hosts, this.#row.uid, this.#bytes());
        await this.#bring(place);
        return place;
      } catch (error) {
        if (error instanceof HostGone) {
          if (!this.#isOthersDoing(error)) deaths++;
          if (deaths < ATTEMPTS || this.#quarantine !== null) continue;
        }
        if (this.#quarantine === null)
          this.#parts.logger.error({ brain: this.#row.id, err: error }, "brain not loaded");
        const failure = unavailable(error);
        this.#rejectUnanswered(failure);
        throw failure;
      }
    }
  }

  async #bring(place: Place): Promise<void> {
    try {
      const through = (this.#unanswered[0]?.seq ?? this.#handedSeq + 1) - 1;
      const { baseSeq, ...facts } = await bringBack(this.#row, through, place.request, this.#parts);
      this.#baseSeq = baseSeq;
      this.#parts.quarantines.passed({ brain: this.#row.uid, op: "load" });
      this.#parts.logger.info(
        { brain: this.#row.id, host: place.index, checkpointSeq: baseSeq, ...facts },
        "brain loaded",
      );
    } catch (error) {
      await place.leave();
      throw error;
    }
  }
}
