// What a brain does with inputs, layer by layer.

import Type from "typebox";
import { MAX_TRACED } from "../../brains/trace.ts";
import { nonNegative, stamp } from "./common.ts";
import { inputFields } from "./inputs.ts";
import { Prediction, predictOptions } from "./predict.ts";
import { ref } from "./ref.ts";

/** @param maxRows inputs that one call of any kind may carry */
export const traceBody = (maxRows: number) =>
  Type.Object(
    {
      ...inputFields(Math.min(MAX_TRACED, maxRows)),
      topK: predictOptions.topK,
      imaginations: Type.Optional(
        Type.Boolean({
          default: false,
          description: "Whether each layer is to tell what it recalls; a triarchic brain has no layers.",
        }),
      ),
    },
    {
      $id: "TraceRequest",
      additionalProperties: false,
      description: "Inputs to follow on their way through the brain.",
      examples: [{ inputs: [[0.8, 0.2, 0, 0.1]], topK: 2, imaginations: true }],
    },
  );

const number = (description: string) => Type.Number({ description });
const size = (description: string) => Type.Number({ minimum: 0, description });
const winners = (description: string) => Type.Array(Type.Integer({ minimum: 0 }), { description });
const activations = (description: string) => Type.Array(Type.Number(), { description });

const LAYER_TRACE_EXAMPLE = {
  index: 0,
  neurons: 64,
  winners: [1, 4, 14, 32, 35, 37, 42, 53],
  activations: [
    0.1599225103855133, 0.15391892194747925, 0.16067278385162354, 0.1596325933933258, 0.1978868693113327,
    0.1824387162923813, 0.15657156705856323, 0.27937766909599304,
  ],
  mature: [1, 4, 14, 32, 35, 37, 42, 53],
  matureWinners: 8,
  gate: 0.01,
  inputNorm: 0.8306623986696415,
  contribution: 0.0003643778009358589,
  imagination: [0.028560420498251915, -0.006256281863898039, -0.001840203651227057, 0.00760895200073719],
};

const LayerTrace = Type.Object(
  {
    index: nonNegative("The layer's index, from 0, in the order in which they think."),
    neurons: nonNegative("Neurons that the layer has."),
    winners: winners("The neurons that fired, ascending: `winners` of the configuration."),
    activations: activations("How strongly each of them fired: `x̂·e`, doubled in panic."),
    mature: winners("Those of them that are mature."),
    matureWinners: nonNegative("How many of them are mature."),
    gate: size("How much of what it recalls the layer adds to what it is given."),
    inputNorm: size("Length of what the layer was given, `‖x‖`."),
    contribution: size(
      "How much the layer changed that: `‖gate · imagination‖ / ‖x‖`, 0 where it was given nothing but zeros.",
    ),
    imagination: Type.Optional(
      Type.Array(Type.Number(), {
        description: "What the layer recalled, before the gate: `inputDim` numbers; with `imaginations`.",
      }),
    ),
  },
  { $id: "LayerTrace", description: "What one layer did with one input.", examples: [LAYER_TRACE_EXAMPLE] },
);

const BASE_TRACE_EXAMPLE = {
  neurons: 64,
  winners: [4, 23, 34, 48, 49, 53, 58],
  activations: [
    0.18932045996189117, 0.15812142193317413, 0.6427093744277954, 0.499809205532074, 0.14507834613323212,
    0.49832648038864136, 0.08302859961986542,
  ],
  similarity: 0.9455759525299072,
};

const BaseTrace = Type.Object(
  {
    neurons: nonNegative("Neurons that the base has."),
    winners: winners(
      "The neurons that fired, ascending. Of `winners` that are drawn the weakest is the threshold and does not fire; where none stands out, none does.",
    ),
    activations: activations("How strongly each of them fired; together they have length 1."),
    similarity: number("Similarity of the input to the nearest neuron; the prediction's novelty is 1 less this."),
  },
  { $id: "BaseTrace", description: "Who fired in the sparse base for one input.", examples: [BASE_TRACE_EXAMPLE] },
);

const LOGIT_ENERGIES_EXAMPLE = { core: 0.4806402921676636, overlay: 0.03456540033221245 };

const LogitEnergies = Type.Object(
  {
    core: size("Mean size of the slow core's logits, over all classes; 0 without any."),
    overlay: size("The same of the fast overlay."),
  },
  {
    $id: "LogitEnergies",
    description: "How much either part of a triarchic brain has to say of one input.",
    examples: [LOGIT_ENERGIES_EXAMPLE],
  },
);

const PLASTIC_EXAMPLE = {
  prediction: {
    label: "cat",
    confidence: 0.9000123725260759,
    scores: [
      { label: "cat", score: 0.9000123725260759 },
      { label: "dog", score: 0.0999876274739241 },
    ],
    novelty: 0.013384103775024414,
    explanation: {
      neighbors: [
        { id: 65_536, label: "cat", similarity: 0.9866158962249756, seq: 1 },
        { id: 131_072, label: "cat", similarity: 0.9866110682487488, seq: 2 },
        { id: 65_537, label: "dog", similarity: 0.1096237450838089, seq: 1 },
        { id: 131_073, label: "dog", similarity: 0.10959355533123016, seq: 2 },
      ],
    },
  },
  layers: [LAYER_TRACE_EXAMPLE],
};

const TRIARCHIC_EXAMPLE = {
  prediction: {
    label: "cat",
    confidence: 1,
    scores: [{ label: "cat", score: 1 }],
    novelty: 0.05442404747009277,
    explanation: {
      contributions: {
        combined: [{ label: "cat", score: 1.0304113626480103 }],
        core: [{ label: "cat", score: 0.9612805843353271 }],
        overlay: [{ label: "cat", score: 0.0691308006644249 }],
      },
    },
  },
  base: BASE_TRACE_EXAMPLE,
  energies: LOGIT_ENERGIES_EXAMPLE,
};

const Trace = Type.Object(
  {
    prediction: ref(Prediction),
    layers: Type.Optional(
      Type.Array(ref(LayerTrace), { description: "Plastic brain: the layers, in the order in which they think." }),
    ),
    base: Type.Optional(ref(BaseTrace)),
    energies: Type.Optional(ref(LogitEnergies)),
  },
  {
    $id: "Trace",
    description:
      "What the brain did with one input. `layers` is of plastic brains, `base` and `energies` are of triarchic ones; the prediction is what `predict` answers with `explain`.",
    examples: [PLASTIC_EXAMPLE, TRIARCHIC_EXAMPLE],
  },
);

export const TraceAnswer = Type.Object(
  { ...stamp, traces: Type.Array(ref(Trace), { description: "One per input, in their order." }) },
  {
    $id: "TraceAnswer",
    description: "Traces, and the one state of the brain that gave them.",
    examples: [{ brain: "pets", seq: 3, step: 2, mode: "plastic", traces: [PLASTIC_EXAMPLE] }],
  },
);

export const traceSchemas = [LayerTrace, BaseTrace, LogitEnergies, Trace, TraceAnswer];
