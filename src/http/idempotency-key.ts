// The Idempotency-Key header (draft-ietf-httpapi-idempotency-key-header): a structured-field string, or the same characters without quotes.

import { createHash } from "node:crypto";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { malformedHeader } from "./malformed-header.ts";

declare module "fastify" {
  interface FastifyRequest {
    /** SHA-256 of the body's bytes, where the request has a key; null without a body. */
    bodyDigest: Uint8Array | null;
  }
}

const MAX_LENGTH = 255;
const QUOTED = /^"((?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\["\\])*)"$/;
const BARE = /^[\x21\x23-\x7e][\x20-\x7e]*$/;

/**
 * @param values the header's lines
 * @returns the key, without quotes; `abc` and `"abc"` are the same key
 * @throws EngramError header-malformed
 */
export function parseIdempotencyKey(values: readonly string[]): string {
  const [value = "", ...more] = values;
  const quoted = QUOTED.exec(value)?.[1];
  const key = quoted?.replace(/\\(.)/g, "$1") ?? (BARE.test(value) ? value : "");
  if (more.length === 0 && key.length >= 1 && key.length <= MAX_LENGTH) return key;
  throw malformedHeader("Idempotency-Key", `must be one string of 1 to ${MAX_LENGTH} printable ASCII characters`);
}

/** Makes `app` remember what the bytes of a body with a key were. */
export function digestBodies(app: FastifyInstance): void {
  app.decorateRequest("bodyDigest", null);
}

/** Keeps the digest of `body` on a request that has a key; whoever reads a body calls it. */
export function digestBody(request: FastifyRequest, body: Uint8Array): void {
  if (request.headers["idempotency-key"] !== undefined) request.bodyDigest = sha256(body);
}

/** @returns what tells this request from others: SHA-256 of method, address and body */
export function fingerprintOf({ method, url, bodyDigest }: FastifyRequest): Uint8Array {
  return sha256(`${method} ${url}\n`, bodyDigest ?? sha256(""));
}

function sha256(...parts: readonly (string | Uint8Array)[]): Uint8Array {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest();
}
