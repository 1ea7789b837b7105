// What a brain did with an input on the way to its prediction, told in plain numbers. A trace is of one state and changes nothing; its
// prediction is, bit for bit, what `Brain.predict` answers.

import type { Prediction } from "./brain.ts";

export type TraceRequest = {
  /** How many scores a prediction has at most. */
  readonly topK: number;
  /** Whether each layer is to tell what it recalled: `inputDim` numbers. */
  readonly imaginations: boolean;
};

/** What one layer of a plastic brain did with one input. */
export type LayerTrace = {
  readonly index: number;
  /** Neurons that the layer has. */
  readonly neurons: number;
  /** The neurons that fired, ascending. */
  readonly winners: readonly number[];
  /** How strongly each of them fired. */
  readonly activations: readonly number[];
  /** Those of them that are mature, and how many they are. */
  readonly mature: readonly number[];
  readonly matureWinners: number;
  readonly gate: number;
  /** ‖x‖ of what the layer was given. */
  readonly inputNorm: number;
  /** `‖gate · imagination‖ / ‖x‖`: how much the layer changed what it was given; 0 of a zero input. */
  readonly contribution: number;
  /** `a·Dᵀ`, what the layer recalled: [inputDim], where asked for. */
  readonly imagination?: readonly number[];
};

/** Who fired in the sparse base of a triarchic brain. */
export type BaseTrace = {
  /** Neurons that the base has. */
  readonly neurons: number;
  /** The neurons that fired, ascending; the weakest of those that were drawn is the threshold and does not. */
  readonly winners: readonly number[];
  /** How strongly each of them fired; together they have length 1. */
  readonly activations: readonly number[];
  /** Of the nearest neuron. */
  readonly similarity: number;
};

/** Mean size `Σ|l| / classes` of what each part of a triarchic brain says of the classes; 0 where there are none. */
export type LogitEnergies = { readonly core: number; readonly overlay: number };

export type Trace = {
  readonly prediction: Prediction;
  /** Of a plastic brain, in the order in which they think. */
  readonly layers?: readonly LayerTrace[];
  /** Of a triarchic brain. */
  readonly base?: BaseTrace;
  readonly energies?: LogitEnergies;
};
