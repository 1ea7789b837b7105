// What every kind of brain can do. A brain is a fold over its events: `apply` is deterministic and total, predictions change nothing.

import type { Matrix } from "../tensor/matrix.ts";
import type { Pace } from "../tensor/pace.ts";
import type { Tensors } from "../tensor/safetensors.ts";
import type { RowWatcher } from "../tensor/watched-matrix.ts";
import type { ReadoutHeader } from "./analytic/analytic-readout.ts";
import type { MemoryIndexState, MemoryPolicyName, Mode, PlasticConfig, TriarchicConfig } from "./config.ts";
import type { BrainEvent, MemoryFill, MergeCounts, Outcome } from "./events.ts";
import type { LayerStats } from "./layer-stats.ts";
import type { AnswerObserver, Answers } from "./measures/answers.ts";
import type { MeasuresHeader } from "./measures/measures-header.ts";
import type { LayerSettings } from "./shape.ts";
import type { Trace, TraceRequest } from "./trace.ts";
import type { WeightArrays } from "./weights.ts";

export type Score = {
  readonly label: string /** Share of the vote, with a readout of sums the probability, 0 to 1. */;
  readonly score: number;
};

/** A sample in an episodic memory. */
export type MemoryEntry = {
  /** Younger samples have larger ones; no other sample of the brain ever gets it. */
  readonly id: number;
  readonly label: string;
  /** Of the event that stored it; null where that was not written down. */
  readonly seq: number | null;
};

/** Where a prediction comes from. */
export type Explanation = {
  /** The remembered samples that were asked, most similar first; of a kind with an episodic memory. */
  readonly neighbors?: readonly (MemoryEntry & { readonly similarity: number })[];
  /** What a triarchic brain's parts say of the classes in `scores`, in their order. */
  readonly contributions?: Contributions;
};

/** Logits: `combined` is `core` plus `overlay`. */
export type Contributions = { readonly [Part in "combined" | "core" | "overlay"]: readonly Contribution[] };
export type Contribution = { readonly label: string; readonly score: number };

export type Prediction = {
  /**
   * The winning class; null where no class has a vote above 0 (nothing that is remembered speaks for any), and where the input is less
   * like anything remembered than `rejectBelow`.
   */
  readonly label: string | null;
  /** The winner's score, 0 to 1; 0 without a label. */
  readonly confidence: number;
  /** The `topK` best classes that got a vote, best first. */
  readonly scores: readonly Score[];
  /** 1 − cosine similarity to the most similar sample in memory; 1 while the memory is empty. */
  readonly novelty: number;
  /** Where it was asked for. */
  readonly explanation?: Explanation;
};

export type MemoryClass = {
  readonly label: string;
  /** Samples in the memory. */
  readonly count: number;
  readonly newestSeq: number | null;
  readonly oldestSeq: number | null;
};

export type MemorySummary = MemoryFill & {
  readonly policy: MemoryPolicyName;
  readonly index: MemoryIndexState;
  /** Every class that the brain was told of. */
  readonly classes: readonly MemoryClass[];
};

export type MemoryPageRequest = {
  readonly limit: number;
  /** Only samples with smaller ids; null for all. */
  readonly before: number | null;
  /** Only samples of this class; null for all. */
  readonly label: string | null;
  readonly withKeys: boolean;
};

export type MemoryPage = {
  /** Newest first; fewer than `limit` where their keys would be too much for one answer. */
  readonly entries: readonly MemoryEntry[];
  /** `before` of the next page; null on the last one. */
  readonly next: number | null;
  /** float32 [entries.length, inputDim], where asked for. */
  readonly keys: Matrix | null;
};

/** Looks into an episodic memory and changes nothing. */
export interface MemoryReader {
  readonly fill: MemoryFill;
  summary(): MemorySummary;
  page(request: MemoryPageRequest): Promise<MemoryPage>;
}

/** A brain's whole state: `header` is plain JSON (small), `tensors` are views that are valid until the next `apply`. */
export type BrainState<Header extends StateHeader = StateHeader> = {
  readonly header: Header;
  readonly tensors: Tensors;
};

/** What the headers of all kinds hold. */
export type CommonHeader = {
  readonly mode: Mode;
  /** Learn events applied. */
  readonly step: number;
  readonly labels: readonly string[];
  /** State of the brain's generator, 4 × uint32. */
  readonly random: readonly number[];
  /** What was measured of it; absent where that is nothing. */
  readonly measures?: MeasuresHeader;
};

