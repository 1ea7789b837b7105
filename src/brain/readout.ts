// What a triarchic brain reads off its sparse codes: a slow core that weighs what has been right, and a fast overlay that fades.
// Invariants: reading changes nothing; every number stays finite; no row of an array is written before it was touched (`WatchedMatrix`).
//
// With code a, core C, overlay X, importance I, batch size B, and a class's row read at unit length, Ĉ = C/‖C‖:
//   logits      l = a·(Ĉ + X)ᵀ
//   error       e = onehot − l             (seed: onehot − softmax l)
//   overlay     X ← decay · (X + rate · eᵀa/B)
//   core        C ← C + rate · max(0, 1 − κI) · eᵀa/B      (seed: then every row is rewritten at unit length)
//   importance  I ← min(1, I + κ · Σ a/B over the class's samples that were right)
// docs/learning.md says why the two differ.

import type { SparseCodes } from "../backend/backend.ts";
import { indexOfLargest, lengthOf, softmax } from "../tensor/vector.ts";
import type { RowWatcher } from "../tensor/watched-matrix.ts";
import type { Energies } from "./brain.ts";
import type { TriarchicConfig } from "./config.ts";
import { type Answers, NO_CLASS } from "./measures/answers.ts";
import { ReadoutArrays, type ReadoutTensors } from "./readout-arrays.ts";

/** float32 [batch, classes] each; their sum decides. */
export type Logits = { readonly core: Float32Array; readonly overlay: Float32Array; readonly combined: Float32Array };

/** What samples are taken for. */
export type ReadoutAnswers = Pick<Answers, "classes" | "confidence">;

export type Lesson = {
  /** int32 [batch] */
  readonly classes: Int32Array;
  /** Classes that may have been known before the lesson: the first ones. */
  readonly known: number;
  /** In panic the important weights of the core move as all others do. */
  readonly isBraked: boolean;
};

/** Below this a row counts as zero. */
const SMALLEST_LENGTH = 1e-12;

export class Readout {
  readonly #config: TriarchicConfig;
  readonly #arrays: ReadoutArrays;
  /** float64 [classes]: what a core row is multiplied by when it is read. */
  #scales: Float64Array;
  /** float64 [hiddenDim]: scratch for one class's `eᵀa/B`. */
  readonly #delta: Float64Array;

  /** @param tensors taken over */
  constructor(config: TriarchicConfig, tensors?: ReadoutTensors) {
    this.#config = config;
    this.#arrays = new ReadoutArrays(config.hiddenDim, tensors);
    this.#scales = new Float64Array(this.#arrays.classes);
    this.#delta = new Float64Array(config.hiddenDim);
    this.#measure();
  }

  get classes(): number {
    return this.#arrays.classes;
  }

  /** Views of what is in use, valid until the next change. */
  get tensors(): ReadoutTensors {
    return this.#arrays.tensors;
  }

  /** See `Brain.watch`. */
  watch(watcher: RowWatcher | null): readonly Float32Array[] {
    return this.#arrays.watch(watcher);
  }

