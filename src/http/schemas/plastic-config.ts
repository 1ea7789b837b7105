// What a plastic brain is made of, as clients write and read it, and what of it can be tuned.

import Type from "typebox";
import {
  MEMORY_INDEXES,
  MEMORY_POLICIES,
  NORMALIZATIONS,
  PLASTIC_DEFAULTS,
  READOUTS,
  TUNABLE,
} from "../../brain/config.ts";
import { PLASTIC_LIMITS, REJECT_BELOW_LIMITS, REWARD_LIMITS } from "../../brain/limits.ts";
import { bounds } from "./common.ts";
import { encoderInForce, encoderName } from "./encoder.ts";
import { ref } from "./ref.ts";
import { watching } from "./watching.ts";

export const PLASTIC_EXAMPLE = {
  ...PLASTIC_DEFAULTS,
  inputDim: 4,
  hiddenDim: 64,
  winners: 8,
  layers: 2,
  memorySize: 1000,
  neighbors: 5,
  seed: 42,
};

const reward = (key: "right" | "wrong", description: string) =>
  Type.Number({ ...bounds(REWARD_LIMITS), default: PLASTIC_DEFAULTS.reward[key], description });

const rewards = {
  right: reward("right", "For a sample that the brain knew; in panic and while the memory is fresh, for every sample."),
  wrong: reward("wrong", "For a sample that it did not know."),
};

export const Reward = Type.Object(rewards, {
  $id: "Reward",
  description: "How much of a sample reaches the synapses.",
  examples: [PLASTIC_DEFAULTS.reward],
});

export const RewardInput = Type.Object(Type.Partial(Type.Object(rewards)).properties, {
  $id: "RewardInput",
  additionalProperties: false,
  description: "How much of a sample is to reach the synapses.",
  examples: [{ wrong: 0 }],
});

const whole = (key: keyof typeof PLASTIC_DEFAULTS & keyof typeof PLASTIC_LIMITS, description: string) =>
  Type.Integer({ ...bounds(PLASTIC_LIMITS[key]), default: PLASTIC_DEFAULTS[key], description });

const settings = {
  inputDim: whole("inputDim", "Features of an input."),
  hiddenDim: whole("hiddenDim", "Neurons of each layer."),
  winners: whole("winners", "Neurons of a layer that fire for one input; at most `hiddenDim`."),
  layers: whole("layers", "Plastic layers, one on top of the other."),
  memorySize: whole("memorySize", "Samples that the episodic memory holds."),
  memoryPolicy: Type.Enum(MEMORY_POLICIES, {
    type: "string",
    default: PLASTIC_DEFAULTS.memoryPolicy,
    description:
      "Which sample makes room in a full memory: one of the largest class (`class-balanced`), any (`reservoir`), or the oldest (`fifo`). The first two leave it to chance whether the new one is taken, but for mode `panic`, in which every one is.",
  }),
  memoryIndex: Type.Enum(MEMORY_INDEXES, {
    type: "string",
    default: PLASTIC_DEFAULTS.memoryIndex,
    description:
      "How a prediction finds the remembered samples that it asks: among all of them (`exact`), or by an index (`hnsw`) that is many times as fast in a memory of hundreds of thousands and may miss a few. What is learned never depends on it.",
  }),
  readout: Type.Enum(READOUTS, {
    type: "string",
    default: PLASTIC_DEFAULTS.readout,
    description:
      "Who answers: the most similar remembered samples (`memory`); a ridge regression on sums of all that was ever taught, which no order of lessons changes (`analytic`); or that regression, put right by how wrong it is about the most similar remembered samples (`blend`). The last two want an `inputDim` of at most 2048, have at most 4096 classes, and give calibrated probabilities as `confidence`. A brain whose `inputDim` is larger has `memory` by default.",
  }),
  directions: whole(
    "directions",
    "Random directions, at most four a feature, that a readout of sums holds each sample against beside its own features. They show a ridge regression what bends; `blend` has its memory for that.",
  ),
  neighbors: whole(
    "neighbors",
    "Remembered samples that are asked about an input, the most similar ones: under `memory` they vote, under `blend` they tell how wrong the sums are about them (64 at most). At most `memorySize`.",
  ),
  learningRate: Type.Number({
    ...bounds(PLASTIC_LIMITS.learningRate),
    default: PLASTIC_DEFAULTS.learningRate,
    description: "How far a firing neuron moves towards what made it fire.",
  }),
  gate: Type.Number({
    ...bounds(PLASTIC_LIMITS.gate),
    default: PLASTIC_DEFAULTS.gate,
    description: "How much of its imagination a layer adds to its input.",
  }),
  neurogenesis: Type.Boolean({
    default: PLASTIC_DEFAULTS.neurogenesis,
    description: "Whether idle neurons are born again, with new random directions.",
  }),
  normalization: Type.Enum(NORMALIZATIONS, {
    type: "string",
    default: PLASTIC_DEFAULTS.normalization,
    description: "What stands before the memory: nothing, running statistics, or statistics of each batch.",
  }),
  rejectBelow: Type.Unsafe<number | null>({
    type: ["number", "null"],
    ...bounds(REJECT_BELOW_LIMITS),
    default: PLASTIC_DEFAULTS.rejectBelow,
    description:
      "An input less similar than this to everything remembered (novelty above 1 − rejectBelow) gets no label; null: every input gets one. What is learned does not depend on it; `accuracy` counts an input without a label as not known.",
  }),
  ...watching,
  seed: Type.Integer({
    ...bounds(PLASTIC_LIMITS.seed),
    description: "Seeds the brain's own random numbers; generated when absent.",
  }),
};

