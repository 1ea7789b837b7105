// The tfjs library and the one of its backends that computes: TensorFlow in production, tfjs's own `cpu` and `wasm` in tests.
// Invariant: a step leaves no tensor behind but what it returns, and what it returns has an owner that disposes of it.

import type { Tensor, TensorContainer } from "@tensorflow/tfjs-core";

export type Tfjs = typeof import("@tensorflow/tfjs-core");

export class Device {
  readonly #tf: Tfjs;
  readonly #backend: string;

  /** @param tf with its backend chosen: the device stays with that one */
  constructor(tf: Tfjs) {
    this.#tf = tf;
    this.#backend = tf.getBackend();
  }

  /** Queues what `step` computes, and frees what it does not return. */
  async run<Result extends TensorContainer>(step: (tf: Tfjs) => Result): Promise<Result> {
    const tf = this.#tf;
    if (tf.getBackend() !== this.#backend) await tf.setBackend(this.#backend);
    return tf.tidy(() => step(tf));
  }
}

/** Brings the numbers of a float32 tensor down and frees it. */
export const takeFloats = (tensor: Tensor): Promise<Float32Array> => taken(tensor, tensor.data<"float32">());

/** Brings the numbers of an int32 tensor down and frees it. */
export const takeIntegers = (tensor: Tensor): Promise<Int32Array> => taken(tensor, tensor.data<"int32">());

/** A copy, as tfjs's `cpu` backend hands out the tensor's own memory. */
async function taken<Numbers extends Float32Array | Int32Array>(
  tensor: Tensor,
  numbers: Promise<Numbers>,
): Promise<Numbers> {
  try {
    // `slice` of a typed array gives its own type, which the union hides.
    return (await numbers).slice() as Numbers;
  } finally {
    tensor.dispose();
  }
}
