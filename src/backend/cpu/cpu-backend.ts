// The default backend: dense products and memory search on onnxruntime, sparse steps in TypeScript.
// Invariant: its kernels share sessions and scratch, so one step runs at a time; whoever owns the backend runs one brain operation at once.

import type { Backend, LayerKernel, LayerShape, LayerTensors, MemoryKernel } from "../backend.ts";
import { Firings } from "./firings.ts";
import { CpuLayerKernel } from "./layer-kernel.ts";
import { CpuMemoryKernel } from "./memory-kernel.ts";
import { Products } from "./products.ts";
import { WinnerSelector } from "./winners.ts";

export class CpuBackend implements Backend {
  readonly name = "cpu";
  readonly #products: Products;
  readonly #firings = new Firings();
  #selector = new WinnerSelector(0);

  private constructor(products: Products) {
    this.#products = products;
  }

  /** @param options `threads`: for dense products, within one step */
  static async create(options: { readonly threads: number }): Promise<CpuBackend> {
    return new CpuBackend(await Products.create(options.threads));
  }

  async createLayer(shape: LayerShape, tensors: LayerTensors): Promise<LayerKernel> {
    if (this.#selector.width < shape.hiddenDim) this.#selector = new WinnerSelector(shape.hiddenDim);
    return new CpuLayerKernel(shape, tensors, {
      products: this.#products,
      selector: this.#selector,
      firings: this.#firings,
    });
  }

  async createMemory(capacity: number, inputDim: number, keys: Float32Array): Promise<MemoryKernel> {
    return new CpuMemoryKernel(capacity, inputDim, keys, this.#products);
  }
}
