// Who may come in: so many calls about one brain at once, and none once it is deleted. What is refused here has done nothing.

import { EngramError } from "../errors.ts";
import { brainNotFound } from "./not-found.ts";

export class Admission {
  readonly #id: string;
  readonly #maxPending: number;
  #pending = 0;
  #isDeleted = false;
  #ending: Promise<void> | null = null;

  /** @param maxPending calls that may be under way at once */
  constructor(id: string, maxPending: number) {
    this.#id = id;
    this.#maxPending = maxPending;
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
    if (this.#pending >= this.#maxPending) {
      const detail = `${this.#pending} calls wait for brain "${this.#id}" already; try again shortly.`;
      throw new EngramError("overloaded", detail);
    }
    this.#pending++;
    try {
      return await this.beside(call);
    } finally {
      this.#pending--;
    }
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
