// Zip files of images, in a folder per class (https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT), by `yauzl`. What a zip file holds stands at
// its end, so it is spooled. Invariants: what it says is checked for all entries before any is unpacked; of an image its file is kept as it is.

import { isUtf8 } from "node:buffer";
import { crc32 } from "node:zlib";
import { type Entry, fromFdPromise, getFileNameLowLevel, validateFileName, type ZipFile } from "yauzl";
import type { ReadingOptions } from "../api.ts";
import { MAX_ROWS, MAX_SAMPLE_BYTES } from "../limits.ts";
import { ScratchFile } from "../scratch-file.ts";
import { atEntry, Faults, invalidFile, quoted } from "./faults.ts";
import { imageFault } from "./image.ts";
import { Labels } from "./labels.ts";
import { tooLarge } from "./limit.ts";
import { Batcher, type SampleBatch } from "./sample.ts";
import { refuseShape } from "./shape.ts";
import { ZipFolders } from "./zip-folders.ts";

type Reading = ReadingOptions & { readonly maxBytes: number; readonly scratchDir: string };

/**
 * @returns batches of images
 * @throws EngramError `dataset-invalid` with entries, `body-too-large`
 */
export async function* readZip(bytes: AsyncIterable<Uint8Array>, reading: Reading): AsyncGenerator<SampleBatch> {
  refuseShape(reading.shape, "images");
  const spool = await ScratchFile.create(reading.scratchDir);
  try {
    for await (const chunk of bytes) {
      await spool.append(chunk);
      if (spool.byteLength > reading.maxBytes) throw tooLarge(reading.maxBytes);
    }
    const depth = await classDepth(spool, reading.maxBytes);
    yield* imagesIn(spool, depth);
  } finally {
    await spool.close();
  }
}

/** Looks at all entries, and unpacks none. @returns at which place in a path the class stands */
async function classDepth(spool: ScratchFile, maxBytes: number): Promise<number> {
  const faults = new Faults();
  const folders = new ZipFolders();
  let unpackedBytes = 0;
  const zip = await opened(spool);
  if (zip.entryCount > MAX_ROWS)
    throw invalidFile(`The zip file has ${zip.entryCount} entries, at most ${MAX_ROWS} are allowed.`);
  for await (const { entry, name, path } of entriesOf(zip)) {
    const fault = entryFault(entry, path);
    if (fault !== null) faults.add(atEntry(name), fault);
    unpackedBytes += entry.uncompressedSize;
    if (unpackedBytes > maxBytes) throw tooLarge(maxBytes);
    folders.add(path.slice(0, -1));
  }
  faults.throwIfAny();
  if (unpackedBytes === 0) throw invalidFile("The zip file has no images.");
  return folders.classDepth();
}

function entryFault(entry: Entry, path: readonly string[]): string | null {
  if (path.length === 1) return "lies in no folder; a folder's name is the class of what lies in it";
  if (entry.isEncrypted()) return "is encrypted";
  if (!entry.canDecodeFileData()) return `is packed by method ${entry.compressionMethod}, not by deflate`;
  const size = entry.uncompressedSize;
  return size > MAX_SAMPLE_BYTES ? `has ${size} bytes, at most ${MAX_SAMPLE_BYTES} are allowed` : null;
}

async function* imagesIn(spool: ScratchFile, depth: number): AsyncGenerator<SampleBatch> {
  const faults = new Faults();
  const labels = new Labels();
  const batcher = new Batcher({ kind: "images", shape: null });
  const zip = await opened(spool);
  for await (const { entry, name, path } of entriesOf(zip)) {
    const label = (path[depth] ?? "").normalize("NFC");
    const file = await unpacked(zip, entry);
    const fault = labels.fault(label) ?? (typeof file === "string" ? file : await imageFault(file));
    if (fault !== null) faults.add(atEntry(name), fault);
    if (!faults.isEmpty || typeof file === "string") continue;
    const full = batcher.add(label, file);
    if (full !== null) yield full;
  }
  faults.throwIfAny();
  const rest = batcher.take();
  if (rest !== null) yield rest;
}

/** @returns the entry's file, or what is wrong with it */
async function unpacked(zip: ZipFile, entry: Entry): Promise<Uint8Array | string> {
  try {
    const chunks: Buffer[] = [];
    // The reader ends with an error where there are more bytes than the entry says.
    for await (const chunk of await zip.openReadStreamPromise(entry)) chunks.push(chunk);
    const file = Buffer.concat(chunks);
    return crc32(file) === entry.crc32 ? file : "is damaged: its check sum is another";
  } catch (error) {
    return `cannot be unpacked: ${messageOf(error)}`;
  }
}

type Item = {
  readonly entry: Entry;
  readonly name: string /** Folders, and the file's name. */;
  readonly path: readonly string[];
};

/** Files, without what systems leave behind. */
async function* entriesOf(zip: ZipFile): AsyncGenerator<Item> {
  const entries = zip.eachEntry();
  for (;;) {
    const next = await entries.next().catch(refuse);
    if (next.done === true) return;
    const name = nameOf(next.value);
    const path = name.split("/").filter((part) => part !== "" && part !== ".");
    if (!name.endsWith("/") && !isLitter(path)) yield { entry: next.value, name, path };
  }
}

/** Programs that write UTF-8 do not always say so. @throws EngramError `dataset-invalid` for a path that leads elsewhere */
function nameOf({ fileNameRaw, generalPurposeBitFlag, extraFields }: Entry): string {
  const name = isUtf8(fileNameRaw)
    ? fileNameRaw.toString("utf8").replaceAll("\\", "/")
    : getFileNameLowLevel(generalPurposeBitFlag, fileNameRaw, extraFields, false);
  if (validateFileName(name) !== null) throw invalidFile(`The zip file's entry ${quoted(name)} leads out of it.`);
  return name;
}

/** Of macOS, Windows, and whatever begins with a dot. */
const LITTER = new Set(["__MACOSX", "Thumbs.db", "desktop.ini"]);
const isLitter = (path: readonly string[]): boolean => path.some((part) => part.startsWith(".") || LITTER.has(part));

const opened = (spool: ScratchFile): Promise<ZipFile> =>
  fromFdPromise(spool.fd, { autoClose: false, decodeStrings: false }).catch(refuse);

function refuse(error: unknown): never {
  throw invalidFile(`The zip file cannot be read: ${messageOf(error)}.`, { cause: error });
}

/** Without a full stop. */
const messageOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).replace(/\.$/, "");
