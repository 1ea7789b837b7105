// The single writer of one brain's events: a change is checked against the head, numbered, committed to the log and applied by a host. Changes
// overlap: the next one may be committed while the one before is computed. After a commit that failed, the log says what was written.
// Invariant: `acknowledged ≤ committed ≤ proposed`, and the order of acknowledgements is the order of `seq`.

import type { Logger } from "pino";
import { type BrainEvent, encodeEvent, isReplacing, type OutcomeOf, type Replacing } from "../brain/events.ts";
import type { Applied } from "../brain/measures/findings.ts";
import { initialShape } from "../brain/shape.ts";
import { EngramError } from "../errors.ts";
import type { BrainRow } from "../store/brain-table.ts";
import type { CheckpointRow, ReadyCheckpoint } from "../store/checkpoint-store.ts";
import type { CheckpointCopy, EventLog, Head, LogEntry, Notes, Settlement } from "../store/event-log.ts";
import type { KeyClaim, NewKey } from "../store/idempotency-keys.ts";
import type { Tracer } from "../tracing/tracer.ts";
import type { StateStamp } from "./api.ts";
import { advance } from "./head.ts";
import { brainNotFound } from "./not-found.ts";
import type { Residency } from "./residency.ts";
import { type IfMatch, refuseMismatch } from "./terms.ts";

export type WriterParts = { readonly log: EventLog; readonly logger: Logger; readonly tracer: Tracer };

export type Change<E extends BrainEvent, Known extends object> = {
  /** Checks the change against the head that it will follow and says what happens, or throws what is wrong with it. */
  readonly draft: (head: Head) => E;
  /** What of the answer is known with the event, before it is applied; plain data, the same again after a trip through JSON. */
  readonly known: (event: E, head: Head) => Known;
  /** Predictions that get their labels in the same transaction. */
  readonly settles?: readonly Settlement[];
  /** What the brain is called from then on, in the same transaction. */
  readonly notes?: Notes;
};

/** What a change was made under, checked or committed with it. */
export type Conditions = { readonly ifMatch?: IfMatch | undefined; readonly claim?: KeyClaim | undefined };

/** A change that puts another state in the brain's place. */
export type Replacement = {
  readonly event: Replacing;
  /** The new state's, one `seq` after the brain's. */
  readonly head: Head;
  /** Where it is. */
  readonly checkpoint: CheckpointCopy | ReadyCheckpoint;
  readonly key?: NewKey | undefined;
};

/** A change that was made: what was known of it at its commit, and what applying it gave. */
export type Done<Known, Result> = { readonly known: Known; readonly outcome: Result };

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
   * @returns what of it, and the head that it led to
   * @throws EngramError of `draft`; `seq-mismatch`, `database-unavailable`, `change-kept`, `idempotency-in-progress`
   */
  async change<E extends BrainEvent, Known extends object>(
    { draft, known: knownOf, settles = [], notes }: Change<E, Known>,
    { ifMatch, claim }: Conditions,
  ): Promise<{ readonly known: Known; readonly applied: Applied<OutcomeOf<E>>; readonly head: Head }> {
    const before = this.#proposed;
    this.refuseMismatch(ifMatch);
    const event = draft(before);
    const head = advance(before, event);
    const known = knownOf(event, head);
    this.#proposed = head;
    const applied = await this.#commit(async () => {
      const newLabels = event.type === "learned" ? event.newLabels : [];
      const shape = head.shape === before.shape ? null : head.shape;
      const key = claim && { ...claim, known };
      const payload = await this.#append(event, {
        seq: head.seq,
        head: { ...head, kind: "advance", newLabels, shape },
        settles,
        key,
        notes,
      });
      // A host answers an event with the outcome of its type.
      return (await this.#residency.apply(head.seq, payload).catch((error) => this.#kept(head.seq, error))) as Applied<
        OutcomeOf<E>
      >;
    });
    this.#acknowledged = head;
    return { known, applied, head };
  }

  /**
   * Replaces the state by a checkpoint's, as one more event. Call `readLog` before, and with no change under way.
   * @param copy the id of the checkpoint's copy at the new `seq`
   * @returns the head now
   * @throws EngramError `seq-mismatch`, `database-unavailable`, `idempotency-in-progress`
   */
  async restore<Known extends object>(
    checkpoint: CheckpointRow,
    copy: string,
    knownOf: (head: Head) => Known,
    { ifMatch, claim }: Conditions,
  ): Promise<{ readonly head: Head; readonly known: Known }> {
    this.refuseMismatch(ifMatch);
    const head = headOf(checkpoint, this.#row, this.#acknowledged.seq + 1);
    const known = knownOf(head);
    const event = { type: "restored" as const, checkpoint: checkpoint.id, from: checkpoint.seq };
    await this.replace({ event, head, checkpoint: { source: checkpoint.id, copy }, key: claim && { ...claim, known } });
    return { head, known };
  }

  /**
   * Replaces the state by a checkpoint's, as the event of the head that it leads to. Call `readLog` before, and with no change under way.
   * @throws EngramError `database-unavailable`, `idempotency-in-progress`
   */
  async replace({ event, head, checkpoint, key }: Replacement): Promise<void> {
    const change = { ...head, kind: "replace" as const, checkpoint };
    await this.#commit(() => this.#append(event, { seq: head.seq, head: change, key }));
    await this.#residency.forget(head.seq);
    this.#proposed = this.#acknowledged = head;
  }

  /** @throws EngramError seq-mismatch, by the head that a change would follow */
  refuseMismatch(ifMatch: IfMatch | undefined): void {
    refuseMismatch(this.#row.id, this.#proposed, ifMatch);
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

  /**
   * Takes the log's word without a host, which then has to begin anew: for what replaces the state or ends the brain, and so must not depend on
   * whether that state can be computed. Call it with no change under way.
   */
  async readLog(): Promise<void> {
    while (this.#resyncing !== null) await this.#resyncing.catch(() => {});
    if (!this.#isUnsure) return;
    const { uid, id } = this.#row;
    const head = await this.#parts.log.head(uid);
    if (head === null) throw brainNotFound(id);
    await this.#residency.forget(head.seq);
    this.#proposed = this.#acknowledged = head;
    this.#isUnsure = false;
  }

  /** Writes one event to the log. @returns its bytes, for the host */
  async #append(
    event: BrainEvent | Replacing,
    entry: Omit<LogEntry, "brain" | "type" | "payload">,
  ): Promise<Uint8Array> {
    const payload = encodeEvent(event);
    const { uid, id } = this.#row;
    await this.#parts.tracer.span("log commit", { "engram.brain": id, "engram.seq": entry.seq }, () =>
      this.#parts.log.append({ ...entry, brain: uid, type: event.type, payload }),
    );
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
    const detail = `Change ${seq} of brain "${this.#row.id}" is kept, but its result is not known yet. Send it again only under its Idempotency-Key.`;
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
        if (events.some(({ type }) => isReplacing(type))) {
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

/** @returns which state of which brain `head` is */
export const stampOf = ({ id }: Pick<BrainRow, "id">, { seq, step, mode }: Head): StateStamp => ({
  brain: id,
  seq,
  step,
  mode,
});

/** @returns the answer to a change: what was known of it, and what it gave */
export function answered<Known extends object, Result extends { readonly type: string }>({
  known,
  outcome,
}: Done<Known, Result>) {
  const { type: _, ...measures } = outcome;
  return { ...known, ...measures };
}
