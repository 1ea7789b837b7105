// The default backend: dense products and memory search on onnxruntime, sparse steps in TypeScript.
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
    return new CpuLayerKernel(shape, tensors, {
      products: this.#products,
      selector: this.#selectorFor(shape.hiddenDim),
      firings: this.#firings,
    });
  }

  async createMemory(capacity: number, inputDim: number, keys: Float32Array): Promise<MemoryKernel> {
    return new CpuMemoryKernel(capacity, inputDim, keys, this.#products);
  }

  async createBase(shape: BaseShape, projection: Float32Array): Promise<BaseKernel> {
    const parts = { products: this.#products, selector: this.#selectorFor(shape.hiddenDim) };
    return new CpuBaseKernel(shape, projection, parts);
  }

  #selectorFor(width: number): WinnerSelector {
    if (this.#selector.width < width) this.#selector = new WinnerSelector(width);
    return this.#selector;
  }
}
