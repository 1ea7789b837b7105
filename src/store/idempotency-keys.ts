// Idempotency keys: which changes were asked for under a key of their client's, and what was answered. A key is committed by the statement
// that commits its change, never here, so that both are there or neither. A key that has expired is as good as none.

import type { Pool } from "pg";
import { EngramError } from "../errors.ts";
import { answered } from "./answered.ts";
import { Gathered } from "./gathered.ts";
import { toNumber } from "./stored-values.ts";

/** The scope of calls that make brains; those about a brain have its uid. */
export const SERVER_SCOPE = "00000000-0000-0000-0000-000000000000";

type KeyName = { readonly scope: string; readonly key: string };

/** A key that waits for its change. */
export type KeyClaim = KeyName & {
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

/** Keys that one statement looks up, or completes. */
const MOST_AT_ONCE = 64;

/** Every method throws EngramError `database-unavailable` when the database is away. */
export class IdempotencyKeys {
  readonly #pool: Pool;
  readonly #lookups: Gathered<KeyName, Columns | undefined>;
  readonly #completions: Gathered<KeyName & { readonly outcome: object }, undefined>;

  constructor(pool: Pool) {
    this.#pool = pool;
    this.#lookups = new Gathered((names) => this.#find(names), MOST_AT_ONCE);
    this.#completions = new Gathered((items) => this.#complete(items), MOST_AT_ONCE);
  }

  /** @returns what is kept of the call with this key, or null; an expired key makes room for a new one */
  async find({ scope, key }: KeyName): Promise<KeptKey | null> {
    const row = await this.#lookups.ask({ scope, key });
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
  async complete({ scope, key }: KeyName, outcome: object): Promise<void> {
    await this.#completions.ask({ scope, key, outcome });
  }

  async #find(names: readonly KeyName[]): Promise<(Columns | undefined)[]> {
    const values = [names.map(({ scope }) => scope), names.map(({ key }) => key)];
    const { rows } = await answered(this.#pool.query<Columns>(FIND, values));
    return names.map(({ scope, key }) => rows.find((row) => row.scope === scope && row.key === key));
  }

  async #complete(items: readonly (KeyName & { readonly outcome: object })[]): Promise<undefined[]> {
    const outcomes = items.map(({ outcome }) => JSON.stringify(outcome));
    const isComputable = items.every(({ scope }) => scope !== SERVER_SCOPE);
    const values = [items.map(({ scope }) => scope), items.map(({ key }) => key), outcomes, isComputable];
    await answered(this.#pool.query(COMPLETE, values));
    return items.map(() => undefined);
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
SELECT scope, key, fingerprint, seq, known, outcome, expires_at <= now() AS is_expired
FROM idempotency_key WHERE (scope, key) IN (SELECT * FROM unnest($1::uuid[], $2::text[]))`;

const DELETE_ONE = "DELETE FROM idempotency_key WHERE scope = $1 AND key = $2 AND expires_at <= now()";

// What an event gave need not be on the disk before its caller goes on: what a crash takes is computed again. What making a brain gave is not.
const COMPLETE = `
WITH relaxed AS MATERIALIZED (
  SELECT CASE WHEN $4::boolean THEN set_config('synchronous_commit', 'off', true) END AS how
)
UPDATE idempotency_key AS kept SET outcome = given.outcome
FROM relaxed, unnest($1::uuid[], $2::text[], $3::text[]) AS given (scope, key, outcome)
WHERE kept.scope = given.scope AND kept.key = given.key`;

const DELETE_EXPIRED = `
DELETE FROM idempotency_key WHERE (scope, key) IN (
  SELECT scope, key FROM idempotency_key WHERE expires_at <= now() ORDER BY expires_at LIMIT $1)`;

type Columns = {
  scope: string;
  key: string;
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
