// Dense products in WebAssembly alone (assembly/product.ts), where no native library loads. They run on the calling thread, which waits for them.
// Invariant: what they give depends neither on the batch nor on the processor, to the bit.

import type { Matrix } from "../../tensor/matrix.ts";
import type { KernelModule } from "./kernels.ts";
import type { Products } from "./products.ts";

export class WasmProducts implements Products {
  readonly #module: KernelModule;

  constructor(module: KernelModule) {
    this.#module = module;
  }

  async product(x: Matrix, weights: Matrix, y: Float32Array): Promise<void> {
    const { buffer } = weights.data;
    if (x.data.buffer !== buffer || y.buffer !== buffer) throw new Error("a product's arrays lie in one memory");
    const kernels = this.#module.kernelsOf(weights.data);
    kernels.product(x.data.byteOffset, x.rows, x.cols, weights.data.byteOffset, weights.rows, y.byteOffset);
  }
}
