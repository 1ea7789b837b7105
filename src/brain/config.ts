// What a brain is made of: most of it fixed when it is created, some of it tuned while it lives (`Tuning`). Plain data: the HTTP schemas
// check ranges, `http/schemas/brain.ts`.

import { ENCODED_DEFAULTS, type Encoded } from "./encoder-identity.ts";
import { WATCHING, WATCHING_DEFAULTS, type Watching } from "./watching.ts";

/** `inference` learns nothing, `plastic` learns with mature neurons fixed, `panic` adapts fast. */
export const MODES = ["inference", "plastic", "panic"] as const;
export type Mode = (typeof MODES)[number];
export type LearningMode = Exclude<Mode, "inference">;

export const KINDS = ["plastic", "triarchic"] as const;
export type Kind = (typeof KINDS)[number];

/** Which kinds remember single samples. */
export const HAS_EPISODIC_MEMORY: Readonly<Record<Kind, boolean>> = { plastic: true, triarchic: false };

/** What stands between the stack and the memory: nothing, running statistics, or the seed's batch normalisation. */
export const NORMALIZATIONS = ["none", "running", "batch"] as const;
export type NormalizationKind = (typeof NORMALIZATIONS)[number];

/**
 * Which sample makes room in a full memory: one of the largest class (class-balancing reservoir sampling), any (reservoir sampling), or
 * the oldest (the seed's ring).
 */
export const MEMORY_POLICIES = ["class-balanced", "reservoir", "fifo"] as const;
export type MemoryPolicyName = (typeof MEMORY_POLICIES)[number];

/** How a prediction finds the neighbours that vote: among all keys, or by an index that may miss some. What is learned rests on all keys. */
export const MEMORY_INDEXES = ["exact", "hnsw"] as const;
export type MemoryIndexName = (typeof MEMORY_INDEXES)[number];

export const MEMORY_INDEX_STATES = ["exact", "building", "ready", "unavailable"] as const;

/** Where the index stands. */
export type MemoryIndexState = {
  /** Predictions look at all keys, but for `ready`: none is wanted, it is under way, or it cannot be had on this machine. */
  readonly state: (typeof MEMORY_INDEX_STATES)[number];
  /** Keys that are in it. */
  readonly indexed: number;
};

/**
 * Who answers: the most similar remembered samples; a ridge regression on sums of all that was ever taught; or both, each as far as it has proved
 * right.
 */
export const READOUTS = ["memory", "analytic", "blend"] as const;
export type ReadoutName = (typeof READOUTS)[number];

/** How much of a sample reaches the synapses when the brain knew it, and when it did not. */
export type Reward = { readonly right: number; readonly wrong: number };

/** A plastic brain's configuration, complete. */
export type PlasticConfig = Encoded &
  Watching & {
    /** Features of an input. */
    readonly inputDim: number;
    /** Neurons of each layer. */
    readonly hiddenDim: number;
    /** How many neurons of a layer fire for one input (k-winner sparse code). */
    readonly winners: number;
    readonly layers: number;
    /** Samples that the episodic memory holds. */
    readonly memorySize: number;
    readonly memoryPolicy: MemoryPolicyName;
    readonly memoryIndex: MemoryIndexName;
    readonly readout: ReadoutName;
    /** Random directions, at most four a feature, that a readout of sums holds each sample against beside its own features. */
    readonly directions: number;
    /** Remembered samples that vote on a prediction. */
    readonly neighbors: number;
    readonly learningRate: number;
    /** How much of its imagination a layer adds to its input. */
    readonly gate: number;
    readonly neurogenesis: boolean;
    readonly normalization: NormalizationKind;
    readonly reward: Reward;
    /** An input whose most similar remembered sample is less similar than this gets no label; null: every input gets one. */
    readonly rejectBelow: number | null;
    /** Seeds the brain's own generator, uint32. */
    readonly seed: number;
  };

/**
 * The sizes of the seed's brain, but for `neighbors` (the seed: 50; docs/decisions/0047), and a readout that it has not; a caller overrides what it
 * wants. Without a wish the readout follows from `inputDim`: `readoutFor` in limits.ts.
 */
export const PLASTIC_DEFAULTS: Omit<PlasticConfig, "seed"> = {
  inputDim: 512,
  hiddenDim: 4096,
  winners: 128,
  layers: 4,
  memorySize: 60_000,
  memoryPolicy: "class-balanced",
  memoryIndex: "exact",
  readout: "blend",
  directions: 0,
  neighbors: 20,
  learningRate: 0.04,
  gate: 0.01,
  neurogenesis: true,
  normalization: "none",
  reward: { right: 1, wrong: -0.2 },
  rejectBelow: null,
  ...ENCODED_DEFAULTS,
  ...WATCHING_DEFAULTS,
};

/** What may change while a brain lives. */
export const TUNABLE = [
  "learningRate",
  "gate",
  "memoryIndex",
  "neighbors",
  "neurogenesis",
  "reward",
  "rejectBelow",
  ...WATCHING,
] as const;
export type Tuning = Pick<PlasticConfig, (typeof TUNABLE)[number]>;

/** Layers that a brain has at most. */
export const MAX_LAYERS = 64;

/** What a configuration meant that was stored before a setting existed. */
export const STORED_DEFAULTS = {
  memoryPolicy: "fifo",
  memoryIndex: PLASTIC_DEFAULTS.memoryIndex,
  readout: "memory",
  reward: PLASTIC_DEFAULTS.reward,
  rejectBelow: PLASTIC_DEFAULTS.rejectBelow,
  ...ENCODED_DEFAULTS,
  ...WATCHING_DEFAULTS,
} as const satisfies Partial<PlasticConfig>;

