// Rows for the store's tests, complete and different each time.

import { createHash, randomUUID } from "node:crypto";
import { PLASTIC_DEFAULTS } from "../../../src/brain/config.ts";
import type { NewBrain } from "../../../src/store/brain-table.ts";
import type { NewCheckpoint } from "../../../src/store/checkpoint-store.ts";

type PlasticRow = Extract<NewBrain, { kind: "plastic" }>;

export function newBrain(fields: Partial<PlasticRow> = {}): PlasticRow {
  const uid = randomUUID();
  const config = { ...PLASTIC_DEFAULTS, seed: 7 };
  return { uid, id: `brain-${uid}`, name: null, kind: "plastic", config, tags: {}, mode: "plastic", ...fields };
}

/** A checkpoint of `body`, and the function that gives its chunks and counts how often it was asked. */
export function newCheckpoint(
  fields: Partial<NewCheckpoint> = {},
  body = Buffer.alloc(10_000, "engram"),
  chunkBytes = 4096,
) {
  const header = Buffer.from("\x08\0\0\0\0\0\0\0{}      ");
  const chunks: Buffer[] = [];
  for (let i = 0; i < body.length; i += chunkBytes) chunks.push(body.subarray(i, i + chunkBytes));
  const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest();
  const checkpoint: NewCheckpoint = {
    id: randomUUID(),
    seq: 0,
    step: 0,
    mode: "plastic",
    labels: [],
    shape: null,
    name: null,
    reason: "requested",
    header,
    byteLength: header.length + body.length,
    chunkBytes,
    hashes: Buffer.concat(chunks.map(sha256)),
    digest: sha256(body).toString("hex"),
    ...fields,
  };
  const asked: number[] = [];
  const readChunk = async (index: number): Promise<Uint8Array> => {
    asked.push(index);
    return chunks[index]!;
  };
  return { checkpoint, readChunk, asked, body };
}

export async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}
