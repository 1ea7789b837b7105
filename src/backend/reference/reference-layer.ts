// One plastic layer written as the rule is, for tests to hold the fast backends against: dense sums in float64, the whole decoder tracks
// the encoder at every step, a stable sort picks the winners. Invariant: every decoder row is as of the present, `decoderStep[j] === steps`.

import { type Matrix, zeros } from "../../tensor/matrix.ts";
import { type RowWatcher, WatchedMatrix } from "../../tensor/watched-matrix.ts";
import type { LayerKernel, LayerPass, LayerShape, LayerTensors } from "../backend.ts";

export class ReferenceLayer implements LayerKernel {
  readonly #shape: LayerShape;
  readonly #encoder: WatchedMatrix;
  readonly #decoder: WatchedMatrix;
  #steps: number;

  constructor(shape: LayerShape, { encoder, decoder, decoderStep, steps }: LayerTensors) {
    this.#shape = shape;
    this.#encoder = new WatchedMatrix(shape.hiddenDim, shape.inputDim, encoder);
    this.#decoder = new WatchedMatrix(shape.hiddenDim, shape.inputDim, decoder);
    this.#steps = steps;
    decoderStep.forEach((step, neuron) => {
      for (let missed = step; missed < steps; missed++) this.#track(neuron);
    });
  }

  async forward(x: Matrix, gain: number, gate: number): Promise<LayerPass> {
    const { inputDim, winners: k } = this.#shape;
    const normalized = zeros(x.rows, inputDim);
    const winners = new Int32Array(x.rows * k);
    const activations = new Float32Array(x.rows * k);
    const output = zeros(x.rows, inputDim);
    for (let row = 0; row < x.rows; row++) {
      const input = x.data.subarray(row * inputDim, (row + 1) * inputDim);
      const unit = unitOf(input);
      const h = this.#project(unit).map((value) => value * gain);
      const fired = largest(h, k);
      normalized.data.set(unit, row * inputDim);
      const strengths = fired.map((neuron) => h[neuron] ?? 0);
      winners.set(fired, row * k);
      activations.set(strengths, row * k);
      output.data.set(this.#recall(input, fired, strengths, gate), row * inputDim);
    }
    return { normalized, winners, activations, output };
  }

  async imagine({ normalized, winners, activations }: LayerPass): Promise<Matrix> {
    const { inputDim, winners: k } = this.#shape;
    const imagination = zeros(normalized.rows, inputDim);
    for (let row = 0; row < imagination.rows; row++) {
      const [from, to] = [row * k, (row + 1) * k];
      const fired = [Array.from(winners.subarray(from, to)), Array.from(activations.subarray(from, to))] as const;
      imagination.data.set(this.#recall(new Float32Array(inputDim), ...fired, 1), row * inputDim);
    }
    return imagination;
  }

  /** `h = E·x̂`: float32 [hiddenDim] */
  #project(unit: Float32Array): Float32Array {
    const { hiddenDim } = this.#shape;
    return Float32Array.from({ length: hiddenDim }, (_, neuron) => dot(this.#row(this.#encoder, neuron), unit));
  }

  /** `x + gate · Σ a_j d_j` */
  #recall(input: Float32Array, fired: readonly number[], strengths: readonly number[], gate: number): Float32Array {
    return input.map((value, i) => {
      const imagined = fired.reduce(
        (sum, neuron, place) => sum + (strengths[place] ?? 0) * (this.#row(this.#decoder, neuron)[i] ?? 0),
        0,
      );
      return value + gate * imagined;
    });
  }

  async learn(pass: LayerPass, reward: Float32Array, rates: Float32Array): Promise<void> {
    const { hiddenDim, inputDim, winners: k } = this.#shape;
    for (let neuron = 0; neuron < hiddenDim; neuron++) {
      const sum = new Float64Array(inputDim);
      let fires = 0;
      pass.winners.forEach((winner, i) => {
        if (winner !== neuron) return;
        fires++;
        const sample = Math.floor(i / k);
        const weight = (pass.activations[i] ?? 0) * (reward[sample] ?? 0);
        for (let d = 0; d < inputDim; d++) {
          sum[d] = (sum[d] ?? 0) + weight * (pass.normalized.data[sample * inputDim + d] ?? 0);
        }
      });
      const row = this.#row(this.#encoder, neuron);
      if (fires > 0) {
        const rate = rates[neuron] ?? 0;
        this.#encoder.touch(neuron);
        row.forEach((old, d) => {
          row[d] = old + rate * ((sum[d] ?? 0) / (fires + 1e-6) - old);
        });
        if (dot(row, row) > 1) row.set(unitOf(row));
      }
      this.#track(neuron);
    }
    this.#steps += 1;
  }

  /** `d ← 0.95 d + 0.05 e` */
  #track(neuron: number): void {
    this.#decoder.touch(neuron);
    const row = this.#row(this.#decoder, neuron);
    const encoder = this.#row(this.#encoder, neuron);
    row.forEach((old, d) => {
      row[d] = 0.95 * old + 0.05 * (encoder[d] ?? 0);
    });
  }

  async replaceRows(rows: Int32Array, encoder: Float32Array): Promise<void> {
    const { inputDim } = this.#shape;
    rows.forEach((neuron, i) => {
      this.#encoder.touch(neuron);
      this.#decoder.touch(neuron);
      this.#row(this.#encoder, neuron).set(encoder.subarray(i * inputDim, (i + 1) * inputDim));
      this.#row(this.#decoder, neuron).fill(0);
    });
  }

  async tensors(): Promise<LayerTensors> {
    const decoderStep = new Int32Array(this.#shape.hiddenDim).fill(this.#steps);
    return { encoder: this.#encoder.data, decoder: this.#decoder.data, decoderStep, steps: this.#steps };
  }

  watch(watcher: RowWatcher | null): readonly Float32Array[] {
    return [this.#encoder.watch(watcher), this.#decoder.watch(watcher)];
  }

  dispose(): void {
    // The arrays are ordinary memory: they go with the layer.
  }

  #row({ data }: Matrix, neuron: number): Float32Array {
    return data.subarray(neuron * this.#shape.inputDim, (neuron + 1) * this.#shape.inputDim);
  }
}

/** Inner product in float64. */
export const dot = (a: Float32Array, b: Float32Array): number =>
  a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0);

function unitOf(x: Float32Array): Float32Array {
  const length = Math.max(Math.sqrt(dot(x, x)), 1e-12);
  return x.map((value) => value / length);
}

/** Indexes of the k largest values, in ascending order; of equal values the lower index counts as larger. */
export function largest(values: Float32Array, k: number): number[] {
  const order = Array.from(values.keys()).sort((a, b) => (values[b] ?? 0) - (values[a] ?? 0));
  return order.slice(0, k).sort((a, b) => a - b);
}
