// Who may come in: so many calls about one brain at once, and none once it is deleted. What is refused here has done nothing.

import { overloaded } from "../errors.ts";
import { Pace } from "../metrics/pace.ts";
import { brainNotFound } from "./not-found.ts";

export class Admission {
  readonly #id: string;
  readonly #maxPending: number;
  readonly #pace = new Pace();
  #isDeleted = false;
  #ending: Promise<void> | null = null;

  /** @param maxPending calls that may be under way at once */
  constructor(id: string, maxPending: number) {
    this.#id = id;
    this.#maxPending = maxPending;
  }

  /** Calls that are under way now. */
  get underWay(): number {
    return this.#pace.underWay;
  }

  get isDeleted(): boolean {
    return this.#isDeleted;
  }

  /** Runs `remove`; once it is done nobody is let in any more: the brain is gone. */
  async end(remove: () => Promise<void>): Promise<void> {
    this.#ending = remove().then(() => {
      this.#isDeleted = true;
    });
    await this.#ending;
  }

  /** @throws EngramError `brain-not-found` once the brain is deleted */
  refuseDeleted(): void {
    if (this.#isDeleted) throw brainNotFound(this.#id);
  }

  /**
   * Runs `call` as one of those that are under way.
   * @throws EngramError `overloaded`; `brain-not-found`, also for what failed because the brain was deleted meanwhile
   */
  async run<T>(call: () => Promise<T>): Promise<T> {
    this.refuseDeleted();
    if (this.#pace.underWay >= this.#maxPending) throw this.#full();
    this.#pace.begin(performance.now());
    try {
      return await this.beside(call);
    } finally {
      this.#pace.end(performance.now());
    }
  }

  #full(): Error {
    const what = `${this.#maxPending} calls of brain "${this.#id}" are under way, as many as may be (ENGRAM_MAX_PENDING)`;
    return overloaded(what, this.#pace.retryAfterS(performance.now()));
  }

  /**
   * Runs `work`, which is none of the calls that are counted.
   * @throws EngramError `brain-not-found`, also for what failed because the brain was deleted meanwhile
   */
  async beside<T>(work: () => Promise<T>): Promise<T> {
    this.refuseDeleted();
    try {
      return await work();
    } catch (error) {
      await this.#ending?.catch(() => {}); // its rows may be gone before the deletion is over
      this.refuseDeleted();
      throw error;
    }
  }
}
