// The default backend: dense products and memory search on onnxruntime, sparse steps in SIMD WebAssembly.
// Invariant: its kernels share sessions and scratch, so one step runs at a time; whoever owns the backend runs one brain operation at once.

import type {
  Backend,
  BaseKernel,
  BaseShape,
  LayerKernel,
  LayerShape,
  LayerTensors,
  MemoryKernel,
} from "../backend.ts";
import { CpuBaseKernel } from "./base-kernel.ts";
import { KernelModule } from "./kernels.ts";
import { CpuLayerKernel } from "./layer-kernel.ts";
import { CpuMemoryKernel } from "./memory-kernel.ts";
import { OnnxProducts } from "./onnx-products.ts";
import type { Products } from "./products.ts";

export class CpuBackend implements Backend {
  readonly name = "cpu";
  readonly #products: Products;
  readonly #module = new KernelModule();

  private constructor(products: Products) {
    this.#products = products;
  }

  /** @param options `threads`: for dense products, within one step */
  static async create(options: { readonly threads: number }): Promise<CpuBackend> {
    return new CpuBackend(await OnnxProducts.create(options.threads));
  }

  async createLayer(shape: LayerShape, tensors: LayerTensors): Promise<LayerKernel> {
    return new CpuLayerKernel(shape, tensors, { products: this.#products, module: this.#module });
  }

  async createMemory(capacity: number, inputDim: number, keys: Float32Array): Promise<MemoryKernel> {
    return CpuMemoryKernel.create(capacity, inputDim, keys, { products: this.#products, module: this.#module });
  }

  async createBase(shape: BaseShape, projection: Float32Array): Promise<BaseKernel> {
    return new CpuBaseKernel(shape, projection, { products: this.#products, module: this.#module });
  }
}
