// The backend on tfjs (https://www.tensorflow.org/js): TensorFlow on a GPU, or whatever backend of tfjs is chosen. Weights and keys stay on
// the device; inputs go up, answers come down. Invariant: a kernel's tensors are freed by its `dispose`, everything else within its step.

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
import { KernelModule } from "../cpu/kernels.ts";
import { CpuSums } from "../cpu/sums.ts";
import { HnswIndex } from "../hnsw/hnsw-index.ts";
import { TfjsBaseKernel } from "./base-kernel.ts";
import { Device, type Tfjs } from "./device.ts";
import { TfjsLayerKernel } from "./layer-kernel.ts";
import { TfjsMemoryKernel } from "./memory-kernel.ts";
import { BLOCK_ROWS } from "./products.ts";

export class TfjsBackend implements Backend {
  readonly name = "tensorflow";
  readonly pieceRows = BLOCK_ROWS;
  readonly #device: Device;
  /** For sums, whose whole numbers and float64 a GPU has no exact and fast arithmetic of. */
  readonly #module = new KernelModule();
  readonly #warn: Warn;

  /** @param tf tfjs with its backend chosen */
  constructor(tf: Tfjs, warn: Warn = () => {}) {
    this.#device = new Device(tf);
    this.#warn = warn;
  }

  createLayer(shape: LayerShape, tensors: LayerTensors): Promise<LayerKernel> {
    return TfjsLayerKernel.create(this.#device, shape, tensors);
  }

  createMemory(capacity: number, inputDim: number, keys: Float32Array): Promise<MemoryKernel> {
    return TfjsMemoryKernel.create(this.#device, capacity, inputDim, keys);
  }

  async createIndex(memory: MemoryKernel, shape: MemoryShape): Promise<MemoryIndex | null> {
    return HnswIndex.create(memory, shape, { threads: 1, warn: this.#warn });
  }

  createBase(shape: BaseShape, projection: Float32Array): Promise<BaseKernel> {
    return TfjsBaseKernel.create(this.#device, shape, projection);
  }

  async createSums(shape: SumsShape, signs: Int8Array, sums: Float64Array): Promise<SumsKernel> {
    return new CpuSums(shape, signs, sums, this.#module);
  }
}
