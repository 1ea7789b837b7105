// Who computes next inside a host. One piece of work runs at a time (backends share scratch memory). Time is shared equally between
// predictions and everything else, and within each between brains: learners, however many, starve no predictor, nor the other way round.

import { FairShare } from "./fair-share.ts";

/** What a piece of work is: a prediction, or a change of a brain or a look at it. */
export type Lane = "predictions" | "tasks";

/** Work that waits. */
export type Queue = { readonly lane: Lane; readonly isRunnable: boolean; runNext(): Promise<void> };

export class Scheduler {
  readonly #lanes: Readonly<Record<Lane, FairShare<Queue>>> = { predictions: new FairShare(), tasks: new FairShare() };
  readonly #share = new FairShare<FairShare<Queue>>();
  readonly #onBug: (error: unknown) => void;
  readonly #nowMs: () => number;
  #isRunning = false;

  /** @param onBug hears what a piece of work threw: work reports expected failures itself */
  constructor(onBug: (error: unknown) => void, nowMs: () => number = () => performance.now()) {
    this.#onBug = onBug;
    this.#nowMs = nowMs;
  }

  /** Tells that `queue` may have become runnable. */
  wake(queue: Queue): void {
    this.#add(queue);
    if (!this.#isRunning) this.#run().catch(this.#onBug);
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    try {
      for (let lane = this.#share.take(); lane !== undefined; lane = this.#share.take()) {
        const queue = lane.take();
        if (queue?.isRunnable === true) {
          const startedMs = this.#nowMs();
          await queue.runNext();
          const tookMs = this.#nowMs() - startedMs;
          lane.charge(queue, tookMs);
          this.#share.charge(lane, tookMs);
          this.#add(queue);
        }
        if (!lane.isEmpty) this.#share.add(lane);
      }
    } finally {
      this.#isRunning = false;
    }
  }

  #add(queue: Queue): void {
    if (!queue.isRunnable) return;
    const lane = this.#lanes[queue.lane];
    lane.add(queue);
    this.#share.add(lane);
  }
}