export type PlasticHeader = CommonHeader & {
  /** 1 had no settings of layers, no `reward` and no `rejectBelow`; it is still read. */
  readonly format: 2;
  readonly kind: "plastic";
  /** The configuration in force; `layers` counts those that there are. */
  readonly config: PlasticConfig;
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
  /** Of a readout of sums. */
  readonly readout?: ReadoutHeader;
};

/** Plasticity steps and births so far, and the layer's settings. */
export type LayerHeader = { readonly steps: number; readonly recycled: number } & LayerSettings;

export type TriarchicHeader = CommonHeader & {
  readonly format: 1;
  readonly kind: "triarchic";
  readonly config: TriarchicConfig;
  /** Neurons born again so far. */
  readonly recycled: number;
};

export type StateHeader = PlasticHeader | TriarchicHeader;

/** Mean size of a triarchic brain's weights: how much stands in its slow core, and in its fast overlay. */
export type Energies = { readonly core: number; readonly overlay: number };

/** The same for every input, or by its row. */
export type PerRow<T> = T | ((row: number) => T);

/** What came from another brain, and the memory now. */
export type Merge = MergeCounts & { readonly newLabels: readonly string[]; readonly memory: MemoryFill };

export interface Brain {
  readonly mode: Mode;
  readonly step: number;
  /** A view of the present state that holds until the next `apply`; null for a kind without an episodic memory. */
  readonly memory: MemoryReader | null;
  /**
   * @param inputs float32 [batch, inputDim], finite
   * @param topK how many scores a prediction has at most
   * @param explain whether it is to say where it comes from
   */
  predict(inputs: Matrix, topK: PerRow<number>, explain?: PerRow<boolean>): Promise<Prediction[]>;
  /**
   * What it does with each input on the way to its prediction; changes nothing.
   * @param inputs float32 [batch, inputDim], finite
   */
  trace(inputs: Matrix, request: TraceRequest): Promise<Trace[]>;
  /** What each layer is like, first to last, none of a kind without layers; changes nothing. */
  layers(): readonly LayerStats[];
  /**
   * What a lesson in `mode` would hear of these samples before they are learned; changes nothing, and always looks at all that is remembered.
   * @param inputs float32 [batch, inputDim], finite
   * @param pace asked between its pieces, as in `apply`
   */
  answer(inputs: Matrix, mode: Mode, pace?: Pace): Promise<Answers>;
  /** Null for a kind that has none. */
  readonly energies: Energies | null;
  /**
   * Applies one event; never refuses. A lesson of no samples adds its labels and counts as a step, and does nothing else.
   * @param seq the event's number
   * @param observe hears what the brain answers to a lesson's samples
   * @param pace asked between the pieces of what a lesson reads before it changes anything: while it waits the brain is in the state before the
   * event, and may `predict` and `catchUp`
   * @throws only on a bug or when memory runs out
   */
  apply(event: BrainEvent, seq: number, observe?: AnswerObserver, pace?: Pace): Promise<Outcome>;
  /**
   * Takes in what a brain in another state knows; the two have nothing in common that `mergeObstacles` names. Measures and layers stay as they are. While it
   * pauses nobody else may look at this brain, and what comes out is a function of the two states.
   * @param seq of the event that this becomes
   * @throws RangeError on a bug: the other one is of another kind, or this kind has no sums
   */
  merge(other: BrainState, seq: number, pace?: Pace): Promise<Merge>;
  state(): Promise<BrainState>;
  /** The arrays of the state that it thinks with, without what it remembers: views that are valid until the next `apply`. */
  weights(): Promise<WeightArrays>;
  /** Whether there is work left that the next event waits for, and the state. */
  readonly isSettling: boolean;
  /** Does a few milliseconds of that work; `apply` and `state` do what is left of it first. */
  settle(): Promise<void>;
  /** Whether there is work left that makes predictions faster or better and is no part of the state. */
  readonly isBehind: boolean;
  /** Whether some of that work makes predictions better, and not faster alone: it is done first. */
  readonly isUnsolved: boolean;
  /** Does a few milliseconds of that work. */
  catchUp(): Promise<void>;
  /**
   * Tells `watcher` (null: nobody) of each row of the large arrays just before it is written, from now on.
   * @returns the arrays that this is true of; all other tensors of the present state, and layers that come later, change unheard of
   */
  watch(watcher: RowWatcher | null): readonly Float32Array[];
  dispose(): void;
}
