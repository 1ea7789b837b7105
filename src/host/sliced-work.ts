// Long work, such as a load, in slices of two or three milliseconds, each a turn among the work of all brains in the host: calls go on in between, and
// wait for one slice at most. Invariant: while a slice runs nothing else does, and between two slices whatever has arrived comes first.

import type { Pace } from "../tensor/pace.ts";
import { HostRefusal } from "./protocol.ts";
import type { Queue, Scheduler } from "./scheduler.ts";

const SLICE_MS = 2.5;

/** Runs one slice, and knows what it is. */
type During = (slice: () => Promise<void>) => Promise<void>;

export class SlicedWork implements Queue {
  readonly lane = "tasks";
  readonly #scheduler: Scheduler;
  readonly #during: During;
  #resume: (() => void) | null = null;
  #endSlice: () => void = () => {};
  #sliceEndMs = 0;

  constructor(scheduler: Scheduler, during: During) {
    this.#scheduler = scheduler;
    this.#during = during;
  }

  get isRunnable(): boolean {
    return this.#resume !== null;
  }

  /** Runs `work`, which asks `pace` between its pieces. What fails unexpectedly ends the host, within its slice. */
  async run<T>(work: (pace: Pace) => Promise<T>): Promise<T> {
    await this.#turn();
    try {
      const result = await work(() => (performance.now() < this.#sliceEndMs ? undefined : this.#turn()));
      this.#endSlice();
      return result;
    } catch (error) {
      if (error instanceof HostRefusal) this.#endSlice();
      throw error;
    }
  }

  runNext(): Promise<void> {
    const resume = this.#resume;
    this.#resume = null;
    return this.#during(
      () =>
        new Promise((resolve) => {
          this.#endSlice = resolve;
          this.#sliceEndMs = performance.now() + SLICE_MS;
          resume?.();
        }),
    );
  }

  /** Ends the slice. @returns when the next one begins */
  #turn(): Promise<void> {
    this.#endSlice();
    return new Promise((resolve) => {
      setImmediate(() => {
        this.#resume = resolve;
        this.#scheduler.wake(this);
      });
    });
  }
}
