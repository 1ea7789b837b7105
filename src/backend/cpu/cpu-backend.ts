// The default backend: dense products on onnxruntime, all else in SIMD WebAssembly. As `wasm` it does all in WebAssembly.
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
import type { CodeProducts, Products } from "./products.ts";
import { WasmProducts } from "./wasm-products.ts";

export class CpuBackend implements Backend {
  readonly name: "cpu" | "wasm";
  readonly #products: Products;
  readonly #codeProducts: CodeProducts | null;
  readonly #module: KernelModule;

  private constructor(name: "cpu" | "wasm", products: Products, codes: CodeProducts | null, module: KernelModule) {
    this.name = name;
    this.#products = products;
    this.#codeProducts = codes;
    this.#module = module;
  }

  /**
   * @param options `threads`: for dense products, within one step
   * @throws when onnxruntime cannot be loaded or started here
   */
  static async create(options: { readonly threads: number }): Promise<CpuBackend> {
    // By itself first: where a module fails inside another that is imported, Node 20 raises its error once more, unhandled.
    await import("onnxruntime-node");
    const { OnnxProducts } = await import("./onnx-products.ts");
    const { OnnxCodeProducts } = await import("./onnx-code-products.ts");
    const products = await OnnxProducts.create(options.threads);
    return new CpuBackend("cpu", products, await OnnxCodeProducts.create(options.threads), new KernelModule());
  }

  /** Without any native library: dense products in WebAssembly, too. */
  static inWebAssembly(): CpuBackend {
    const module = new KernelModule();
    return new CpuBackend("wasm", new WasmProducts(module), null, module);
  }

  async createLayer(shape: LayerShape, tensors: LayerTensors): Promise<LayerKernel> {
    return new CpuLayerKernel(shape, tensors, { products: this.#products, module: this.#module });
  }

  async createMemory(capacity: number, inputDim: number, keys: Float32Array): Promise<MemoryKernel> {
    return new CpuMemoryKernel(capacity, inputDim, keys, { module: this.#module, codeProducts: this.#codeProducts });
  }

  async createBase(shape: BaseShape, projection: Float32Array): Promise<BaseKernel> {
    return new CpuBaseKernel(shape, projection, { products: this.#products, module: this.#module });
  }
}
