// Who goes next among those that share something, by start-time fair queueing (Goyal, Vin and Cheng, 1996): whoever has had least of it since
// all of them wanted it. Invariants: two that always wait get equal amounts, whatever a turn of theirs costs; one that comes back after a
// while is not owed what it did not ask for; equals take turns in order of arrival.

export class FairShare<T extends object> {
  /** What a taker's next turn begins at, in units of cost. */
  readonly #starts = new WeakMap<T, number>();
  readonly #waiting = new Set<T>();
  /** Where the turn began that was given last. */
  #now = 0;

  get isEmpty(): boolean {
    return this.#waiting.size === 0;
  }

  /** Has `taker` wait for a turn; once, however often it is added. */
  add(taker: T): void {
    if (this.#waiting.has(taker)) return;
    this.#starts.set(taker, Math.max(this.#startOf(taker), this.#now));
    this.#waiting.add(taker);
  }

  /** @returns whose turn it is, who waits no longer; undefined when nobody waits */
  take(): T | undefined {
    let next: T | undefined;
    for (const taker of this.#waiting) {
      if (next === undefined || this.#startOf(taker) < this.#startOf(next)) next = taker;
    }
    if (next === undefined) return undefined;
    this.#waiting.delete(next);
    this.#now = this.#startOf(next);
    return next;
  }

  /** Counts what a turn of `taker` has cost. Call it before `taker` is added again. */
  charge(taker: T, cost: number): void {
    this.#starts.set(taker, this.#startOf(taker) + cost);
  }

  #startOf(taker: T): number {
    return this.#starts.get(taker) ?? 0;
  }
}