  /** Adds classes, with nothing learned of them. */
  addClasses(count: number): void {
    this.#arrays.addClasses(count);
    if (this.#scales.length >= this.classes) return;
    this.#scales = new Float64Array(this.#arrays.core.rows);
    this.#measure();
  }

  /** Forgets what was read off neurons that are others now. */
  forgetNeurons(neurons: Int32Array): void {
    if (neurons.length === 0) return;
    this.#arrays.clear(neurons);
    this.#measure();
  }

  read({ winners, activations, k }: SparseCodes): Logits {
    const { hiddenDim } = this.#config;
    const classes = this.classes;
    const batch = winners.length / k;
    const { core: cores, overlay: overlays } = this.#arrays;
    const core = new Float32Array(batch * classes);
    const overlay = new Float32Array(batch * classes);
    for (let row = 0; row < batch; row++) {
      for (let c = 0; c < classes; c++) {
        let slow = 0;
        let fast = 0;
        for (let i = row * k; i < (row + 1) * k; i++) {
          const at = c * hiddenDim + (winners[i] ?? 0);
          slow += (activations[i] ?? 0) * (cores.data[at] ?? 0);
          fast += (activations[i] ?? 0) * (overlays.data[at] ?? 0);
        }
        core[row * classes + c] = slow * (this.#scales[c] ?? 0);
        overlay[row * classes + c] = fast;
      }
    }
    return { core, overlay, combined: core.map((value, i) => value + (overlay[i] ?? 0)) };
  }

  /**
   * What each sample is taken for: the class with the largest logit and, but for the seed, one above 0.
   * @returns `NO_CLASS` for none
   */
  answer(codes: SparseCodes): ReadoutAnswers {
    const rows = this.#rowsOf(codes);
    return this.#answersTo(rows, rows.map(indexOfLargest));
  }

  /** Each row's combined logits: float32 [classes] */
  #rowsOf(codes: SparseCodes): Float32Array[] {
    const { classes } = this;
    const { combined } = this.read(codes);
    return Array.from({ length: codes.winners.length / codes.k }, (_, row) =>
      combined.subarray(row * classes, (row + 1) * classes),
    );
  }

  /** @param winners by row */
  #answersTo(rows: readonly Float32Array[], winners: readonly number[]): ReadoutAnswers {
    const { rules } = this.#config;
    const leads = rows.map((row, b) => row[winners[b] ?? 0] ?? 0);
    return {
      classes: Int32Array.from(winners, (winner, b) => (rules === "seed" || (leads[b] ?? 0) > 0 ? winner : NO_CLASS)),
      confidence: Float64Array.from(rows, (row, b) => shareOf(leads[b] ?? 0, row)),
    };
  }

  /**
   * One step on exactly these samples.
   * @returns what each was taken for before, as in `answer`
   */
  learn(codes: SparseCodes, { classes, known, isBraked }: Lesson): ReadoutAnswers {
    const { rules } = this.#config;
    const rows = this.#rowsOf(codes);
    // The seed has its classes from the start, so any of them may win.
    const candidates = rules === "seed" ? this.classes : known;
    const winners = rows.map((row) => indexOfLargest(row.subarray(0, candidates)));
    const right = winners.map((winner, b) => winner === classes[b]);
    const answers = this.#answersTo(rows, winners);
    const expected = rows.map((row) => (rules === "seed" ? softmax(row) : row));
    const touched = Int32Array.from(new Set(codes.winners)).sort();
    for (let c = 0; c < this.classes; c++) {
      const errors = expected.map((row, b) => (classes[b] === c ? 1 : 0) - (row[c] ?? 0));
      this.#learnClass(c, codes, errors, touched, isBraked);
    }
    if (rules === "seed") this.#rewriteAtUnitLength();
    this.#strengthen(codes, classes, right);
    this.#measure();
    return answers;
  }

  /** Mean size of the weights, as the seed tells it; 0 of none. */
  get energies(): Energies {
    const { core, overlay } = this.tensors;
    return { core: meanSize(core), overlay: meanSize(overlay) };
  }

