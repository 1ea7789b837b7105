// States that are looked at and gone again: one of a brain's past, or one that arrives in a file. Each stands in a host under a key of its
// own, beside the live brain, which does not notice. Invariant: whatever happens, nothing of a visit stays behind.

import { randomUUID } from "node:crypto";
import pLimit, { type LimitFunction } from "p-limit";
import { residentBytes } from "../brain/resident-bytes.ts";
import { effectiveBlueprint } from "../brain/shape.ts";
import { EngramError } from "../errors.ts";
import { HostGone } from "../host/protocol.ts";
import type { BrainRow } from "../store/brain-table.ts";
import { type BringingParts, bringBack } from "./bringing.ts";
import { ATTEMPTS, unavailable } from "./host-unavailable.ts";
import { type HostRequest, Place, type PlaceParts } from "./place.ts";
import type { Quarantines } from "./quarantines.ts";

/** Whoever waits holds a connection. */
const MAX_WAITING_GUESTS = 16;

export type VisitParts = BringingParts & PlaceParts & { readonly quarantines: Quarantines };

/** Brings the state of `row` after event `seq`. @throws as `Visits.at` */
export type Bring = (row: BrainRow, seq: number) => Promise<Place>;

export class Visits {
  readonly #parts: VisitParts;
  /** A visit costs a host the memory and the time of a load: no more at once than there are hosts. */
  readonly #limit: LimitFunction;
  /** As many that arrive: they may be as slow as their senders, and must not hold the others up. */
  readonly #guests: LimitFunction;

  constructor(parts: VisitParts) {
    this.#parts = parts;
    this.#limit = pLimit(parts.hosts.hosts.length);
    this.#guests = pLimit(parts.hosts.hosts.length);
  }

  /**
   * Runs `use` with the state of `row` after event `seq`; again from the start when the host dies meanwhile.
   * @throws EngramError `brain-damaged` when that state is not kept, `brain-quarantined`, `host-unavailable`, `database-unavailable`
   */
  at<T>(row: BrainRow, seq: number, use: (place: Place) => Promise<T>): Promise<T> {
    return this.meeting(bytesOf(row), async (bring) => use(await bring(row, seq)));
  }

  /** As `at`, with two states of one brain in one host. */
  both<T>(row: BrainRow, seqs: readonly [number, number], use: (a: Place, b: Place) => Promise<T>): Promise<T> {
    return this.meeting(2 * bytesOf(row), async (bring) => use(await bring(row, seqs[0]), await bring(row, seqs[1])));
  }

  /**
   * As `at`, with as many states in one host as `use` has brought there.
   * @param bytes that they take together
   */
  meeting<T>(bytes: number, use: (bring: Bring) => Promise<T>): Promise<T> {
    const nothing = async (): Promise<void> => {};
    return this.#again(() => this.#visit(bytes, nothing, (room) => this.#meet(room, use)));
  }

  async #meet<T>(room: Place, use: (bring: Bring) => Promise<T>): Promise<T> {
    const places: Place[] = [];
    const bring = async (row: BrainRow, seq: number): Promise<Place> => {
      const place = room.beside(randomUUID());
      places.push(place);
      await this.#bring(row, seq, place.request);
      return place;
    };
    try {
      return await use(bring);
    } finally {
      for (const place of places) await place.leave();
    }
  }

  /**
   * Runs `use` with a state that `bring` brings from elsewhere, once: when the host dies, the visit fails.
   * @param bytes that the state takes in memory
   * @throws EngramError `overloaded`, `host-unavailable`, and what `bring` and `use` throw
   */
  async guest<T>(bytes: number, bring: (request: HostRequest) => Promise<void>, use: (place: Place) => Promise<T>) {
    if (this.#guests.pendingCount >= MAX_WAITING_GUESTS) {
      throw new EngramError("overloaded", `${MAX_WAITING_GUESTS} files wait to be taken in already.`);
    }
    return this.#guests(() =>
      this.#visit(bytes, bring, use).catch((error: unknown) => {
        throw unavailable(error);
      }),
    );
  }

  async #bring(row: BrainRow, seq: number, request: HostRequest): Promise<void> {
    this.#parts.quarantines.refuseState(row, seq);
    await bringBack(row, seq, request, this.#parts);
  }

  #again<T>(visit: () => Promise<T>): Promise<T> {
    return this.#limit(async () => {
      for (let attempt = 1; ; attempt++) {
        try {
          return await visit();
        } catch (error) {
          if (!(error instanceof HostGone) || attempt === ATTEMPTS) throw unavailable(error);
        }
      }
    });
  }

  async #visit<T>(
    bytes: number,
    bring: (request: HostRequest) => Promise<void>,
    use: (place: Place) => Promise<T>,
  ): Promise<T> {
    const place = await Place.find(this.#parts, randomUUID(), bytes);
    try {
      await bring(place.request);
      return await use(place);
    } finally {
      await place.leave();
    }
  }
}

const bytesOf = (row: BrainRow): number => residentBytes(effectiveBlueprint(row, row.shape), row.labels.length);
