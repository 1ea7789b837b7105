// Who listens to which brain: a message finds its streams without a look at all the others.

export class Audience<T> {
  readonly #ofAll = new Set<T>();
  readonly #ofBrain = new Map<string, Set<T>>();

  /** @param brains null: all */
  add(listener: T, brains: Iterable<string> | null): void {
    if (brains === null) this.#ofAll.add(listener);
    for (const brain of brains ?? []) {
      const listeners = this.#ofBrain.get(brain) ?? new Set();
      this.#ofBrain.set(brain, listeners.add(listener));
    }
  }

  /** @param brains as they were added */
  remove(listener: T, brains: Iterable<string> | null): void {
    if (brains === null) this.#ofAll.delete(listener);
    for (const brain of brains ?? []) {
      const listeners = this.#ofBrain.get(brain);
      listeners?.delete(listener);
      if (listeners?.size === 0) this.#ofBrain.delete(brain);
    }
  }

  /** Calls `tell` for each that listens to `brain`; it may add and remove listeners. */
  each(brain: string, tell: (listener: T) => void): void {
    for (const listener of this.#ofAll) tell(listener);
    for (const listener of this.#ofBrain.get(brain) ?? []) tell(listener);
  }
}