  #learnClass(c: number, codes: SparseCodes, errors: readonly number[], touched: Int32Array, isBraked: boolean): void {
    const { hiddenDim, contextLearningRate, contextDecay, coreLearningRate, consolidationRate } = this.#config;
    const { winners, activations, k } = codes;
    const delta = this.#delta;
    for (const neuron of touched) delta[neuron] = 0;
    winners.forEach((neuron, i) => {
      const error = errors[Math.floor(i / k)] ?? 0;
      delta[neuron] = (delta[neuron] ?? 0) + (error * (activations[i] ?? 0)) / errors.length;
    });
    const from = c * hiddenDim;
    const [core, overlay, importance] = [
      this.#arrays.core.data,
      this.#arrays.overlay.data,
      this.#arrays.importance.data,
    ];
    this.#arrays.core.touch(c);
    this.#arrays.overlay.touch(c);
    for (const neuron of touched) {
      const at = from + neuron;
      const step = delta[neuron] ?? 0;
      const plasticity = isBraked ? Math.max(0, 1 - consolidationRate * (importance[at] ?? 0)) : 1;
      overlay[at] = (overlay[at] ?? 0) + contextLearningRate * step;
      core[at] = (core[at] ?? 0) + coreLearningRate * plasticity * step;
    }
    for (let at = from; at < from + hiddenDim; at++) overlay[at] = contextDecay * (overlay[at] ?? 0);
  }

  #strengthen({ winners, activations, k }: SparseCodes, classes: Int32Array, right: readonly boolean[]): void {
    winners.forEach((neuron, i) => {
      const row = Math.floor(i / k);
      if (right[row] !== true) return;
      const growth = (this.#config.consolidationRate * (activations[i] ?? 0)) / classes.length;
      this.#addImportance(classes[row] ?? 0, neuron, growth);
    });
  }

  #addImportance(c: number, neuron: number, growth: number): void {
    const { data, cols } = this.#arrays.importance;
    this.#arrays.importance.touch(c);
    data[c * cols + neuron] = Math.min(1, (data[c * cols + neuron] ?? 0) + growth);
  }

  /**
   * Moves the overlay into the core, so that the core alone points where both did, and makes the weights that it raised important.
   * @returns neurons with a weight that the brake holds fast now: how many became so, and how many there are
   */
  consolidate(): { readonly matured: number; readonly mature: number } {
    const { hiddenDim, consolidationRate } = this.#config;
    const [core, overlay] = [this.#arrays.core.data, this.#arrays.overlay.data];
    const before = this.#mature();
    for (let c = 0; c < this.classes; c++) {
      const from = c * hiddenDim;
      const length = lengthOf(core, from, hiddenDim);
      this.#arrays.core.touch(c);
      this.#arrays.overlay.touch(c);
      for (let at = from; at < from + hiddenDim; at++) {
        const moved = overlay[at] ?? 0;
        core[at] = (core[at] ?? 0) * (this.#scales[c] ?? 0) + moved;
        if (moved > 0) this.#addImportance(c, at - from, consolidationRate * moved);
        overlay[at] = 0;
      }
      // A row keeps its length: it says how much experience new samples have to outweigh.
      this.#rescale(c, length > 0 ? length : 1);
    }
    this.#measure();
    const mature = this.#mature();
    return { matured: mature - before, mature };
  }

  #mature(): number {
    const { hiddenDim, consolidationRate } = this.#config;
    const held = new Uint8Array(hiddenDim);
    this.tensors.importance.forEach((value, at) => {
      if (consolidationRate * value >= 1) held[at % hiddenDim] = 1;
    });
    return held.reduce((sum, isHeld) => sum + isHeld, 0);
  }

  #rewriteAtUnitLength(): void {
    for (let c = 0; c < this.classes; c++) this.#rescale(c, 1);
  }

  #rescale(c: number, length: number): void {
    const { data, cols } = this.#arrays.core;
    const from = c * cols;
    const factor = length / Math.max(lengthOf(data, from, cols), SMALLEST_LENGTH);
    this.#arrays.core.touch(c);
    for (let at = from; at < from + cols; at++) data[at] = factor * (data[at] ?? 0);
  }

  #measure(): void {
    const { hiddenDim, rules } = this.#config;
    for (let c = 0; c < this.classes; c++) {
      const length = Math.max(lengthOf(this.#arrays.core.data, c * hiddenDim, hiddenDim), SMALLEST_LENGTH);
      this.#scales[c] = rules === "seed" ? 1 : 1 / length;
    }
  }
}

/** @returns the logit's share of all that are above 0, as a prediction's confidence is; 0 of none */
function shareOf(logit: number, logits: Float32Array): number {
  const total = logits.reduce((sum, other) => sum + Math.max(0, other), 0);
  return total > 0 ? Math.max(0, logit) / total : 0;
}

/** In four sums, which do not wait for each other: it is told after every event. */
function meanSize(weights: Float32Array): number {
  let [a, b, c, d] = [0, 0, 0, 0];
  for (let i = 0; i < weights.length; i += 4) {
    a += Math.abs(weights[i] ?? 0);
    b += Math.abs(weights[i + 1] ?? 0);
    c += Math.abs(weights[i + 2] ?? 0);
    d += Math.abs(weights[i + 3] ?? 0);
  }
  return weights.length === 0 ? 0 : (a + b + c + d) / weights.length;
}
