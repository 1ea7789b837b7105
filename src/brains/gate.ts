// Lets many changes of one brain pass side by side, and now and then one that needs the brain for itself (restore, delete).
// Invariant: while an exclusive passage runs, no other passage does; those that arrive meanwhile go on in order of arrival.

export class Gate {
  #inside = 0;
  #closed: Promise<void> | null = null;
  #onEmpty: (() => void) | null = null;

  /** Runs `pass` beside other shared passages; at once, and synchronously up to its first `await`, when the gate is open. */
  async shared<T>(pass: () => Promise<T>): Promise<T> {
    while (this.#closed !== null) await this.#closed;
    this.#inside++;
    try {
      return await pass();
    } finally {
      this.#inside--;
      if (this.#inside === 0) this.#onEmpty?.();
    }
  }

  /** Waits until those inside have left, then runs `pass` alone. */
  async exclusive<T>(pass: () => Promise<T>): Promise<T> {
    while (this.#closed !== null) await this.#closed;
    let open = (): void => {};
    this.#closed = new Promise((resolve) => {
      open = resolve;
    });
    try {
      if (this.#inside > 0) {
        await new Promise<void>((resolve) => {
          this.#onEmpty = resolve;
        });
      }
      return await pass();
    } finally {
      this.#onEmpty = null;
      this.#closed = null;
      open();
    }
  }
}
