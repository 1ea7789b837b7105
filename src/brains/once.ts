// A call that is sent again under its Idempotency-Key is made once: its key is committed with its change, so either there is neither or the
// answer can be given again. Invariant: of the calls with one key, one is under way at a time in this server.

import type { Logger } from "pino";
import { EngramError } from "../errors.ts";
import { type IdempotencyKeys, type KeptKey, type KeyClaim, keyTaken } from "../store/idempotency-keys.ts";
import type { Room } from "../store/room.ts";
import type { Idempotency, Terms } from "./terms.ts";
import type { Conditions, Done } from "./writer.ts";

export type IdempotencyPolicy = {
  /** How long a key is kept after its call, in hours. */
  readonly ttlHours: number;
};

const MS_PER_HOUR = 3_600_000;

export class Once {
  readonly #keys: IdempotencyKeys;
  readonly #policy: IdempotencyPolicy;
  readonly #room: Pick<Room, "run">;
  readonly #logger: Logger;
  /** The calls under way, by scope and key. */
  readonly #running = new Map<string, Idempotency>();

  /** @param room that all that is made needs */
  constructor(keys: IdempotencyKeys, policy: IdempotencyPolicy, room: Pick<Room, "run">, logger: Logger) {
    this.#keys = keys;
    this.#policy = policy;
    this.#room = room;
    this.#logger = logger;
  }

  /**
   * Makes a call whose whole answer is known when it is committed, unless it was made before.
   * @param scope the brain's uid, or SERVER_SCOPE
   * @param make commits the claim, if there is one, and its answer as `known` with its change
   * @throws EngramError idempotency-in-progress, idempotency-key-reused, storage-full; what `make` throws
   */
  answer<Answer>(
    scope: string,
    { ifMatch, idempotency }: Terms,
    make: (conditions: Conditions) => Promise<Answer>,
  ): Promise<Answer> {
    // The same request committed it.
    const recall = async ({ known }: KeptKey) => known as Answer;
    return this.#run(scope, idempotency, (claim) => make({ ifMatch, claim }), recall);
  }

  /**
   * Makes a call that becomes an event, unless it was made before.
   * @param make commits the claim, if there is one, with its event; when it throws, it committed both or neither
   * @param again gives the outcome of event `seq` once more: the server ended before it was kept
   * @throws EngramError idempotency-in-progress, idempotency-key-reused, storage-full; what `make` or `again` throws
   */
  change<Known, Result extends object | null>(
    scope: string,
    { ifMatch, idempotency }: Terms,
    make: (conditions: Conditions) => Promise<Done<Known, Result>>,
    again: (seq: number) => Promise<Result>,
  ): Promise<Done<Known, Result>> {
    const first = async (claim?: KeyClaim) => {
      const done = await make({ ifMatch, claim });
      await this.#complete(claim, done.outcome);
      return done;
    };
    const recall = async ({ seq, known, outcome }: KeptKey, claim: KeyClaim) => {
      const isComplete = outcome !== null || seq === null;
      // The same request committed the one and kept the other.
      if (isComplete) return { known: known as Known, outcome: outcome as Result };
      const made = await again(seq);
      await this.#complete(claim, made);
      return { known: known as Known, outcome: made };
    };
    return this.#run(scope, idempotency, first, recall);
  }

  async #run<T>(
    scope: string,
    idempotency: Idempotency | undefined,
    make: (claim?: KeyClaim) => Promise<T>,
    recall: (kept: KeptKey, claim: KeyClaim) => Promise<T>,
  ): Promise<T> {
    if (idempotency === undefined) return this.#room.run(make);
    const { key, arrived, onReplay } = idempotency;
    const name = `${scope} ${key}`;
    const running = this.#running.get(name);
    if (running !== undefined) throw isOther(running, idempotency) ? reused(key) : keyTaken();
    this.#running.set(name, idempotency);
    try {
      const claim = claimOf(scope, idempotency, this.#policy);
      const kept = await this.#keys.find(claim);
      if (kept === null) return await this.#room.run(() => make(claim));
      await arrived?.();
      if (!isSame(kept.fingerprint, idempotency.fingerprint)) throw reused(key);
      const answer = await recall(kept, claim);
      onReplay();
      return answer;
    } finally {
      this.#running.delete(name);
    }
  }

  /** Keeps what the change of `claim` gave. Without that (the database is away) it can be computed again from the log. */
  async #complete(claim: KeyClaim | undefined, outcome: object | null): Promise<void> {
    if (claim === undefined || outcome === null) return;
    await this.#keys.complete(claim, outcome).catch((error: unknown) => {
      this.#logger.warn({ err: error }, "outcome of a keyed change not kept; the log has the change");
    });
  }
}

/** The fingerprint is looked at when the claim is committed: by then a body that arrives in pieces was read. */
const claimOf = (scope: string, idempotency: Idempotency, { ttlHours }: IdempotencyPolicy): KeyClaim => ({
  scope,
  key: idempotency.key,
  expiresAt: idempotency.keepUntil ?? new Date(Date.now() + ttlHours * MS_PER_HOUR),
  get fingerprint() {
    return idempotency.fingerprint;
  },
});

/** Whether two calls under way are certain to differ: of a body that is still arriving nobody knows. */
const isOther = (a: Idempotency, b: Idempotency): boolean =>
  a.arrived === undefined && b.arrived === undefined && !isSame(a.fingerprint, b.fingerprint);

const isSame = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;

const reused = (key: string): EngramError =>
  new EngramError(
    "idempotency-key-reused",
    `The Idempotency-Key ${JSON.stringify(key)} belongs to another request; give each call a key of its own.`,
  );
