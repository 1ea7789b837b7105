// A brain that begins with a state from a file. The file passes through the gateway piece by piece to a host, each number looked at on the
// way. Invariant: what is refused leaves nothing behind, in the host or in the database.

import { createHash } from "node:crypto";
import { blueprintOf, stateBytes } from "../brain/config.ts";
import { StateError } from "../brain/header-fields.ts";
import { checkNumbers } from "../brain/state-tensors.ts";
import { EngramError } from "../errors.ts";
import { HostRefusal } from "../host/protocol.ts";
import type { BrainRow } from "../store/brain-table.ts";
import type { KeyFor } from "../store/idempotency-keys.ts";
import { SafetensorsError, viewOf } from "../tensor/safetensors.ts";
import { JsonError } from "../tensor/strict-json.ts";
import { type AdoptionParts, adopt, CHUNK_BYTES } from "./adoption.ts";
import type { ImportBrain } from "./api.ts";
import { ByteSource, CutOff } from "./byte-source.ts";
import { fileInvalid } from "./file-invalid.ts";
import { generateId } from "./ids.ts";
import type { HostRequest } from "./place.ts";
import { type FileHead, type FileTensor, readFileHead } from "./state-file.ts";
import type { Visits } from "./visit.ts";

export type ImportParts = AdoptionParts & { readonly visits: Visits; readonly memoryBudgetMb: number };

/** Chunks on their way to the host at a time: 1 MiB. */
const CHUNKS_UNDER_WAY = 16;

/**
 * Makes a brain of the state in a file.
 * @param keyFor gives the key under which the call may be sent again
 * @throws EngramError `brain-exists` before the file is read; `file-invalid`, `bad-request` when the sender breaks off, `overloaded`
 */
export async function importState(
  { file, ...wish }: ImportBrain,
  parts: ImportParts,
  keyFor?: KeyFor<BrainRow>,
): Promise<BrainRow> {
  const { id = generateId(), name = null, tags = {} } = wish;
  const source = new ByteSource(file.bytes);
  try {
    await parts.table.refuseTaken(id);
    const head = await readFileHead(source, parts.memoryBudgetMb);
    if (file.byteLength !== null && file.byteLength !== head.byteLength) {
      throw fileInvalid(`The body has ${file.byteLength} bytes; by its header the file has ${head.byteLength}.`);
    }
    const { header, note } = head;
    const blueprint = blueprintOf(header);
    let seq = 0;
    return await parts.visits.guest(
      stateBytes(blueprint, header.labels.length),
      async (request) => {
        seq = await bringFile(head, source, request);
      },
      (place) => {
        const origin = { by: "import", brain: note?.brain ?? null, seq } as const;
        return adopt(place, { id, name, tags, ...blueprint, origin }, parts, keyFor && { keyFor });
      },
    );
  } catch (error) {
    throw asRefusal(error);
  }
}

/** Passes the file on to the host. @returns the state's `seq` */
async function bringFile(head: FileHead, source: ByteSource, request: HostRequest): Promise<number> {
  const { header, tensors, note, bytes, byteLength, digest } = head;
  await request("loadBegin", { seq: note?.seq ?? header.step, byteLength });
  await request("loadPart", {}, bytes);
  const hashes = new Map<string, readonly Uint8Array[]>();
  let newestSeq = 0;
  for (const tensor of tensors) {
    const passed = await passOn(tensor, source, request);
    hashes.set(tensor.name, passed.hashes);
    if (tensor.name === "memory.seqs") newestSeq = Math.max(0, passed.largest);
  }
  if (!(await source.isAtEnd())) throw fileInvalid("Bytes follow the last tensor.");
  const seq = note?.seq ?? Math.max(header.step, newestSeq);
  if (newestSeq > seq) throw fileInvalid(`memory.seqs has ${newestSeq}; the file's note says seq ${seq}.`);
  const found = digest((tensor) => hashes.get(tensor) ?? []);
  if (note !== null && note.digest !== found) {
    throw fileInvalid(
      `The state has the digest ${found}; the file's note says ${note.digest}. If you changed it, leave the note out.`,
    );
  }
  await request("loadEnd", { seq });
  return seq;
}

async function passOn({ from, to, dtype, spec }: FileTensor, source: ByteSource, request: HostRequest) {
  const hashes: Uint8Array[] = [];
  let largest = Number.NEGATIVE_INFINITY;
  let underWay: Promise<unknown>[] = [];
  for (let at = from; at < to; at += CHUNK_BYTES) {
    const chunk = await source.take(Math.min(CHUNK_BYTES, to - at));
    largest = Math.max(largest, checkNumbers(spec, viewOf(dtype, chunk, 0, chunk.length)));
    hashes.push(createHash("sha256").update(chunk).digest());
    const sent = request("loadPart", {}, chunk);
    sent.catch(() => {}); // awaited below, unless the file turns out to be wrong first
    underWay.push(sent);
    if (underWay.length === CHUNKS_UNDER_WAY) {
      await Promise.all(underWay);
      underWay = [];
    }
  }
  await Promise.all(underWay);
  return { hashes, largest };
}

/** What is wrong with the file, whoever found it; any other error as it is. */
function asRefusal(error: unknown): unknown {
  if (error instanceof CutOff) return fileInvalid("The file is cut off.");
  if (error instanceof JsonError) return fileInvalid(`The file's header ${error.message}.`);
  if (error instanceof SafetensorsError || error instanceof StateError) return fileInvalid(`${error.message}.`);
  if (error instanceof HostRefusal && error.failure === "damaged") return fileInvalid(`${error.message}.`, error);
  if (error instanceof EngramError && error.code === "brain-exists") {
    return new EngramError("brain-exists", error.message, [{ pointer: "?id", detail: "is taken" }], { cause: error });
  }
  return error;
}
