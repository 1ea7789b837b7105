// One brain as the gateway sees it: who may come in, what passes side by side and what needs the brain for itself.
// Invariant: no call begins once the brain is deleted, and none runs beside a restore or the deletion.

import type { BrainEvent, ModeChanged, OutcomeOf } from "../brain/events.ts";
import { kernelMemories, residentBytes } from "../brain/resident-bytes.ts";
import { effectiveBlueprint } from "../brain/shape.ts";
import type { HostProcess } from "../host/host-process.ts";
import type { Reply } from "../host/pending-requests.ts";
import type { AnsweredCall, OnCall } from "../metrics/calls.ts";
import type { BrainRow } from "../store/brain-table.ts";
import type { CheckpointStore } from "../store/checkpoint-store.ts";
import type { Head } from "../store/event-log.ts";
import type { HistoryStore } from "../store/history-store.ts";
import type { Tracer } from "../tracing/tracer.ts";
import { Admission } from "./admission.ts";
import type { CheckpointInfo, LayersAnswer, PredictAnswer, PredictRequest, RestoreAnswer, StateStamp } from "./api.ts";
import { Changes, type ChangesParts } from "./changes.ts";
import { Checkpointer, type CheckpointPolicy } from "./checkpointer.ts";
import { Eviction } from "./eviction.ts";
import { Gate } from "./gate.ts";
import type { Once } from "./once.ts";
import type { Outcomes } from "./outcomes.ts";
import type { Fields, PlaceParts } from "./place.ts";
import { Residency } from "./residency.ts";
import type { ResidencyStatus } from "./residency-status.ts";
import type { Retention } from "./retention.ts";
import type { IfMatch, Terms } from "./terms.ts";
import { Tracking, type TrackingParts } from "./tracking.ts";
import { type Change, type Conditions, type Done, stampOf, Writer } from "./writer.ts";

export type BrainParts = TrackingParts &
  ChangesParts &
  PlaceParts & {
    readonly checkpoints: CheckpointStore;
    readonly history: HistoryStore;
    readonly retention: Retention;
    /** Told of each prediction and each lesson that was answered. */
    readonly onCall: OnCall;
    readonly tracer: Tracer;
    /** Calls about one brain that may be under way at once; more are refused with `overloaded`. */
    readonly maxPending: number;
    readonly checkpointPolicy: CheckpointPolicy;
    readonly once: Once;
    readonly outcomes: Outcomes;
  };

/** What tells something of a brain's state and changes nothing. */
type Look = "encode" | "measures" | "memorySummary" | "memoryPage" | "trace" | "weights";

export class LiveBrain {
  readonly row: BrainRow;
  /** Its predictions that wait for labels. */
  readonly tracking: Tracking;
  readonly #parts: BrainParts;
  readonly #residency: Residency;
  readonly #writer: Writer;
  readonly #checkpointer: Checkpointer;
  readonly #eviction: Eviction;
  readonly #admission: Admission;
  readonly #changes: Changes;
  readonly #gate = new Gate();

