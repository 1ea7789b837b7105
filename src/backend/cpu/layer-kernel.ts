// The synapses of one plastic layer on the CPU: a dense product projects the inputs, SIMD kernels do the sparse rest (winners, recall, Hebbian rows)
// and touch the rows of winners only. Invariant: row j of `decoder` is as of plasticity step `stamps[j]`; since then its encoder row has
// rested, so recall reads `d(n) = e + (d − e)·0.95ⁿ` on the fly. Reading writes nothing; `learn` brings only the rows that it changes up to date.

import { type Matrix, rowsOf, unitRows, zeros } from "../../tensor/matrix.ts";
import { copied, type Pieces } from "../../tensor/pace.ts";
import { type RowWatcher, WatchedMatrix } from "../../tensor/watched-matrix.ts";
import type { LayerKernel, LayerPass, LayerShape, LayerTensors } from "../backend.ts";
import { floats, integers, type KernelModule, type Kernels, type Places, writeFields } from "./kernels.ts";
import type { Products } from "./products.ts";

/** How far the decoder moves towards the encoder in a plasticity step, the seed's 0.05. */
const TRACKING = 0.05;

/** `RESTS[n] = 0.95ⁿ` in float32: how much of a decoder row is left after n tracking steps, until it underflows to 0. */
const RESTS = (() => {
  const powers: number[] = [];
  for (let power = 1; Math.fround(power) > 0; power *= 1 - TRACKING) powers.push(power);
  return Float32Array.from(powers);
})();

/** Samples at a time. */
const ROWS = 256;
/** Of these, projected at a time: products are at full speed, and their activations stay in the processor's cache. */
const PROJECTED_ROWS = 128;

/** Of the structure `Layer` in assembly/layer.ts, in its order. */
const FIELDS = [
  ...["dim", "hiddenDim", "k", "steps", "restCount"],
  ...["encoder", "decoder", "stamps", "rests"],
  ...["x", "winners", "activations", "reward", "rates", "output"],
  ...["sums", "fires"],
  ...["imagination", "row", "starts", "samples", "weights"],
] as const;

const sizesOf = ({ inputDim, hiddenDim, winners }: LayerShape) => ({
  layer: integers(FIELDS.length),
  encoder: floats(hiddenDim * inputDim),
  decoder: floats(hiddenDim * inputDim),
  stamps: integers(hiddenDim),
  rests: floats(RESTS.length),
  x: floats(ROWS * inputDim),
  winners: integers(ROWS * winners),
  activations: floats(ROWS * winners),
  reward: floats(ROWS),
  rates: floats(hiddenDim),
  output: floats(ROWS * inputDim),
  sums: floats(hiddenDim * inputDim),
  fires: integers(hiddenDim),
  imagination: floats(ROWS * inputDim),
  row: floats(inputDim),
  starts: integers(hiddenDim + 1),
  samples: integers(ROWS * winners),
  weights: floats(ROWS * winners),
  h: floats(PROJECTED_ROWS * hiddenDim),
  keys: integers(2 * (hiddenDim + 3)),
});

type LayerParts = { readonly products: Products; readonly module: KernelModule };

export class CpuLayerKernel implements LayerKernel {
  readonly #shape: LayerShape;
  readonly #products: Products;
  readonly #kernels: Kernels;
  readonly #arrays: Places<ReturnType<typeof sizesOf>>;
  readonly #encoder: WatchedMatrix;
  readonly #decoder: WatchedMatrix;
  #steps: number;

  /** @param steps plasticity steps so far; call `begin` before anything else */
  constructor(shape: LayerShape, steps: number, { products, module }: LayerParts) {
    const { kernels, arrays } = module.layOut(sizesOf(shape));
    this.#shape = shape;
    this.#products = products;
    this.#kernels = kernels;
    this.#arrays = arrays;
    this.#encoder = new WatchedMatrix(shape.hiddenDim, shape.inputDim, arrays.encoder.view);
    this.#decoder = new WatchedMatrix(shape.hiddenDim, shape.inputDim, arrays.decoder.view);
    this.#steps = steps;
    arrays.rests.view.set(RESTS);
    this.#describe();
  }

