// A float32 matrix that lives on the device and is changed there, by whole rows or as a whole.
// Invariant: it owns exactly one tensor at any time, until `dispose`.

import type { Tensor2D } from "@tensorflow/tfjs-core";
import type { Device, Tfjs } from "./device.ts";

export class DeviceMatrix {
  readonly rows: number;
  readonly cols: number;
  readonly #device: Device;
  #tensor: Tensor2D;

  private constructor(device: Device, tensor: Tensor2D) {
    [this.rows, this.cols] = tensor.shape;
    this.#device = device;
    this.#tensor = tensor;
  }

  /** @param data float32 [rows, cols]; taken over */
  static async of(device: Device, rows: number, cols: number, data: Float32Array): Promise<DeviceMatrix> {
    return new DeviceMatrix(device, await device.run((tf) => tf.tensor2d(data, [rows, cols])));
  }

  /** Float32 [rows, cols], to be read in a step; it goes with the next change. */
  get tensor(): Tensor2D {
    return this.#tensor;
  }

  /** Puts what `step` makes of the matrix in its place. */
  async change(step: (tf: Tfjs, old: Tensor2D) => Tensor2D): Promise<void> {
    const old = this.#tensor;
    this.#tensor = await this.#device.run((tf) => step(tf, old));
    old.dispose();
  }

  /**
   * @param rows int32 [n], all different; nothing happens where it is empty
   * @param values makes the new rows, float32 [n, cols]
   */
  async write(rows: Int32Array, values: (tf: Tfjs, old: Tensor2D) => Tensor2D): Promise<void> {
    if (rows.length === 0) return;
    await this.change((tf, old) => {
      const fresh = values(tf, old);
      return tf.tensorScatterUpdate(old, tf.tensor2d(rows, [rows.length, 1], "int32"), fresh);
    });
  }

  /** Copies the first numbers to the whole of `target`. */
  async copyTo(target: Float32Array): Promise<void> {
    const numbers = await this.#tensor.data<"float32">();
    target.set(numbers.subarray(0, target.length));
  }

  dispose(): void {
    this.#tensor.dispose();
  }
}
