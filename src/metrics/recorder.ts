// The history of brains' numbers on its way into the database: behind the calls, for all brains together, every few seconds.
// Invariants: recording never waits, never throws and takes bounded memory; while the database is away the newest is kept and the oldest
// dropped, and counted. A crash of the server may take the last seconds of history, never a measure: those are part of the brains' states.

import { randomUUID } from "node:crypto";
import type { Logger } from "pino";
import type { Numbers } from "../brain/measures/findings.ts";
import { type Block, blockOf } from "./blocks.ts";
import { OpenPoints, type Taken } from "./open-points.ts";
import type { Marker, Point } from "./points.ts";
import { FINEST_STEP_S } from "./tiers.ts";

export type RecorderParts = {
  /** Stores blocks, all or none; one that is stored already is left as it is, one whose brain is gone is left out. */
  readonly write: (blocks: readonly Block[]) => Promise<void>;
  readonly logger: Logger;
  /** How loud a failure is, by what the database said: one that others tell of already is quiet. */
  readonly levelOf: (error: unknown) => "warn" | "debug";
  /** Told of how many points were dropped. */
  readonly onDrop?: (points: number) => void;
  readonly nowMs?: () => number;
  readonly everyMs?: number;
};

/** What a brain has of its history in memory. */
export type Unwritten = {
  readonly points: readonly Point[];
  /** Blocks whose points are among them, and that may be stored by the time that somebody looks. */
  readonly blocks: ReadonlySet<string>;
};

/** A block a brain each time: shorter makes more rows, longer loses more in a crash. */
const EVERY_MS = 5_000;
/** Cells and markers of points that are over: with so many it does not wait for its time. Some 5 MB. */
const MAX_CLOSED = 50_000;
/** Cells and markers that wait for the database: some 30 MB. While it is away nothing is learned, and predictions make two cells a second. */
const MAX_WAITING = 250_000;
/** Blocks of one statement: the embedded database does nothing else meanwhile. */
const BLOCKS_PER_WRITE = 128;

export class Recorder {
  readonly #parts: RecorderParts;
  readonly #nowMs: () => number;
  readonly #open = new OpenPoints(randomUUID);
  readonly #timer: NodeJS.Timeout;
  /** Oldest first. */
  #waiting: readonly Taken[] = [];
  #writing: Promise<void> | null = null;
  /** Set while the database does not take what it is given. */
  #outage: { dropped: number } | null = null;

  constructor(parts: RecorderParts) {
    this.#parts = parts;
    this.#nowMs = parts.nowMs ?? Date.now;
    this.#timer = setInterval(() => void this.flush(), parts.everyMs ?? EVERY_MS).unref();
  }

  /** Takes in what was measured of a brain's state `seq`, now. */
  note(brainUid: string, seq: number, numbers: Numbers): void {
    this.#open.note(brainUid, this.#nowMs(), seq, numbers);
    if (this.#open.closedSize > MAX_CLOSED) void this.flush();
  }

  mark(brainUid: string, marker: Marker): void {
    this.#open.mark(brainUid, marker);
    if (this.#open.closedSize > MAX_CLOSED) void this.flush();
  }

  /** Look here first, then in the database without `blocks`: so nothing is missed or counted twice. */
  unwritten(brainUid: string): Unwritten {
    const open = this.#open.of(brainUid);
    const all = [...this.#waiting.filter((one) => one.brainUid === brainUid), ...(open === null ? [] : [open])];
    return { points: all.flatMap(({ points }) => points), blocks: new Set(all.map(({ id }) => id)) };
  }

  /** Writes the points that are over. Never rejects. */
  flush(): Promise<void> {
    this.#gather(this.#nowMs());
    this.#writing ??= this.#write().finally(() => {
      this.#writing = null;
    });
    return this.#writing;
  }

  /** Writes all there is, as far as the database takes it. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#writing;
    this.#gather(Number.POSITIVE_INFINITY);
    await this.#write();
  }

  #gather(nowMs: number): void {
    this.#waiting = [...this.#waiting, ...this.#open.take(nowMs)];
    let excess = this.#waiting.reduce((sum, { size }) => sum + size, -MAX_WAITING);
    if (excess <= 0) return;
    const kept = this.#waiting.findIndex(({ size }) => {
      const fits = excess <= 0;
      excess -= size;
      return fits;
    });
    this.#drop(kept < 0 ? this.#waiting.length : kept);
  }

  /** Drops the oldest. */
  #drop(count: number): void {
    const dropped = this.#waiting.slice(0, count).reduce((sum, { points }) => sum + points.length, 0);
    this.#waiting = this.#waiting.slice(count);
    if (this.#outage !== null) {
      if (this.#outage.dropped === 0) this.#parts.logger.warn("history of measures is dropped, the oldest first");
      this.#outage.dropped += dropped;
    }
    this.#parts.onDrop?.(dropped);
  }

  /** What is written stays among what waits until it is stored, so that readers see it all the time. */
  async #write(): Promise<void> {
    while (this.#waiting.length > 0) {
      const some = this.#waiting.slice(0, BLOCKS_PER_WRITE);
      try {
        await this.#parts.write(some.map(blockWith));
      } catch (error) {
        if (this.#outage === null) {
          this.#outage = { dropped: 0 };
          this.#parts.logger[this.#parts.levelOf(error)](
            { err: error },
            "history of measures not written: the newest of it is kept until it can be",
          );
        }
        return;
      }
      const written = new Set(some);
      this.#waiting = this.#waiting.filter((one) => !written.has(one));
      if (this.#outage === null) continue;
      this.#parts.logger.info({ droppedPoints: this.#outage.dropped }, "history of measures is written again");
      this.#outage = null;
    }
  }
}

const blockWith = ({ id, brainUid, points }: Taken): Block => blockOf({ id, brainUid, stepS: FINEST_STEP_S }, points);
