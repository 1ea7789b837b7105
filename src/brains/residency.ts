// One brain's life in the hosts: it is brought there on demand (newest sound checkpoint, then the log), and again when its host dies; it
// leaves when it is asked to (eviction.ts). Invariants: committed events reach the host in `seq` order, each once per life; an event's
// outcome is answered however often its host dies, unless the brain is why they die (quarantines.ts); a brain with something under way
// does not leave.

import type { Applied } from "../brain/measures/findings.ts";
import type { HostProcess, Reply } from "../host/host-process.ts";
import { HostGone, HostRefusal, type OperationName } from "../host/protocol.ts";
import type { BrainRow } from "../store/brain-table.ts";
import type { SpanAttributes, Tracer } from "../tracing/tracer.ts";
import { type ArrivalParts, arrive } from "./arrival.ts";
import { type CommittedEvent, CommittedEvents } from "./committed-events.ts";
import { ATTEMPTS, unavailable } from "./host-unavailable.ts";
import type { Tenant } from "./memory-budget.ts";
import type { Mirror } from "./mirror.ts";
import type { Fields, Place, Snapshot } from "./place.ts";
import { isOthersDoing } from "./quarantines.ts";
import { type Mover, Relocation } from "./relocation.ts";
import { Uses } from "./uses.ts";

/** A brain that is called all the time is left in memory for so long at least, though others wait. */
const LEAST_TURN_MS = 500;

export type ResidencyParts = ArrivalParts & { readonly tracer: Tracer };

export const RESIDENCIES = ["stored", "loading", "resident", "quarantined"] as const;
/** Whether a host holds the brain, or is about to, or none may. */
export type ResidencyStatus = (typeof RESIDENCIES)[number];

export class Residency implements Tenant, Mover {
  readonly #row: BrainRow;
  readonly #parts: ResidencyParts;
  readonly #bytes: () => number;
  readonly evict: Tenant["evict"];
  #place: Place | null = null;
  readonly #uses = new Uses(() => this.#becomeYoungest());
  /** What the last load took. */
  #loadMs = 0;
  #loading: Promise<Place> | null = null;
  readonly #events: CommittedEvents;
  readonly #relocation: Relocation;
  #baseSeq = 0;

  /**
   * @param bytes what the brain takes in memory as it is now
   * @param evict has the brain leave when there is no room for others
   */
  constructor(row: BrainRow, parts: ResidencyParts, bytes: () => number, evict: Tenant["evict"]) {
    this.#row = row;
    this.#parts = parts;
    this.#events = new CommittedEvents(row.seq);
    this.#relocation = new Relocation(row, parts, this);
    this.#bytes = bytes;
    this.evict = evict;
  }

