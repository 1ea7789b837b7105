// The sparse base of a triarchic brain on the device: it projects the inputs and selects who is drawn.
// Invariant: `encode` changes nothing, and a row's code is the same alone and in any batch.

import { type Matrix, zeros } from "../../tensor/matrix.ts";
import type { RowWatcher } from "../../tensor/watched-matrix.ts";
import type { BaseKernel, BaseShape } from "../backend.ts";
import { codeFromWinners, type SparseCodes } from "../sparse-code.ts";
import type { Device } from "./device.ts";
import { DeviceMatrix } from "./device-matrix.ts";
import { winnersOf } from "./products.ts";
import { ShownArrays } from "./shown-arrays.ts";

export class TfjsBaseKernel implements BaseKernel {
  readonly #winners: number;
  readonly #device: Device;
  readonly #projection: DeviceMatrix;
  readonly #shown = new ShownArrays();

  private constructor(winners: number, device: Device, projection: DeviceMatrix) {
    this.#winners = winners;
    this.#device = device;
    this.#projection = projection;
  }

  static async create(device: Device, shape: BaseShape, projection: Float32Array): Promise<TfjsBaseKernel> {
    const { winners, hiddenDim, inputDim } = shape;
    return new TfjsBaseKernel(winners, device, await DeviceMatrix.of(device, hiddenDim, inputDim, projection));
  }

  async encode(x: Matrix): Promise<SparseCodes> {
    const { winners, values } = await winnersOf(this.#device, x, this.#projection, this.#winners);
    return codeFromWinners(winners, values, this.#winners);
  }

  async replaceRows(rows: Int32Array, projection: Float32Array): Promise<void> {
    await this.#projection.write(rows, (tf) => tf.tensor2d(projection, [rows.length, this.#projection.cols]));
  }

  async projection(): Promise<Float32Array> {
    const { data } = zeros(this.#projection.rows, this.#projection.cols);
    await this.#projection.copyTo(data);
    this.#shown.show(data);
    return data;
  }

  watch(_watcher: RowWatcher | null): readonly Float32Array[] {
    return this.#shown.named();
  }

  dispose(): void {
    this.#projection.dispose();
  }
}
