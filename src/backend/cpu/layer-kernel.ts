// The synapses of one plastic layer on the CPU: onnxruntime projects the inputs, the sparse rest (winners, recall, Hebbian rows) touches
// the rows of winners only. Invariant: row j of `decoder` is as of plasticity step `decoderStep[j]`; since then its encoder row has
// rested, so recall reads `d(n) = e + (d − e)·0.95ⁿ` on the fly. Reading writes nothing; `learn` brings only the rows that fired up to date.

import { type Matrix, unitRows, zeros } from "../../tensor/matrix.ts";
import { addScaled, lengthOf, moveTowards, toUnitLength } from "../../tensor/vector.ts";
import { type RowWatcher, WatchedMatrix } from "../../tensor/watched-matrix.ts";
import type { LayerKernel, LayerPass, LayerShape, LayerTensors } from "../backend.ts";
import type { Firings } from "./firings.ts";
import { blocksOf, type Products } from "./products.ts";
import type { WinnerSelector } from "./winners.ts";

/** How far the decoder moves towards the encoder in a plasticity step, the seed's 0.05. */
const TRACKING = 0.05;

/** Avoids 0/0 in the seed's mean over the samples that fired a neuron. */
const MEAN_GUARD = 1e-6;

/** What all layers of a backend share; one brain operation runs at a time, so they may. */
type LayerParts = { readonly products: Products; readonly selector: WinnerSelector; readonly firings: Firings };

export class CpuLayerKernel implements LayerKernel {
  readonly #shape: LayerShape;
  readonly #parts: LayerParts;
  readonly #encoder: WatchedMatrix;
  readonly #decoder: WatchedMatrix;
  readonly #decoderStep: Int32Array;
  /** float32 [inputDim]: scratch for one neuron's Hebbian sum. */
  readonly #sum: Float32Array;
  #steps: number;

  constructor(shape: LayerShape, tensors: LayerTensors, parts: LayerParts) {
    this.#shape = shape;
    this.#parts = parts;
    this.#encoder = new WatchedMatrix(shape.hiddenDim, shape.inputDim, tensors.encoder);
    this.#decoder = new WatchedMatrix(shape.hiddenDim, shape.inputDim, tensors.decoder);
    this.#decoderStep = tensors.decoderStep;
    this.#sum = new Float32Array(shape.inputDim);
    this.#steps = tensors.steps;
  }

  async forward(x: Matrix, gain: number, gate: number): Promise<LayerPass> {
    const { winners: k, inputDim, hiddenDim } = this.#shape;
    const normalized = unitRows(x);
    const winners = new Int32Array(x.rows * k);
    const activations = new Float32Array(x.rows * k);
    for (const { from, block } of blocksOf(normalized, hiddenDim)) {
      await this.#fire(block, from * k, gain, winners, activations);
    }
    const output = zeros(x.rows, inputDim);
    const pass = { normalized, winners, activations, output };
    for (let row = 0; row < x.rows; row++) this.#recall(x, row, gate, pass);
    return pass;
  }

