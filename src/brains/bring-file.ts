// The way of a state's file to a host, a chunk at a time, each number looked at on the way. Invariant: a host that is told of the file's end
// holds a state that is within all bounds, and that of the digest which the file states.

import { createHash } from "node:crypto";
import { checkNumbers } from "../brain/state-tensors.ts";
import type { Bytes } from "../byte-source.ts";
import { viewOf } from "../tensor/safetensors.ts";
import { CHUNK_BYTES } from "./adoption.ts";
import { fileInvalid } from "./file-invalid.ts";
import type { HostRequest } from "./place.ts";
import type { FileHead, FileTensor } from "./state-file.ts";

/** Chunks on their way to the host at a time: 1 MiB. */
const CHUNKS_UNDER_WAY = 16;

/**
 * Passes the rest of the file on to the host.
 * @returns the state's `seq`
 * @throws EngramError `file-invalid`; StateError, CutOff and the host's refusal, which mean the same
 */
export async function bringFile(head: FileHead, source: Bytes, request: HostRequest): Promise<number> {
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

async function passOn({ from, to, dtype, spec }: FileTensor, source: Bytes, request: HostRequest) {
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
