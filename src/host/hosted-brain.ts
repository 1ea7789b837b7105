// One brain in a host: the brain, the `seq` of its state, what waits for it, and the snapshots that are being read.
// Invariants: only work that the scheduler runs touches the brain; an evaluation that an event makes due is done before anything else but
// predictions looks at the brain or changes it.

import { setImmediate as nextTurn } from "node:timers/promises";
import type {
  BrainState,
  MemoryPage,
  MemoryPageRequest,
  MemoryReader,
  MemorySummary,
  Merge,
  Prediction,
} from "../brain/brain.ts";
import { differenceOf, type StateDifference } from "../brain/difference.ts";
import { type BrainEvent, decodeEvent } from "../brain/events.ts";
import { FormatError } from "../brain/formats.ts";
import type { LayerStats } from "../brain/layer-stats.ts";
import type { Applied } from "../brain/measures/findings.ts";
import type { MeasuredBrain } from "../brain/measures/measured-brain.ts";
import type { MeasuresReport } from "../brain/measures/report.ts";
import { shapeOf } from "../brain/shape.ts";
import { learnedSince, type NotFromBase } from "../brain/since.ts";
import type { Trace, TraceRequest } from "../brain/trace.ts";
import { type Weights, weightsIn } from "../brain/weights.ts";
import type { Matrix } from "../tensor/matrix.ts";
import type { Pace } from "../tensor/pace.ts";
import { bytesOf, SafetensorsError } from "../tensor/safetensors.ts";
import type { RowWatcher } from "../tensor/watched-matrix.ts";
import { CatchUp } from "./catch-up.ts";
import { FrozenTensors } from "./frozen-tensors.ts";
import { type BatchLimits, PredictionQueue, type Question } from "./prediction-queue.ts";
import { HostRefusal, type SnapshotHead, type StateHead } from "./protocol.ts";
import type { Scheduler } from "./scheduler.ts";
import { Snapshot } from "./snapshot.ts";
import { TaskQueue } from "./task-queue.ts";

export class HostedBrain {
  readonly #brain: MeasuredBrain;
  readonly #tasks: TaskQueue;
  /** What calls about the brain want without touching it. */
  readonly #asides: TaskQueue;
  readonly #predictions: PredictionQueue;
  readonly #catchUp: CatchUp;
  /** By the names that the gateway gave them. */
  readonly #snapshots = new Map<string, Snapshot>();
  /** Arrays that are looked through. */
  readonly #frozen = new Set<FrozenTensors>();

  constructor(measured: MeasuredBrain, scheduler: Scheduler, limits: BatchLimits) {
    this.#brain = measured;
    this.#tasks = new TaskQueue(scheduler);
    this.#asides = new TaskQueue(scheduler);
    this.#predictions = new PredictionQueue(measured.brain, limits, scheduler);
    this.#catchUp = new CatchUp(measured.brain, scheduler);
    this.#catchUp.wake();
  }

  /** @throws HostRefusal `cancelled` when it was not wanted any more */
  predict(question: Question): Promise<StateHead & { predictions: readonly Prediction[] }> {
    return new Promise((resolve, reject) => {
      this.#predictions.ask(question, (predictions) => {
        if (predictions === null) reject(new HostRefusal("cancelled", "the prediction was not wanted any more"));
        else resolve({ ...this.#head(), predictions });
      });
    });
  }