  constructor(row: BrainRow, parts: BrainParts) {
    this.row = row;
    this.#parts = parts;
    this.#admission = new Admission(row.id, parts.maxPending);
    const bytes = () => {
      const blueprint = effectiveBlueprint(row, this.head.shape);
      const least = kernelMemories(blueprint) * parts.budget.leastPerMemory;
      return Math.max(residentBytes(blueprint, this.head.labels.length), least);
    };
    this.#residency = new Residency(row, parts, bytes, (isBusy) =>
      isBusy ? this.#eviction.whenOver() : this.#eviction.whenIdle(),
    );
    this.#writer = new Writer(row, this.#residency, parts);
    this.tracking = new Tracking(row, parts);
    this.#checkpointer = new Checkpointer(row, this.#residency, parts, parts.checkpointPolicy);
    const known = (_event: ModeChanged, head: Head) => stampOf(row, head);
    this.#changes = new Changes(
      {
        row,
        admission: this.#admission,
        gate: this.#gate,
        residency: this.#residency,
        writer: this.#writer,
        checkpointer: this.#checkpointer,
      },
      parts,
      // None of the calls that are counted.
      (draft) => this.#admission.beside(() => this.#once({}, (terms) => this.changeAdmitted({ draft, known }, terms))),
      (samples, startMs) => this.#tellCall("learn", samples, startMs),
    );
    this.#eviction = new Eviction(
      { row, residency: this.#residency, checkpointer: this.#checkpointer, writer: this.#writer, gate: this.#gate },
      parts,
    );
  }

  /** The head of the last acknowledged state. */
  get head(): Head {
    return this.#writer.head;
  }

  get stamp(): StateStamp {
    return stampOf(this.row, this.head);
  }

  get checkpoints(): Checkpointer {
    return this.#checkpointer;
  }

  get status(): ResidencyStatus {
    return this.#residency.status;
  }

  /** Brings the brain to a host, so that its first call does not wait for that. */
  load(): Promise<void> {
    return this.#residency.load();
  }

  /**
   * @param isAtRest whether it waits until all that can be solved of the state is
   * @throws EngramError `tracking-full`, and `database-unavailable` for tracked predictions alone: others do without the database
   */
  predict(request: PredictRequest, terms: Terms = {}, isAtRest = false): Promise<PredictAnswer> {
    const { inputs, topK, explain = false, track = false, signal } = request;
    const predict = async (): Promise<PredictAnswer> => {
      const { rows, cols, data } = inputs;
      const body = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
      const startMs = performance.now();
      const { result } = await this.#residency.ask("predict", { rows, cols, topK, explain, isAtRest }, body, signal);
      this.#tellCall("predict", rows, startMs);
      return { brain: this.row.id, ...result };
    };
    if (!track) return this.#admission.run(predict);
    return this.answerOnce(terms, ({ claim }) => this.tracking.track(inputs, predict, claim));
  }

  /** What each layer is like, in the state that the stamp names. */
  layers(): Promise<LayersAnswer> {
    return this.#admission.run(async () => {
      const { result } = await this.#residency.ask("layers", {});
      const { layers, ...stamp } = result;
      return { brain: this.row.id, ...stamp, layers: layers.map((stats, index) => ({ index, ...stats })) };
    });
  }

  /** Looks at something of the state, in order with the calls around it. @param signal aborted when nobody waits for it any more */
  read<Op extends Look>(op: Op, fields: Fields<Op>, body?: Uint8Array, signal?: AbortSignal): Promise<Reply<Op>> {
    return this.#admission.run(() => this.#residency.ask(op, fields, body, signal));
  }

  /** As `read`, within a call that was let in. */
  readAdmitted<Op extends Look>(op: Op, fields: Fields<Op>): Promise<Reply<Op>> {
    return this.#residency.ask(op, fields);
  }

  /**
   * Makes one change, or tells what it did when it was made before under the same key.
   * @throws EngramError of its draft; `overloaded`, `seq-mismatch`, `database-unavailable`, `host-unavailable`, `brain-damaged`,
   * `change-kept`, `idempotency-in-progress`, `idempotency-key-reused`
   */
  change<E extends BrainEvent, Known extends object>(
    change: Change<E, Known>,
    terms: Terms = {},
  ): Promise<Done<Known, OutcomeOf<E>>> {
    return this.once(terms, (conditions) => this.changeAdmitted(change, conditions));
  }

  /** A change within a call that `once` let in. */
  changeAdmitted<E extends BrainEvent, Known extends object>(
    change: Change<E, Known>,
    conditions: Conditions,
  ): Promise<Done<Known, OutcomeOf<E>>> {
    return this.#gate.shared(() => this.#changes.change(change, conditions));
  }

  /**
   * Runs a call of several steps, one of which makes a change, as one of those that may be under way; unless it was made before.
   * @param again as in `Once.change`; computes the event's outcome when left out
   */
  once<Known extends object, Result extends object | null>(
    terms: Terms,
    make: (conditions: Conditions) => Promise<Done<Known, Result>>,
    again?: (seq: number) => Promise<Result>,
  ): Promise<Done<Known, Result>> {
    return this.#admission.run(() => this.#once(terms, make, again));
  }

  /** As `once`, for a call whose whole answer is known when it is committed. */
  answerOnce<Answer>(terms: Terms, make: (conditions: Conditions) => Promise<Answer>): Promise<Answer> {
    return this.#admission.run(() => this.#parts.once.answer(this.row.uid, terms, make));
  }

  /** Runs what works on the brain's past beside the calls. @throws EngramError brain-not-found when it is deleted meanwhile */
  beside<T>(work: () => Promise<T>): Promise<T> {
    return this.#admission.beside(work);
  }

  /** Takes a checkpoint of the present state. @throws EngramError seq-mismatch when that is another one than wanted */
  checkpoint(name: string | null, terms: Terms = {}): Promise<CheckpointInfo> {
    return this.answerOnce(terms, (conditions) =>
      this.#gate.shared(async () => {
        this.#admission.refuseDeleted();
        return this.#residency.stay(() => this.#checkpointer.take("requested", name, conditions));
      }),
    );
  }

  /** Takes an automatic checkpoint unless the last one is of the present state. */
  checkpointNow(): Promise<void> {
    return this.#admission.run(() =>
      this.#gate.shared(async () => {
        this.#admission.refuseDeleted();
        await this.#checkpointer.takeIfBehind(this.head.seq);
      }),
    );
  }

  /** @throws EngramError checkpoint-not-found, checkpoint-in-use */
  removeCheckpoint(id: string): Promise<void> {
    return this.#admission.run(() => this.#gate.shared(() => this.#checkpointer.remove(id)));
  }

  /** Replaces the state by the checkpoint's, as one more event, within a call that `answerOnce` let in. */
  restoreAdmitted(checkpointId: string, conditions: Conditions): Promise<RestoreAnswer> {
    return this.#gate.exclusive(() => this.#changes.restore(checkpointId, conditions));
  }

  /** Has `make` replace the state with nothing else under way, within a call that `answerOnce` let in. Predictions go on. */
  replaceAdmitted<Answer>(
    ...[make, conditions]: Parameters<typeof Changes.prototype.replace<Answer>>
  ): Promise<Answer> {
    return this.#gate.exclusive(() => this.#changes.replace(make, conditions));
  }

  /** As `checkpointNow`, within a call that was let in; nothing for a brain that no host holds. */
  saveAdmitted(): Promise<void> {
    return this.#gate.shared(async () => {
      if (this.isBehind) await this.#checkpointer.takeIfBehind(this.head.seq);
    });
  }

  /** Runs `annotate`, which changes nothing of the state, if the brain stands where it is wanted. @throws EngramError seq-mismatch */
  annotate<T>({ ifMatch }: Terms, annotate: () => Promise<T>): Promise<T> {
    return this.#gate.shared(async () => {
      this.#admission.refuseDeleted();
      await this.#refuseMismatch(ifMatch);
      return annotate();
    });
  }

  /** Runs `remove` once nothing else touches the brain; later calls find it gone. @throws EngramError seq-mismatch */
  delete({ ifMatch }: Terms, remove: () => Promise<void>): Promise<void> {
    return this.#gate.exclusive(async () => {
      this.#admission.refuseDeleted();
      if (ifMatch !== undefined) await this.#writer.readLog();
      this.#writer.refuseMismatch(ifMatch);
      await this.#admission.end(remove);
      await this.#residency.forget(this.head.seq);
      this.#parts.quarantines.lift(this.row.uid);
    });
  }

  /** Moves the brain to another host while it serves. @returns whether it has moved. @throws HostGone, HostRefusal, EngramError when it could not */
  moveTo(host: HostProcess): Promise<boolean> {
    return this.#residency.moveTo(host);
  }

  /** Takes an automatic checkpoint of what a host holds when the last one is old. Never rejects. */
  async checkpointIfOld(): Promise<void> {
    if (this.#residency.isResident && this.#checkpointer.isOld(this.head.seq)) await this.#changes.takeAutomatic();
  }

  /** Has the brain leave memory when nothing was under way for so long. Never rejects. @returns whether it is not in memory any more */
  async evictIfIdle(idleMs: number): Promise<boolean> {
    if (this.status === "stored" || this.status === "quarantined") return true;
    const isIdle = (): boolean => this.#residency.idleMs >= idleMs;
    return isIdle() && this.#eviction.whenIdle(isIdle);
  }

  /** Whether a host holds a state that is in no checkpoint. */
  get isBehind(): boolean {
    return this.#residency.isResident && this.#checkpointer.isBehind(this.head.seq);
  }

  /** Waits for what is under way and writes a checkpoint if the last one is behind what a host holds. */
  settle(): Promise<void> {
    return this.#gate.exclusive(async () => {
      if (this.#residency.isResident) await this.#checkpointer.takeIfBehind(this.head.seq);
    });
  }

  #once<Known extends object, Result extends object | null>(
    terms: Terms,
    make: (conditions: Conditions) => Promise<Done<Known, Result>>,
    // The log's event `seq` is the one that `make` made, so its outcome is of that type.
    again = (seq: number) => this.#parts.outcomes.of(this.row, seq) as Promise<unknown> as Promise<Result>,
  ): Promise<Done<Known, Result>> {
    return this.#parts.once.change(this.row.uid, terms, make, again);
  }

  #tellCall(operation: AnsweredCall["operation"], rows: number, startMs: number): void {
    const { id, uid } = this.row;
    const [durationMs, waiting] = [performance.now() - startMs, this.#admission.underWay];
    this.#parts.onCall({ brain: id, uid, seq: this.head.seq, operation, rows, durationMs, waiting });
  }

  async #refuseMismatch(ifMatch: IfMatch | undefined): Promise<void> {
    if (ifMatch === undefined) return;
    await this.#writer.caughtUp();
    this.#writer.refuseMismatch(ifMatch);
  }
}