  /** Projects one block of rows and picks its winners into `winners[to] …`, `activations[to] …`. */
  async #fire(block: Matrix, to: number, gain: number, winners: Int32Array, activations: Float32Array): Promise<void> {
    const { hiddenDim, winners: k } = this.#shape;
    const h = await this.#parts.products.product(block, this.#encoder);
    for (let row = 0; row < block.rows; row++) {
      this.#parts.selector.select(h, row * hiddenDim, hiddenDim, k, winners, activations, to + row * k);
    }
    const end = to + block.rows * k;
    for (let i = to; i < end; i++) activations[i] = gain * (activations[i] ?? 0);
  }

  /** Writes the row's `output = x + gate · Σ a_j d_j` over its winners, in ascending order. */
  #recall(x: Matrix, row: number, gate: number, { winners, activations, output }: LayerPass): void {
    const { winners: k, inputDim: dim } = this.#shape;
    const out = output.data;
    const at = row * dim;
    for (let i = row * k; i < (row + 1) * k; i++) {
      const neuron = winners[i] ?? 0;
      const activation = activations[i] ?? 0;
      const rest = restOf(this.#steps - (this.#decoderStep[neuron] ?? 0));
      if (rest < 1) addScaled(out, at, activation * (1 - rest), this.#encoder.data, neuron * dim, dim);
      if (rest > 0) addScaled(out, at, activation * rest, this.#decoder.data, neuron * dim, dim);
    }
    for (let i = at; i < at + dim; i++) out[i] = (x.data[i] ?? 0) + gate * (out[i] ?? 0);
  }

  async learn(pass: LayerPass, reward: Float32Array, rates: Float32Array): Promise<void> {
    const { firings } = this.#parts;
    firings.group(pass, reward, this.#shape);
    const { starts } = firings;
    for (let neuron = 0; neuron < this.#shape.hiddenDim; neuron++) {
      const from = starts[neuron] ?? 0;
      const to = starts[neuron + 1] ?? 0;
      if (from < to) this.#learnRow(neuron, from, to, pass.normalized, rates[neuron] ?? 0);
    }
    this.#steps += 1;
  }

  /** The Hebbian step and the decoder's tracking for one neuron, whose samples are entries `from` to `to`. */
  #learnRow(neuron: number, from: number, to: number, x: Matrix, rate: number): void {
    const { inputDim: dim } = this.#shape;
    const { samples, weights } = this.#parts.firings;
    const sum = this.#sum;
    const encoder = this.#encoder.data;
    const at = neuron * dim;
    this.#encoder.touch(neuron);
    this.#decoder.touch(neuron);
    this.#bringUpToDate(neuron);
    sum.fill(0);
    for (let entry = from; entry < to; entry++) {
      addScaled(sum, 0, weights[entry] ?? 0, x.data, (samples[entry] ?? 0) * dim, dim);
    }
    const mean = 1 / (to - from + MEAN_GUARD);
    for (let i = 0; i < dim; i++) {
      const old = encoder[at + i] ?? 0;
      encoder[at + i] = old + rate * ((sum[i] ?? 0) * mean - old);
    }
    if (lengthOf(encoder, at, dim) > 1) toUnitLength(encoder, at, encoder, at, dim);
    moveTowards(this.#decoder.data, at, TRACKING, encoder, at, dim);
    this.#decoderStep[neuron] = this.#steps + 1;
  }

  /** Applies the tracking steps that the row's decoder has missed, while its encoder row is still the one they tracked. */
  #bringUpToDate(neuron: number): void {
    const rest = restOf(this.#steps - (this.#decoderStep[neuron] ?? 0));
    const { inputDim: dim } = this.#shape;
    if (rest < 1) moveTowards(this.#decoder.data, neuron * dim, 1 - rest, this.#encoder.data, neuron * dim, dim);
  }

  async replaceRows(rows: Int32Array, encoder: Float32Array): Promise<void> {
    const { inputDim: dim } = this.#shape;
    rows.forEach((neuron, i) => {
      this.#encoder.touch(neuron);
      this.#decoder.touch(neuron);
      this.#encoder.data.set(encoder.subarray(i * dim, (i + 1) * dim), neuron * dim);
      this.#decoder.data.fill(0, neuron * dim, (neuron + 1) * dim);
      this.#decoderStep[neuron] = this.#steps;
    });
  }

  async tensors(): Promise<LayerTensors> {
    const { data: encoder } = this.#encoder;
    return { encoder, decoder: this.#decoder.data, decoderStep: this.#decoderStep, steps: this.#steps };
  }

  watch(watcher: RowWatcher | null): readonly Float32Array[] {
    return [this.#encoder.watch(watcher), this.#decoder.watch(watcher)];
  }

  dispose(): void {
    // The arrays are ordinary memory: they go with the kernel.
  }
}

/** `RESTS[n] = 0.95ⁿ` in float32, until it underflows to 0. */
const RESTS = (() => {
  const powers: number[] = [];
  for (let power = 1; Math.fround(power) > 0; power *= 1 - TRACKING) powers.push(power);
  return Float32Array.from(powers);
})();

/** How much of a decoder row is left after n tracking steps. */
const restOf = (n: number): number => RESTS[n] ?? 0;
