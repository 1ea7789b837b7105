// Calls that change something, each under an Idempotency-Key. Asked for again after it got no answer, a call has the key that it had: what was done
// is then not done twice.

import { CallFailed, send } from "./client.ts";

/** For so long a repeated wish is the same one. */
const SAME_WISH_MS = 60_000;

const unanswered = new Map<string, { readonly key: string; readonly untilMs: number }>();

export async function change<Answer>(
  method: "POST" | "PUT" | "PATCH" | "DELETE",
  path: string,
  body?: unknown,
  query: { readonly [name: string]: string } = {},
): Promise<Answer> {
  const wish = JSON.stringify([method, path, body, query]);
  const before = unanswered.get(wish);
  const key = before !== undefined && before.untilMs > Date.now() ? before.key : newKey();
  unanswered.set(wish, { key, untilMs: Date.now() + SAME_WISH_MS });
  try {
    const answer = await send<Answer>(method, path, body, { query, headers: { "idempotency-key": key } });
    unanswered.delete(wish);
    return answer;
  } catch (error) {
    if (error instanceof CallFailed && error.problem !== null) unanswered.delete(wish);
    throw error;
  }
}

/** 128 random bits; `crypto.randomUUID` is not there on pages without TLS. */
const newKey = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
