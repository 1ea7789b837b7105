// One layer of a plastic brain: synapses (in the backend) and, per neuron, how often it fires and whether it is mature.
// Invariants: a neuron that matured is never born again, and learns nothing in plastic mode; a frozen layer changes in nothing but its
// settings, whatever happens, and goes on as it was once it is thawed.

import type { LayerKernel, LayerPass, LayerShape } from "../backend/backend.ts";
import type { Matrix } from "../tensor/matrix.ts";
import { f32, i32, type Tensor, type Tensors } from "../tensor/safetensors.ts";
import type { RowWatcher } from "../tensor/watched-matrix.ts";
import type { LearningMode, Mode } from "./config.ts";
import type { Learned } from "./events.ts";
import { type LayerStats, neuronStats } from "./layer-stats.ts";
import type { Random } from "./random.ts";
import type { LayerSettings } from "./shape.ts";

/** Panic doubles what reaches the neurons. */
const gainOf = (mode: Mode): number => (mode === "panic" ? 2 : 1);

/** Share of a mature neuron's learning rate that is taken away. */
const PROTECTION: Record<LearningMode, number> = { plastic: 1, panic: 0.5 };

/** How the frequency of firing follows the latest batch. */
const FREQUENCY_MOMENTUM = 0.05;

/** Neurogenesis: how likely it is after a step, and below which share of the busiest neuron's frequency a neuron is born again. */
const NEUROGENESIS: Record<LearningMode, { readonly probability: number; readonly threshold: number }> = {
  plastic: { probability: 0.005, threshold: 0.01 },
  panic: { probability: 0.05, threshold: 0.05 },
};

/** What a layer keeps per neuron; `frequency` and `maturity` (0 or 1) are float32 [hiddenDim], `recycled` counts births. */
export type NeuronState = {
  readonly frequency: Float32Array;
  readonly maturity: Float32Array;
  readonly recycled: number;
};

export class PlasticLayer {
  readonly #shape: LayerShape;
  readonly #kernel: LayerKernel;
  readonly #frequency: Float32Array;
  readonly #maturity: Float32Array;
  readonly #rates: Float32Array;
  #settings: LayerSettings;
  #recycled: number;

  constructor(shape: LayerShape, kernel: LayerKernel, neurons: NeuronState, settings: LayerSettings) {
    const { frequency, maturity, recycled } = neurons;
    this.#shape = shape;
    this.#kernel = kernel;
    this.#frequency = frequency;
    this.#maturity = maturity;
    this.#rates = new Float32Array(shape.hiddenDim);
    this.#settings = settings;
    this.#recycled = recycled;
  }

  get settings(): LayerSettings {
    return this.#settings;
  }

  /** Changes what is given and leaves the rest. */
  tune(change: Partial<LayerSettings>): void {
    this.#settings = { ...this.#settings, ...change };
  }

  /** @param x float32 [batch, inputDim] */
  forward(x: Matrix, mode: Mode, gate: number): Promise<LayerPass> {
    return this.#kernel.forward(x, gainOf(mode), gate);
  }

  /** See `LayerKernel.imagine`. */
  imagine(pass: LayerPass): Promise<Matrix> {
    return this.#kernel.imagine(pass);
  }

  get neurons(): number {
    return this.#shape.hiddenDim;
  }

  /** @returns those of the neurons that are mature, in their order */
  matureOf(neurons: Int32Array): Int32Array {
    return neurons.filter((neuron) => this.#maturity[neuron] === 1);
  }

  /**
   * One plasticity step, then perhaps neurogenesis; nothing at all while the layer is frozen.
   * @param reward float32 [batch]
   * @param lesson in which mode, and whether neurons may be born again, if that is not the layer's to say
   * @returns how many neurons were born again
   */
  async learn(
    pass: LayerPass,
    reward: Float32Array,
    { mode, neurogenesis = this.#settings.neurogenesis }: Pick<Learned, "mode" | "neurogenesis">,
    random: Random,
  ): Promise<number> {
    const { isFrozen, learningRate } = this.#settings;
    if (isFrozen) return 0;
    this.#followFiring(pass.winners);
    this.#maturity.forEach((mature, neuron) => {
      this.#rates[neuron] = learningRate * (1 - PROTECTION[mode] * mature);
    });
    await this.#kernel.learn(pass, reward, this.#rates);
    const { probability, threshold } = NEUROGENESIS[mode];
    // Asked in this order, a step without neurogenesis draws nothing.
    return neurogenesis && random.uniform() < probability ? this.#recycle(threshold, random) : 0;
  }

