// Asking a brain with tensors, and its answer as tensors.

import Type from "typebox";
import { Label, stamp } from "./common.ts";
import { encodedBy } from "./inputs.ts";
import { predictionId, predictOptions } from "./predict.ts";
import { ref } from "./ref.ts";
import { HEADER_NOTE, jsonText, jsonTexts, optionalTexts, tensor } from "./tensors.ts";

/** Of one call; as many rows as `inputs` of JSON may have, which the schema cannot say. */
export const inputsTensor = tensor("F32", ["n", "inputDim"], "the inputs, row by row; finite numbers.");

export const PredictTensors = Type.Object(
  { __metadata__: optionalTexts({ ...predictOptions, encodedBy }), inputs: inputsTensor },
  {
    $id: "PredictTensors",
    additionalProperties: false,
    description: `Inputs to judge, as a safetensors file. ${HEADER_NOTE}`,
    examples: [{ __metadata__: { topK: "2" }, inputs: { dtype: "F32", shape: [1, 4], data_offsets: [0, 16] } }],
  },
);

const NONE = "−1 where there is none";
const NEIGHBORS = "with `explain`, of a plastic brain: ";
const CONTRIBUTIONS = "with `explain`, of a triarchic brain: ";
const optional = (...entry: Parameters<typeof tensor>) => Type.Optional(tensor(...entry));

export const PredictionTensors = Type.Object(
  {
    __metadata__: Type.Object({
      ...jsonTexts(stamp),
      classes: jsonText(Type.Array(ref(Label), { description: "The classes that the tensors count, from 0." })),
      ids: Type.Optional(jsonText(Type.Array(predictionId))),
    }),
    labels: tensor("I32", ["n"], "the winning class; −1 for null."),
    confidence: tensor("F32", ["n"], "the winner's score; 0 without a label."),
    novelty: tensor("F32", ["n"], "0 for what was seen before, up to 2."),
    scores: tensor("F32", ["n", "k"], "the best classes' scores, best first; 0 where there are fewer."),
    scoreLabels: tensor("I32", ["n", "k"], `the classes of \`scores\`; ${NONE}.`),
    "neighbors.ids": optional(
      "U32",
      ["n", "m", "2"],
      `${NEIGHBORS}ids of the samples that were asked, low word first; 0 where there is none.`,
    ),
    "neighbors.labels": optional("I32", ["n", "m"], `${NEIGHBORS}their classes; ${NONE}.`),
    "neighbors.similarity": optional("F32", ["n", "m"], `${NEIGHBORS}their similarity to the input.`),
    "neighbors.seqs": optional(
      "U32",
      ["n", "m", "2"],
      `${NEIGHBORS}\`seq\` of the changes that brought them, low word first; 0 for null.`,
    ),
    "contributions.combined": optional("F32", ["n", "k"], `${CONTRIBUTIONS}logits of the classes in \`scoreLabels\`.`),
    "contributions.core": optional("F32", ["n", "k"], `${CONTRIBUTIONS}the slow core's part of them.`),
    "contributions.overlay": optional("F32", ["n", "k"], `${CONTRIBUTIONS}the fast overlay's part of them.`),
  },
  {
    $id: "PredictionTensors",
    description: `The predictions as a safetensors file. ${HEADER_NOTE}`,
    examples: [
      {
        __metadata__: { brain: '"pets"', seq: "1", step: "1", mode: '"plastic"', classes: '["cat","dog"]' },
        labels: { dtype: "I32", shape: [1], data_offsets: [0, 4] },
        confidence: { dtype: "F32", shape: [1], data_offsets: [4, 8] },
        novelty: { dtype: "F32", shape: [1], data_offsets: [8, 12] },
        scores: { dtype: "F32", shape: [1, 2], data_offsets: [12, 20] },
        scoreLabels: { dtype: "I32", shape: [1, 2], data_offsets: [20, 28] },
      },
    ],
  },
);
