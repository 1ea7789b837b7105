// Entity tags: an answer about a brain's state carries its `seq` as one, and If-Match holds a change to it (RFC 9110).

import type { FastifyInstance } from "fastify";
import type { IfMatch } from "../brains/terms.ts";
import { malformedHeader } from "./malformed-header.ts";

const TAG = /\s*(?:(W\/)?"([\x21\x23-\x7e\x80-\xff]*)")?\s*(?:,|$)/y;

/**
 * @param header the value of If-Match
 * @returns the tags that may match: a weak one never does
 * @throws EngramError header-malformed
 */
export function parseIfMatch(header: string): IfMatch {
  if (header.trim() === "*") return "any";
  const tags: string[] = [];
  let count = 0;
  TAG.lastIndex = 0;
  while (TAG.lastIndex < header.length) {
    const match = TAG.exec(header);
    if (match === null) throw malformed();
    const [, weak, tag] = match;
    if (tag === undefined) continue; // a list may have empty places
    count++;
    if (weak === undefined) tags.push(tag);
  }
  if (count === 0) throw malformed();
  return tags;
}

const malformed = () =>
  malformedHeader("If-Match", 'must be a seq in quotes ("17"), several with commas between, or *');

/** Makes `app` answer with the entity tag of the state that an answer is about. */
export function tagStates(app: FastifyInstance): void {
  app.addHook("preSerialization", async (_request, reply, payload) => {
    const seq = seqOf(payload);
    if (seq !== null && reply.statusCode < 300) reply.header("etag", `"${seq}"`);
    return payload;
  });
}

/** Answers about a brain's state have its mode beside its `seq`; those about a checkpoint have none. */
function seqOf(payload: unknown): number | null {
  if (typeof payload !== "object" || payload === null || !("seq" in payload && "mode" in payload)) return null;
  return typeof payload.seq === "number" ? payload.seq : null;
}
