// The slow backend: plain TypeScript that reads like the rules, with no library below it. The oracle of the conformance tests.

import type {
  Backend,
  BaseKernel,
  BaseShape,
  LayerKernel,
  LayerShape,
  LayerTensors,
  MemoryIndex,
  MemoryKernel,
  MemoryShape,
  SumsKernel,
  SumsShape,
  Warn,
} from "../backend.ts";
import { HnswIndex } from "../hnsw/hnsw-index.ts";
import { ReferenceBase } from "./reference-base.ts";
import { ReferenceLayer } from "./reference-layer.ts";
import { ReferenceMemory } from "./reference-memory.ts";
import { ReferenceSums } from "./reference-sums.ts";

export class ReferenceBackend implements Backend {
  readonly name = "reference";
  readonly pieceRows = 32;
  readonly #warn: Warn;

  constructor(warn: Warn = () => {}) {
    this.#warn = warn;
  }

  async createLayer(shape: LayerShape, tensors: LayerTensors): Promise<LayerKernel> {
    return new ReferenceLayer(shape, tensors);
  }

  async createMemory(capacity: number, inputDim: number, keys: Float32Array): Promise<MemoryKernel> {
    return new ReferenceMemory(capacity, inputDim, keys);
  }

  async createIndex(memory: MemoryKernel, shape: MemoryShape): Promise<MemoryIndex | null> {
    return HnswIndex.create(memory, shape, { threads: 1, warn: this.#warn });
  }

  async createBase(shape: BaseShape, projection: Float32Array): Promise<BaseKernel> {
    return new ReferenceBase(shape, projection);
  }

  async createSums(shape: SumsShape, signs: Int8Array, sums: Float64Array): Promise<SumsKernel> {
    return new ReferenceSums(shape, signs, sums);
  }
}
