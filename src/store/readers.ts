// Who reads what is kept of a brain: readers pass side by side, and what they have begun to read is not deleted under their hands.
// Invariant: while a deletion runs, nobody reads. Readers come first: a deletion waits until there is none, and holds up newcomers only
// while it runs, so that it should be short.

/** `users` counts all who are here or wait. */
type Desk = { users: number; readers: number; deleting: Promise<unknown> | null; onUnread: (() => void)[] };

export class Readers {
  readonly #desks = new Map<string, Desk>();

  /** Runs `read` with nothing of `key` deleted meanwhile. It may hold the same key within. */
  async hold<T>(key: string, read: () => Promise<T>): Promise<T> {
    const leave = await this.enter(key);
    try {
      return await read();
    } finally {
      leave();
    }
  }

  /** @returns the function to call once, when the reading is over */
  async enter(key: string): Promise<() => void> {
    const desk = this.#come(key);
    while (desk.deleting !== null) await desk.deleting;
    desk.readers++;
    return () => {
      desk.readers--;
      if (desk.readers === 0) for (const wake of desk.onUnread.splice(0)) wake();
      this.#go(key, desk);
    };
  }

  /** Waits until nobody reads `key`; somebody may again right after. */
  async left(key: string): Promise<void> {
    const desk = this.#come(key);
    while (desk.readers > 0) await new Promise<void>((resolve) => desk.onUnread.push(resolve));
    this.#go(key, desk);
  }

  /** Runs `remove` if nobody reads `key` now, one such at a time. @returns null when somebody does */
  async ifUnread<T>(key: string, remove: () => Promise<T>): Promise<T | null> {
    const desk = this.#come(key);
    try {
      while (desk.deleting !== null) await desk.deleting;
      if (desk.readers > 0) return null;
      const removing = remove();
      desk.deleting = removing.catch(() => {}); // its failure is the caller's
      return await removing.finally(() => {
        desk.deleting = null;
      });
    } finally {
      this.#go(key, desk);
    }
  }

  #come(key: string): Desk {
    const desk = this.#desks.get(key) ?? { users: 0, readers: 0, deleting: null, onUnread: [] };
    desk.users++;
    this.#desks.set(key, desk);
    return desk;
  }

  #go(key: string, desk: Desk): void {
    desk.users--;
    if (desk.users === 0) this.#desks.delete(key);
  }
}
