// Calls over HTTP that may be cut off, and the three ways in which they end.

import { Refused } from "../support/client.ts";
import type { BrainLedger, Change } from "./ledger.ts";

/** The server is gone; whoever meets it stops. */
export class Gone extends Error {}

/** What must never happen, whatever is killed. */
export class Fault extends Error {}

/** Refusals after which a change may have been kept all the same. */
const MAYBE_KEPT = ["database-unavailable", "host-unavailable", "change-kept"];

export type Ended<Answer> =
  | { readonly is: "answered"; readonly answer: Answer }
  /** Nothing has happened. */
  | { readonly is: "refused"; readonly status: number }
  /** It may have happened. */
  | { readonly is: "unsure" };

/** Where calls go, and whether somebody has begun to end it. */
export type Target = { readonly url: string; isEnding: boolean };

/** @throws Gone when the server was killed meanwhile; Fault when it failed or vanished by itself */
export async function attempt<Answer>(
  target: Target,
  method: string,
  path: string,
  body?: unknown,
): Promise<Ended<Answer>> {
  let response: Response;
  let text: string;
  try {
    const json = { headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
    response = await fetch(`${target.url}/v1/brains${path}`, { method, ...(body === undefined ? {} : json) });
    text = await response.text();
  } catch (cause) {
    if (target.isEnding) throw new Gone("the server was killed", { cause });
    throw new Fault(`${method} ${path} found no server`, { cause });
  }
  const answer = text === "" ? undefined : JSON.parse(text);
  if (response.ok) return { is: "answered", answer };
  const { message } = new Refused(response.status, answer);
  if (response.status < 500) return { is: "refused", status: response.status };
  if (response.status !== 503) throw new Fault(`${method} ${path}: ${message}`);
  return MAYBE_KEPT.some((code) => answer.type.endsWith(code)) ? { is: "unsure" } : { is: "refused", status: 503 };
}

type Stamped = { readonly seq: number };

/** Asks for one change and books how it ended. @returns the answer, or null without one */
export async function change<Answer extends Stamped>(
  target: Target,
  brain: BrainLedger,
  [method, path, body]: readonly [string, string, unknown?],
  wanted: Change,
): Promise<Answer | null> {
  const { seen } = brain;
  brain.unsure.add(wanted);
  const ended = await attempt<Answer>(target, method, `/${brain.id}${path}`, body);
  if (ended.is === "unsure") return null;
  brain.unsure.delete(wanted);
  if (ended.is === "refused") return null;
  brain.acknowledge(ended.answer.seq, wanted);
  brain.see({ ...ended.answer, step: 0 }, seen + 1);
  return ended.answer;
}
