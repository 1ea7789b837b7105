// The slow backend: plain TypeScript that reads like the rules, with no library below it. The oracle of the conformance tests.

import type {
  Backend,
  BaseKernel,
  BaseShape,
  LayerKernel,
  LayerShape,
  LayerTensors,
  MemoryKernel,
} from "../backend.ts";
import { ReferenceBase } from "./reference-base.ts";
import { ReferenceLayer } from "./reference-layer.ts";
import { ReferenceMemory } from "./reference-memory.ts";

export class ReferenceBackend implements Backend {
  readonly name = "reference";

  async createLayer(shape: LayerShape, tensors: LayerTensors): Promise<LayerKernel> {
    return new ReferenceLayer(shape, tensors);
  }

  async createMemory(capacity: number, inputDim: number, keys: Float32Array): Promise<MemoryKernel> {
    return new ReferenceMemory(capacity, inputDim, keys);
  }

  async createBase(shape: BaseShape, projection: Float32Array): Promise<BaseKernel> {
    return new ReferenceBase(shape, projection);
  }
}
