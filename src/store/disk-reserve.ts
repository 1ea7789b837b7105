// Room that is kept on the disk for what must not fail when it is full: a file of this size, which is given up when it is needed and made
// again once there is room for it and more.

import { randomBytes } from "node:crypto";
import { closeSync, openSync, rmSync, statfsSync, statSync, writeSync } from "node:fs";

const MIB = 1024 * 1024;
/** What it is called in the data folder. */
export const RESERVE_FILE = "reserve";
/** A segment of PostgreSQL's write-ahead log (16 MiB), and as much again for what a checkpoint and the removal of a brain write. */
const RESERVE_BYTES = 32 * MIB;
/** It is made again only when so much would be left beside it, so that the next change does not need it at once. */
const MARGIN_BYTES = 4 * MIB;

export class DiskReserve {
  readonly #file: string;
  #isWhole: boolean;

  /** @param file where it is kept; what an earlier process left there is taken over */
  constructor(file: string) {
    this.#file = file;
    this.#isWhole = statSync(file, { throwIfNoEntry: false })?.size === RESERVE_BYTES;
  }

  get isWhole(): boolean {
    return this.#isWhole;
  }

  /** Gives the room up. @returns whether there was any */
  giveUp(): boolean {
    if (!this.#isWhole) return false;
    this.#isWhole = false;
    rmSync(this.#file, { force: true });
    return true;
  }

  /** Makes the reserve unless it is there. @returns whether it is whole now and the disk has room beside it */
  make(folder: string): boolean {
    const { bavail, bsize } = statfsSync(folder);
    const free = bavail * bsize;
    if (this.#isWhole) return free >= MARGIN_BYTES;
    if (free < RESERVE_BYTES + MARGIN_BYTES) return false;
    try {
      fill(this.#file);
      this.#isWhole = true;
    } catch {
      rmSync(this.#file, { force: true }); // somebody else was quicker to take the room
    }
    return this.#isWhole;
  }
}

/** Random bytes, which no file system compresses or leaves out. */
function fill(file: string): void {
  const bytes = randomBytes(MIB);
  const descriptor = openSync(file, "w");
  try {
    for (let written = 0; written < RESERVE_BYTES; ) {
      written += writeSync(descriptor, bytes, 0, Math.min(MIB, RESERVE_BYTES - written));
    }
  } finally {
    closeSync(descriptor);
  }
}
