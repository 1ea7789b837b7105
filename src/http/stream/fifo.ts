// A queue whose ends cost the same however long it is: an array that forgets its beginning in large steps.

/** So many slots at the beginning may be empty before they are cut off. */
const SLACK = 64;

export class Fifo<T> {
  #items: (T | undefined)[] = [];
  #head = 0;

  get length(): number {
    return this.#items.length - this.#head;
  }

  /** @returns the oldest, which stays; undefined when there is none */
  peek(): T | undefined {
    return this.#items[this.#head];
  }

  /** @returns the item `index` places behind the oldest */
  at(index: number): T | undefined {
    return this.#items[this.#head + index];
  }

  push(item: T): void {
    this.#items.push(item);
  }

  /** @returns the oldest, which goes; undefined when there is none */
  shift(): T | undefined {
    const item = this.#items[this.#head];
    if (this.#head === this.#items.length) return undefined;
    this.#items[this.#head++] = undefined; // nobody holds it any more
    if (this.#head > SLACK && 2 * this.#head > this.#items.length) {
      this.#items = this.#items.slice(this.#head);
      this.#head = 0;
    }
    return item;
  }

  /** Removes all that `keep` does not want. @returns what was removed, the oldest first */
  retain(keep: (item: T) => boolean): readonly T[] {
    const removed: T[] = [];
    // Between head and end there are items alone.
    const items = this.#items.slice(this.#head) as T[];
    this.#items = items.filter((item) => keep(item) || !removed.push(item));
    this.#head = 0;
    return removed;
  }
}
