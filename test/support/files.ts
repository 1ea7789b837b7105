// Brains as files, as tests take them out of a server, change them and bring them back.

import assert from "node:assert/strict";
import type { Readable } from "node:stream";
import { Header } from "tar";
import { decodeHeader } from "../../src/brain/state.ts";
import { tensorsOf } from "../../src/brain/state-tensors.ts";
import { TAR_END, tarHeader, tarPadding } from "../../src/brains/tar.ts";
import { Snapshot } from "../../src/host/snapshot.ts";
import { decodeSafetensors, encodeSafetensors, type Metadata, type Tensors } from "../../src/tensor/safetensors.ts";
import { type BrainAnswer, type CheckpointAnswer, call, Refused } from "./client.ts";

export const SAFETENSORS = "application/vnd.safetensors";
export const TAR = "application/x-tar";

/** Downloads a file. */
export async function download(url: string): Promise<Buffer> {
  const response = await fetch(url);
  assert.equal(response.status, 200, await (response.ok ? "" : response.text()));
  return Buffer.from(await response.arrayBuffer());
}

/** The present state of a brain as a file, and its digest. */
export async function fileOf(brain: string): Promise<{ bytes: Buffer; digest: string }> {
  const { id, digest } = await call<CheckpointAnswer>("POST", `${brain}/checkpoints`);
  return { bytes: await download(`${brain}/checkpoints/${id}/file`), digest };
}

export type ImportAnswer = BrainAnswer & { readonly id: string; readonly origin: object };

/** Imports a file. @throws Refused */
export async function upload(
  brains: string,
  body: Uint8Array | Readable,
  query = "",
  type = SAFETENSORS,
): Promise<ImportAnswer> {
  const headers = { "content-type": type };
  const response = await fetch(`${brains}/import${query}`, { method: "POST", headers, body, duplex: "half" });
  const answer = JSON.parse(await response.text());
  if (response.status !== 201) throw new Refused(response.status, answer);
  return answer;
}

export type Parts = { readonly metadata: Metadata; readonly tensors: Tensors };

/** The file again, with its parts changed. */
export function edited(bytes: Uint8Array, change: (parts: Parts) => Partial<Parts>): Buffer {
  const parts = decodeSafetensors(bytes);
  const { metadata, tensors } = { ...parts, ...change(parts) };
  return Buffer.from(encodeSafetensors(tensors, metadata));
}

/** The same state without the note of where it comes from. */
export const withoutNote = (bytes: Uint8Array): Buffer =>
  edited(bytes, ({ metadata: { engram: _, ...metadata } }) => ({ metadata }));

/** A file whose header is this text, or this JSON, and whose tensors are these bytes. */
export function rawFile(header: unknown, body: Uint8Array): Buffer {
  const json = Buffer.from(typeof header === "string" ? header : JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  return Buffer.concat([length, json, body]);
}

/** A file's header as JSON, and its tensors' bytes. */
export function split(bytes: Buffer): { header: Record<string, { data_offsets: number[] }>; body: Buffer } {
  const end = 8 + Number(bytes.readBigUInt64LE(0));
  return { header: JSON.parse(bytes.subarray(8, end).toString()), body: bytes.subarray(end) };
}

/** The digest that a host gives the state in a file. */
export async function digestOfFile(bytes: Uint8Array): Promise<string> {
  const { metadata, tensors } = decodeSafetensors(bytes);
  const header = decodeHeader(metadata);
  const inOrder = tensorsOf(header).flatMap(({ name }) => (tensors[name] ? [[name, tensors[name]] as const] : []));
  const snapshot = new Snapshot({ header, tensors: Object.fromEntries(inOrder) }, [], 64 * 1024);
  return (await snapshot.hash(() => true))!.digest;
}

/** The files of a tar archive, in order. */
export function entriesOf(archive: Buffer): Map<string, Buffer> {
  const entries = new Map<string, Buffer>();
  for (let at = 0; ; ) {
    const header = new Header(archive, at);
    if (header.nullBlock) return entries;
    const size = header.size ?? 0;
    entries.set(header.path ?? "", archive.subarray(at + 512, at + 512 + size));
    at += 512 + Math.ceil(size / 512) * 512;
  }
}

/** A tar archive of these files. */
export const tarOf = (entries: Iterable<readonly [path: string, content: Uint8Array]>): Buffer =>
  Buffer.concat([
    ...[...entries].flatMap(([path, content]) => [
      tarHeader(path, content.length, new Date(0)),
      content,
      tarPadding(content.length),
    ]),
    TAR_END,
  ]);