/** As `STORED_DEFAULTS`, of `directions`: there were as many as this in every readout of sums. */
export const storedDirections = (readout: ReadoutName): number => (readout === "memory" ? 0 : 256);

/** `stable` keeps old classes through a stream of new ones, `seed` computes the Plasticish Brain's figures (docs/learning.md). */
export const TRIARCHIC_RULES = ["stable", "seed"] as const;
export type TriarchicRules = (typeof TRIARCHIC_RULES)[number];

/** A triarchic brain's configuration, complete. */
export type TriarchicConfig = Encoded &
  Watching & {
    /** Features of an input. */
    readonly inputDim: number;
    /** Neurons of the sparse base. */
    readonly hiddenDim: number;
    /** How many neurons are drawn for one input; the weakest of them is the threshold, so that one less fires. */
    readonly winners: number;
    /** An input whose best similarity to the base's neurons is below this is new to it and gets a neuron of its own. */
    readonly noveltyThreshold: number;
    /** What is left of a neuron's utility after a learn event; firing adds 1. */
    readonly utilityDecay: number;
    readonly contextLearningRate: number;
    /** What is left of the overlay after a learn event. */
    readonly contextDecay: number;
    readonly coreLearningRate: number;
    /** How fast the core's weights become important by being right, and how strongly importance brakes them. */
    readonly consolidationRate: number;
    readonly rules: TriarchicRules;
    /** Seeds the brain's own generator, uint32. */
    readonly seed: number;
  };

/** The seed's settings, under our rules; a caller overrides what it wants. */
export const TRIARCHIC_DEFAULTS: Omit<TriarchicConfig, "seed"> = {
  inputDim: 512,
  hiddenDim: 8192,
  winners: 32,
  noveltyThreshold: 0.85,
  utilityDecay: 0.995,
  contextLearningRate: 0.5,
  contextDecay: 0.8,
  coreLearningRate: 0.05,
  consolidationRate: 2,
  rules: "stable",
  ...ENCODED_DEFAULTS,
  ...WATCHING_DEFAULTS,
};

type ConfigOfKind = { readonly plastic: PlasticConfig; readonly triarchic: TriarchicConfig };

/** What a brain is made of: its kind and that kind's configuration. */
export type Blueprint = { [K in Kind]: { readonly kind: K; readonly config: ConfigOfKind[K] } }[Kind];

/** @returns the kind and configuration of something that has more */
export const blueprintOf = (whole: Blueprint): Blueprint =>
  whole.kind === "plastic" ? { kind: whole.kind, config: whole.config } : { kind: whole.kind, config: whole.config };

const FLOAT_BYTES = 4;

/** Classes that a brain is counted with when it is created, where it has numbers for each; how many it will meet nobody knows. */
const FORESEEN_CLASSES = 100;

/** Class (1 word), id and seq (2 each). */
const WORDS_PER_ENTRY = 5;

/** An index holds each key in bytes, and its links; and again for half as many keys that have gone. */
const INDEX_BYTES_PER_ENTRY = 250;
const INDEX_ENTRIES_PER_KEY = 1.5;

/** Class and task of a sample that is held out. */
const WORDS_PER_HELD = 2;

/**
 * @param classes that the brain has; a triarchic one, or a readout of sums, is counted with 100 at least
 * @returns the bytes that a brain's state takes in memory once its episodic memory and its hold-out are full
 */
export function stateBytes({ kind, config }: Blueprint, classes = 0): number {
  const heldOut = FLOAT_BYTES * config.holdout * classes * (config.inputDim + WORDS_PER_HELD);
  const own =
    kind === "plastic"
      ? plasticBytes(config, Math.max(classes, FORESEEN_CLASSES))
      : triarchicBytes(config, Math.max(classes, FORESEEN_CLASSES));
  return own + heldOut;
}

const triarchicBytes = ({ hiddenDim, inputDim }: TriarchicConfig, classes: number): number =>
  FLOAT_BYTES * hiddenDim * (inputDim + 1 + 3 * classes);

/** A readout of sums has a triangle of float64, and for each class two sums and two rows of weights. */
const BYTES_PER_SUM = 8;
const BYTES_PER_CLASS_FEATURE = 2 * (BYTES_PER_SUM + FLOAT_BYTES);

function readoutBytes(config: PlasticConfig, classes: number): number {
  if (config.readout === "memory") return 0;
  const width = featuresOf(config);
  return (BYTES_PER_SUM * width * (width + 1)) / 2 + BYTES_PER_CLASS_FEATURE * width * classes;
}

const DIRECTIONS_PER_FEATURE = 4;

/** Directions that there are. */
export const expansionOf = ({ inputDim, directions }: Pick<PlasticConfig, "inputDim" | "directions">): number =>
  Math.min(directions, DIRECTIONS_PER_FEATURE * inputDim);

/** Features of a readout of sums: the sample's own, what the directions see of it, and one that is the same for all. */
export const featuresOf = (config: Pick<PlasticConfig, "inputDim" | "directions">): number =>
  config.inputDim + expansionOf(config) + 1;

function plasticBytes(config: PlasticConfig, classes: number): number {
  const synapses = 2 * config.hiddenDim * config.inputDim;
  const perNeuron = 4 * config.hiddenDim;
  const memory = config.memorySize * (config.inputDim + WORDS_PER_ENTRY);
  const indexEntries = config.memoryIndex === "exact" ? 0 : INDEX_ENTRIES_PER_KEY * config.memorySize;
  const index = Math.ceil(indexEntries * (config.inputDim + INDEX_BYTES_PER_ENTRY));
  return FLOAT_BYTES * (config.layers * (synapses + perNeuron) + memory) + index + readoutBytes(config, classes);
}
