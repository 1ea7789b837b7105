// Bounds how many predictions of a brain wait for labels, without counting them at every call: they are counted when the bound may be hit.
// Invariant: `#atMost` is never less than what is stored and pending, plus what is being stored.

export class PendingQuota {
  readonly #limit: number;
  readonly #count: () => Promise<number>;
  #atMost = Number.POSITIVE_INFINITY;
  /** Taken, and not yet known to be stored or given up. */
  #inFlight = 0;
  /** Taken since the count that runs began. */
  #takenSince = 0;
  #counting: Promise<void> | null = null;

  /** @param count what is stored and pending */
  constructor(limit: number, count: () => Promise<number>) {
    this.#limit = limit;
    this.#count = count;
  }

  /** Runs `store` with room for `rows` more. @returns null when there is no room; `store` does not run then */
  async take<T>(rows: number, store: () => Promise<T>): Promise<{ readonly value: T } | null> {
    if (this.#atMost + rows > this.#limit) await this.#recount();
    if (this.#atMost + rows > this.#limit) return null;
    this.#atMost += rows;
    this.#takenSince += rows;
    this.#inFlight += rows;
    try {
      return { value: await store() };
    } finally {
      this.#inFlight -= rows;
    }
  }

  #recount(): Promise<void> {
    this.#counting ??= this.#countAgain().finally(() => {
      this.#counting = null;
    });
    return this.#counting;
  }

  /** What is in flight meanwhile may be in the count or not: it is added, so that the sum errs on the safe side. */
  async #countAgain(): Promise<void> {
    const before = this.#inFlight;
    this.#takenSince = 0;
    const stored = await this.#count();
    this.#atMost = stored + before + this.#takenSince;
  }
}
