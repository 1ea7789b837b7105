// What a kernel has brought down of its arrays, for `watch` to name: nobody writes such an array any more, so of all its rows none changes
// unheard of, and a snapshot may read it where it lies, long after the kernel has gone on or has gone.
// Invariant: it keeps no array alive.

export class ShownArrays {
  #arrays: readonly WeakRef<Float32Array>[] = [];

  /** From now on `watch` names these. */
  show(...arrays: readonly Float32Array[]): void {
    this.#arrays = arrays.map((array) => new WeakRef(array));
  }

  /** Those that somebody still has. */
  named(): readonly Float32Array[] {
    return this.#arrays.flatMap((array) => array.deref() ?? []);
  }
}
