// One brain's life in the hosts: it is brought there on demand (newest sound checkpoint, then the log), and again when its host dies.
// Invariant: committed events reach the host in `seq` order, each once per life; an event's outcome is answered however often its host dies.

import type { Outcome } from "../brain/events.ts";
import { EngramError } from "../errors.ts";
import type { HostPool } from "../host/host-pool.ts";
import type { HostProcess, Reply } from "../host/host-process.ts";
import { HostGone, HostRefusal, type OperationName, type RequestOf, type SnapshotHead } from "../host/protocol.ts";
import type { BrainRow } from "../store/brain-table.ts";
import { type BringingParts, bringBack, type Fields, type HostRequest } from "./bringing.ts";
import { withTimeout } from "./with-timeout.ts";

type Committed = {
  readonly seq: number;
  readonly payload: Uint8Array;
  readonly resolve: (outcome: Outcome) => void;
  readonly reject: (error: unknown) => void;
  /** Hosts that died before they had answered it. */
  deaths: number;
};

export type Snapshot = {
  readonly head: Omit<SnapshotHead, "headerBytes">;
  /** The safetensors file's header. */
  readonly header: Uint8Array;
  /** n × 32 bytes: SHA-256 of each chunk of the file's body. */
  readonly hashes: Uint8Array;
  readonly readChunk: (index: number) => Promise<Uint8Array>;
};

/** `bytes` is what the brain was counted for when it was placed. */
type Place = { readonly host: HostProcess; readonly generation: number; readonly bytes: number };

export type ResidencyParts = BringingParts & { readonly hosts: HostPool };

/** How many hosts may die under one call before it is given up. */
const ATTEMPTS = 3;
const HOST_READY_TIMEOUT_MS = 30_000;

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

  /** Asks the host about the brain, again when the host dies meanwhile. */
  ask<Op extends OperationName>(op: Op, fields: Fields<Op>, body?: Uint8Array): Promise<Reply<Op>> {
    return this.#withPlace((place) => this.#request(place, op, fields, body));
  }

  /**
   * Holds the brain's state still while `use` reads it in chunks of `chunkBytes`; predictions go on, changes wait.
   * `use` runs again when the host dies meanwhile.
   */
  snapshot<T>(chunkBytes: number, use: (snapshot: Snapshot) => Promise<T>): Promise<T> {
    return this.#withPlace(async (place) => {
      try {
        const { result, body } = await this.#request(place, "snapshotBegin", { chunkBytes });
        const { headerBytes, ...head } = result;
        const readChunk = async (index: number) => (await this.#request(place, "snapshotChunk", { index })).body;
        return await use({
          head,
          header: body.subarray(0, headerBytes),
          hashes: body.subarray(headerBytes),
          readChunk,
        });
      } finally {
        await this.#request(place, "snapshotEnd", {}).catch(() => {}); // fails only with the host, and then nothing is held
      }
    });
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
    if (place === null) return;
    this.#parts.hosts.release(place.host, place.bytes);
    await this.#request(place, "unload", {}).catch((error) => {
      if (!(error instanceof HostGone)) throw error;
    });
  }

  /** Runs `use` where the brain is, and again elsewhere when that host dies. @throws EngramError host-unavailable */
  async #withPlace<T>(use: (place: Place) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      const place = this.#place ?? (await this.#load());
      try {
        return await use(place);
      } catch (error) {
        if (!this.#isLost(place, error) || attempt === ATTEMPTS) throw unavailable(error);
      }
    }
  }

  #send(place: Place, event: Committed): void {
    this.#request(place, "apply", { seq: event.seq }, event.payload).then(
      ({ result }) => {
        this.#unanswered = this.#unanswered.filter((other) => other !== event);
        event.resolve(result);
      },
      (error) => {
        if (this.#isLost(place, error)) {
          event.deaths++;
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
    if (first !== undefined && first.deaths >= ATTEMPTS) this.#rejectUnanswered(unavailable(error));
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
      this.#parts.hosts.release(place.host, place.bytes);
    }
    return isLost;
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
    for (let attempt = 1; ; attempt++) {
      const bytes = this.#bytes();
      const host = this.#parts.hosts.place(bytes);
      try {
        return await this.#bring(host, bytes);
      } catch (error) {
        this.#parts.hosts.release(host, bytes);
        if (error instanceof HostGone && attempt < ATTEMPTS) continue;
        this.#parts.logger.error({ brain: this.#row.id, err: error }, "brain not loaded");
        const failure = unavailable(error);
        this.#rejectUnanswered(failure);
        throw failure;
      }
    }
  }

  async #bring(host: HostProcess, bytes: number): Promise<Place> {
    await withTimeout(host.ready(), HOST_READY_TIMEOUT_MS, () => new HostGone("the compute host does not start"));
    const place = { host, generation: host.generation, bytes };
    try {
      const through = (this.#unanswered[0]?.seq ?? this.#handedSeq + 1) - 1;
      const request: HostRequest = (op, fields, body) => this.#request(place, op, fields, body);
      const { baseSeq, ...facts } = await bringBack(this.#row, through, request, this.#parts);
      this.#baseSeq = baseSeq;
      this.#parts.logger.info(
        { brain: this.#row.id, host: host.index, checkpointSeq: baseSeq, ...facts },
        "brain loaded",
      );
    } catch (error) {
      await this.#request(place, "unload", {}).catch(() => {}); // a host that is gone holds nothing
      throw error;
    }
    return place;
  }

  #request<Op extends OperationName>({ host, generation }: Place, op: Op, fields: Fields<Op>, body?: Uint8Array) {
    if (host.generation !== generation) return Promise.reject(new HostGone("the host was started again"));
    // `fields` is the operation's request without `brain`, which is put back here.
    return host.request(op, { ...fields, brain: this.#row.uid } as RequestOf<Op>, body);
  }
}

const unavailable = (error: unknown): unknown =>
  error instanceof HostGone
    ? new EngramError("host-unavailable", "The compute host of this brain is restarting; try again shortly.", [], {
        cause: error,
      })
    : error;
