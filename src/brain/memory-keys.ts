// The keys of an episodic memory, and the index beside them where the configuration wants one.
// Invariant: `search` does not know the index, so that what is learned does not depend on it; every key that is written is noted by it.

import type { Backend, MemoryIndex, MemoryKernel, MemoryShape, Neighbors } from "../backend/backend.ts";
import type { Matrix } from "../tensor/matrix.ts";
import { type Pace, unpaced } from "../tensor/pace.ts";
import type { RowWatcher } from "../tensor/watched-matrix.ts";
import type { MemoryIndexName, MemoryIndexState } from "./config.ts";

export class MemoryKeys {
  /** Numbers of a key. */
  readonly cols: number;
  readonly #kernel: MemoryKernel;
  readonly #newIndex: () => Promise<MemoryIndex | null>;
  #name: MemoryIndexName = "exact";
  #index: MemoryIndex | null = null;

  private constructor(cols: number, kernel: MemoryKernel, newIndex: () => Promise<MemoryIndex | null>) {
    this.cols = cols;
    this.#kernel = kernel;
    this.#newIndex = newIndex;
  }

  /** @param keys float32 [stored, inputDim] to begin with; taken over */
  static async create(
    backend: Backend,
    shape: MemoryShape,
    keys: Float32Array,
    index: MemoryIndexName,
    pace: Pace = unpaced,
  ) {
    const stored = keys.length / shape.inputDim;
    const kernel = await backend.createMemory(shape.capacity, shape.inputDim, keys, pace);
    const made = new MemoryKeys(shape.inputDim, kernel, () => backend.createIndex(kernel, shape));
    await made.choose(index, stored);
    return made;
  }

  /** Begins an index, or lets it go; where it cannot be had the memory goes on without. */
  async choose(name: MemoryIndexName, stored: number): Promise<void> {
    if (name === this.#name) return;
    this.#name = name;
    this.#index = name === "exact" ? null : await this.#newIndex();
    this.#index?.touch(Array.from({ length: stored }, (_, slot) => slot));
  }

  indexState(stored: number): MemoryIndexState {
    if (this.#index === null) return { state: this.#name === "exact" ? "exact" : "unavailable", indexed: 0 };
    const { indexed, isReady } = this.#index.progress(stored);
    return { state: isReady ? "ready" : "building", indexed };
  }

  isBehind(stored: number): boolean {
    return this.#index?.isBehind(stored) ?? false;
  }

  async catchUp(stored: number): Promise<void> {
    await this.#index?.catchUp(stored);
  }

  /** As `MemoryKernel.search`. */
  search(queries: Matrix, stored: number, k: number): Promise<Neighbors> {
    return this.#kernel.search(queries, stored, k);
  }

  /** As `MemoryIndex.search` where there is an index. */
  searchByIndex(queries: Matrix, stored: number, k: number): Promise<Neighbors> {
    return (this.#index ?? this.#kernel).search(queries, stored, k);
  }

  async write(slots: Int32Array, keys: Matrix): Promise<void> {
    await this.#kernel.write(slots, keys);
    this.#index?.touch(slots);
  }

  async move(from: Int32Array, to: Int32Array): Promise<void> {
    await this.#kernel.move(from, to);
    this.#index?.touch(to);
  }

  /** As `MemoryKernel.keysOf`. */
  of(slots: Int32Array, room?: Float32Array): Promise<Matrix> {
    return this.#kernel.keysOf(slots, room);
  }

  /** As `MemoryKernel.keys`. */
  all(stored: number): Promise<Matrix> {
    return this.#kernel.keys(stored);
  }

  watch(watcher: RowWatcher | null): readonly Float32Array[] {
    return this.#kernel.watch(watcher);
  }

  dispose(): void {
    this.#index = null;
    this.#kernel.dispose();
  }
}
