// The default backend: dense products on onnxruntime, all else in SIMD WebAssembly. As `wasm` it does all in WebAssembly.
// Invariant: its kernels share sessions and scratch, so one step runs at a time; whoever owns the backend runs one brain operation at once.

import { paced, unpaced } from "../../tensor/pace.ts";
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
import { CpuBaseKernel } from "./base-kernel.ts";
import { KernelModule } from "./kernels.ts";
import { CpuLayerKernel } from "./layer-kernel.ts";
import { CpuMemoryKernel } from "./memory-kernel.ts";
import type { CodeProducts, Products } from "./products.ts";
import { CpuSums } from "./sums.ts";
import { WasmProducts } from "./wasm-products.ts";

type CpuParts = {
  readonly products: Products;
  readonly codeProducts: CodeProducts | null;
  readonly module: KernelModule;
  readonly threads: number;
  readonly warn: Warn;
};

type CpuOptions = { readonly threads: number; readonly warn?: Warn };

const ignore: Warn = () => {};

export class CpuBackend implements Backend {
  readonly name: "cpu" | "wasm";
  /** A search of half as many takes nearly as long. */
  readonly pieceRows = 32;
  readonly #products: Products;
  readonly #codeProducts: CodeProducts | null;
  readonly #module: KernelModule;
  /** Of a search by an index. */
  readonly #threads: number;
  readonly #warn: Warn;

  private constructor(name: "cpu" | "wasm", parts: CpuParts) {
    this.name = name;
    this.#products = parts.products;
    this.#codeProducts = parts.codeProducts;
    this.#module = parts.module;
    this.#threads = parts.threads;
    this.#warn = parts.warn;
  }

  /**
   * @throws when onnxruntime cannot be loaded or started here
   */
  static async create({ threads, warn = ignore }: CpuOptions): Promise<CpuBackend> {
    // By itself first: where a module fails inside another that is imported, Node 20 raises its error once more, unhandled.
    await import("onnxruntime-node");
    const { OnnxProducts } = await import("./onnx-products.ts");
    const { OnnxCodeProducts } = await import("./onnx-code-products.ts");
    const products = await OnnxProducts.create(threads);
    const codeProducts = await OnnxCodeProducts.create(threads);
    return new CpuBackend("cpu", { products, codeProducts, module: new KernelModule(), threads, warn });
  }

  /** Without any native library: dense products in WebAssembly, too. */
  static inWebAssembly(warn = ignore): CpuBackend {
    const module = new KernelModule();
    const products = new WasmProducts(module);
    return new CpuBackend("wasm", { products, codeProducts: null, module, threads: 1, warn });
  }

  async createLayer(shape: LayerShape, tensors: LayerTensors, pace = unpaced): Promise<LayerKernel> {
    const kernel = new CpuLayerKernel(shape, tensors.steps, { products: this.#products, module: this.#module });
    await paced(kernel.begin(tensors), pace);
    return kernel;
  }

  async createMemory(capacity: number, inputDim: number, keys: Float32Array, pace = unpaced): Promise<MemoryKernel> {
    const kernel = new CpuMemoryKernel(capacity, inputDim, { module: this.#module, codeProducts: this.#codeProducts });
    await paced(kernel.begin(keys), pace);
    return kernel;
  }

  async createIndex(memory: MemoryKernel, shape: MemoryShape): Promise<MemoryIndex | null> {
    return HnswIndex.create(memory, shape, { threads: this.#threads, warn: this.#warn });
  }

  async createBase(shape: BaseShape, projection: Float32Array, pace = unpaced): Promise<BaseKernel> {
    const kernel = new CpuBaseKernel(shape, { products: this.#products, module: this.#module });
    await paced(kernel.begin(projection), pace);
    return kernel;
  }

  async createSums(shape: SumsShape, signs: Int8Array, sums: Float64Array): Promise<SumsKernel> {
    return new CpuSums(shape, signs, sums, this.#module);
  }
}
