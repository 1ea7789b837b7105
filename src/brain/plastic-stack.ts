// The layers of a plastic brain, one behind the other: what goes through them, how they learn from it, and how the stack itself changes.
// Invariant: a row's thought is the same in any batch, so that pieces of a batch give the bits that the whole would.

import type { LayerPass } from "../backend/backend.ts";
import { joinedRows, type Matrix, rowsOf } from "../tensor/matrix.ts";
import { type Pace, piecesOf, unpaced } from "../tensor/pace.ts";
import type { RowWatcher } from "../tensor/watched-matrix.ts";
import type { Mode, PlasticConfig } from "./config.ts";
import type { ConsolidateOutcome, LayerEvent, Learned, Outcome } from "./events.ts";
import type { LayerStats } from "./layer-stats.ts";
import { type PlasticLayer, statesOf } from "./plastic-layer.ts";
import type { Thought } from "./plastic-trace.ts";
import type { Random } from "./random.ts";
import type { LayerSettings } from "./shape.ts";

/** A fresh layer from the brain's generator, by the configuration in force. */
export type NewLayer = (config: PlasticConfig) => Promise<PlasticLayer>;

/** What came of a batch on its way through the stack. */
export type Thinking = {
  /** First layer to last, of all rows. */
  readonly passes: readonly Thought[];
  /** float32 [batch, inputDim]: what comes out of the last layer. */
  readonly thoughts: Matrix;
};

export class PlasticStack {
  #layers: readonly PlasticLayer[];
  readonly #newLayer: NewLayer;

  constructor(layers: readonly PlasticLayer[], newLayer: NewLayer) {
    this.#layers = layers;
    this.#newLayer = newLayer;
  }

  get length(): number {
    return this.#layers.length;
  }

  /**
   * Sends inputs through the stack, in pieces.
   * @param inputs float32 [batch, inputDim], finite, at least one row
   * @param pieceRows rows of a piece
   * @param pace asked after every piece of every layer
   */
  async think(
    inputs: Matrix,
    mode: Mode,
    gate: number,
    pieceRows = inputs.rows,
    pace: Pace = unpaced,
  ): Promise<Thinking> {
    const stack = this.#layers.map((layer) => ({ layer, pieces: [] as LayerPass[] }));
    for (const [from, to] of piecesOf(inputs.rows, pieceRows)) {
      let thoughts = rowsOf(inputs, from, to);
      for (const { layer, pieces } of stack) {
        const pass = await layer.forward(thoughts, mode, gate);
        pieces.push(pass);
        thoughts = pass.output;
        await pace();
      }
    }
    const passes = stack.map(({ layer, pieces }) => ({ layer, pass: joined(pieces) }));
    return { passes, thoughts: passes.at(-1)?.pass.output ?? inputs };
  }

  /**
   * @param passes of a lesson
   * @param reward float32 [batch]
   * @returns how many neurons were born again
   */
  async learn(
    passes: readonly Thought[],
    reward: Float32Array,
    lesson: Pick<Learned, "mode" | "neurogenesis">,
    random: Random,
  ): Promise<number> {
    let recycled = 0;
    for (const { layer, pass } of passes) recycled += await layer.learn(pass, reward, lesson, random);
    return recycled;
  }

  consolidate(): ConsolidateOutcome {
    let matured = 0;
    let mature = 0;
    for (const layer of this.#layers) {
      const counts = layer.consolidate();
      matured += counts.matured;
      mature += counts.mature;
    }
    return { type: "consolidated", matured, mature };
  }

  /** Changes these settings of every layer. */
  tune(change: Partial<LayerSettings>): void {
    for (const layer of this.#layers) layer.tune(change);
  }

  async change(event: LayerEvent, config: PlasticConfig, random: Random): Promise<Outcome> {
    const { type, index } = event;
    switch (type) {
      case "layerAdded":
        return { type, index, layers: this.#exchange(index, 0, await this.#newLayer(config)) };
      case "layerReplaced":
        return { type, index, layers: this.#exchange(index, 1, await this.#newLayer(config)) };
      case "layerRemoved":
        return { type, index, layers: this.#exchange(index, 1) };
      case "layerTuned": {
        const layer = this.#layer(index);
        layer.tune(event.settings);
        return { type, index, ...layer.settings };
      }
      case "layerRenewed":
        return { type, index, recycled: await this.#layer(index).renew(random) };
    }
  }

  /** Puts `fresh` where `count` layers were. @returns the number of layers now */
  #exchange(index: number, count: number, ...fresh: readonly PlasticLayer[]): number {
    for (const gone of this.#layers.slice(index, index + count)) gone.dispose();
    this.#layers = this.#layers.toSpliced(index, count, ...fresh);
    return this.#layers.length;
  }

  /** @throws on a bug: the gateway lets no event through that names a layer which is not there */
  #layer(index: number): PlasticLayer {
    const layer = this.#layers[index];
    if (layer === undefined) throw new RangeError(`there is no layer ${index}, there are ${this.#layers.length}`);
    return layer;
  }

  stats(gate: number): readonly LayerStats[] {
    return this.#layers.map((layer) => layer.stats(gate));
  }

  /** As `statesOf`. */
  states(): ReturnType<typeof statesOf> {
    return statesOf(this.#layers);
  }

  /** See `Brain.watch`. */
  watch(watcher: RowWatcher | null): readonly Float32Array[] {
    return this.#layers.flatMap((layer) => layer.watch(watcher));
  }

  dispose(): void {
    for (const layer of this.#layers) layer.dispose();
  }
}

/** The pass of all rows together. @param pieces at least one */
function joined(pieces: readonly LayerPass[]): LayerPass {
  const [only] = pieces;
  if (only !== undefined && pieces.length === 1) return only;
  const size = pieces.reduce((sum, { winners }) => sum + winners.length, 0);
  const winners = new Int32Array(size);
  const activations = new Float32Array(size);
  let at = 0;
  for (const piece of pieces) {
    winners.set(piece.winners, at);
    activations.set(piece.activations, at);
    at += piece.winners.length;
  }
  return {
    normalized: joinedRows(pieces.map(({ normalized }) => normalized)),
    winners,
    activations,
    output: joinedRows(pieces.map(({ output }) => output)),
  };
}
