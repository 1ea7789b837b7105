// What a brain looks like to clients: what creates it, and what is told of it.

import Type from "typebox";
import {
  KINDS,
  type Kind,
  MEMORY_INDEXES,
  MEMORY_POLICIES,
  NORMALIZATIONS,
  PLASTIC_DEFAULTS,
  TUNABLE,
} from "../../brain/config.ts";
import { PLASTIC_LIMITS, REJECT_BELOW_LIMITS, REWARD_LIMITS } from "../../brain/limits.ts";
import { BrainId, BrainMode, bounds, Label, nextCursor, plainText, Tags, timestamp } from "./common.ts";
import { byKind, nullableRef, nullableString, ref } from "./ref.ts";
import { TRIARCHIC_EXAMPLE, TriarchicConfig, TriarchicConfigInput } from "./triarchic-config.ts";

const EXAMPLE_CONFIG = {
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
      "Which sample makes room in a full memory: one of the largest class (`class-balanced`), any (`reservoir`), or the oldest (`fifo`).",
  }),
  memoryIndex: Type.Enum(MEMORY_INDEXES, {
    type: "string",
    default: PLASTIC_DEFAULTS.memoryIndex,
    description:
      "How a prediction finds the remembered samples that vote: among all of them (`exact`), or by an index (`hnsw`) that is many times as fast in a memory of hundreds of thousands and may miss a few. What is learned never depends on it.",
  }),
  neighbors: whole("neighbors", "Remembered samples that vote on a prediction; at most `memorySize`."),
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
  seed: Type.Integer({
    ...bounds(PLASTIC_LIMITS.seed),
    description: "Seeds the brain's own random numbers; generated when absent.",
  }),
};

const PlasticConfig = Type.Object(
  { ...settings, reward: ref(Reward) },
  {
    $id: "PlasticConfig",
    description:
      "What a plastic brain is made of now: as it was created, tuned since, and with the layers that there are.",
    examples: [EXAMPLE_CONFIG],
  },
);

const wishes = Type.Partial(Type.Object({ ...settings, reward: ref(RewardInput) })).properties;

const PlasticConfigInput = Type.Object(wishes, {
  $id: "PlasticConfigInput",
  additionalProperties: false,
  description: "What a plastic brain is to be made of. What is left out takes its default.",
  examples: [{ inputDim: 4, hiddenDim: 64, winners: 8, layers: 2, memorySize: 1000, neighbors: 5 }],
});

const { learningRate, gate, memoryIndex, neighbors, neurogenesis, rejectBelow } = wishes;

const isTunable = (name: string): boolean => TUNABLE.some((tunable) => tunable === name);

/** Settings that a brain keeps for its life, each with what to tell who wants to change it. */
const FIXED = Object.fromEntries(
  Object.keys(settings)
    .filter((name) => !isTunable(name))
    .map((name) => [name, "is fixed when a brain is created"]),
);

export const PlasticTuning = Type.Object(
  { learningRate, gate, memoryIndex, neighbors, neurogenesis, reward: wishes.reward, rejectBelow },
  {
    $id: "PlasticTuning",
    additionalProperties: false,
    "x-refused": { ...FIXED, layers: "is changed a layer at a time: see …/layers" },
    description:
      "What to tune; what is left out stays. `learningRate` and `neurogenesis` become those of every layer, over any of its own. The rest of the configuration is fixed at creation.",
    examples: [{ learningRate: 0.02, rejectBelow: 0.4 }],
  },
);

export const TuningInForce = Type.Pick(PlasticConfig, TUNABLE, {
  $id: "TuningInForce",
  description: "All that can be tuned, as it is now.",
  examples: [Object.fromEntries(TUNABLE.map((name) => [name, PLASTIC_DEFAULTS[name]]))],
});

const KIND_OF = {
  plastic: "Plastic layers and an episodic memory.",
  triarchic: "A sparse base, a slow core and a fast overlay.",
};

const kindOf = <K extends Kind>(kind: K) => Type.Enum([kind], { type: "string", description: KIND_OF[kind] });

const name = nullableString(plainText(256, { description: "A name for people; null for none.", examples: ["Pets"] }));

/** What any new brain may be given. */
export const creation = {
  id: Type.Optional(ref(BrainId)),
  name: Type.Optional(Type.String(plainText(256, { description: "A name for people." }))),
  tags: Type.Optional(ref(Tags)),
};

const CREATE_PLASTIC_EXAMPLE = {
  id: "pets",
  kind: "plastic",
  config: { inputDim: 4, hiddenDim: 64, winners: 8, layers: 2, memorySize: 1000, neighbors: 5 },
};
const CREATE_TRIARCHIC_EXAMPLE = {
  id: "sounds",
  kind: "triarchic",
  config: { inputDim: 4, hiddenDim: 64, winners: 8 },
};

