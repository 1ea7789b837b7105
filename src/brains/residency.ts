// One brain's life in the hosts: it is brought there on demand (newest sound checkpoint, then the log), and again when its host dies; it
// leaves when it is asked to (eviction.ts). Invariant: a brain with something under way does not leave. Its events are event-delivery.ts's.

import type { Applied } from "../brain/measures/findings.ts";
import type { HostProcess } from "../host/host-process.ts";
import type { Reply } from "../host/pending-requests.ts";
import { HostGone, HostRefusal, type OperationName } from "../host/protocol.ts";
import type { BrainRow } from "../store/brain-table.ts";
import type { SpanAttributes, Tracer } from "../tracing/tracer.ts";
import { type ArrivalParts, arrive } from "./arrival.ts";
import { EventDelivery } from "./event-delivery.ts";
import { ATTEMPTS, unavailable } from "./host-unavailable.ts";
import type { Tenant } from "./memory-budget.ts";
import type { Mirror } from "./mirror.ts";
import type { Fields, Place, Snapshot } from "./place.ts";
import { isOthersDoing } from "./quarantines.ts";
import { type Mover, Relocation } from "./relocation.ts";
import type { ResidencyStatus } from "./residency-status.ts";
import { Uses } from "./uses.ts";

/** A brain that is called all the time is left in memory for so long at least, though others wait. */
const LEAST_TURN_MS = 500;

export type ResidencyParts = ArrivalParts & { readonly tracer: Tracer };

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
  readonly #delivery: EventDelivery;
  readonly #relocation: Relocation;
  #baseSeq = 0;

  /**
   * @param bytes what the brain takes in memory as it is now
   * @param evict has the brain leave when there is no room for others
   */
  constructor(row: BrainRow, parts: ResidencyParts, bytes: () => number, evict: Tenant["evict"]) {
    this.#row = row;
    this.#parts = parts;
    this.#delivery = new EventDelivery(row, parts.quarantines, {
      place: () => this.#place,
      load: () => this.#load(),
      isLost: (place, error) => this.#isLost(place, error),
      apply: (place, seq, payload) =>
        this.#traced("apply", place, { "engram.seq": seq }, async () => {
          const { result } = await place.request("apply", { seq }, payload);
          return result;
        }),
    });
    this.#relocation = new Relocation(row, parts, this);
    this.#bytes = bytes;
    this.evict = evict;
  }

  get status(): ResidencyStatus {
    if (this.#parts.quarantines.of(this.#row.uid) !== null) return "quarantined";
    if (this.#loading !== null) return "loading";
    return this.isResident ? "resident" : "stored";
  }

  /** Whether a host holds the brain. */
  get isResident(): boolean {
    return this.#place !== null && !this.#place.isGone;
  }

  get isIdle(): boolean {
    return this.#uses.isNone && this.#delivery.isDone && this.#loading === null;
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
    return this.#delivery.handedSeq;
  }

  /** The last event up to which all have an outcome. */
  get answeredSeq(): number {
    return this.#delivery.answeredSeq;
  }

  /** `seq` of the checkpoint that the brain was last brought back from, 0 for its beginning. */
  get baseSeq(): number {
    return this.#baseSeq;
  }

  /** Hands in the next committed event. @throws EngramError when the brain cannot be brought to a host; the event stays committed */
  apply(seq: number, payload: Uint8Array): Promise<Applied> {
    const applied = this.#delivery.hand(seq, payload);
    this.#relocation.note(seq, payload);
    return applied;
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
    this.#delivery.restart(seq);
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
    this.#delivery.switchTo(mirror);
    this.#place = mirror.place;
    this.resize();
  }

  /** Runs `use` where the brain is, and again elsewhere when that host dies. @throws EngramError host-unavailable */
  async #withPlace<T>(use: (place: Place) => Promise<T>): Promise<T> {
    for (let deaths = 0; ; ) {
      const place = this.#place ?? (await this.#load());
      try {
        return await use(place);
      } catch (error) {
        if (!this.#isLost(place, error)) throw error;
        if (!isOthersDoing(error, this.#row.uid)) deaths++;
        if (deaths === ATTEMPTS) throw unavailable(error);
      }
    }
  }

  #traced<T>(op: OperationName, place: Place, about: SpanAttributes, request: () => Promise<T>): Promise<T> {
    const attributes = { "engram.brain": this.#row.id, "engram.host": place.index, "engram.operation": op, ...about };
    return this.#parts.tracer.span("host request", attributes, request);
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
      this.#delivery.rejectAll(error);
      throw error;
    });
    this.#place = place;
    this.#baseSeq = brought.baseSeq;
    this.#loadMs = brought.durationMs;
    this.#delivery.sendAll(place);
    this.#uses.note();
    return place;
  }
}