  /** Neurogenesis now, as panic has it. @returns how many neurons were born again */
  renew(random: Random): Promise<number> {
    return this.#recycle(NEUROGENESIS.panic.threshold, random);
  }

  /** `f ← 0.95 f + 0.05 · (fires in the batch)` */
  #followFiring(winners: Int32Array): void {
    const frequency = this.#frequency;
    const fires = new Int32Array(frequency.length);
    for (const neuron of winners) fires[neuron] = (fires[neuron] ?? 0) + 1;
    for (let neuron = 0; neuron < frequency.length; neuron++) {
      const old = frequency[neuron] ?? 0;
      frequency[neuron] = (1 - FREQUENCY_MOMENTUM) * old + FREQUENCY_MOMENTUM * (fires[neuron] ?? 0);
    }
  }

  /** Gives immature neurons that hardly ever fire a new random direction. */
  async #recycle(threshold: number, random: Random): Promise<number> {
    const idle = idleNeurons(this.#frequency, this.#maturity, threshold);
    await this.#kernel.replaceRows(idle, random.directions(idle.length, this.#shape.inputDim));
    for (const neuron of idle) this.#frequency[neuron] = 0;
    this.#recycled += idle.length;
    return idle.length;
  }

  /** Neurons busier than the mean become mature, and all frequencies start again from 0; nothing while the layer is frozen. */
  consolidate(): { readonly matured: number; readonly mature: number } {
    const matured = this.#settings.isFrozen ? 0 : this.#matureBusy();
    return { matured, mature: this.#maturity.reduce((sum, value) => sum + value, 0) };
  }

  #matureBusy(): number {
    const mean = this.#frequency.reduce((sum, value) => sum + value, 0) / this.#frequency.length;
    let matured = 0;
    this.#frequency.forEach((value, neuron) => {
      if (value <= mean || this.#maturity[neuron] === 1) return;
      this.#maturity[neuron] = 1;
      matured++;
    });
    this.#frequency.fill(0);
    return matured;
  }

  /** @param gate the brain's */
  stats(gate: number): LayerStats {
    const neurons = neuronStats(this.#frequency, this.#maturity);
    return { ...neurons, gateMean: gate, recycled: this.#recycled, ...this.#settings };
  }

  /** The layer's arrays as views, and what its header says. */
  async state() {
    const { hiddenDim, inputDim } = this.#shape;
    const { encoder, decoder, decoderStep, steps } = await this.#kernel.tensors();
    const tensors: Tensors = {
      encoder: f32(encoder, hiddenDim, inputDim),
      decoder: f32(decoder, hiddenDim, inputDim),
      decoderStep: i32(decoderStep, hiddenDim),
      frequency: f32(this.#frequency, hiddenDim),
      maturity: f32(this.#maturity, hiddenDim),
    };
    return { tensors, header: { steps, recycled: this.#recycled, ...this.#settings } };
  }

  /** See `Brain.watch`. */
  watch(watcher: RowWatcher | null): readonly Float32Array[] {
    return this.#kernel.watch(watcher);
  }

  dispose(): void {
    this.#kernel.dispose();
  }
}

/** The arrays of several layers, each under `layers.<i>.`, and what their headers say. */
export async function statesOf(layers: readonly PlasticLayer[]) {
  const tensors: Record<string, Tensor> = {};
  const headers = [];
  for (const [index, layer] of layers.entries()) {
    const state = await layer.state();
    headers.push(state.header);
    for (const [name, tensor] of Object.entries(state.tensors)) tensors[`layers.${index}.${name}`] = tensor;
  }
  return { headers, tensors };
}

/**
 * Immature neurons whose frequency is below `threshold` of the busiest one's, ascending: int32 [n]
 * @param maturity 0 or 1, float32 [hiddenDim] as `frequency`
 */
export function idleNeurons(frequency: Float32Array, maturity: Float32Array, threshold: number): Int32Array {
  const least = threshold * frequency.reduce((most, value) => Math.max(most, value), 0);
  return Int32Array.from(frequency.keys()).filter(
    (neuron) => maturity[neuron] === 0 && (frequency[neuron] ?? 0) < least,
  );
}
