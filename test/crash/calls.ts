// Calls over HTTP that may be cut off, and the three ways in which they end.

import { randomUUID } from "node:crypto";
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
  key?: string,
): Promise<Ended<Answer>> {
  let response: Response;
  let text: string;
  try {
    const headers: Record<string, string> = key === undefined ? {} : { "idempotency-key": key };
    if (body !== undefined) headers["content-type"] = "application/json";
    response = await fetch(`${target.url}/v1/brains${path}`, {
      method,
      headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
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
type Request = readonly [method: string, path: string, body?: unknown];

/** A change that got no answer, to be asked for again under its key. */
export type Retry = { readonly request: Request; readonly key: string; readonly wanted: Change };

/** Asks for one change and books how it ended; one without an answer under its key, so that it can be asked for again. */
export async function change(target: Target, brain: BrainLedger, request: Request, wanted: Change): Promise<void> {
  const [method, path, body] = request;
  const { seen } = brain;
  brain.unsure.add(wanted);
  const key = randomUUID();
  const retry = { request, key, wanted };
  brain.retries.add(retry);
  const ended = await attempt<Stamped>(target, method, `/${brain.id}${path}`, body, key);
  if (ended.is === "unsure") return;
  brain.retries.delete(retry);
  brain.unsure.delete(wanted);
  if (ended.is === "refused") return;
  brain.acknowledge(ended.answer.seq, wanted);
  brain.see({ ...ended.answer, step: 0 }, seen + 1);
}

/** Asks again for a change whose answer a crash took: it is told what it did, or done now, but never twice. @throws Fault */
export async function askAgain(target: Target, brain: BrainLedger, { request, key, wanted }: Retry): Promise<void> {
  const [method, path, body] = request;
  const kept = wanted.keptAs;
  if (kept === undefined) brain.unsure.add(wanted);
  const ended = await attempt<Stamped>(target, method, `/${brain.id}${path}`, body, key);
  if (kept === undefined) {
    if (ended.is !== "unsure") brain.unsure.delete(wanted);
    if (ended.is === "answered") brain.acknowledge(ended.answer.seq, wanted);
  } else if (ended.is !== "answered" || ended.answer.seq !== kept) {
    throw new Fault(
      `${brain.id}: ${wanted.what} was kept as ${kept}, and asked for again it is ${JSON.stringify(ended)}`,
    );
  }
}