export const PlasticConfig = Type.Object(
  { ...settings, reward: ref(Reward), encoder: encoderInForce },
  {
    $id: "PlasticConfig",
    description:
      "What a plastic brain is made of now: as it was created, tuned since, and with the layers that there are.",
    examples: [PLASTIC_EXAMPLE],
  },
);

const wishes = Type.Partial(Type.Object({ ...settings, reward: ref(RewardInput), encoder: encoderName })).properties;

export const PlasticConfigInput = Type.Object(wishes, {
  $id: "PlasticConfigInput",
  additionalProperties: false,
  description: "What a plastic brain is to be made of. What is left out takes its default.",
  examples: [{ inputDim: 4, hiddenDim: 64, winners: 8, layers: 2, memorySize: 1000, neighbors: 5 }],
});

const { learningRate, gate, memoryIndex, neighbors, neurogenesis, rejectBelow } = wishes;
const { holdout, driftDetector, modePolicy } = wishes;

const isTunable = (name: string): boolean => TUNABLE.some((tunable) => tunable === name);

/** Settings that a brain keeps for its life, each with what to tell who wants to change it. */
const FIXED = Object.fromEntries(
  [...Object.keys(settings), "encoder"]
    .filter((name) => !isTunable(name))
    .map((name) => [name, "is fixed when a brain is created"]),
);

export const Tuning = Type.Object(
  {
    learningRate,
    gate,
    memoryIndex,
    neighbors,
    neurogenesis,
    reward: wishes.reward,
    rejectBelow,
    holdout,
    driftDetector,
    modePolicy,
  },
  {
    $id: "Tuning",
    additionalProperties: false,
    "x-refused": { ...FIXED, layers: "is changed a layer at a time: see …/layers" },
    description:
      "What to tune; what is left out stays. `learningRate` and `neurogenesis` become those of every layer, over any of its own. The rest of the configuration is fixed at creation.",
    examples: [{ learningRate: 0.02, rejectBelow: 0.4 }],
  },
);

/** Of a triarchic brain only what every kind has. */
export const TuningInForce = Type.Object(
  { ...Type.Partial(Type.Pick(PlasticConfig, TUNABLE)).properties, ...watching },
  {
    $id: "TuningInForce",
    description: "All that can be tuned of a brain of its kind, as it is now.",
    examples: [Object.fromEntries(TUNABLE.map((name) => [name, PLASTIC_DEFAULTS[name]]))],
  },
);
