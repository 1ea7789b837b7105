// What a brain takes in a host's memory at most: its state, what the backend computes with beside it, and what it costs to be there at all.
// Invariant: no less than the `cpu` backend takes once calls of every size have been made (src/backend/cpu/); the others take no more.

import {
  type Blueprint,
  expansionOf,
  featuresOf,
  type PlasticConfig,
  stateBytes,
  type TriarchicConfig,
} from "./config.ts";

const WORD = 4;
const KIB = 1024;

/** Objects, compiled kernels' instances and their like: measured with brains of a few neurons. */
const BRAIN_BYTES = 128 * KIB;
/** Each layer, base or episodic memory has pages of its own. */
const PART_BYTES = 32 * KIB;

/** Rows that a layer computes at a time, and of these its products. */
const ROWS = 256;
const PROJECTED_ROWS = 128;
/** Of a triarchic brain's base. */
const BASE_ROWS = 32;

/** Queries that a memory is searched for at a time, fewer of a small one; what is kept of each, of a key and four numbers; products of codes. */
const FEW_KEYS = 4096;
const QUERIES = { few: 32, many: 256 } as const;
const CANDIDATES = 1024;
const WORDS_PER_CANDIDATE = 4;
const PRODUCTS = 2 ** 18;
/** Scale, error and the search's own order beside a key's codes; and what the policy keeps of it. */
const WORDS_PER_KEY = 6;

/**
 * @param classes that the brain has; a triarchic one is counted with 100 at least
 * @returns the bytes that a brain takes in memory once its episodic memory is full
 */
export function residentBytes(blueprint: Blueprint, classes = 0): number {
  const { kind, config } = blueprint;
  const work = kind === "plastic" ? plasticWork(config) : baseWork(config);
  return stateBytes(blueprint, classes) + work + BRAIN_BYTES;
}

/** @returns how many WebAssembly memories a brain has at most: a process has room for so many, whatever their size */
export const kernelMemories = ({ kind, config }: Blueprint): number => {
  if (kind === "triarchic") return 1;
  return config.layers + (config.readout === "memory" ? 1 : 2);
};

const plasticWork = (config: PlasticConfig): number =>
  config.layers * layerWork(config) + memoryWork(config) + readoutWork(config);

/** Beside a readout's sums: up to three copies while they are solved, the samples that are left out, scratch of the kernels, and the directions. */
function readoutWork(config: PlasticConfig): number {
  const { readout, inputDim, memorySize } = config;
  if (readout === "memory") return 0;
  const width = featuresOf(config);
  const triangle = (8 * width * (width + 1)) / 2;
  const left = Math.min(1024, memorySize) * ((2 + 8) * width + WORD * inputDim);
  const scratch = (2 * 120 + 12 * 64 + 16 * 16) * width;
  return 3 * triangle + left + scratch + 3 * expansionOf(config) * inputDim + PART_BYTES;
}

function layerWork({ inputDim, hiddenDim, winners }: PlasticConfig): number {
  const perNeuron = inputDim + PROJECTED_ROWS + 6;
  const perRow = 3 * inputDim + 4 * winners;
  return WORD * (hiddenDim * perNeuron + ROWS * perRow) + PART_BYTES;
}

/** The keys are there a second time, a byte a number. */
function memoryWork({ inputDim, memorySize }: PlasticConfig): number {
  const queries = memorySize <= FEW_KEYS ? QUERIES.few : QUERIES.many;
  const keys = memorySize * (inputDim + WORD * WORDS_PER_KEY);
  const candidates = WORD * queries * CANDIDATES * WORDS_PER_CANDIDATE;
  const products = WORD * Math.min(PRODUCTS, queries * memorySize);
  return keys + queries * 7 * inputDim + candidates + products + PART_BYTES;
}

const baseWork = ({ inputDim, hiddenDim }: TriarchicConfig): number =>
  WORD * (BASE_ROWS * (inputDim + hiddenDim) + 4 * hiddenDim) + PART_BYTES;
