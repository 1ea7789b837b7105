// The Idempotency-Key header (draft-ietf-httpapi-idempotency-key-header): a structured-field string, or the same characters without quotes.

import { createHash, type Hash } from "node:crypto";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { malformedHeader } from "./malformed-header.ts";

declare module "fastify" {
  interface FastifyRequest {
    /** SHA-256 of the body's bytes as far as they were read, where the request has a key; null without a body. */
    bodyDigest: Hash | null;
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

/** Takes the next bytes of the body into account, where the request has a key; whoever reads a body calls it. */
export function digestBody(request: FastifyRequest, bytes: Uint8Array): void {
  if (request.headers["idempotency-key"] === undefined) return;
  request.bodyDigest ??= createHash("sha256");
  request.bodyDigest.update(bytes);
}

/** @returns what tells this request from others: SHA-256 of method, address and body, as far as that was read */
export function fingerprintOf({ method, url, bodyDigest }: FastifyRequest): Uint8Array {
  const body = (bodyDigest ?? createHash("sha256")).copy().digest();
  return createHash("sha256").update(`${method} ${url}\n`).update(body).digest();
}