  /** Takes in the synapses that it begins with. */
  *begin({ encoder, decoder, decoderStep }: LayerTensors): Pieces<void> {
    this.#arrays.stamps.view.set(decoderStep);
    yield* copied(this.#encoder.data, encoder);
    yield* copied(this.#decoder.data, decoder);
  }

  #describe(): void {
    const { inputDim: dim, hiddenDim, winners: k } = this.#shape;
    const numbers = { dim, hiddenDim, k, steps: this.#steps, restCount: RESTS.length };
    writeFields(this.#arrays.layer, FIELDS, { ...this.#arrays, ...numbers });
  }

  async forward(x: Matrix, gain: number, gate: number): Promise<LayerPass> {
    const { winners: k, inputDim } = this.#shape;
    const { layer, winners, activations, output } = this.#arrays;
    const pass = {
      normalized: unitRows(x),
      winners: new Int32Array(x.rows * k),
      activations: new Float32Array(x.rows * k),
      output: zeros(x.rows, inputDim),
    };
    for (let from = 0; from < x.rows; from += ROWS) {
      const rows = Math.min(ROWS, x.rows - from);
      this.#arrays.x.view.set(rowsOf(pass.normalized, from, from + rows).data);
      output.view.set(rowsOf(x, from, from + rows).data);
      await this.#project(rows, gain);
      this.#kernels.recall(layer.at, rows, gate);
      pass.winners.set(winners.view.subarray(0, rows * k), from * k);
      pass.activations.set(activations.view.subarray(0, rows * k), from * k);
      pass.output.data.set(output.view.subarray(0, rows * inputDim), from * inputDim);
    }
    return pass;
  }

  async imagine({ normalized, winners: fired, activations: strengths }: LayerPass): Promise<Matrix> {
    const { winners: k, inputDim } = this.#shape;
    const { layer, winners, activations, output } = this.#arrays;
    const imagination = zeros(normalized.rows, inputDim);
    for (let from = 0; from < imagination.rows; from += ROWS) {
      const to = Math.min(from + ROWS, imagination.rows);
      winners.view.set(fired.subarray(from * k, to * k));
      activations.view.set(strengths.subarray(from * k, to * k));
      const recalled = output.view.subarray(0, (to - from) * inputDim).fill(0);
      this.#kernels.recall(layer.at, to - from, 1); // added to nothing, and whole
      imagination.data.set(recalled, from * inputDim);
    }
    return imagination;
  }

  /** Finds the winners of the first `rows` rows of `x`. */
  async #project(rows: number, gain: number): Promise<void> {
    const { winners: k, inputDim, hiddenDim } = this.#shape;
    const { x, winners, activations, h, keys } = this.#arrays;
    const all = { rows, cols: inputDim, data: x.view };
    for (let from = 0; from < rows; from += PROJECTED_ROWS) {
      const to = Math.min(from + PROJECTED_ROWS, rows);
      await this.#products.product(rowsOf(all, from, to), this.#encoder, h.view);
      for (let row = from; row < to; row++) {
        const fired = [winners.at + 4 * row * k, activations.at + 4 * row * k] as const;
        this.#kernels.topK(h.at + 4 * (row - from) * hiddenDim, hiddenDim, k, gain, ...fired, keys.at);
      }
    }
  }

  async learn(pass: LayerPass, reward: Float32Array, rates: Float32Array): Promise<void> {
    const { winners: k } = this.#shape;
    const { layer, x, winners, activations } = this.#arrays;
    this.#arrays.rates.view.set(rates);
    this.#touchLearners(pass.winners, rates);
    for (let from = 0; from < reward.length; from += ROWS) {
      const to = Math.min(from + ROWS, reward.length);
      x.view.set(rowsOf(pass.normalized, from, to).data);
      winners.view.set(pass.winners.subarray(from * k, to * k));
      activations.view.set(pass.activations.subarray(from * k, to * k));
      this.#arrays.reward.view.set(reward.subarray(from, to));
      this.#kernels.learn(layer.at, to - from, to === reward.length, TRACKING);
    }
    this.#steps += 1;
    this.#describe();
  }

  /** Announces the rows that a plasticity step is about to write. */
  #touchLearners(winners: Int32Array, rates: Float32Array): void {
    const isTouched = new Uint8Array(this.#shape.hiddenDim);
    for (const neuron of winners) {
      if (isTouched[neuron] === 1 || rates[neuron] === 0) continue;
      isTouched[neuron] = 1;
      this.#encoder.touch(neuron);
      this.#decoder.touch(neuron);
    }
  }

  async replaceRows(rows: Int32Array, encoder: Float32Array): Promise<void> {
    const { inputDim: dim } = this.#shape;
    const { stamps } = this.#arrays;
    rows.forEach((neuron, i) => {
      this.#encoder.touch(neuron);
      this.#decoder.touch(neuron);
      this.#encoder.data.set(encoder.subarray(i * dim, (i + 1) * dim), neuron * dim);
      this.#decoder.data.fill(0, neuron * dim, (neuron + 1) * dim);
      stamps.view[neuron] = this.#steps;
    });
  }

  async tensors(): Promise<LayerTensors> {
    const { encoder, decoder, stamps } = this.#arrays;
    return { encoder: encoder.view, decoder: decoder.view, decoderStep: stamps.view, steps: this.#steps };
  }

  watch(watcher: RowWatcher | null): readonly Float32Array[] {
    return [this.#encoder.watch(watcher), this.#decoder.watch(watcher)];
  }

  dispose(): void {
    // The memory goes with the kernel.
  }
}
