// An exact search among the keys of a memory that reads a quarter of their bytes: assembly/search.ts over an int8 copy of them. Products of codes
// come from onnxruntime where it has them exactly and enough queries ask at once, else from WebAssembly; both give the same integers.
// Invariants: every write reaches the copy; a query's answer is the same, to the bit, alone and in any batch, on every processor.

import { type Matrix, rowsOf } from "../../tensor/matrix.ts";
import { WatchedMatrix } from "../../tensor/watched-matrix.ts";
import type { Neighbors } from "../backend.ts";
import {
  bytes,
  floats,
  integers,
  type KernelModule,
  type Kernels,
  type Places,
  shorts,
  signedBytes,
  writeFields,
} from "./kernels.ts";
import type { CodeProducts } from "./products.ts";

/** Queries at a time. A small memory's keys stay in the cache, so that fewer queries at a time, and room for fewer, cost no speed. */
const MOST_QUERIES = 256;
const FEW_KEYS = 4096;
const MOST_QUERIES_OF_FEW_KEYS = 32;
/** Products at a time: they stay in the second cache. */
const BLOCK_PRODUCTS = 2 ** 18;
/** For fewer queries WebAssembly is as fast as onnxruntime's call. */
const FEW_QUERIES = 8;

/** Keys that are kept for each query until it is certain which are the nearest: rarely 300 where 50 are asked for. */
const ROOM = 1024;
const ROOM_PER_NEIGHBOR = 4;
/** Queries that all keys are looked at for at a time: they are too near to too many. */
const MOST_REST = 16;

const LANES = 4;
const VECTOR_BYTES = 16;

/** Of the structure `Search` in assembly/search.ts, in its order. */
const FIELDS = [
  ...["dim", "stride", "batch", "lanes", "k", "room"],
  ...["keys", "codes", "scales", "errors"],
  ...["queries", "queryCodes", "units", "offsets", "ratios", "slacks"],
  ...["limits", "sizes", "marks", "lowers", "uppers", "exacts", "slots"],
  ...["estimates", "list", "places", "similarities", "orders", "ranks", "foundSlots", "found"],
] as const;

const upTo = (length: number, whole: number) => Math.ceil(length / whole) * whole;

/** @param most queries at a time @param room of all of them together */
const sizesOf = (capacity: number, dim: number, stride: number, most: number, room: number) => ({
  search: integers(FIELDS.length),
  keys: floats(capacity * dim),
  codes: bytes(capacity * stride),
  scales: floats(capacity),
  errors: floats(capacity),
  queries: floats(most * dim),
  queryCodes: shorts(most * stride),
  columns: signedBytes(most * stride),
  units: floats(most),
  offsets: integers(most),
  ratios: floats(most),
  slacks: floats(most),
  limits: floats(most),
  sizes: integers(most),
  marks: integers(most),
  lowers: integers(room),
  uppers: floats(room),
  exacts: floats(room),
  slots: integers(room),
  products: integers(BLOCK_PRODUCTS),
  estimates: floats(LANES),
  rest: floats(MOST_REST * dim),
  list: integers(room),
  places: integers(room),
  similarities: floats(Math.max(room, capacity)),
  orders: integers(2 * upTo(capacity, LANES)),
  ranks: integers(2 * room),
  foundSlots: integers(room),
  found: floats(room),
});

export type SearchParts = { readonly module: KernelModule; readonly codeProducts: CodeProducts | null };

export class KeySearch {
  readonly #stride: number;
  readonly #mostQueries: number;
  /** Of all queries of a block together. */
  readonly #room: number;
  readonly #kernels: Kernels;
  readonly #arrays: Places<ReturnType<typeof sizesOf>>;
  readonly #codeProducts: CodeProducts | null;
  /** float32 [capacity, dim]. Whoever writes a row calls `written`. */
  readonly keys: WatchedMatrix;