const CreatePlasticBrain = Type.Object(
  { ...creation, kind: kindOf("plastic"), config: Type.Optional(ref(PlasticConfigInput)) },
  {
    $id: "CreatePlasticBrain",
    additionalProperties: false,
    description: "A plastic brain to create.",
    examples: [CREATE_PLASTIC_EXAMPLE],
  },
);

const CreateTriarchicBrain = Type.Object(
  { ...creation, kind: kindOf("triarchic"), config: Type.Optional(ref(TriarchicConfigInput)) },
  {
    $id: "CreateTriarchicBrain",
    additionalProperties: false,
    description: "A triarchic brain to create.",
    examples: [CREATE_TRIARCHIC_EXAMPLE],
  },
);

export const CreateBrain = byKind([CreatePlasticBrain, CreateTriarchicBrain], {
  $id: "CreateBrain",
  type: "object",
  "x-expects": `one of ${KINDS.join(", ")}`,
  description: "A brain to create. Only `kind` is needed.",
  examples: [CREATE_PLASTIC_EXAMPLE, CREATE_TRIARCHIC_EXAMPLE],
});

export const PatchBrain = Type.Object(
  { name: Type.Optional(name), tags: Type.Optional(ref(Tags)), config: Type.Optional(ref(PlasticTuning)) },
  {
    $id: "PatchBrain",
    additionalProperties: false,
    description: "What to change; what is left out stays. `tags` replaces all tags, `config` tunes the brain.",
    examples: [{ name: "Cats and dogs", tags: { team: "vision" } }],
  },
);

const Origin = Type.Object(
  {
    by: Type.Enum(["fork", "import"], { type: "string", description: "How it came." }),
    brain: nullableString({
      description: "The id of the brain that it is a copy of, then and there; null where the file did not say.",
    }),
    seq: Type.Integer({ minimum: 0, description: "The state that it began with; its own changes follow that number." }),
  },
  {
    $id: "Origin",
    description: "Where a brain came from.",
    examples: [{ by: "fork", brain: "pets", seq: 2 }],
  },
);

const BRAIN_EXAMPLE = {
  id: "pets",
  name: null,
  kind: "plastic",
  config: EXAMPLE_CONFIG,
  mode: "plastic",
  seq: 3,
  step: 2,
  labels: ["cat", "dog"],
  tags: { team: "vision" },
  origin: null,
  createdAt: "2026-03-01T09:30:00.000Z",
  updatedAt: "2026-03-01T09:31:12.500Z",
};

const TRIARCHIC_BRAIN_EXAMPLE = { ...BRAIN_EXAMPLE, id: "sounds", kind: "triarchic", config: TRIARCHIC_EXAMPLE };

const existence = {
  id: ref(BrainId),
  name,
  mode: ref(BrainMode),
  seq: Type.Integer({ minimum: 0, description: "Number of the brain's last change; grows by one with every change." }),
  step: Type.Integer({ minimum: 0, description: "Learn calls that the brain has taken in." }),
  labels: Type.Array(ref(Label), {
    description: "Classes that the brain has been told of, in the order in which it met them.",
  }),
  tags: ref(Tags),
  origin: nullableRef(Origin, {
    description: "Where it came from with what it had learned there; null when it was created here, empty.",
  }),
  createdAt: timestamp("When the brain was created, UTC."),
  updatedAt: timestamp("When anything about it last changed, UTC."),
};

const PlasticBrain = Type.Object(
  { ...existence, kind: kindOf("plastic"), config: ref(PlasticConfig) },
  { $id: "PlasticBrain", description: "A plastic brain, without its numbers.", examples: [BRAIN_EXAMPLE] },
);

const TriarchicBrain = Type.Object(
  { ...existence, kind: kindOf("triarchic"), config: ref(TriarchicConfig) },
  {
    $id: "TriarchicBrain",
    description: "A triarchic brain, without its numbers.",
    examples: [TRIARCHIC_BRAIN_EXAMPLE],
  },
);

export const Brain = byKind([PlasticBrain, TriarchicBrain], {
  $id: "Brain",
  description: "A brain, without its numbers.",
  examples: [BRAIN_EXAMPLE, TRIARCHIC_BRAIN_EXAMPLE],
});

export const BrainList = Type.Object(
  { brains: Type.Array(ref(Brain), { description: "Brains, oldest first." }), nextCursor: nullableString(nextCursor) },
  { $id: "BrainList", description: "One page of brains.", examples: [{ brains: [BRAIN_EXAMPLE], nextCursor: null }] },
);

/** Schemas that are told apart by `kind`. */
export const kindSchemas = [
  Reward,
  RewardInput,
  PlasticConfig,
  PlasticConfigInput,
  PlasticTuning,
  TuningInForce,
  TriarchicConfig,
  TriarchicConfigInput,
  CreatePlasticBrain,
  CreateTriarchicBrain,
  CreateBrain,
  Origin,
  PlasticBrain,
  TriarchicBrain,
  Brain,
];
