// Does what a brain's policy advises: a change of its mode, behind the lesson that led to it, by the way of every other change. Invariants: a
// lesson neither waits for it nor fails by it; an advice counts only for the state that gave it, so that whatever was done to the mode since
// then stands; what could not be done is advised again by the next lesson.

import type { Logger } from "pino";
import type { BrainEvent, ModeChanged } from "../brain/events.ts";
import type { Findings, ModeAdvice } from "../brain/measures/findings.ts";
import { EngramError, type ErrorCode } from "../errors.ts";
import type { BrainRow } from "../store/brain-table.ts";
import type { Head } from "../store/event-log.ts";
import { failureLevel } from "./failure-level.ts";

export type ModeAdviserParts = {
  readonly logger: Logger;
  /** Aborted once the server shuts down. */
  readonly closing: AbortSignal;
};

/** Makes the change that `draft` says, and resolves once it is applied. */
export type MakeModeChange = (draft: (head: Head) => ModeChanged) => Promise<unknown>;

/** What the brain must be in for an advice to make sense. */
const FROM = { panic: "plastic", plastic: "panic" } as const;

/** Others tell of these. */
const KNOWN: readonly ErrorCode[] = ["brain-not-found", "brain-quarantined", "storage-full", "shutting-down"];

/** The advice is of a state that is past. */
class Overruled extends Error {}

export class ModeAdviser {
  readonly #id: string;
  readonly #make: MakeModeChange;
  readonly #parts: ModeAdviserParts;
  #isUnderWay = false;
  #isFailing = false;
  /** `seq` of the last event, made or in the making, after which what was advised before counts no more. */
  #overruledAt = 0;

  constructor({ id }: Pick<BrainRow, "id">, make: MakeModeChange, parts: ModeAdviserParts) {
    this.#id = id;
    this.#make = make;
    this.#parts = parts;
  }

  /** Takes note of the event that becomes number `seq`. */
  noteEvent({ type }: Pick<BrainEvent, "type">, seq: number): void {
    if (type === "modeChanged" || type === "tuned") this.#overruledAt = seq;
  }

  /** Takes note that the state was replaced. */
  noteRestored(seq: number): void {
    this.#overruledAt = seq;
  }

  /** Tells the log of drift, and follows an advice, behind. Returns at once. @param seq of the lesson that led to it */
  follow({ drift, advice }: Pick<Findings, "drift" | "advice">, seq: number): void {
    if (drift !== null) this.#parts.logger.info({ brain: this.#id, seq, ...drift }, "drift found");
    if (advice === null || this.#isUnderWay || this.#parts.closing.aborted) return;
    this.#isUnderWay = true;
    void this.#switch(advice, seq);
  }

  async #switch({ mode, reason }: ModeAdvice, advisedAt: number): Promise<void> {
    const { logger } = this.#parts;
    let seq = advisedAt;
    try {
      await this.#make((head) => {
        this.#refuseOverruled(mode, head, advisedAt);
        seq = head.seq + 1;
        return { type: "modeChanged", mode, reason };
      });
      this.#isFailing = false;
      logger.info({ brain: this.#id, seq, mode, reason }, "mode changed by the policy");
    } catch (err) {
      if (!(err instanceof Overruled)) this.#noteFailure(err, mode);
    } finally {
      this.#isUnderWay = false;
    }
  }

  #refuseOverruled(mode: ModeAdvice["mode"], head: Head, advisedAt: number): void {
    const isWanted =
      head.shape.tuning.modePolicy === "auto" &&
      head.mode === FROM[mode] &&
      this.#overruledAt <= advisedAt &&
      !this.#parts.closing.aborted;
    if (!isWanted) throw new Overruled();
  }

  /** The first one of an outage is told. */
  #noteFailure(err: unknown, mode: ModeAdvice["mode"]): void {
    const isKnown = this.#isFailing || (err instanceof EngramError && KNOWN.includes(err.code));
    const level = isKnown ? "debug" : failureLevel(err, "warn");
    this.#isFailing = true;
    this.#parts.logger[level]({ brain: this.#id, mode, err }, "mode not changed; the next lesson tries again");
  }
}
