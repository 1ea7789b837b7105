// The SIMD kernels (assembly/) and the memory that they work on: one WebAssembly memory for each layer, base or episodic memory,
// laid out once and never grown, so that views on it stay valid. A memory starts on a page of its own, which products like: 64-byte alignment.

import { KERNELS } from "./generated/kernels.ts";

/** What assembly/kernels.ts exports, with its arguments explained there; addresses are bytes from the start of the memory. */
export type Kernels = {
  product(x: number, rows: number, dim: number, weights: number, n: number, y: number): void;
  topK(values: number, n: number, k: number, gain: number, winners: number, activations: number, keys: number): void;
  recall(layer: number, rows: number, gate: number): void;
  learn(layer: number, rows: number, isLast: boolean, tracking: number): void;
  codeKey(search: number, slot: number): void;
  codeQueries(search: number): void;
  transposeCodes(search: number, columns: number): void;
  multiplyCodes(search: number, first: number, count: number, products: number): void;
  collect(search: number, first: number, count: number, products: number): void;
  /** @returns 0 for false */
  nearestKept(search: number, query: number): number;
  nearestAmong(search: number, query: number, count: number): void;
  nearestOfAll(search: number, similarities: number, n: number): void;
  addOuter(sums: number, block: number, width: number, vectors: number, sign: number): void;
  reduce(
    l: number,
    x: number,
    step: number,
    growth: number,
    rows: number,
    first: number,
    from: number,
    to: number,
  ): void;
  complete(l: number, top: number, end: number, least: number): void;
  backward(l: number, z: number, rows: number, n: number): void;
  encodeKeys(keys: number, rows: number, dim: number, stride: number, codes: number): void;
  seeProducts(products: number, n: number, scale: number, seen: number): void;
  joinFeatures(
    codes: number,
    rows: number,
    stride: number,
    dim: number,
    seen: number,
    seenStride: number,
    expansion: number,
    features: number,
    featuresStride: number,
  ): void;
  score(features: number, rows: number, stride: number, weights: number, n: number, scores: number): void;
  multiplySamples(samples: number, n: number, stride: number, products: number, outStride: number): void;
  signProducts(codes: number, rows: number, stride: number, signs: number, n: number, products: number): void;
};

/** Where an array lies in the memory, and a view on it. */
export type Place<View> = { readonly at: number; readonly view: View };

const VIEWS = {
  f64: Float64Array,
  f32: Float32Array,
  i32: Int32Array,
  i16: Int16Array,
  i8: Int8Array,
  u8: Uint8Array,
} as const;
type ViewOf = { readonly [Type in keyof typeof VIEWS]: InstanceType<(typeof VIEWS)[Type]> };
type Size = { readonly type: keyof ViewOf; readonly length: number };
type Sizes = { readonly [name: string]: Size };
export type Places<S extends Sizes> = { readonly [Name in keyof S]: Place<ViewOf[S[Name]["type"]]> };

export const doubles = (length: number) => ({ type: "f64", length }) as const;
export const floats = (length: number) => ({ type: "f32", length }) as const;
export const integers = (length: number) => ({ type: "i32", length }) as const;
export const shorts = (length: number) => ({ type: "i16", length }) as const;
export const signedBytes = (length: number) => ({ type: "i8", length }) as const;
export const bytes = (length: number) => ({ type: "u8", length }) as const;

// Node has WebAssembly; the library types we compile with (ES2023, no DOM) do not say so.
const { WebAssembly } = globalThis as unknown as {
  readonly WebAssembly: {
    readonly Memory: new (pages: { initial: number; maximum: number }) => { readonly buffer: ArrayBuffer };
    readonly Module: new (bytes: Uint8Array) => object;
    readonly Instance: new (module: object, imports: object) => { readonly exports: unknown };
  };
};

const PAGE_BYTES = 65_536;
const ALIGNMENT = 64;
/** The compiler may keep constants below. */
const FIRST_BYTE = 1024;

export class KernelModule {
  readonly #module = new WebAssembly.Module(Buffer.from(KERNELS, "base64"));
  readonly #kernels = new WeakMap<ArrayBufferLike, Kernels>();

  /**
   * Lays arrays out in a memory of their own, all zero. What is never touched takes no room.
   * @throws RangeError when they are over 4 GiB together
   */
  layOut<S extends Sizes>(sizes: S): { readonly kernels: Kernels; readonly arrays: Places<S> } {
    let end = FIRST_BYTE;
    const starts = Object.entries(sizes).map(([name, { type, length }]) => {
      const at = end;
      end = Math.ceil((at + length * VIEWS[type].BYTES_PER_ELEMENT) / ALIGNMENT) * ALIGNMENT;
      return { name, type, length, at };
    });
    const pages = Math.ceil(end / PAGE_BYTES);
    const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
    const arrays = starts.map(({ name, type, length, at }) => {
      return [name, { at, view: new VIEWS[type](memory.buffer, at, length) }];
    });
    const { exports } = new WebAssembly.Instance(this.#module, { env: { memory } });
    // The module exports what assembly/kernels.ts does, and the entries above have the names and types of `sizes`.
    const kernels = exports as Kernels;
    this.#kernels.set(memory.buffer, kernels);
    return { kernels, arrays: Object.fromEntries(arrays) as Places<S> };
  }

  /** The kernels that work on the memory behind `view`, which was laid out here; its address there is `view.byteOffset`. */
  kernelsOf(view: Float32Array): Kernels {
    const kernels = this.#kernels.get(view.buffer);
    if (kernels === undefined) throw new Error("the array lies in no memory of this module");
    return kernels;
  }
}

/**
 * Writes a structure that kernels take the address of: int32 [fields.length], each field a number or the address of an array.
 * @throws Error for a field without a value
 */
export function writeFields(
  structure: Place<Int32Array>,
  fields: readonly string[],
  values: Readonly<Record<string, number | { readonly at: number }>>,
): void {
  for (const [i, field] of fields.entries()) {
    const value = values[field];
    if (value === undefined) throw new Error(`the field ${field} has no value`);
    structure.view[i] = typeof value === "number" ? value : value.at;
  }
}
