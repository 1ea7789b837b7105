// What a brain is made of, fixed when it is created. Plain data: the HTTP schemas check ranges, `http/schemas/brain.ts`.

/** `inference` learns nothing, `plastic` learns with mature neurons fixed, `panic` adapts fast. */
export const MODES = ["inference", "plastic", "panic"] as const;
export type Mode = (typeof MODES)[number];
export type LearningMode = Exclude<Mode, "inference">;

export const KINDS = ["plastic"] as const;
export type Kind = (typeof KINDS)[number];

/** What stands between the stack and the memory: nothing, running statistics, or the seed's batch normalisation. */
export const NORMALIZATIONS = ["none", "running", "batch"] as const;
export type NormalizationKind = (typeof NORMALIZATIONS)[number];

/**
 * Which sample makes room in a full memory: one of the largest class (class-balancing reservoir sampling), any (reservoir sampling), or
 * the oldest (the seed's ring).
 */
export const MEMORY_POLICIES = ["class-balanced", "reservoir", "fifo"] as const;
export type MemoryPolicyName = (typeof MEMORY_POLICIES)[number];

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
};

/** What a configuration meant that was stored before a setting existed. */
export const STORED_DEFAULTS = { memoryPolicy: "fifo" } as const satisfies Partial<PlasticConfig>;

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
