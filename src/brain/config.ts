// What a brain is made of: most of it fixed when it is created, some of it tuned while it lives (`Tuning`). Plain data: the HTTP schemas
// check ranges, `http/schemas/brain.ts`.

/** `inference` learns nothing, `plastic` learns with mature neurons fixed, `panic` adapts fast. */
export const MODES = ["inference", "plastic", "panic"] as const;
export type Mode = (typeof MODES)[number];
export type LearningMode = Exclude<Mode, "inference">;

export const KINDS = ["plastic"] as const;
export type Kind = (typeof KINDS)[number];

/** Which kinds remember single samples. */
export const HAS_EPISODIC_MEMORY: Readonly<Record<Kind, boolean>> = { plastic: true };

/** What stands between the stack and the memory: nothing, running statistics, or the seed's batch normalisation. */
export const NORMALIZATIONS = ["none", "running", "batch"] as const;
export type NormalizationKind = (typeof NORMALIZATIONS)[number];

/**
 * Which sample makes room in a full memory: one of the largest class (class-balancing reservoir sampling), any (reservoir sampling), or
 * the oldest (the seed's ring).
 */
export const MEMORY_POLICIES = ["class-balanced", "reservoir", "fifo"] as const;
export type MemoryPolicyName = (typeof MEMORY_POLICIES)[number];

/** How much of a sample reaches the synapses when the brain knew it, and when it did not. */
export type Reward = { readonly right: number; readonly wrong: number };

/** A plastic brain's configuration, complete. */
export type PlasticConfig = {
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

/** The sizes of the seed's brain; a caller overrides what it wants. */
export const PLASTIC_DEFAULTS: Omit<PlasticConfig, "seed"> = {
  inputDim: 512,
  hiddenDim: 4096,
  winners: 128,
  layers: 4,
  memorySize: 60_000,
  memoryPolicy: "class-balanced",
  neighbors: 50,
  learningRate: 0.04,
  gate: 0.01,
  neurogenesis: true,
  normalization: "none",
  reward: { right: 1, wrong: -0.2 },
  rejectBelow: null,
};

/** What may change while a brain lives. */
export const TUNABLE = ["learningRate", "gate", "neighbors", "neurogenesis", "reward", "rejectBelow"] as const;
export type Tuning = Pick<PlasticConfig, (typeof TUNABLE)[number]>;

/** Layers that a brain has at most. */
export const MAX_LAYERS = 64;

/** What a configuration meant that was stored before a setting existed. */
export const STORED_DEFAULTS = {
  memoryPolicy: "fifo",
  reward: PLASTIC_DEFAULTS.reward,
  rejectBelow: PLASTIC_DEFAULTS.rejectBelow,
} as const satisfies Partial<PlasticConfig>;

const FLOAT_BYTES = 4;

/** Class (1 word), id and seq (2 each). */
const WORDS_PER_ENTRY = 5;

/** @returns the bytes that a brain's state takes in memory once its episodic memory is full */
export function stateBytes(config: PlasticConfig): number {
  const synapses = 2 * config.hiddenDim * config.inputDim;
  const perNeuron = 4 * config.hiddenDim;
  const memory = config.memorySize * (config.inputDim + WORDS_PER_ENTRY);
  return FLOAT_BYTES * (config.layers * (synapses + perNeuron) + memory);
}
