// What the parts of a running curriculum share: its brain, its ledger, how changes are asked for, how parts of the server are waited for.

import type { Logger } from "pino";
import type { Brains, StateStamp } from "../brains/api.ts";
import type { Terms } from "../brains/terms.ts";
import type { Datasets } from "../datasets/api.ts";
import type { ErrorCode } from "../errors.ts";
import type { Feed } from "../metrics/feed.ts";
import type { CurriculumTable } from "../store/curriculum-table.ts";
import { jobTerms, keyPrefix } from "./keys.ts";
import type { Ledger } from "./ledger.ts";
import { patiently } from "./patience.ts";
import type { PinnedPlan } from "./pins.ts";

export type JobParts = {
  readonly brains: Brains;
  readonly datasets: Pick<Datasets, "open">;
  readonly table: CurriculumTable;
  readonly feed: Feed;
  readonly logger: Logger;
  /** Told of each step that was learned. */
  readonly onStep: () => void;
};

/** What a piece of work is done for. */
export type WorkOf = {
  readonly id: string;
  readonly brain: string;
  readonly uid: string;
  readonly plan: PinnedPlan;
  readonly ledger: Ledger;
  /** The brain's state after its last change, as far as it was told. */
  readonly at: { seq: number; step: number };
  /** Aborted when it is to end at the next boundary: with what it throws then. */
  readonly signal: AbortSignal;
  readonly onWaiting: (code: ErrorCode | null, error: unknown) => void;
};

export class Work {
  readonly of: WorkOf;
  readonly parts: JobParts;

  constructor(of: WorkOf, parts: JobParts) {
    this.of = of;
    this.parts = parts;
  }

  /** The same work, which another signal ends. */
  until(signal: AbortSignal): Work {
    return new Work({ ...this.of, signal }, this.parts);
  }

  /** Here it may end. @throws the signal's reason */
  boundary(): void {
    this.of.signal.throwIfAborted();
  }

  /** The brain is there now. */
  reached({ seq, step }: Pick<StateStamp, "seq" | "step">): void {
    Object.assign(this.of.at, { seq, step });
  }

  /** Does `work` as soon as no part of the server is missing. @throws what it throws of other kinds; the signal's reason */
  patiently<T>(work: () => Promise<T>): Promise<T> {
    return patiently(work, this.of.signal, this.of.onWaiting);
  }

  /**
   * Makes a change of the brain, once however often it is asked for.
   * @param name of the change, within the curriculum
   * @param about what is asked for: another one under the same name is refused
   */
  async change<Answer extends StateStamp>(
    name: string,
    about: Uint8Array,
    make: (terms: Terms) => Promise<Answer>,
  ): Promise<Answer> {
    const { id, uid, ledger } = this.of;
    const key = `${keyPrefix(id)}${name}`;
    const answer = await this.patiently(() => make(jobTerms(key, uid, about)));
    ledger.pass(key);
    return answer;
  }

  /** Writes down how far it is. @throws CurriculumGone; the signal's reason */
  write(): Promise<void> {
    return this.patiently(() => this.of.ledger.write());
  }
}
