// How fast the memory's index finds neighbours, next to the exact search, and how many of the right ones: on keys in clusters, as features
// of real things lie, and on uniformly random ones, where nothing leads anywhere. Invariant: prints ratios, asserts nothing.

import type { MemoryIndex, MemoryKernel } from "../src/backend/backend.ts";
import { selectBackend } from "../src/backend/select.ts";
import { PLASTIC_DEFAULTS } from "../src/brain/config.ts";
import { Random } from "../src/brain/random.ts";
import { type Matrix, rowsOf, zeros } from "../src/tensor/matrix.ts";
import { toUnitLength } from "../src/tensor/vector.ts";
import { recall } from "../test/support/recall.ts";
import type { BenchOptions } from "./brain.ts";
import { median, megabytes, round } from "./measures.ts";

const BATCHES = [1, 32, 256] as const;
const KEYS_PER_CLUSTER = 500;

/** Prints one table a kind of keys: batch, medians, ratio, share of the nearest that the index finds. */
export async function benchIndex(options: BenchOptions): Promise<void> {
  const { inputDim, neighbors } = PLASTIC_DEFAULTS;
  // Uniformly random keys take four times as long to index, and five times as many show nothing that these do not.
  const [inClusters, uniform] = options.isQuick ? [20_000, 5_000] : [500_000, 100_000];
  for (const [name, stored, noise] of [
    ["in clusters of 500, each key as far from its centre as the centre from 0", inClusters, 1],
    ["uniformly random", uniform, Number.POSITIVE_INFINITY],
  ] as const) {
    const centres = Random.seeded(1).directions(Math.ceil(stored / KEYS_PER_CLUSTER), inputDim);
    const random = Random.seeded(2);
    const keys = around(centres, noise, random, stored, inputDim);
    const queries = around(centres, noise, random, 256, inputDim);
    const backend = await selectBackend("cpu", { ...options, warn: console.log });
    const memory = await backend.createMemory(stored, inputDim, keys.data);
    const before = process.memoryUsage().rss;
    const index = await backend.createIndex(memory, { capacity: stored, inputDim });
    if (index === null) return;
    const buildMs = await build(index, stored);
    const grewMb = megabytes(process.memoryUsage().rss - before);
    console.log(`index: ${stored} keys of ${inputDim} numbers, ${name}; ${neighbors} neighbours`);
    console.log(`built in ${round(buildMs / 1000)} s (${round(buildMs / stored)} ms a key), ${grewMb} MiB`);
    const exact = await memory.search(queries, stored, neighbors);
    const rounds = options.isQuick ? 5 : 9;
    const table = [];
    for (const batch of BATCHES) {
      const { exactMs, indexMs, found } = await compare({ memory, index, stored }, queries, batch, rounds);
      table.push({
        batch,
        "exact ms a query": round(exactMs / batch),
        "index ms a query": round(indexMs / batch),
        "times as fast": round(exactMs / indexMs),
        "recall@50": round(recall(found, exact)),
      });
    }
    console.table(table);
    memory.dispose();
  }
}

/** Unit rows, each at a centre plus a random direction of length `noise`; infinite: the direction alone. */
function around(centres: Float32Array, noise: number, random: Random, rows: number, cols: number): Matrix {
  const keys = zeros(rows, cols);
  for (let row = 0; row < rows; row++) {
    const key = random.directions(1, cols);
    const centre = random.below(centres.length / cols) * cols;
    for (let i = 0; i < cols; i++) key[i] = (key[i] ?? 0) + (centres[centre + i] ?? 0) / noise;
    toUnitLength(keys.data, row * cols, key, 0, cols);
  }
  return keys;
}

async function build(index: MemoryIndex, stored: number): Promise<number> {
  const start = performance.now();
  index.touch(Array.from({ length: stored }, (_, slot) => slot));
  while (index.isBehind(stored)) await index.catchUp(stored);
  return performance.now() - start;
}

type Searched = { readonly memory: MemoryKernel; readonly index: MemoryIndex; readonly stored: number };

/** Medians of both searches, taken in turns so that both meet the same machine. */
async function compare(parts: Searched, queries: Matrix, batch: number, rounds: number) {
  const { memory, index, stored } = parts;
  const { neighbors } = PLASTIC_DEFAULTS;
  const times: { readonly exact: number[]; readonly index: number[] } = { exact: [], index: [] };
  const found = await index.search(rowsOf(queries, 0, batch), stored, neighbors);
  for (let round = 0; round < rounds; round++) {
    // Other queries each time: what one has looked at is in the processor's cache.
    const from = (round * batch) % queries.rows;
    const own = rowsOf(queries, from, from + batch);
    const start = performance.now();
    await memory.search(own, stored, neighbors);
    const between = performance.now();
    await index.search(own, stored, neighbors);
    times.exact.push(between - start);
    times.index.push(performance.now() - between);
  }
  return { exactMs: median(times.exact), indexMs: median(times.index), found };
}
