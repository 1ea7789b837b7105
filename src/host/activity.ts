// What a host computes, and how long. Each piece of work is written into a small file before it begins and out of it when it is done: when the
// process dies, however suddenly, its gateway reads there what it died of. Invariant: a piece that failed stays written; what failed ends the host.

import { readSync, writeSync } from "node:fs";
import { HostRefusal, type LoadReport, type Piece } from "./protocol.ts";

/** A record has this room; a host with more pieces under way than fit writes those that began last. */
const RECORD_BYTES = 4096;
const PREFIX_BYTES = 4;

type Running = { readonly piece: Piece; sinceMs: number };
/** Waits, for other work to be done in between. */
type Rest = (pause: Promise<void>) => Promise<void>;

export class Activity {
  #fd: number | null;
  readonly #nowMs: () => number;
  readonly #record = Buffer.alloc(RECORD_BYTES);
  readonly #running = new Set<Running>();
  #brains = new Map<string, number>();
  #batches = new Map<number, number>();
  #busyMs = 0;
  #busySinceMs = 0;
  #reportedAtMs: number;
  #isWriting = false;

  /** @param fd of the file to write to; null: nothing is written */
  constructor(fd: number | null, nowMs: () => number = () => performance.now()) {
    this.#fd = fd;
    this.#nowMs = nowMs;
    this.#reportedAtMs = nowMs();
  }

  /** Runs `work`, which is known to be under way from before its first step until it has a result or is refused, but for where it rests. */
  async during<T>(piece: Piece, work: (rest: Rest) => T | Promise<T>): Promise<T> {
    let running = this.#begin(piece);
    const rest: Rest = async (pause) => {
      this.#end(running);
      await pause;
      running = this.#begin(piece);
    };
    try {
      const result = await work(rest);
      this.#end(running);
      return result;
    } catch (error) {
      if (error instanceof HostRefusal) this.#end(running);
      throw error;
    }
  }

  /** Counts predictions of `rows` inputs together. */
  countBatch(rows: number): void {
    this.#batches.set(rows, (this.#batches.get(rows) ?? 0) + 1);
  }

  /** Tells what was done since the last report; of what is under way, the part up to now. */
  report(): LoadReport {
    const nowMs = this.#nowMs();
    for (const running of this.#running) this.#charge(running, nowMs);
    if (this.#running.size > 0) this.#chargeBusy(nowMs);
    const report = {
      elapsedMs: nowMs - this.#reportedAtMs,
      busyMs: this.#busyMs,
      brains: Object.fromEntries(this.#brains),
      batches: Object.fromEntries(this.#batches),
      memoryBytes: process.memoryUsage.rss(),
    };
    this.#brains = new Map();
    this.#batches = new Map();
    this.#busyMs = 0;
    this.#reportedAtMs = nowMs;
    return report;
  }

  #begin(piece: Piece): Running {
    const sinceMs = this.#nowMs();
    if (this.#running.size === 0) this.#busySinceMs = sinceMs;
    const running = { piece, sinceMs };
    this.#running.add(running);
    this.#write();
    return running;
  }

  #end(running: Running): void {
    const nowMs = this.#nowMs();
    this.#running.delete(running);
    this.#charge(running, nowMs);
    if (this.#running.size === 0) this.#chargeBusy(nowMs);
    this.#writeSoon();
  }

  #charge(running: Running, nowMs: number): void {
    const { brain } = running.piece;
    this.#brains.set(brain, (this.#brains.get(brain) ?? 0) + nowMs - running.sinceMs);
    running.sinceMs = nowMs;
  }

  #chargeBusy(nowMs: number): void {
    this.#busyMs += nowMs - this.#busySinceMs;
    this.#busySinceMs = nowMs;
  }

  /** What is done need not be out of the file at once: what follows within this turn of the event loop takes its place, with one write for both. */
  #writeSoon(): void {
    if (this.#isWriting) return;
    this.#isWriting = true;
    setImmediate(() => {
      if (this.#isWriting) this.#write();
    });
  }

  #write(): void {
    this.#isWriting = false;
    if (this.#fd === null) return;
    let pieces = Array.from(this.#running, ({ piece }) => piece);
    let text = JSON.stringify(pieces);
    while (Buffer.byteLength(text) > RECORD_BYTES - PREFIX_BYTES) {
      pieces = pieces.slice(1);
      text = JSON.stringify(pieces);
    }
    const length = this.#record.write(text, PREFIX_BYTES, "utf8");
    this.#record.writeUInt32LE(length, 0);
    try {
      writeSync(this.#fd, this.#record, 0, PREFIX_BYTES + length, 0);
    } catch {
      this.#fd = null; // a disk that is full must not stop the computing; what the host dies of stays unknown then
    }
  }
}

/** @returns what the host whose file this is was computing when it last wrote; nothing where that cannot be read */
export function piecesIn(fd: number): readonly Piece[] {
  const record = Buffer.alloc(RECORD_BYTES);
  if (readSync(fd, record, 0, RECORD_BYTES, 0) < PREFIX_BYTES) return [];
  const length = Math.min(record.readUInt32LE(0), RECORD_BYTES - PREFIX_BYTES);
  try {
    // The host is the only writer, and it writes pieces; a reader beside it may meet half a record.
    return JSON.parse(record.toString("utf8", PREFIX_BYTES, PREFIX_BYTES + length)) as Piece[];
  } catch {
    return [];
  }
}
