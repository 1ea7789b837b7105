// One batch's firings by neuron: which samples fired it, and with how much activation times reward.
// Invariant: a neuron's samples are in the order of the batch, so that sums over them have one fixed order. Arrays only ever grow.

import type { LayerPass, LayerShape } from "../backend.ts";

export class Firings {
  /** int32 [hiddenDim + 1]: neuron j's firings are entries `starts[j]` to `starts[j + 1]`. */
  starts = new Int32Array(0);
  /** int32 [entries]: the sample of each firing. */
  samples = new Int32Array(0);
  /** float32 [entries]: activation · reward of each firing. */
  weights = new Float32Array(0);

  /**
   * Counting sort of a batch's firings by neuron; the result is valid until the next call.
   * @param reward float32 [batch]
   */
  group({ winners, activations }: LayerPass, reward: Float32Array, { hiddenDim, winners: k }: LayerShape): void {
    this.#fit(hiddenDim, winners.length);
    this.#countEnds(winners, hiddenDim);
    const { starts, samples, weights } = this;
    // `starts[j]` is where j's entries end; filling from the back moves it to where they start.
    for (let i = winners.length - 1; i >= 0; i--) {
      const neuron = winners[i] ?? 0;
      const sample = Math.floor(i / k);
      const entry = (starts[neuron] ?? 0) - 1;
      starts[neuron] = entry;
      samples[entry] = sample;
      weights[entry] = (activations[i] ?? 0) * (reward[sample] ?? 0);
    }
  }

  #countEnds(winners: Int32Array, hiddenDim: number): void {
    const { starts } = this;
    starts.fill(0, 0, hiddenDim + 1);
    for (const neuron of winners) starts[neuron] = (starts[neuron] ?? 0) + 1;
    let end = 0;
    for (let neuron = 0; neuron <= hiddenDim; neuron++) {
      end += starts[neuron] ?? 0;
      starts[neuron] = end;
    }
  }

  #fit(hiddenDim: number, entries: number): void {
    if (this.starts.length < hiddenDim + 1) this.starts = new Int32Array(hiddenDim + 1);
    if (this.samples.length < entries) {
      this.samples = new Int32Array(entries);
      this.weights = new Float32Array(entries);
    }
  }
}
