// One brain in a host: the brain, the `seq` of its state, its mailbox, and the snapshot that is being read, if any.
// Invariant: `seq` counts the events applied, and only the mailbox touches the brain.

import type { Brain, MemoryPage, MemoryPageRequest, MemoryReader, MemorySummary, Prediction } from "../brain/brain.ts";
import { differenceOf, type StateDifference } from "../brain/difference.ts";
import { decodeEvent, type Outcome } from "../brain/events.ts";
import type { LayerStats } from "../brain/layer-stats.ts";
import { type Shape, shapeOf } from "../brain/shape.ts";
import type { Matrix } from "../tensor/matrix.ts";
import { Mailbox } from "./mailbox.ts";
import type { StateHead } from "./protocol.ts";
import type { Scheduler } from "./scheduler.ts";
import { type Snapshot, takeSnapshot } from "./snapshot.ts";

/** Predictions of one brain that wait together are computed together, up to this many rows. */
const MAX_BATCH_ROWS = 256;

export class HostedBrain {
  readonly #brain: Brain;
  readonly #scheduler: Scheduler;
  readonly #mailbox: Mailbox;
  #seq: number;
  #snapshot: Snapshot | null = null;

  constructor(brain: Brain, seq: number, scheduler: Scheduler) {
    this.#brain = brain;
    this.#seq = seq;
    this.#scheduler = scheduler;
    this.#mailbox = new Mailbox((inputs, topK, explain) => brain.predict(inputs, topK, explain), MAX_BATCH_ROWS);
  }

  predict(
    inputs: Matrix,
    wish: { readonly topK: number; readonly explain: boolean },
  ): Promise<StateHead & { predictions: readonly Prediction[] }> {
    return new Promise((resolve) => {
      this.#mailbox.predict(inputs, wish, (predictions) => resolve({ ...this.#head(), predictions }));
      this.#scheduler.wake(this.#mailbox);
    });
  }

  /** What each layer is like. */
  layers(): Promise<StateHead & { layers: readonly LayerStats[] }> {
    return this.#read(async () => ({ ...this.#head(), layers: this.#brain.layers() }));
  }

  /** @param other a brain that nobody changes meanwhile */
  async compare(other: HostedBrain): Promise<StateDifference> {
    const to = await other.#read(() => other.#brain.state());
    return this.#read(async () => differenceOf(await this.#brain.state(), to));
  }

  memorySummary(): Promise<StateHead & MemorySummary> {
    return this.#read(async () => ({ ...this.#head(), ...this.#memory.summary() }));
  }

  memoryPage(request: MemoryPageRequest): Promise<StateHead & MemoryPage> {
    return this.#read(async () => ({ ...this.#head(), ...(await this.#memory.page(request)) }));
  }

  apply(seq: number, payload: Uint8Array): Promise<Outcome> {
    return this.#change(async () => {
      if (seq !== this.#seq + 1) throw new Error(`event ${seq} cannot follow ${this.#seq}`);
      const outcome = await this.#brain.apply(decodeEvent(payload), seq);
      this.#seq = seq;
      return outcome;
    });
  }

  /** Holds the brain's changes until `endSnapshot`. */
  async beginSnapshot(
    chunkBytes: number,
  ): Promise<{ head: StateHead; labels: readonly string[]; shape: Shape; snapshot: Snapshot }> {
    const state = await this.#change(async () => {
      this.#mailbox.hold();
      return this.#brain.state();
    });
    this.#snapshot = await takeSnapshot(state, chunkBytes);
    const { header } = state;
    return { head: this.#head(), labels: header.labels, shape: shapeOf(header), snapshot: this.#snapshot };
  }

  snapshotChunk(index: number): Uint8Array {
    const chunk = this.#snapshot?.chunks[index];
    if (chunk === undefined) throw new Error(`snapshot has no chunk ${index}`);
    return chunk;
  }

  endSnapshot(): void {
    this.#snapshot = null;
    this.#mailbox.release();
    this.#scheduler.wake(this.#mailbox);
  }

  /** Frees the brain once everything that waits is done; a snapshot that is being read ends. */
  dispose(): Promise<void> {
    this.endSnapshot();
    return this.#change(async () => this.#brain.dispose());
  }

  /** The gateway asks brains of other kinds for something else. */
  get #memory(): MemoryReader {
    const { memory } = this.#brain;
    if (memory === null) throw new Error("this kind of brain has no episodic memory");
    return memory;
  }

  #head(): StateHead {
    return { seq: this.#seq, step: this.#brain.step, mode: this.#brain.mode };
  }

  /** As `#change`, for what leaves the brain as it is. */
  #read<T>(run: () => Promise<T>): Promise<T> {
    return new Promise((resolve) => {
      this.#mailbox.read(async () => resolve(await run()));
      this.#scheduler.wake(this.#mailbox);
    });
  }

  /** A rejection of `run` is a bug: it reaches the scheduler, which ends the host, and the caller never hears. */
  #change<T>(run: () => Promise<T>): Promise<T> {
    return new Promise((resolve) => {
      this.#mailbox.change(async () => resolve(await run()));
      this.#scheduler.wake(this.#mailbox);
    });
  }
}
