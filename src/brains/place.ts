// A brain's place in a host: which process, which of its lives, and the key under which the brain is known there. Invariant: what is asked
// here reaches that life alone; a process that was started again has forgotten the brain, and then every request rejects with `HostGone`.

import { randomUUID } from "node:crypto";
import type { HostPool } from "../host/host-pool.ts";
import type { HostProcess } from "../host/host-process.ts";
import type { Reply } from "../host/pending-requests.ts";
import { HostGone, type OperationName, type RequestOf, type SnapshotHead } from "../host/protocol.ts";
import type { MemoryBudget, Room } from "./memory-budget.ts";
import { withTimeout } from "./with-timeout.ts";

/** A request's fields beside the brain, which is the same for all. */
export type Fields<Op extends OperationName> = Omit<RequestOf<Op>, "brain">;

/** Asks one host about one brain. */
export type HostRequest = <Op extends OperationName>(
  op: Op,
  fields: Fields<Op>,
  body?: Uint8Array,
  signal?: AbortSignal,
) => Promise<Reply<Op>>;

/** A state that is kept while it is read. */
export type Snapshot = {
  readonly head: Omit<SnapshotHead, "headerBytes">;
  /** The safetensors file's header. */
  readonly header: Uint8Array;
  /** n × 32 bytes: SHA-256 of each chunk of the file's body. */
  readonly hashes: Uint8Array;
  readonly readChunk: (index: number) => Promise<Uint8Array>;
};

export type PlaceParts = { readonly hosts: HostPool; readonly budget: MemoryBudget };
const UID_LENGTH = 36;

/** @returns the name of a place of the brain `uid`, which has had `moves` before: one that it leaves must not be taken for the one it goes to */
export const keyFor = (uid: string, moves: number): string => (moves === 0 ? uid : `${uid}/${moves}`);

/** @returns the brain of which `key` names a place */
export const uidOf = (key: string): string => key.slice(0, UID_LENGTH);

const HOST_READY_TIMEOUT_MS = 30_000;

export class Place {
  readonly #hosts: HostPool;
  readonly #host: HostProcess;
  readonly #generation: number;
  /** The brain's name in that host. */
  readonly key: string;
  /** What the brain takes of the memory budget, and is counted for in that host. */
  readonly #room: Room;

  private constructor(hosts: HostPool, host: HostProcess, key: string, room: Room) {
    this.#hosts = hosts;
    this.#host = host;
    this.#generation = host.generation;
    this.key = key;
    this.#room = room;
  }

  /**
   * Finds a place for a brain of `bytes`; call `release` or `leave` when it is not needed any more.
   * @throws EngramError `overloaded` when there is no room; HostGone when the host does not start
   */
  static async find(parts: PlaceParts, key: string, bytes: number): Promise<Place> {
    const room = await parts.budget.take(bytes);
    return Place.#in(parts.hosts, parts.hosts.place(bytes), key, room);
  }

  /** As `find`, in this very host. */
  static async at({ hosts, budget }: PlaceParts, host: HostProcess, key: string, bytes: number): Promise<Place> {
    const room = await budget.take(bytes);
    hosts.add(host, bytes);
    return Place.#in(hosts, host, key, room);
  }

  /** @param room that it takes, counted into the host already */
  static async #in(hosts: HostPool, host: HostProcess, key: string, room: Room): Promise<Place> {
    try {
      await withTimeout(host.ready(), HOST_READY_TIMEOUT_MS, () => new HostGone("the compute host does not start"));
    } catch (error) {
      hosts.release(host, room.bytes);
      room.release();
      throw error;
    }
    return new Place(hosts, host, key, room);
  }

  /** A name for a second brain in the room of this one. */
  beside(key: string): Place {
    const room = { bytes: 0, resize: () => {}, release: () => {} };
    return new Place(this.#hosts, this.#host, key, room);
  }

  /** Whether the host has ended, and what it held with it. */
  get isGone(): boolean {
    return this.#host.generation !== this.#generation || !this.#host.isUp;
  }

  /** Bytes that the brain takes. */
  get bytes(): number {
    return this.#room.bytes;
  }

  /** Follows a brain that has grown or shrunk. */
  resize(bytes: number): void {
    this.#hosts.add(this.#host, bytes - this.#room.bytes);
    this.#room.resize(bytes);
  }

  /** The host's number. */
  get index(): number {
    return this.#host.index;
  }

  /** @throws HostGone, HostRefusal, and the reason of `signal`, as `HostProcess.request` does */
  readonly request: HostRequest = <Op extends OperationName>(
    op: Op,
    fields: Fields<Op>,
    body?: Uint8Array,
    signal?: AbortSignal,
  ) => {
    if (this.#host.generation !== this.#generation) {
      return Promise.reject(this.#host.gone("was started again"));
    }
    // `fields` is the operation's request without `brain`, which is put back here.
    return this.#host.request(op, { ...fields, brain: this.key } as RequestOf<Op>, body, signal);
  };

  /** Takes a snapshot for `use` to read, in chunks of `chunkBytes`, while the brain goes on. @throws HostGone, HostRefusal, and what `use` throws */
  async snapshot<T>(chunkBytes: number, use: (snapshot: Snapshot) => Promise<T>): Promise<T> {
    const snapshot = randomUUID();
    try {
      const { result, body } = await this.request("snapshotBegin", { snapshot, chunkBytes });
      const { headerBytes, ...head } = result;
      const readChunk = async (index: number) => (await this.request("snapshotChunk", { snapshot, index })).body;
      return await use({ head, header: body.subarray(0, headerBytes), hashes: body.subarray(headerBytes), readChunk });
    } finally {
      await this.request("snapshotEnd", { snapshot }).catch(() => {}); // fails only where nothing is kept any more
    }
  }

  /** Gives the room up, of a brain that is not there any more. */
  release(): void {
    this.#hosts.release(this.#host, this.#room.bytes);
    this.#room.release();
  }

  /** Has the host forget the brain, and gives the room up. */
  async leave(): Promise<void> {
    try {
      await this.request("unload", {});
    } catch (error) {
      if (!(error instanceof HostGone)) throw error; // a host that is gone holds nothing
    } finally {
      this.release();
    }
  }
}