  get status(): ResidencyStatus {
    if (this.#quarantine !== null) return "quarantined";
    if (this.#loading !== null) return "loading";
    return this.isResident ? "resident" : "stored";
  }

  /** Whether a host holds the brain. */
  get isResident(): boolean {
    return this.#place !== null && !this.#place.isGone;
  }

  get isIdle(): boolean {
    return this.#uses.isNone && this.#events.first === undefined && this.#loading === null;
  }

  /** How long nothing has been under way. */
  get idleMs(): number {
    return this.isIdle ? this.#uses.idleMs : 0;
  }

  /** Bytes that it takes where it is. */
  get bytes(): number {
    return this.#place?.bytes ?? 0;
  }

  /** As long again as it took to come. */
  get turnMs(): number {
    return LEAST_TURN_MS + this.#loadMs;
  }

  /** Where it is now. */
  get place(): Place | null {
    return this.#place;
  }

  /** The last event that was handed in. */
  get handedSeq(): number {
    return this.#events.lastSeq;
  }

  /** The last event up to which all have an outcome. */
  get answeredSeq(): number {
    return this.#events.answeredSeq;
  }

  /** `seq` of the checkpoint that the brain was last brought back from, 0 for its beginning. */
  get baseSeq(): number {
    return this.#baseSeq;
  }

  /** Hands in the next committed event. @throws EngramError when the brain cannot be brought to a host; the event stays committed */
  apply(seq: number, payload: Uint8Array): Promise<Applied> {
    return new Promise((resolve, reject) => {
      const event = this.#events.add(seq, payload, { resolve, reject });
      if (this.#place !== null) this.#send(this.#place, event);
      else this.#load().catch(() => {}); // a failed load rejects every unanswered event itself
      this.#relocation.note(seq, payload);
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
    const ask = (place: Place) => {
      signal?.throwIfAborted(); // it may have taken long to bring the brain there
      return this.#traced(op, place, {}, () => place.request(op, fields, body, signal));
    };
    return this.#uses.call(() => this.#withPlace(ask));
  }

  /** Runs `work` with the brain in a host, which does not give it away meanwhile. @throws EngramError when it cannot be brought there; `work` does not run then */
  stay<T>(work: () => Promise<T>): Promise<T> {
    return this.#uses.call(async () => {
      await this.load();
      return work();
    });
  }

  /**
   * Keeps the present state while `use` reads it in chunks of `chunkBytes` and the brain goes on.
   * `use` runs again, on the state of then, when the host dies meanwhile.
   */
  snapshot<T>(chunkBytes: number, use: (snapshot: Snapshot) => Promise<T>): Promise<T> {
    return this.#uses.aside(() => this.#withPlace((place) => place.snapshot(chunkBytes, use)));
  }

  /** Brings the brain to a host if it is not there. */
  async load(): Promise<void> {
    this.leaveGone();
    if (this.#place === null) await this.#load();
  }

  /** Runs `work` with no call under way, as `Uses.closed` does. */
  closed(work: () => Promise<boolean>): Promise<boolean> {
    return this.#uses.closed(() => this.isIdle, work);
  }

  /** Tells that the brain has grown or shrunk. */
  resize(): void {
    this.#place?.resize(this.#bytes());
  }

  /**
   * Leaves the host, unless something is under way or the state is another than that of `seq`.
   * @returns whether it has left
   */
  async leave(seq: number): Promise<boolean> {
    const place = this.#place;
    if (place === null || !this.isIdle || this.handedSeq !== seq) return false;
    this.#unplace();
    await place.leave();
    return true;
  }

  /** Gives up the room in a host that has ended. @returns whether it has */
  leaveGone(): boolean {
    const place = this.#place;
    if (place === null || !place.isGone) return false;
    this.#unplace();
    place.release();
    return true;
  }

  /** Forgets what the host holds; the next use loads the state of `seq`. Call it with no event unanswered. */
  async forget(seq: number): Promise<void> {
    while (this.#loading !== null) await this.#loading.catch(() => {}); // it would bring the state of before
    const place = this.#place;
    this.#unplace();
    this.#events.restart(seq);
    await place?.leave();
  }

  #unplace(): void {
    this.#place = null;
    this.#parts.budget.left(this);
  }

  /** Makes it the last one to be asked to leave. */
  #becomeYoungest(): void {
    if (this.#place !== null) this.#parts.budget.used(this);
  }

  /** Moves the brain to `host` while it serves. @returns whether it has moved. @throws HostGone, with the brain where it was */
  moveTo(host: HostProcess): Promise<boolean> {
    return this.#uses.aside(() => this.#relocation.moveTo(host, this.#bytes()));
  }

  /** Serves from a place that has answered as much as the one before; what is unanswered is answered there. */
  switchTo(mirror: Mirror): void {
    const answers = this.#events.all.map((event) => ({ event, answer: mirror.answer(event.seq) }));
    this.#place = mirror.place;
    this.resize();
    for (const { event, answer } of answers) this.#await(mirror.place, event, answer);
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

  #send(place: Place, event: CommittedEvent): void {
    const { seq, payload } = event;
    const request = () => place.request("apply", { seq }, payload).then(({ result }) => result);
    this.#await(place, event, this.#traced("apply", place, { "engram.seq": seq }, request));
  }

  #traced<T>(op: OperationName, place: Place, about: SpanAttributes, request: () => Promise<T>): Promise<T> {
    const attributes = { "engram.brain": this.#row.id, "engram.host": place.index, "engram.operation": op, ...about };
    return this.#parts.tracer.span("host request", attributes, request);
  }

  #await(place: Place, event: CommittedEvent, answer: Promise<Applied>): void {
    event.at = place;
    answer.then(
      (applied) => {
        if (event.at !== place) return; // the brain has moved: its answer here may come before its effect there
        this.#parts.quarantines.passed({ brain: this.#row.uid, op: "apply", seq: event.seq });
        this.#events.resolve(event, applied);
      },
      (error) => {
        if (event.at !== place) return;
        if (this.#isLost(place, error)) {
          if (!this.#isOthersDoing(error)) event.deaths++;
          if (this.#place === null) this.#bringAgain(error);
        } else this.#events.reject(event, error);
      },
    );
  }

  /** Has the events without an outcome applied elsewhere, unless the first of them has seen enough hosts die: it may be why. */
  #bringAgain(error: unknown): void {
    const { first } = this.#events;
    const isHopeless = first !== undefined && first.deaths >= ATTEMPTS && this.#quarantine === null;
    if (isHopeless) this.#events.rejectAll(unavailable(error));
    else this.#load().catch(() => {}); // sends the events again, or rejects them
  }

  /** Whether `error` means that the brain has to be brought to a host again; leaves the place if so. */
  #isLost(place: Place, error: unknown): boolean {
    const isLost = error instanceof HostGone || (error instanceof HostRefusal && error.failure === "not-resident");
    if (isLost && this.#place === place) {
      this.#unplace();
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
    const arriving = () => ({ key: this.#relocation.key, bytes: this.#bytes(), through: this.answeredSeq });
    const arrival = arrive(this.#row, arriving, this.#parts).finally(() => {
      this.#loading = null;
    });
    const { place, brought } = await arrival.catch((error: unknown) => {
      this.#events.rejectAll(error);
      throw error;
    });
    this.#place = place;
    this.#baseSeq = brought.baseSeq;
    this.#loadMs = brought.durationMs;
    for (const event of this.#events.all) this.#send(place, event);
    this.#uses.note();
    return place;
  }
}
