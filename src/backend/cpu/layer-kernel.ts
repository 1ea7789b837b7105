// The synapses of one plastic layer on the CPU: a dense product projects the inputs, SIMD kernels do the sparse rest (winners, recall, Hebbian rows)
// and touch the rows of winners only. Invariant: row j of `decoder` is as of plasticity step `stamps[j]`; since then its encoder row has
// rested, so recall reads `d(n) = e + (d − e)·0.95ⁿ` on the fly. Reading writes nothing; `learn` brings only the rows that it changes up to date.

import { type Matrix, rowsOf, unitRows, zeros } from "../../tensor/matrix.ts";
import { type RowWatcher, WatchedMatrix } from "../../tensor/watched-matrix.ts";
import type { LayerKernel, LayerPass, LayerShape, LayerTensors } from "../backend.ts";
import { floats, integers, type KernelModule, type Kernels, type Places } from "./kernels.ts";
import type { Products } from "./products.ts";

/** How far the decoder moves towards the encoder in a plasticity step, the seed's 0.05. */
const TRACKING = 0.05;

/** `RESTS[n] = 0.95ⁿ` in float32: how much of a decoder row is left after n tracking steps, until it underflows to 0. */
const RESTS = (() => {
  const powers: number[] = [];
  for (let power = 1; Math.fround(power) > 0; power *= 1 - TRACKING) powers.push(power);
  return Float32Array.from(powers);
})();

/** Rows projected at a time: products are at full speed, and their activations stay in the processor's cache. */
const FORWARD_ROWS = 32;
/** Rows whose Hebbian sums are added at a time. */
const LEARN_ROWS = 256;

const sizesOf = ({ inputDim, hiddenDim, winners }: LayerShape) => ({
  encoder: floats(hiddenDim * inputDim),
  decoder: floats(hiddenDim * inputDim),
  stamps: integers(hiddenDim),
  rests: floats(RESTS.length),
  x: floats(LEARN_ROWS * inputDim),
  winners: integers(LEARN_ROWS * winners),
  activations: floats(LEARN_ROWS * winners),
  // Forward alone.
  h: floats(FORWARD_ROWS * hiddenDim),
  keys: integers(2 * (hiddenDim + 3)),
  inputs: floats(FORWARD_ROWS * inputDim),
  output: floats(FORWARD_ROWS * inputDim),
  weights: floats(2 * winners),
  // Learning alone.
  reward: floats(LEARN_ROWS),
  rates: floats(hiddenDim),
  sums: floats(hiddenDim * inputDim),
  fires: integers(hiddenDim),
  starts: integers(hiddenDim + 1),
  entries: integers(2 * LEARN_ROWS * winners),
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

  constructor(shape: LayerShape, tensors: LayerTensors, { products, module }: LayerParts) {
    const { kernels, arrays } = module.layOut(sizesOf(shape));
    this.#shape = shape;
    this.#products = products;
    this.#kernels = kernels;
    this.#arrays = arrays;
    this.#encoder = new WatchedMatrix(shape.hiddenDim, shape.inputDim, arrays.encoder.view);
    this.#decoder = new WatchedMatrix(shape.hiddenDim, shape.inputDim, arrays.decoder.view);
    this.#steps = tensors.steps;
    arrays.encoder.view.set(tensors.encoder);
    arrays.decoder.view.set(tensors.decoder);
    arrays.stamps.view.set(tensors.decoderStep);
    arrays.rests.view.set(RESTS);
  }

  async forward(x: Matrix, gain: number, gate: number): Promise<LayerPass> {
    const { winners: k, inputDim } = this.#shape;
    const pass = {
      normalized: unitRows(x),
      winners: new Int32Array(x.rows * k),
      activations: new Float32Array(x.rows * k),
      output: zeros(x.rows, inputDim),
    };
    for (let from = 0; from < x.rows; from += FORWARD_ROWS) {
      await this.#forwardBlock(x, from, Math.min(FORWARD_ROWS, x.rows - from), gain, gate, pass);
    }
    return pass;
  }

  async #forwardBlock(x: Matrix, from: number, rows: number, gain: number, gate: number, pass: LayerPass) {
    const { winners: k, inputDim, hiddenDim } = this.#shape;
    const { encoder, decoder, stamps, rests, winners, activations, h, keys, inputs, output, weights } = this.#arrays;
    const block = { rows, cols: inputDim, data: inputs.view.subarray(0, rows * inputDim) };
    block.data.set(rowsOf(pass.normalized, from, from + rows).data);
    await this.#products.product(block, this.#encoder, h.view);
    inputs.view.set(rowsOf(x, from, from + rows).data);
    for (let row = 0; row < rows; row++) {
      const fired = [winners.at + 4 * row * k, activations.at + 4 * row * k] as const;
      this.#kernels.topK(h.at + 4 * row * hiddenDim, hiddenDim, k, gain, ...fired, keys.at);
      this.#kernels.recall(
        ...[inputs.at + 4 * row * inputDim, output.at + 4 * row * inputDim, inputDim, ...fired, k, gate],
        ...[encoder.at, decoder.at, stamps.at, this.#steps, rests.at, RESTS.length, weights.at],
      );
    }
    pass.winners.set(winners.view.subarray(0, rows * k), from * k);
    pass.activations.set(activations.view.subarray(0, rows * k), from * k);
    pass.output.data.set(output.view.subarray(0, rows * inputDim), from * inputDim);
  }

  async learn(pass: LayerPass, reward: Float32Array, rates: Float32Array): Promise<void> {
    const { inputDim, hiddenDim } = this.#shape;
    const { encoder, decoder, stamps, rests, sums, fires } = this.#arrays;
    this.#arrays.rates.view.set(rates);
    for (let from = 0; from < reward.length; from += LEARN_ROWS) {
      this.#accumulate(pass, reward, from, Math.min(LEARN_ROWS, reward.length - from));
    }
    this.#touchLearners();
    this.#kernels.learnRows(
      ...([inputDim, hiddenDim, sums.at, fires.at, this.#arrays.rates.at] as const),
      ...([encoder.at, decoder.at, stamps.at, this.#steps, rests.at, RESTS.length, TRACKING] as const),
    );
    this.#steps += 1;
  }

  /** Adds the Hebbian sums of `rows` rows from `from` on. */
  #accumulate(pass: LayerPass, reward: Float32Array, from: number, rows: number): void {
    const { winners: k, inputDim, hiddenDim } = this.#shape;
    const { x, winners, activations, sums, fires, starts, entries, reward: rewards } = this.#arrays;
    x.view.set(rowsOf(pass.normalized, from, from + rows).data);
    winners.view.set(pass.winners.subarray(from * k, (from + rows) * k));
    activations.view.set(pass.activations.subarray(from * k, (from + rows) * k));
    rewards.view.set(reward.subarray(from, from + rows));
    this.#kernels.accumulate(
      ...([x.at, inputDim, winners.at, activations.at, rewards.at, rows, k] as const),
      ...([hiddenDim, sums.at, fires.at, starts.at, entries.at] as const),
    );
  }

  /** Announces the rows that `learnRows` is about to write. */
  #touchLearners(): void {
    const { fires, rates } = this.#arrays;
    for (let neuron = 0; neuron < fires.view.length; neuron++) {
      if (fires.view[neuron] === 0 || rates.view[neuron] === 0) continue;
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
