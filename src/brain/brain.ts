// What every kind of brain can do. A brain is a fold over its events: `apply` is deterministic and total, predictions change nothing.

import type { Matrix } from "../tensor/matrix.ts";
import type { Tensors } from "../tensor/safetensors.ts";
import type { Mode, PlasticConfig } from "./config.ts";
import type { BrainEvent, Outcome } from "./events.ts";
import type { LayerStats } from "./layer-stats.ts";
import type { LayerSettings } from "./shape.ts";

export type Score = { readonly label: string /** Share of the vote, 0 to 1. */; readonly score: number };

export type Prediction = {
  /** The winning class; null while the brain knows nothing, and where the input is less like anything remembered than `rejectBelow`. */
  readonly label: string | null;
  /** The winner's share of the vote, 0 to 1; 0 without a label. */
  readonly confidence: number;
  /** The `topK` best classes that got a vote, best first. */
  readonly scores: readonly Score[];
  /** 1 − cosine similarity to the most similar sample in memory; 1 while the memory is empty. */
  readonly novelty: number;
};

/** A brain's whole state: `header` is plain JSON (small), `tensors` are views that are valid until the next `apply`. */
export type BrainState = { readonly header: StateHeader; readonly tensors: Tensors };

export type StateHeader = {
  /** 1 had no settings of layers, no `reward` and no `rejectBelow`; it is still read. */
  readonly format: 2;
  readonly kind: "plastic";
  /** The configuration in force; `layers` counts those that there are. */
  readonly config: PlasticConfig;
  readonly mode: Mode;
  /** Learn events applied. */
  readonly step: number;
  readonly labels: readonly string[];
  /** State of the brain's generator, 4 × uint32. */
  readonly random: readonly number[];
  /** Samples that the memory has ever seen. */
  readonly seen: number;
  readonly memory: {
    readonly stored: number;
    /** The last id that a sample was given. */
    readonly lastId: number;
    /** `seen` without what was forgotten. */
    readonly experience: number;
  };
  readonly layers: readonly LayerHeader[];
};

/** Plasticity steps and births so far, and the layer's settings. */
export type LayerHeader = { readonly steps: number; readonly recycled: number } & LayerSettings;

export interface Brain {
  readonly mode: Mode;
  readonly step: number;
  /** @param inputs float32 [batch, inputDim], finite */
  predict(inputs: Matrix, topK: number): Promise<Prediction[]>;
  /** What each layer is like, first to last; changes nothing. */
  layers(): readonly LayerStats[];
  /**
   * Applies one event; never refuses.
   * @param seq the event's number
   * @throws only on a bug or when memory runs out
   */
  apply(event: BrainEvent, seq: number): Promise<Outcome>;
  state(): Promise<BrainState>;
  dispose(): void;
}
