// Tar archives, written and read entry by entry as they pass: plain files with short names (ustar), which every tar can write and read.
// Invariant: reading holds one block and what its taker asks for, whatever an archive says of its sizes.

import { Header } from "tar";
import { type Bytes, CutOff } from "../byte-source.ts";

/** The bytes are no tar archive of plain files; the message says why. */
export class TarError extends Error {}

const BLOCK_BYTES = 512;
const FILE_MODE = 0o644;
/** Programs round archives up, to 10 KiB mostly. */
const MAX_FILL_BYTES = 1024 * 1024;

/** @returns what stands before the `size` bytes of a file */
export function tarHeader(path: string, size: number, mtime: Date): Uint8Array {
  const header = new Header({ path, size, mtime, mode: FILE_MODE, type: "File", uid: 0, gid: 0, uname: "", gname: "" });
  const block = Buffer.alloc(BLOCK_BYTES);
  if (header.encode(block, 0)) throw new RangeError(`tarHeader: ${path} of ${size} bytes does not fit a plain header`);
  return block;
}

const paddingOf = (size: number): number => (BLOCK_BYTES - (size % BLOCK_BYTES)) % BLOCK_BYTES;

/** @returns what stands behind the `size` bytes of a file */
export const tarPadding = (size: number): Uint8Array => new Uint8Array(paddingOf(size));

/** What stands at the end of an archive. */
export const TAR_END = new Uint8Array(2 * BLOCK_BYTES);

export class TarEntry implements Bytes {
  readonly path: string;
  readonly size: number;
  readonly #source: Bytes;
  #left: number;

  constructor(path: string, size: number, source: Bytes) {
    this.path = path;
    this.size = size;
    this.#source = source;
    this.#left = size;
  }

  /** @throws CutOff when fewer are left of this file, or of the archive */
  async take(count: number): Promise<Uint8Array> {
    if (count > this.#left) throw new CutOff();
    this.#left -= count;
    return this.#source.take(count);
  }

  async isAtEnd(): Promise<boolean> {
    return this.#left === 0;
  }
}

/** Folders say nothing: the files in them have their names. */
const SKIPPED = "Directory";

/**
 * The files of an archive in their order; each has to be taken whole before the next.
 * @throws TarError; CutOff when the archive ends before its end
 */
export async function* tarEntries(source: Bytes): AsyncGenerator<TarEntry, void> {
  for (let header = await nextHeader(source); header !== null; header = await nextHeader(source)) {
    const { path, size, type } = header;
    if (type === SKIPPED && size === 0) continue;
    if (type !== "File" && type !== "OldFile")
      throw new TarError(`has ${JSON.stringify(path)}, which is no plain file`);
    const entry = new TarEntry(path, size, source);
    yield entry;
    if (!(await entry.isAtEnd())) throw new TarError(`goes on behind what ${JSON.stringify(path)} should hold`);
    await source.take(paddingOf(size));
  }
  await drain(source);
}

async function nextHeader(source: Bytes): Promise<{ path: string; size: number; type: string } | null> {
  const block = Buffer.from(await source.take(BLOCK_BYTES));
  const header = decoded(block);
  if (header.nullBlock) return null;
  const { path = "", size = -1, type, cksumValid } = header;
  if (!cksumValid || !Number.isSafeInteger(size) || size < 0) throw new TarError("is not a tar archive");
  return { path, size, type };
}

function decoded(block: Buffer): Header {
  try {
    return new Header(block, 0);
  } catch {
    throw new TarError("is not a tar archive");
  }
}

/** Behind the last file an archive is filled up with zeros. */
async function drain(source: Bytes): Promise<void> {
  for (let bytes = 0; !(await source.isAtEnd()); bytes++) {
    if (bytes > MAX_FILL_BYTES || (await source.take(1))[0] !== 0) throw new TarError("goes on behind its end");
  }
}