  /** @throws RangeError when so many keys do not fit one memory */
  constructor(capacity: number, dim: number, { module, codeProducts }: SearchParts) {
    this.#stride = upTo(dim, VECTOR_BYTES);
    const isSmall = capacity <= FEW_KEYS;
    this.#mostQueries = isSmall ? MOST_QUERIES_OF_FEW_KEYS : MOST_QUERIES;
    this.#room = isSmall ? LANES * ROOM_PER_NEIGHBOR * FEW_KEYS : MOST_QUERIES * ROOM;
    const { kernels, arrays } = module.layOut(sizesOf(capacity, dim, this.#stride, this.#mostQueries, this.#room));
    this.#kernels = kernels;
    this.#arrays = arrays;
    this.#codeProducts = codeProducts;
    this.keys = new WatchedMatrix(capacity, dim, arrays.keys.view);
    this.#describe(0, 0, 0);
  }

  /** Copies the key of `slot`. */
  written(slot: number): void {
    this.#kernels.codeKey(this.#arrays.search.at, slot);
  }

  /**
   * @param queries float32 [batch, dim] at unit length
   * @param n keys that are searched, from slot 0
   * @param k at most n
   * @throws RangeError for a k beyond 16,384
   */
  async nearest(queries: Matrix, n: number, k: number): Promise<Neighbors> {
    const answers = answersOf(queries.rows, k);
    for (const { from, block } of this.#blocks(queries, k)) {
      this.#kernels.codeQueries(this.#arrays.search.at);
      await this.#collect(block.rows, n);
      const givenUp: number[] = [];
      for (let row = 0; row < block.rows; row++) {
        if (this.#kernels.nearestKept(this.#arrays.search.at, row) === 0) givenUp.push(row);
        else this.#answer(answers, from + row);
      }
      for (const [row, similarities] of this.#similaritiesOf(givenUp, block, n)) {
        this.#kernels.nearestOfAll(this.#arrays.search.at, similarities, n);
        this.#answer(answers, from + row);
      }
    }
    return answers;
  }

  /** As `nearest`, each query among slots of its own. @param slots int32 [k or more] of each query */
  async nearestAmong(queries: Matrix, slots: readonly Int32Array[], k: number): Promise<Neighbors> {
    const answers = answersOf(queries.rows, k);
    const { list, search } = this.#arrays;
    for (const { from, block } of this.#blocks(queries, k)) {
      for (let row = 0; row < block.rows; row++) {
        const own = slots[from + row] ?? new Int32Array(0);
        list.view.set(own);
        this.#kernels.nearestAmong(search.at, row, own.length);
        this.#answer(answers, from + row);
      }
    }
    return answers;
  }

  /** Looks at all n keys for some rows of a block, several at a time where there is room. Gives each row and the address of its similarities. */
  *#similaritiesOf(rows: readonly number[], { cols, data }: Matrix, n: number): Generator<readonly [number, number]> {
    const { products, similarities, rest, keys } = this.#arrays;
    const size = Math.min(MOST_REST, Math.floor(products.view.length / n));
    for (let from = 0; from < rows.length; from += Math.max(1, size)) {
      const some = rows.slice(from, from + Math.max(1, size));
      for (const [i, row] of some.entries()) rest.view.set(data.subarray(row * cols, (row + 1) * cols), i * cols);
      const { at } = size < 1 ? similarities : products;
      this.#kernels.product(rest.at, some.length, cols, keys.at, n, at);
      for (const [i, row] of some.entries()) yield [row, at + Float32Array.BYTES_PER_ELEMENT * i * n];
    }
  }

  /** The queries in blocks, each laid out for the kernels; none where nothing is wanted. */
  *#blocks(queries: Matrix, k: number): Generator<{ readonly from: number; readonly block: Matrix }> {
    if (k === 0) return;
    const room = upTo(Math.max(ROOM, ROOM_PER_NEIGHBOR * k), LANES);
    const size = Math.min(this.#mostQueries, Math.floor(this.#room / room / LANES) * LANES);
    if (size === 0) throw new RangeError(`${k} neighbours are more than a search finds`);
    for (let from = 0; from < queries.rows; from += size) {
      const block = rowsOf(queries, from, Math.min(from + size, queries.rows));
      this.#describe(block.rows, k, room);
      this.#arrays.queries.view.set(block.data);
      yield { from, block };
    }
  }

  #answer({ k, slots, similarities }: Neighbors, row: number): void {
    slots.set(this.#arrays.foundSlots.view.subarray(0, k), row * k);
    similarities.set(this.#arrays.found.view.subarray(0, k), row * k);
  }

  #describe(batch: number, k: number, room: number): void {
    const numbers = { dim: this.keys.cols, stride: this.#stride, batch, lanes: upTo(batch, LANES), k, room };
    writeFields(this.#arrays.search, FIELDS, { ...this.#arrays, ...numbers });
  }

  /** Goes through all products of codes. */
  async #collect(batch: number, n: number): Promise<void> {
    const { search, products } = this.#arrays;
    const multiply = this.#multiplier(batch);
    const size = Math.floor(BLOCK_PRODUCTS / upTo(batch, LANES));
    for (let first = 0; first < n; first += size) {
      const count = Math.min(size, n - first);
      await multiply(first, count);
      this.#kernels.collect(search.at, first, count, products.at);
    }
  }

  /** What computes the products of the queries with `count` keys from `first` on. */
  #multiplier(batch: number): (first: number, count: number) => Promise<void> | void {
    const { search, codes, columns, products } = this.#arrays;
    const stride = this.#stride;
    const lanes = upTo(batch, LANES);
    const codeProducts = this.#codeProducts;
    if (codeProducts === null || batch <= FEW_QUERIES) {
      return (first, count) => this.#kernels.multiplyCodes(search.at, first, count, products.at);
    }
    this.#kernels.transposeCodes(search.at, columns.at);
    const right = { rows: stride, cols: lanes, data: columns.view.subarray(0, stride * lanes) };
    return (first, count) => {
      const left = codes.view.subarray(first * stride, (first + count) * stride);
      return codeProducts.product({ rows: count, cols: stride, data: left }, right, products.view);
    };
  }
}

const answersOf = (rows: number, k: number): Neighbors => ({
  k,
  slots: new Int32Array(rows * k),
  similarities: new Float32Array(rows * k),
});
