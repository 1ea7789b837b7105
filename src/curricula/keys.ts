// The Idempotency-Keys of curricula: a step has the same key however often it is asked for, and is known by what it is about to teach.
// They never expire by time: a server may be down for longer than any. Whoever writes down how far a curriculum is deletes those it has passed.

import { createHash } from "node:crypto";
import type { Inputs } from "../brains/api.ts";
import type { Terms } from "../brains/terms.ts";

/** The last date that both PostgreSQL and JavaScript write with four digits. */
const FOR_EVER = new Date("9999-12-31T00:00:00Z");

/** @returns what all keys of a curriculum begin with */
export const keyPrefix = (curriculum: string): string => `curriculum/${curriculum}/`;

/**
 * @param uid of the brain that is meant
 * @param about all that the call says, as far as it may differ
 */
export const jobTerms = (key: string, uid: string, about: Uint8Array): Terms => ({
  uid,
  idempotency: { key, fingerprint: about, keepUntil: FOR_EVER, onReplay: () => {} },
});

/** SHA-256 of something small. */
export const fingerprintOf = (about: unknown): Uint8Array =>
  createHash("sha256").update(JSON.stringify(about)).digest();

/** SHA-256 of a step: how it is learned, its labels and its samples. */
export function stepFingerprint(inputs: Inputs, labels: readonly string[], manner: object): Uint8Array {
  const hash = createHash("sha256").update(JSON.stringify([manner, labels]));
  if ("items" in inputs) {
    hash.update(JSON.stringify([inputs.kind, inputs.items.map(({ byteLength }) => byteLength)]));
    for (const item of inputs.items) hash.update(item);
  } else {
    const { rows, cols, data } = inputs;
    hash.update(JSON.stringify([rows, cols]));
    hash.update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  }
  return hash.digest();
}
