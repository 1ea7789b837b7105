// Lets calls that name different things pass side by side, and makes those that name the same thing take turns.
// Invariant: an id is held by one call at a time; a call holds all of its ids or none, so no two wait for each other.

export class Claims {
  readonly #held = new Map<string, Promise<void>>();

  /** Runs `use` once nobody else holds any of `ids`. */
  async hold<T>(ids: readonly string[], use: () => Promise<T>): Promise<T> {
    for (;;) {
      const others = new Set(ids.flatMap((id) => this.#held.get(id) ?? []));
      if (others.size === 0) break;
      await Promise.all(others);
    }
    const turn = use();
    const over = turn.then(
      () => {},
      () => {}, // a call that fails is its caller's matter; the next one runs all the same
    );
    for (const id of ids) this.#held.set(id, over);
    try {
      return await turn;
    } finally {
      for (const id of ids) this.#held.delete(id);
    }
  }
}
