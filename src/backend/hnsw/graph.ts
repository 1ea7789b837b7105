// A hierarchical navigable small world graph (Malkov and Yashunin 2018) of keys under labels, from the library usearch. It only grows:
// in the library a key that gives its place to another leaves traces that slow it down and hide others.
// Invariant: the same keys, added in the same order, make the same graph; a query finds the same labels in it alone and in any batch.

import { createRequire } from "node:module";
import type { Index } from "usearch";
import type { Matrix } from "../../tensor/matrix.ts";

/** Neighbours of a key in the graph's upper layers; twice as many in the lowest. */
const CONNECTIVITY = 24;

/** How many keys are looked at closely when a new one looks for its neighbours. */
const EXPANSION = 128;

type Library = typeof import("usearch");

export class Graph {
  readonly #index: Index;
  readonly #threads: number;
  #size = 0;

  private constructor(index: Index, threads: number) {
    this.#index = index;
    this.#threads = threads;
  }

  /** @param threads that share a search for many queries @throws when the library does not load here */
  static load(dimensions: number, threads: number): () => Graph {
    // As an ES module it looks for its binary by its call stack, and where somebody has changed how these look, it finds none.
    const { Index, MetricKind, ScalarKind }: Library = createRequire(import.meta.url)("usearch");
    // Inner products of unit keys, each number rounded to int8: near enough to find candidates, and a quarter of the bytes.
    const [metric, quantization] = [MetricKind.IP, ScalarKind.I8];
    return () => new Graph(new Index(dimensions, metric, quantization, CONNECTIVITY, EXPANSION, 1), threads);
  }

  /** Keys in the graph; the next one gets this number as its label. */
  get size(): number {
    return this.#size;
  }

  /** @param key float32 [dimensions] at unit length */
  add(key: Float32Array): void {
    // One key is added by one thread; the number of threads is how many searches the library makes room for.
    this.#index.add(BigUint64Array.of(BigInt(this.#size)), key, this.#threads);
    this.#size++;
  }

  /** @returns for each query up to `wanted` labels of keys that are among the most similar, or nearly so; in no order */
  search(queries: Matrix, wanted: number): Uint32Array[] {
    if (queries.rows === 1) return [lowWords(this.#index.search(queries.data, wanted, 1).keys)];
    const rows = Array.from({ length: queries.rows }, (_, row) =>
      queries.data.subarray(row * queries.cols, (row + 1) * queries.cols),
    );
    const found = this.#index.search(rows, wanted, this.#threads);
    return rows.map((_, row) => lowWords(found.get(row).keys));
  }
}

/** Labels are counted from 0: far below 2³². */
const lowWords = (labels: BigUint64Array): Uint32Array =>
  new Uint32Array(labels.buffer, labels.byteOffset, 2 * labels.length).filter((_, i) => i % 2 === 0);
