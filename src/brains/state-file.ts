// A brain's state as a file for the world: the safetensors file of a checkpoint, with a note of where it comes from in its metadata. The
// note is no part of the state: a file with another note, or none, holds the same state and has the same digest.

import { createHash } from "node:crypto";
import type { StateHeader } from "../brain/brain.ts";
import { blueprintOf } from "../brain/config.ts";
import { checkLimits, MAX_SEQ } from "../brain/limits.ts";
import { decodeHeader, HEADER_KEY } from "../brain/state.ts";
import { tensorsOf } from "../brain/state-tensors.ts";
import type { TensorSpec } from "../brain/tensor-spec.ts";
import type { Bytes } from "../byte-source.ts";
import {
  bytesPerNumber,
  decodeTable,
  encodeTable,
  headerLength,
  PREFIX_BYTES,
  type TableEntry,
} from "../tensor/safetensors.ts";
import { parseStrictJson } from "../tensor/strict-json.ts";
import { excessOf } from "./excess.ts";
import { fileInvalid } from "./file-invalid.ts";

/** Where a state comes from. */
export type Note = {
  /** The brain's id there. */
  readonly brain: string;
  readonly seq: number;
  /** Of the state, hexadecimal. */
  readonly digest: string;
};

/** The note's place in a file's metadata, and the version of what stands there. */
const NOTE_KEY = "engram";
const NOTE_FORMAT = 1;

/** Objects and lists inside each other: in a file's header, and in a state's. */
const MAX_TABLE_DEPTH = 3;
const MAX_HEADER_DEPTH = 8;

/** A tensor in a file, and what it has to be. */
export type FileTensor = TableEntry & { readonly spec: TensorSpec };

/** A file up to its tensors, found to be that of a state which this server can hold. */
export type FileHead = {
  readonly header: StateHeader;
  /** In the order in which their bytes follow. */
  readonly tensors: readonly FileTensor[];
  readonly note: Note | null;
  /** As they came: length and header. */
  readonly bytes: Uint8Array;
  /** Of the whole file. */
  readonly byteLength: number;
  /** The digest of the state. @param hashesOf SHA-256 of each chunk of a tensor, in order */
  readonly digest: (hashesOf: (tensor: string) => readonly Uint8Array[]) => string;
};

/**
 * @param header a checkpoint's, as it is stored
 * @returns the header of its file
 */
export function withNote(header: Uint8Array, note: Note): Uint8Array {
  const { entries, metadata } = decodeTable(header.subarray(PREFIX_BYTES));
  return encodeTable(entries, { ...metadata, [NOTE_KEY]: JSON.stringify({ format: NOTE_FORMAT, ...note }) });
}

/**
 * Reads a file up to its tensors and checks all that can be checked by then.
 * @throws EngramError `file-invalid`; SafetensorsError, StateError, JsonError, CutOff, which mean the same
 */
export async function readFileHead(source: Bytes, budgetMb: number): Promise<FileHead> {
  if (await source.isAtEnd()) throw fileInvalid("The body is empty.");
  const prefix = await source.take(PREFIX_BYTES);
  const json = await source.take(headerLength(prefix));
  parseStrictJson(new TextDecoder().decode(json), MAX_TABLE_DEPTH);
  const { entries, metadata, bodyBytes } = decodeTable(json);
  const { [HEADER_KEY]: text = "null", [NOTE_KEY]: note } = metadata;
  parseStrictJson(text, MAX_HEADER_DEPTH);
  const header = decodeHeader(metadata);
  checkLimits(header);
  const excess = excessOf(blueprintOf(header), budgetMb, header.labels.length);
  if (excess !== null) throw fileInvalid(`The file holds ${excess}.`);
  const specs = tensorsOf(header);
  const tensors = matched(entries, specs);
  const there = new Set(entries.map(({ name }) => name));
  return {
    header,
    tensors,
    note: note === undefined ? null : noteOf(note, header),
    bytes: Buffer.concat([prefix, json]),
    byteLength: PREFIX_BYTES + json.length + bodyBytes,
    digest: (hashesOf) =>
      digestOf(
        specs.filter(({ name }) => there.has(name)),
        text,
        hashesOf,
      ),
  };
}

/** @throws EngramError `file-invalid` unless the file has the tensors that the header implies, each as it has to be */
function matched(entries: readonly TableEntry[], specs: readonly TensorSpec[]): readonly FileTensor[] {
  const wanted = new Map(specs.map((spec) => [spec.name, spec]));
  const tensors = entries.map((entry) => {
    const spec = wanted.get(entry.name);
    if (spec === undefined) throw fileInvalid(`Tensor ${shown(entry.name)} is none that such a state has.`);
    if (entry.dtype !== spec.dtype || entry.shape.join() !== spec.shape.join()) {
      const is = `${entry.dtype} [${entry.shape}]`;
      throw fileInvalid(`Tensor ${entry.name} is ${is}; the header needs ${spec.dtype} [${spec.shape}].`);
    }
    wanted.delete(entry.name);
    return { ...entry, spec };
  });
  for (const { name, isOptional } of wanted.values()) {
    if (isOptional !== true) throw fileInvalid(`Tensor ${name} is missing.`);
  }
  return tensors;
}

const BRAIN_ID = /^[A-Za-z0-9._-]{1,128}$/;
const DIGEST = /^[0-9a-f]{64}$/;

function noteOf(text: string, { step }: StateHeader): Note {
  const fields: Readonly<Record<string, unknown>> = { ...Object(parseStrictJson(text, 1)) };
  const { format, brain, seq, digest } = fields;
  if (format !== NOTE_FORMAT) throw fileInvalid(`The file's note (metadata ${NOTE_KEY}) is not of format 1.`);
  const isSeq = typeof seq === "number" && Number.isSafeInteger(seq) && seq >= step && seq <= MAX_SEQ;
  if (!isSeq) throw fileInvalid(`The file's note says seq ${shown(String(seq))}; step is ${step}.`);
  if (typeof brain !== "string" || !BRAIN_ID.test(brain)) throw fileInvalid("The file's note names no brain.");
  if (typeof digest !== "string" || !DIGEST.test(digest)) throw fileInvalid("The file's note has no digest.");
  return { brain, seq, digest };
}

/** As a host computes it (host/snapshot.ts): over the state's tensors in their own order, however they lie in the file. */
function digestOf(
  specs: readonly TensorSpec[],
  header: string,
  hashesOf: (tensor: string) => readonly Uint8Array[],
): string {
  let to = 0;
  const entries = specs.map(({ name, dtype, shape }) => {
    const from = to;
    to += shape.reduce((product, size) => product * size, bytesPerNumber(dtype));
    return { name, dtype, shape, from, to };
  });
  const hash = createHash("sha256").update(encodeTable(entries, { [HEADER_KEY]: header }));
  for (const { name } of specs) for (const chunk of hashesOf(name)) hash.update(chunk);
  return hash.digest("hex");
}

const SHOWN_CHARACTERS = 40;
const shown = (text: string): string => JSON.stringify(text.slice(0, SHOWN_CHARACTERS));
