// What a triarchic brain is made of, as clients write and read it.

import Type from "typebox";
import { TRIARCHIC_DEFAULTS, TRIARCHIC_RULES } from "../../brain/config.ts";
import { TRIARCHIC_LIMITS } from "../../brain/limits.ts";
import { bounds } from "./common.ts";
import { encoderInForce, encoderName } from "./encoder.ts";
import { watching } from "./watching.ts";

export const TRIARCHIC_EXAMPLE = { ...TRIARCHIC_DEFAULTS, inputDim: 4, hiddenDim: 64, winners: 8, seed: 42 };

const whole = (key: "inputDim" | "hiddenDim" | "winners", description: string) =>
  Type.Integer({ ...bounds(TRIARCHIC_LIMITS[key]), default: TRIARCHIC_DEFAULTS[key], description });

type Rate = "noveltyThreshold" | "utilityDecay" | "contextLearningRate" | "contextDecay" | "coreLearningRate";

const rate = (key: Rate, description: string) =>
  Type.Number({ ...bounds(TRIARCHIC_LIMITS[key]), default: TRIARCHIC_DEFAULTS[key], description });

const settings = {
  inputDim: whole("inputDim", "Features of an input."),
  hiddenDim: whole("hiddenDim", "Neurons of the sparse base."),
  winners: whole(
    "winners",
    "Neurons that an input draws, the weakest of which sets the threshold; at most `hiddenDim`.",
  ),
  noveltyThreshold: rate(
    "noveltyThreshold",
    "An input whose best similarity to the base is below this gets a neuron of its own.",
  ),
  utilityDecay: rate("utilityDecay", "What is left of a neuron's utility after a learn call; firing adds 1."),
  contextLearningRate: rate("contextLearningRate", "How fast the overlay learns."),
  contextDecay: rate("contextDecay", "What is left of the overlay after a learn call."),
  coreLearningRate: rate("coreLearningRate", "How fast the core learns."),
  consolidationRate: Type.Number({
    ...bounds(TRIARCHIC_LIMITS.consolidationRate),
    default: TRIARCHIC_DEFAULTS.consolidationRate,
    description: "How fast weights of the core that are right become important, and how strongly that holds them.",
  }),
  rules: Type.Enum(TRIARCHIC_RULES, {
    type: "string",
    default: TRIARCHIC_DEFAULTS.rules,
    description: "`stable` keeps old classes while new ones come; `seed` computes as the Plasticish Brain does.",
  }),
  ...watching,
  seed: Type.Integer({
    ...bounds(TRIARCHIC_LIMITS.seed),
    description: "Seeds the brain's own random numbers; generated when absent.",
  }),
};

export const TriarchicConfig = Type.Object(
  { ...settings, encoder: encoderInForce },
  {
    $id: "TriarchicConfig",
    description: "What a triarchic brain is made of: as it was created, but for how it is watched, which may be tuned.",
    examples: [TRIARCHIC_EXAMPLE],
  },
);

const wishes = Type.Partial(Type.Object({ ...settings, encoder: encoderName })).properties;

export const TriarchicConfigInput = Type.Object(wishes, {
  $id: "TriarchicConfigInput",
  additionalProperties: false,
  description: "What a triarchic brain is to be made of. What is left out takes its default.",
  examples: [{ inputDim: 4, hiddenDim: 64, winners: 8 }],
});