  /** As `predict`, by all that can be solved of the state, unless the brain changes before. */
  async predictAtRest(question: Question): Promise<StateHead & { predictions: readonly Prediction[] }> {
    // What an event left behind is done before the next task.
    const seq = await this.#tasks.run(async () => this.#brain.seq);
    const isWanted = (): boolean => question.isWanted?.() ?? true;
    while (isWanted() && this.#brain.seq === seq && this.#brain.brain.isUnsolved) {
      await this.#tasks.run(async () => {
        if (this.#brain.brain.isUnsolved) await this.#brain.brain.catchUp();
      });
    }
    return this.predict(question);
  }

  /** Runs work for a call about this brain that does not touch it: beside its changes, in order of arrival. */
  aside<T>(work: () => Promise<T>): Promise<T> {
    return this.#asides.run(work);
  }

  /** What it does with each input: float32 [rows, inputDim]. */
  trace(inputs: Matrix, request: TraceRequest): Promise<StateHead & { traces: readonly Trace[] }> {
    return this.#tasks.run(async () => ({ ...this.#head(), traces: await this.#brain.brain.trace(inputs, request) }));
  }

  /** What each layer is like. */
  layers(): Promise<StateHead & { layers: readonly LayerStats[] }> {
    return this.#tasks.run(async () => ({ ...this.#head(), layers: this.#brain.brain.layers() }));
  }

  /** All that is measured. */
  measures(): Promise<StateHead & { measures: MeasuresReport }> {
    return this.#tasks.run(async () => ({ ...this.#head(), measures: this.#brain.report() }));
  }

  /** @param other a brain that nobody changes meanwhile */
  async compare(other: HostedBrain): Promise<StateDifference> {
    const to = await other.#tasks.run(() => other.#brain.state());
    return this.#tasks.run(async () => differenceOf(await this.#brain.state(), to));
  }

  /**
   * Takes in what `other` knows, as event `seq`.
   * @param other a brain that nobody changes meanwhile, as nobody looks at this one
   */
  async merge(other: HostedBrain, seq: number): Promise<Merge> {
    const state = await other.#tasks.run(() => other.#brain.state());
    return this.#tasks.run((pace) => this.#takeIn(state, seq, pace));
  }

  /**
   * As `merge`, of what `other` has learned since the state that `base` is in, which nobody changes either.
   * @param hasTakenIn whether this one is known to have taken that state in
   * @returns which of the two did not come from that, where one did not; then nothing has changed
   */
  async mergeSince(
    base: HostedBrain,
    other: HostedBrain,
    hasTakenIn: boolean,
    seq: number,
  ): Promise<Merge | NotFromBase> {
    const [common, source] = [
      await base.#tasks.run(() => base.#brain.state()),
      await other.#tasks.run(() => other.#brain.state()),
    ];
    return this.#tasks.run(async (pace) => {
      const learned = await learnedSince({ own: await this.#brain.state(), source, base: common }, hasTakenIn, pace);
      return "notFromBase" in learned ? learned : this.#takeIn(learned, seq, pace);
    });
  }

  async #takeIn(state: BrainState, seq: number, pace: Pace): Promise<Merge> {
    const merge = await this.#brain.merge(state, seq, pace);
    if (this.#brain.isBusy) this.#tasks.follow(this.#evaluate);
    this.#catchUp.wake();
    return merge;
  }

  /** Has `look` read the arrays that it is made of, as they are in the present state, while the brain goes on. @throws what `look` throws */
  async weights<T>(look: (weights: readonly Weights[]) => Promise<T>): Promise<StateHead & { tensors: T }> {
    const { head, frozen, weights } = await this.#tasks.run(() => this.#freezeWeights());
    try {
      return { ...head, tensors: await look(weights) };
    } finally {
      this.#frozen.delete(frozen);
      this.#unwatch();
    }
  }

  async #freezeWeights() {
    const arrays = await this.#brain.brain.weights();
    const frozen = new FrozenTensors(arrays.tensors, this.#brain.watch(this.#keep));
    this.#frozen.add(frozen);
    const weights = weightsIn(arrays, (name) => (target, from) => {
      frozen.get(name).copyTo(bytesOf(target), from * target.BYTES_PER_ELEMENT);
    });
    return { head: this.#head(), frozen, weights };
  }

  memorySummary(): Promise<StateHead & MemorySummary> {
    return this.#tasks.run(async () => ({ ...this.#head(), ...this.#memory.summary() }));
  }

  memoryPage(request: MemoryPageRequest): Promise<StateHead & MemoryPage> {
    return this.#tasks.run(async () => ({ ...this.#head(), ...(await this.#memory.page(request)) }));
  }

  /** @throws HostRefusal `damaged` when the bytes are no event that this version reads */
  async apply(seq: number, payload: Uint8Array): Promise<Applied> {
    const event = decoded(payload);
    return this.#tasks.run(async (pace) => {
      if (seq !== this.#brain.seq + 1) throw new Error(`event ${seq} cannot follow ${this.#brain.seq}`);
      const applied = await this.#brain.apply(event, seq, pace);
      if (this.#brain.isBusy) this.#tasks.follow(this.#evaluate);
      this.#catchUp.wake();
      return applied;
    });
  }

  readonly #evaluate = async (): Promise<boolean> => {
    await this.#brain.doPiece();
    return this.#brain.isBusy;
  };

  /**
   * Takes the present state as a snapshot named `id` and hashes it, while the brain goes on.
   * @returns what it is, and its bytes up to the tensors, then the chunks' hashes
   * @throws HostRefusal `not-resident` when the brain leaves meanwhile
   */
  async beginSnapshot(id: string, chunkBytes: number): Promise<{ result: SnapshotHead; body: Uint8Array }> {
    const { snapshot, ...facts } = await this.#tasks.run(() => this.#takeSnapshot(id, chunkBytes));
    const isWanted = (): boolean => this.#snapshots.has(id);
    const hashed = await snapshot.hash(isWanted, undefined, () => this.#turn());
    if (hashed === null) throw new HostRefusal("not-resident", "the brain left while its snapshot was taken");
    const { header, byteLength } = snapshot;
    const result = { ...facts, headerBytes: header.length, byteLength, digest: hashed.digest };
    return { result, body: Buffer.concat([header, hashed.hashes]) };
  }

  async #takeSnapshot(id: string, chunkBytes: number) {
    const state = await this.#brain.state();
    const watched = this.#brain.watch(this.#keep);
    const snapshot = new Snapshot(state, watched, chunkBytes);
    this.#snapshots.set(id, snapshot);
    const { header } = state;
    return { ...this.#head(), labels: header.labels, shape: shapeOf(header), snapshot };
  }

  /** Waits for a turn among the brain's own work, so that a call in the making is not held up piece by piece. */
  async #turn(): Promise<void> {
    await nextTurn();
    await this.#tasks.run(async () => {});
  }

  readonly #keep: RowWatcher = (data, row) => {
    for (const snapshot of this.#snapshots.values()) snapshot.keep(data, row);
    for (const tensors of this.#frozen) tensors.keep(data, row);
  };

  /** @throws HostRefusal `not-resident` when the brain has left, and come back, since the snapshot was taken */
  snapshotChunk(id: string, index: number): Uint8Array {
    const snapshot = this.#snapshots.get(id);
    if (snapshot === undefined) throw new HostRefusal("not-resident", `there is no snapshot ${id}`);
    return snapshot.chunk(index);
  }

  endSnapshot(id: string): void {
    this.#snapshots.delete(id);
    this.#unwatch();
  }

  #unwatch(): void {
    if (this.#snapshots.size === 0 && this.#frozen.size === 0) this.#brain.watch(null);
  }

  /** Frees the brain, and ends its snapshots, once everything that waits is done. */
  async dispose(): Promise<void> {
    await this.#predictions.drained();
    await this.#tasks.run(async () => {
      this.#catchUp.end();
      this.#snapshots.clear();
      this.#brain.brain.dispose();
    });
  }

  /** The gateway asks brains of other kinds for something else. */
  get #memory(): MemoryReader {
    const { memory } = this.#brain.brain;
    if (memory === null) throw new Error("this kind of brain has no episodic memory");
    return memory;
  }

  #head(): StateHead {
    const { seq, brain } = this.#brain;
    return { seq, step: brain.step, mode: brain.mode };
  }
}

function decoded(payload: Uint8Array): BrainEvent {
  try {
    return decodeEvent(payload);
  } catch (error) {
    if (!(error instanceof FormatError || error instanceof SafetensorsError)) throw error;
    throw new HostRefusal("damaged", error.message);
  }
}
