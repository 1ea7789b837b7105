// The single writer of one brain's events: a change is checked against the head, numbered, committed to the log and applied by a host. Changes
// overlap: the next one may be committed while the one before is computed. After a commit that failed, the log says what was written.
// Invariant: `acknowledged ≤ committed ≤ proposed`, and the order of acknowledgements is the order of `seq`.

import type { Logger } from "pino";
import { type BrainEvent, encodeEvent, type OutcomeOf, type Restored } from "../brain/events.ts";
import { initialShape } from "../brain/shape.ts";
import { EngramError } from "../errors.ts";
import type { BrainRow } from "../store/brain-table.ts";
import type { CheckpointRow } from "../store/checkpoint-store.ts";
import type { EventLog, Head, HeadChange, Settlement } from "../store/event-log.ts";
import { advance } from "./head.ts";
import { brainNotFound } from "./not-found.ts";
import type { Residency } from "./residency.ts";

export type WriterParts = { readonly log: EventLog; readonly logger: Logger };

/** An event that was committed, what it did, and the head that it led to. */
export type Written<E extends BrainEvent> = {
  readonly event: E;
  readonly outcome: OutcomeOf<E>;
  readonly head: Head;
};

export class Writer {
  readonly #row: BrainRow;
  readonly #residency: Residency;
  readonly #parts: WriterParts;
  #proposed: Head;
  #acknowledged: Head;
  /** Set when a commit failed: what the log really holds has to be read before the next change. */
  #isUnsure = false;
  #resyncing: Promise<void> | null = null;

  constructor(row: BrainRow, residency: Residency, parts: WriterParts) {
    const { seq, step, mode, labels, shape } = row;
    this.#row = row;
    this.#residency = residency;
    this.#parts = parts;
    this.#proposed = this.#acknowledged = { seq, step, mode, labels, shape };
  }

  /** The head of the last acknowledged state. */
  get head(): Head {
    return this.#acknowledged;
  }

  /**
   * Makes one change. Call `caughtUp` just before.
   * @param draft checks it against the head that it will follow and says what happens, or throws what is wrong with it
   * @param settles predictions that get their labels in the same transaction
   * @throws EngramError of `draft`; `database-unavailable`, `change-kept`
   */
  async change<E extends BrainEvent>(
    draft: (head: Head) => E,
    settles: readonly Settlement[] = [],
  ): Promise<Written<E>> {
    const before = this.#proposed;
    const event = draft(before);
    const head = advance(before, event);
    this.#proposed = head;
    const outcome = await this.#commit(async () => {
      const newLabels = event.type === "learned" ? event.newLabels : [];
      const shape = head.shape === before.shape ? null : head.shape;
      const payload = await this.#append(head.seq, event, { ...head, kind: "advance", newLabels, shape }, settles);
      // A host answers an event with the outcome of its type.
      return (await this.#residency
        .apply(head.seq, payload)
        .catch((error) => this.#kept(head.seq, error))) as OutcomeOf<E>;
    });
    this.#acknowledged = head;
    return { event, outcome, head };
  }

  /**
   * Replaces the state by a checkpoint's, as one more event. Call `caughtUp` before, and with no change under way.
   * @param copy the id of the checkpoint's copy at the new `seq`
   * @returns the head now
   */
  async restore(checkpoint: CheckpointRow, copy: string): Promise<Head> {
    const head = headOf(checkpoint, this.#row, this.#acknowledged.seq + 1);
    const change = { ...head, kind: "replace" as const, checkpoint: { source: checkpoint.id, copy } };
    await this.#commit(() =>
      this.#append(head.seq, { type: "restored", checkpoint: checkpoint.id, from: checkpoint.seq }, change),
    );
    await this.#residency.forget(head.seq);
    this.#proposed = this.#acknowledged = head;
    return head;
  }

  /** Takes the log's word for what was committed, if a commit failed since. */
  async caughtUp(): Promise<void> {
    while (this.#isUnsure || this.#resyncing !== null) {
      this.#resyncing ??= this.#resync().finally(() => {
        this.#resyncing = null;
      });
      await this.#resyncing;
    }
  }

  /** Writes one event to the log. @returns its bytes, for the host */
  async #append(
    seq: number,
    event: BrainEvent | Restored,
    head: HeadChange,
    settles: readonly Settlement[] = [],
  ): Promise<Uint8Array> {
    const payload = encodeEvent(event);
    await this.#parts.log.append({ brain: this.#row.uid, seq, type: event.type, payload, head, settles });
    return payload;
  }

  /** Runs a commit; when it fails, the log may hold the event or not, so the next change reads it first. */
  async #commit<T>(commit: () => Promise<T>): Promise<T> {
    try {
      return await commit();
    } catch (error) {
      this.#isUnsure = true;
      throw error;
    }
  }

  /** Tells a caller that its change is committed although nobody could compute it: sent again, it would be done twice. */
  #kept(seq: number, cause: unknown): never {
    const detail = `Change ${seq} of brain "${this.#row.id}" is kept, but its result is not known yet. Do not send it again.`;
    throw new EngramError("change-kept", detail, [], { cause });
  }

  /** Brings the host up to what the log holds. */
  async #resync(): Promise<void> {
    this.#isUnsure = false;
    await this.#commit(async () => {
      const { uid, id } = this.#row;
      const head = await this.#parts.log.head(uid);
      if (head === null) throw brainNotFound(id);
      for await (const events of this.#parts.log.read(uid, this.#residency.handedSeq, head.seq)) {
        if (events.some(({ type }) => type === "restored")) {
          await this.#residency.forget(head.seq);
          break;
        }
        for (const { seq, payload } of events) await this.#residency.apply(seq, payload);
      }
      await this.#residency.load();
      this.#proposed = this.#acknowledged = head;
      this.#parts.logger.warn({ brain: id, seq: head.seq }, "brain brought in line with the log");
    });
  }
}

const headOf = ({ step, mode, labels, shape }: CheckpointRow, row: BrainRow, seq: number): Head => ({
  seq,
  step,
  mode,
  labels,
  shape: shape ?? initialShape(row),
});
