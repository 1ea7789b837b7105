// Asking a brain.

import Type from "typebox";
import { Label, share, stamp } from "./common.ts";
import { Explanation, explanationSchemas } from "./explanation.ts";
import { inputFields } from "./inputs.ts";
import { nullableString, ref } from "./ref.ts";

export const DEFAULT_TOP_K = 5;

/** What a call may say besides its inputs. */
export const predictOptions = {
  topK: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: 1000,
      default: DEFAULT_TOP_K,
      description: "How many scores to answer per input.",
    }),
  ),
  explain: Type.Optional(
    Type.Boolean({ default: false, description: "Whether to say where each prediction comes from." }),
  ),
  track: Type.Optional(
    Type.Boolean({
      default: false,
      description:
        "Whether labels may follow (`POST …/feedback`): each prediction gets an `id`, and is durable before the answer.",
    }),
  ),
};

/** @param maxRows inputs that one call may carry */
export const predictBody = (maxRows: number) =>
  Type.Object(
    { ...inputFields(maxRows), ...predictOptions },
    {
      $id: "PredictRequest",
      additionalProperties: false,
      description: "Inputs to judge.",
      examples: [{ inputs: [[0.8, 0.2, 0, 0.1]], topK: 2 }],
    },
  );

const Score = Type.Object(
  { label: ref(Label), score: share("The class's share of the vote, or with a readout of sums its probability.") },
  { $id: "Score", description: "A class and what speaks for it.", examples: [{ label: "cat", score: 0.93 }] },
);

const PREDICTION_EXAMPLE = {
  label: "cat",
  confidence: 0.93,
  scores: [
    { label: "cat", score: 0.93 },
    { label: "dog", score: 0.07 },
  ],
  novelty: 0.02,
};

export const predictionId = Type.String({
  description: "Names the prediction when its label is known later; only with `track`.",
});

export const Prediction = Type.Object(
  {
    id: Type.Optional(predictionId),
    label: nullableString({
      description:
        "The winning class; null where nothing that is remembered speaks for any class, and where `rejectBelow` of the configuration says so.",
    }),
    confidence: share(
      "The winner's share of the vote, with a readout of sums its probability, in a triarchic brain its share of the positive logits; 0 without a label.",
    ),
    scores: Type.Array(ref(Score), {
      description: "The `topK` best classes that got a vote or a probability, best first.",
    }),
    novelty: Type.Number({
      minimum: 0,
      maximum: 2,
      description:
        "1 − similarity to the most similar remembered sample, or to the nearest neuron of a triarchic brain's base: 0 for one seen before, 1 while the memory is empty.",
    }),
    explanation: Type.Optional(ref(Explanation)),
  },
  { $id: "Prediction", description: "What the brain makes of one input.", examples: [PREDICTION_EXAMPLE] },
);

export const PredictAnswer = Type.Object(
  { ...stamp, predictions: Type.Array(ref(Prediction), { description: "One per input, in their order." }) },
  {
    $id: "PredictAnswer",
    description: "Predictions, and the state of the brain that gave them.",
    examples: [{ brain: "pets", seq: 1, step: 1, mode: "plastic", predictions: [PREDICTION_EXAMPLE] }],
  },
);

export const predictSchemas = [Score, ...explanationSchemas, Prediction, PredictAnswer];
