// The synapses of one plastic layer on the device. The winners come down once a call, as the brain wants them anyway, and go up again as
// a sparse code. Invariant: every decoder row is as of the present, `decoderStep[j] === steps`: on a device that computes whole matrices
// the dense rule `D ← D + 0.05 (E − D)` costs a few sweeps over a matrix a step; rows with stamps would cost each recall a second product.

import { type Matrix, unitRows, zeros } from "../../tensor/matrix.ts";
import type { RowWatcher } from "../../tensor/watched-matrix.ts";
import type { LayerKernel, LayerPass, LayerShape, LayerTensors } from "../backend.ts";
import { type Device, takeFloats } from "./device.ts";
import { DeviceMatrix } from "./device-matrix.ts";
import { Lesson } from "./lesson.ts";
import { BLOCK_ROWS, blocksOf, codeOf, winnersOf } from "./products.ts";
import { ShownArrays } from "./shown-arrays.ts";

/** How far the decoder moves towards the encoder in a plasticity step, the seed's 0.05. */
const TRACKING = 0.05;

type LayerParts = {
  readonly device: Device;
  readonly encoder: DeviceMatrix;
  readonly decoder: DeviceMatrix;
  readonly steps: number;
};

export class TfjsLayerKernel implements LayerKernel {
  readonly #shape: LayerShape;
  readonly #device: Device;
  readonly #encoder: DeviceMatrix;
  readonly #decoder: DeviceMatrix;
  readonly #shown = new ShownArrays();
  #steps: number;

  private constructor(shape: LayerShape, { device, encoder, decoder, steps }: LayerParts) {
    this.#shape = shape;
    this.#device = device;
    this.#encoder = encoder;
    this.#decoder = decoder;
    this.#steps = steps;
  }

  static async create(device: Device, shape: LayerShape, tensors: LayerTensors): Promise<TfjsLayerKernel> {
    const { hiddenDim, inputDim } = shape;
    bringUpToDate(tensors, inputDim);
    const encoder = await DeviceMatrix.of(device, hiddenDim, inputDim, tensors.encoder);
    const decoder = await DeviceMatrix.of(device, hiddenDim, inputDim, tensors.decoder);
    return new TfjsLayerKernel(shape, { device, encoder, decoder, steps: tensors.steps });
  }

  async forward(x: Matrix, gain: number, gate: number): Promise<LayerPass> {
    const normalized = unitRows(x);
    const { winners, values } = await winnersOf(this.#device, normalized, this.#encoder, this.#shape.winners);
    const activations = values.map((value) => value * gain);
    const imagined = await this.#recall(x, winners, activations);
    const output = zeros(x.rows, x.cols);
    for (let i = 0; i < imagined.length; i++) output.data[i] = (x.data[i] ?? 0) + gate * (imagined[i] ?? 0);
    return { normalized, winners, activations, output };
  }

  async imagine({ normalized, winners, activations }: LayerPass): Promise<Matrix> {
    return { ...normalized, data: await this.#recall(normalized, winners, activations) };
  }

  /** `a·Dᵀ`: float32 [x.rows, inputDim] */
  async #recall(x: Matrix, winners: Int32Array, activations: Float32Array): Promise<Float32Array> {
    if (x.rows === 0) return new Float32Array(0);
    const { hiddenDim, winners: k } = this.#shape;
    const imagined = await this.#device.run((tf) => {
      const blocks = Array.from(blocksOf(x), ({ from, block }) =>
        tf.tidy(() => {
          const [start, end] = [from * k, (from + block.rows) * k];
          const fired = [winners.subarray(start, end), activations.subarray(start, end)] as const;
          const code = codeOf(tf, ...fired, k, [BLOCK_ROWS, hiddenDim]);
          return tf.slice(tf.matMul(code, this.#decoder.tensor), [0, 0], [block.rows, block.cols]);
        }),
      );
      return tf.concat(blocks);
    });
    return takeFloats(imagined);
  }

  async learn(pass: LayerPass, reward: Float32Array, rates: Float32Array): Promise<void> {
    const lesson = new Lesson(pass, reward, rates, this.#shape);
    await this.#encoder.write(lesson.learners, (tf, old) => lesson.rows(tf, old));
    const encoder = this.#encoder.tensor;
    await this.#decoder.change((tf, old) => tf.add(old, tf.mul(tf.sub(encoder, old), TRACKING)));
    this.#steps += 1;
  }

  async replaceRows(rows: Int32Array, encoder: Float32Array): Promise<void> {
    const shape: [number, number] = [rows.length, this.#shape.inputDim];
    await this.#encoder.write(rows, (tf) => tf.tensor2d(encoder, shape));
    await this.#decoder.write(rows, (tf) => tf.zeros(shape));
  }

  async tensors(): Promise<LayerTensors> {
    const { hiddenDim, inputDim } = this.#shape;
    const [encoder, decoder] = [zeros(hiddenDim, inputDim).data, zeros(hiddenDim, inputDim).data];
    await this.#encoder.copyTo(encoder);
    await this.#decoder.copyTo(decoder);
    this.#shown.show(encoder, decoder);
    return { encoder, decoder, decoderStep: new Int32Array(hiddenDim).fill(this.#steps), steps: this.#steps };
  }

  watch(_watcher: RowWatcher | null): readonly Float32Array[] {
    return this.#shown.named();
  }

  dispose(): void {
    this.#encoder.dispose();
    this.#decoder.dispose();
  }
}

/** Decoder rows that are behind: `d(n) = e + (d − e)·0.95ⁿ`. A row that is not keeps its bits. */
function bringUpToDate({ encoder, decoder, decoderStep, steps }: LayerTensors, inputDim: number): void {
  decoderStep.forEach((step, neuron) => {
    if (step === steps) return;
    const rest = (1 - TRACKING) ** (steps - step);
    for (let i = neuron * inputDim; i < (neuron + 1) * inputDim; i++) {
      const target = encoder[i] ?? 0;
      decoder[i] = target + ((decoder[i] ?? 0) - target) * rest;
    }
  });
}
