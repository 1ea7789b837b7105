// The terms on which a caller changes something: only if the brain is and stands as he believes, and once however often he asks.

import { EngramError } from "../errors.ts";
import type { Head } from "../store/event-log.ts";

/** The `seq` that the brain must have (entity tags, without their quotes; others than numbers match nothing), or any. */
export type IfMatch = "any" | readonly string[];

/** A caller's own name for a changing call, by which it is known when it is sent again. */
export type Idempotency = {
  /** 1 to 255 characters of printable ASCII. */
  readonly key: string;
  /** SHA-256 of what was asked: the same key with another one is refused. Of a body that arrives in pieces, of those that were read. */
  readonly fingerprint: Uint8Array;
  /** Until when the key is kept; as long as the policy says when absent. */
  readonly keepUntil?: Date;
  /** Reads what is left of a body that arrives in pieces; absent where all of it is here. */
  readonly arrived?: () => Promise<void>;
  /** Hears that the answer is the one of an earlier call. */
  readonly onReplay: () => void;
};

export type Terms = {
  readonly ifMatch?: IfMatch;
  readonly idempotency?: Idempotency;
  /** The brain's uid, for callers that mean this brain and no later one of its id. */
  readonly uid?: string;
};

const MAX_SHOWN = 5;

/**
 * @param head the one that the change would follow
 * @throws EngramError seq-mismatch
 */
export function refuseMismatch(brain: string, { seq }: Pick<Head, "seq">, ifMatch: IfMatch | undefined): void {
  if (ifMatch === undefined || ifMatch === "any" || ifMatch.includes(String(seq))) return;
  const shown = ifMatch.slice(0, MAX_SHOWN).map((tag) => JSON.stringify(tag));
  const wanted = `${shown.join(", ") || "a weak tag, which matches nothing"}${ifMatch.length > MAX_SHOWN ? ", …" : ""}`;
  throw new EngramError("seq-mismatch", `Brain "${brain}" is at seq ${seq}; If-Match wants ${wanted}.`);
}
