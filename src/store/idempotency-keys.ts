// Idempotency keys: which changes were asked for under a key of their client's, and what was answered. A key is committed by the statement
// that commits its change, never here, so that both are there or neither. A key that has expired is as good as none.

import type { Pool } from "pg";
import { EngramError } from "../errors.ts";
import { answered } from "./answered.ts";
import { toNumber } from "./stored-values.ts";

/** The scope of calls that make brains; those about a brain have its uid. */
export const SERVER_SCOPE = "00000000-0000-0000-0000-000000000000";

/** A key that waits for its change. */
export type KeyClaim = {
  readonly scope: string;
  readonly key: string;
  /** SHA-256 of the request. */
  readonly fingerprint: Uint8Array;
  readonly expiresAt: Date;
};

/** What is committed with the change. */
export type NewKey = KeyClaim & {
  /** What of the answer is known at the commit; it becomes JSON. */
  readonly known: object;
};

/** Says what is committed with a change whose result is known just before: a checkpoint, a new brain. */
export type KeyFor<Result> = (result: Result) => NewKey;

export type KeptKey = {
  readonly fingerprint: Uint8Array;
  /** The event that the call became; null where it became none. */
  readonly seq: number | null;
  readonly known: unknown;
  /** What applying the event gave; null until it is known, and where nothing was applied. */
  readonly outcome: unknown;
};

/** Every method throws EngramError `database-unavailable` when the database is away. */
export class IdempotencyKeys {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  /** @returns what is kept of the call with this key, or null; an expired key makes room for a new one */
  async find({ scope, key }: Pick<KeyClaim, "scope" | "key">): Promise<KeptKey | null> {
    const { rows } = await answered(this.#pool.query<Columns>(FIND, [scope, key]));
    const [row] = rows;
    if (row === undefined) return null;
    if (row.is_expired) {
      await answered(this.#pool.query(DELETE_ONE, [scope, key]));
      return null;
    }
    const { fingerprint, seq, known, outcome } = row;
    return {
      fingerprint,
      seq: seq === null ? null : toNumber(seq),
      known: JSON.parse(known),
      outcome: outcome === null ? null : JSON.parse(outcome),
    };
  }

  /** Keeps what applying the key's event gave. */
  async complete({ scope, key }: Pick<KeyClaim, "scope" | "key">, outcome: object): Promise<void> {
    await answered(this.#pool.query(COMPLETE, [scope, key, JSON.stringify(outcome)]));
  }

  /**
   * Deletes expired keys of any scope, oldest first.
   * @param limit of this one statement
   * @returns how many there were
   */
  async deleteExpired(limit: number): Promise<number> {
    const { rowCount } = await answered(this.#pool.query(DELETE_EXPIRED, [limit]));
    return rowCount ?? 0;
  }
}

const FIND = `
SELECT fingerprint, seq, known, outcome, expires_at <= now() AS is_expired FROM idempotency_key WHERE scope = $1 AND key = $2`;

const DELETE_ONE = "DELETE FROM idempotency_key WHERE scope = $1 AND key = $2 AND expires_at <= now()";

const COMPLETE = "UPDATE idempotency_key SET outcome = $3 WHERE scope = $1 AND key = $2";

const DELETE_EXPIRED = `
DELETE FROM idempotency_key WHERE (scope, key) IN (
  SELECT scope, key FROM idempotency_key WHERE expires_at <= now() ORDER BY expires_at LIMIT $1)`;

type Columns = {
  fingerprint: Buffer;
  seq: string | null;
  known: string;
  outcome: string | null;
  is_expired: boolean;
};

/** Columns of a key, for statements that commit it with a change; `keyValues` gives their values. */
export const KEY_COLUMNS = "scope, key, brain_uid, fingerprint, seq, known, expires_at";
export const KEY_TYPES = ["uuid", "text", "uuid", "bytea", "bigint", "text", "timestamptz"];

/** @param seq the event that the call becomes, if it becomes one */
export const keyValues = (brainUid: string, newKey: NewKey, seq: number | null): unknown[] => {
  const { scope, key, fingerprint, expiresAt, known } = newKey;
  return [scope, key, brainUid, Buffer.from(fingerprint), seq, JSON.stringify(known), expiresAt];
};

/** The same for Prisma, where a change is one of its own. */
export const keyData = (brainUid: string, { known, fingerprint, ...claim }: NewKey) => ({
  ...claim,
  brainUid,
  fingerprint: Uint8Array.from(fingerprint),
  known: JSON.stringify(known),
});

/** @returns whether a statement failed because another server committed the same key meanwhile, by `pg`'s error or Prisma's */
export function isKeyTaken(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if ("constraint" in error) return error.constraint === "idempotency_key_pkey";
  const meta = "meta" in error ? error.meta : undefined;
  return typeof meta === "object" && meta !== null && "modelName" in meta && meta.modelName === "IdempotencyKey";
}

/** @returns what is thrown then: asked again, the call is found to have been made */
export const keyTaken = (cause?: unknown): EngramError =>
  new EngramError("idempotency-in-progress", "A call with this Idempotency-Key is under way; ask again.", [], {
    cause,
  });
