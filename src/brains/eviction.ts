// How a brain leaves memory: what its newest checkpoint lacks is written, and only when the database has just said that it has everything
// is the brain let go. Invariants: nothing that was acknowledged is lost by leaving; a brain leaves between two calls, never within one, and
// calls that come too late bring it back; while the database is away everybody stays, since nobody could come back.

import type { Logger } from "pino";
import type { BrainRow } from "../store/brain-table.ts";
import type { EventLog, Head } from "../store/event-log.ts";
import type { Checkpointer } from "./checkpointer.ts";
import type { Gate } from "./gate.ts";
import type { Residency } from "./residency.ts";

export type EvictionParts = { readonly log: Pick<EventLog, "head">; readonly logger: Logger };

/** What of a brain takes part in its leaving. */
export type Leaver = {
  readonly row: BrainRow;
  readonly residency: Pick<Residency, "isResident" | "isIdle" | "bytes" | "closed" | "leave" | "leaveGone">;
  readonly checkpointer: Pick<Checkpointer, "bringUpTo">;
  readonly writer: { readonly head: Head; caughtUp(): Promise<void> };
  readonly gate: Pick<Gate, "shared">;
};

export class Eviction {
  readonly #brain: Leaver;
  readonly #parts: EvictionParts;
  #underWay: Promise<boolean> | null = null;

  constructor(brain: Leaver, parts: EvictionParts) {
    this.#brain = brain;
    this.#parts = parts;
  }

  /**
   * Has the brain leave memory, unless something is under way or it is not wanted any more. Never rejects.
   * @param isWanted asked before each step
   * @returns whether it has left
   */
  whenIdle(isWanted: () => boolean = () => true): Promise<boolean> {
    const { residency } = this.#brain;
    const isReady = (): boolean => residency.isResident && residency.isIdle && isWanted();
    return this.#once(async () => isReady() && (await this.#save()) && isReady() && this.#letGo());
  }

  /** Has the brain leave memory as soon as the calls under way are over; later ones wait and bring it back. Otherwise as `whenIdle`. */
  whenOver(): Promise<boolean> {
    const { residency } = this.#brain;
    // Most of it is written while calls go on.
    return this.#once(async () => {
      return (await this.#save()) && residency.closed(async () => (await this.#save()) && this.#letGo());
    });
  }

  /** One at a time; who asks meanwhile hears how it ends. */
  #once(leave: () => Promise<boolean>): Promise<boolean> {
    this.#underWay ??= this.#leave(leave).finally(() => {
      this.#underWay = null;
    });
    return this.#underWay;
  }

  async #leave(leave: () => Promise<boolean>): Promise<boolean> {
    const { row, residency, gate } = this.#brain;
    const { logger } = this.#parts;
    if (residency.leaveGone()) return true;
    const startedAt = performance.now();
    const { bytes } = residency;
    try {
      // A restore or a deletion has the brain to itself; this one waits for them, and they for it.
      const hasLeft = await gate.shared(leave);
      if (hasLeft) {
        const durationMs = Math.round(performance.now() - startedAt);
        logger.info({ brain: row.id, bytes, durationMs }, "brain left memory");
      }
      return hasLeft;
    } catch (error) {
      logger.warn({ brain: row.id, err: error }, "brain stays in memory");
      return false;
    }
  }

  /** @returns whether the newest checkpoint is of the present state */
  async #save(): Promise<boolean> {
    const { writer, checkpointer } = this.#brain;
    await writer.caughtUp();
    return checkpointer.bringUpTo(writer.head.seq);
  }

  /** A brain that was called meanwhile has another state or is busy, and stays. */
  async #letGo(): Promise<boolean> {
    const { row, residency } = this.#brain;
    const kept = await this.#parts.log.head(row.uid);
    return kept !== null && residency.leave(kept.seq);
  }
}
