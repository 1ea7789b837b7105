// One brain as the gateway sees it: the single writer of its events. A change is checked against the head, numbered, committed to the log,
// applied by a host, and only then acknowledged. Changes overlap: the next one may be committed while the one before is computed.
// Invariant: `acknowledged ≤ committed ≤ proposed`, and the order of acknowledgements is the order of `seq`.

import type { Logger } from "pino";
import { stateBytes } from "../brain/config.ts";
import { type BrainEvent, encodeEvent, type Outcome, type OutcomeOf, type Restored } from "../brain/events.ts";
import { effectiveBlueprint, initialShape } from "../brain/shape.ts";
import { EngramError } from "../errors.ts";
import type { HostPool } from "../host/host-pool.ts";
import type { Reply } from "../host/host-process.ts";
import type { Feed } from "../metrics/feed.ts";
import type { BrainRow } from "../store/brain-table.ts";
import type { CheckpointRow, CheckpointStore } from "../store/checkpoint-store.ts";
import type { EventLog, Head, HeadChange, Settlement } from "../store/event-log.ts";
import { Admission } from "./admission.ts";
import type { CheckpointInfo, LayersAnswer, PredictAnswer, PredictRequest, StateStamp } from "./api.ts";
import type { Fields } from "./bringing.ts";
import { Checkpointer, type CheckpointPolicy } from "./checkpointer.ts";
import { Gate } from "./gate.ts";
import { advance } from "./head.ts";
import { brainNotFound } from "./not-found.ts";
import { Residency } from "./residency.ts";
import { Tracking, type TrackingParts } from "./tracking.ts";

export type BrainParts = TrackingParts & {
  readonly log: EventLog;
  readonly checkpoints: CheckpointStore;
  readonly hosts: HostPool;
  readonly feed: Feed;
  readonly logger: Logger;
  /** Calls about one brain that may be under way at once; more are refused with `overloaded`. */
  readonly maxPending: number;
  readonly checkpointPolicy: CheckpointPolicy;
};

export type Change<E extends BrainEvent> = {
  readonly event: E;
  readonly outcome: OutcomeOf<E>;
  readonly stamp: StateStamp;
};

export class LiveBrain {
  readonly row: BrainRow;
  /** Its predictions that wait for labels. */
  readonly tracking: Tracking;
  readonly #parts: BrainParts;
  readonly #residency: Residency;
  readonly #checkpointer: Checkpointer;
  readonly #admission: Admission;
  readonly #gate = new Gate();
  #proposed: Head;
  #acknowledged: Head;
  /** Set when a commit failed: what the log really holds has to be read before the next change. */
  #isUnsure = false;
  #resyncing: Promise<void> | null = null;
  #isCheckpointing = false;

  constructor(row: BrainRow, parts: BrainParts) {
    const { seq, step, mode, labels, shape } = row;
    this.row = row;
    this.#parts = parts;
    this.#admission = new Admission(row.id, parts.maxPending);
    this.#proposed = this.#acknowledged = { seq, step, mode, labels, shape };
    this.#residency = new Residency(row, parts, () =>
      stateBytes(effectiveBlueprint(row, this.#acknowledged.shape), this.#acknowledged.labels.length),
    );
    this.tracking = new Tracking(row, parts);
    this.#checkpointer = new Checkpointer(row, this.#residency, parts, parts.checkpointPolicy);
  }

  /** The head of the last acknowledged state. */
  get head(): Head {
    return this.#acknowledged;
  }

  get stamp(): StateStamp {
    return stampOf(this.row, this.#acknowledged);
  }

  get checkpoints(): Checkpointer {
    return this.#checkpointer;
  }

  /** Brings the brain to a host, so that its first call does not wait for that. */
  load(): Promise<void> {
    return this.#residency.load();
  }

  /** @throws EngramError `tracking-full`, and `database-unavailable` for tracked predictions alone: others do without the database */
  predict({ inputs, topK, explain = false, track = false }: PredictRequest): Promise<PredictAnswer> {
    const predict = async (): Promise<PredictAnswer> => {
      const { rows, cols, data } = inputs;
      const body = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
      const { result } = await this.#residency.ask("predict", { rows, cols, topK, explain }, body);
      return { brain: this.row.id, ...result };
    };
    return this.#admission.run(() => (track ? this.tracking.track(inputs, predict) : predict()));
  }

  /** What each layer is like, in the state that the stamp names. */
  layers(): Promise<LayersAnswer> {
    return this.#admission.run(async () => {
      const { result } = await this.#residency.ask("layers", {});
      const { layers, ...stamp } = result;
      return { brain: this.row.id, ...stamp, layers: layers.map((stats, index) => ({ index, ...stats })) };
    });
  }

  /** Looks at something of the state, in order with the calls around it. */
  read<Op extends "memorySummary" | "memoryPage">(op: Op, fields: Fields<Op>): Promise<Reply<Op>> {
    return this.#admission.run(() => this.#residency.ask(op, fields));
  }

  /**
   * Makes one change: `draft` checks it against the head that it will follow and says what happens, or throws what is wrong with it.
   * @throws EngramError of `draft`; `overloaded`, `database-unavailable`, `host-unavailable`, `brain-damaged`
   */
  change<E extends BrainEvent>(draft: (head: Head) => E): Promise<Change<E>> {
    return this.#admission.run(() => this.changeAdmitted(draft));
  }

  /** A change within a call that `admitted` let in. @param settles predictions that get their labels in the same transaction */
  changeAdmitted<E extends BrainEvent>(
    draft: (head: Head) => E,
    settles: readonly Settlement[] = [],
  ): Promise<Change<E>> {
    return this.#gate.shared(() => this.#change(draft, settles));
  }

  /** Runs a call of several steps as one of those that may be under way. @throws EngramError `overloaded` */
  admitted<T>(call: () => Promise<T>): Promise<T> {
    return this.#admission.run(call);
  }

  /** Takes a checkpoint of the present state. */
  checkpoint(name: string | null): Promise<CheckpointInfo> {
    return this.#admission.run(() =>
      this.#gate.shared(async () => {
        this.#admission.refuseDeleted();
        return this.#checkpointer.take("requested", name);
      }),
    );
  }

  /** @throws EngramError checkpoint-not-found, checkpoint-in-use */
  removeCheckpoint(id: string): Promise<void> {
    return this.#admission.run(() => this.#gate.shared(() => this.#checkpointer.remove(id)));
  }

  /** Replaces the state by the checkpoint's, as one more event. */
  restore(checkpointId: string): Promise<StateStamp> {
    return this.#admission.run(() => this.#gate.exclusive(() => this.#restore(checkpointId)));
  }

  /** Runs `remove` once nothing else touches the brain; later calls find it gone. */
  delete(remove: () => Promise<void>): Promise<void> {
    return this.#gate.exclusive(async () => {
      this.#admission.refuseDeleted();
      await remove();
      this.#admission.end();
      await this.#residency.forget(this.#acknowledged.seq);
    });
  }

  /** Waits for what is under way and writes a checkpoint if the last one is behind what a host holds. */
  settle(): Promise<void> {
    return this.#gate.exclusive(async () => {
      if (this.#residency.isResident) await this.#checkpointer.takeIfBehind(this.#acknowledged.seq);
    });
  }

  async #restore(checkpointId: string): Promise<StateStamp> {
    this.#admission.refuseDeleted();
    await this.#resyncIfUnsure();
    const checkpoint = await this.#checkpointer.find(checkpointId);
    const head = headOf(checkpoint, this.row, this.#acknowledged.seq + 1);
    await this.#commit(async () => {
      const copy = { source: checkpoint.id, copy: this.#parts.newId() };
      await this.#append(
        head.seq,
        { type: "restored", checkpoint: checkpoint.id },
        { ...head, kind: "replace", checkpoint: copy },
      );
    });
    await this.#residency.forget(head.seq);
    this.#proposed = this.#acknowledged = head;
    this.#checkpointer.noteRestored(head.seq);
    this.#parts.feed.publish({ ...this.#stampOf(head), type: "restored", checkpoint: checkpoint.id });
    return stampOf(this.row, head);
  }

  async #change<E extends BrainEvent>(draft: (head: Head) => E, settles: readonly Settlement[]): Promise<Change<E>> {
    this.#admission.refuseDeleted();
    await this.#resyncIfUnsure();
    const event = draft(this.#proposed);
    const before = this.#proposed;
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
    // TypeScript does not see that the outcome of an event type is an outcome.
    this.#parts.feed.publish({ ...this.#stampOf(head), ...(outcome as Outcome) });
    this.#checkpointIfDue(head.seq);
    return { event, outcome, stamp: stampOf(this.row, head) };
  }

  /** Writes one event to the log. @returns its bytes, for the host */
  async #append(
    seq: number,
    event: BrainEvent | Restored,
    head: HeadChange,
    settles: readonly Settlement[] = [],
  ): Promise<Uint8Array> {
    const payload = encodeEvent(event);
    await this.#parts.log.append({ brain: this.row.uid, seq, type: event.type, payload, head, settles });
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

  /** Lets an automatic checkpoint run behind the changes. */
  #checkpointIfDue(seq: number): void {
    if (this.#isCheckpointing || !this.#checkpointer.isDue(seq)) return;
    this.#isCheckpointing = true;
    this.#gate
      .shared(async () => {
        if (!this.#admission.isDeleted) await this.#checkpointer.takeAutomatic();
      })
      .catch((error) => this.#parts.logger.error({ brain: this.row.id, err: error }, "automatic checkpoint failed"))
      .finally(() => {
        this.#isCheckpointing = false;
      });
  }

  /** Tells a caller that its change is committed although nobody could compute it: sent again, it would be done twice. */
  #kept(seq: number, cause: unknown): never {
    const detail = `Change ${seq} of brain "${this.row.id}" is kept, but its result is not known yet. Do not send it again.`;
    throw new EngramError("change-kept", detail, [], { cause });
  }

  async #resyncIfUnsure(): Promise<void> {
    while (this.#isUnsure || this.#resyncing !== null) {
      this.#resyncing ??= this.#resync().finally(() => {
        this.#resyncing = null;
      });
      await this.#resyncing;
    }
  }

  /** Takes the log's word for what was committed and brings the host up to it. */
  async #resync(): Promise<void> {
    this.#isUnsure = false;
    await this.#commit(async () => {
      const head = await this.#parts.log.head(this.row.uid);
      if (head === null) throw brainNotFound(this.row.id);
      for await (const events of this.#parts.log.read(this.row.uid, this.#residency.handedSeq, head.seq)) {
        if (events.some(({ type }) => type === "restored")) {
          await this.#residency.forget(head.seq);
          break;
        }
        for (const { seq, payload } of events) await this.#residency.apply(seq, payload);
      }
      await this.#residency.load();
      this.#proposed = this.#acknowledged = head;
      this.#parts.logger.warn({ brain: this.row.id, seq: head.seq }, "brain brought in line with the log");
    });
  }

  #stampOf({ seq, step }: Head) {
    return { brain: this.row.id, seq, step, time: new Date().toISOString() };
  }
}

const stampOf = (row: BrainRow, { seq, step, mode }: Head): StateStamp => ({ brain: row.id, seq, step, mode });

const headOf = ({ step, mode, labels, shape }: CheckpointRow, row: BrainRow, seq: number): Head => ({
  seq,
  step,
  mode,
  labels,
  shape: shape ?? initialShape(row),
});
