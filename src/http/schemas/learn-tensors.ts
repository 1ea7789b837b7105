// Teaching a brain with tensors, and its answer as a file: what it says has no arrays, so that all of it is metadata.

import Type from "typebox";
import { Label } from "./common.ts";
import { encodedBy } from "./inputs.ts";
import { labelsSchema, learnedFields, learnOptions } from "./learn.ts";
import { inputsTensor } from "./predict-tensors.ts";
import { ref } from "./ref.ts";
import { HEADER_NOTE, jsonTexts, optionalTexts, tensor } from "./tensors.ts";

/** More than a lesson of any size can mean; the body's size bounds what they take. */
const MAX_CLASSES = 65_536;

/** @param maxRows inputs that one call may carry */
export const learnTensors = (maxRows: number) =>
  Type.Object(
    {
      __metadata__: optionalTexts({
        labels: labelsSchema(maxRows),
        classes: Type.Array(ref(Label), {
          minItems: 1,
          maxItems: MAX_CLASSES,
          description:
            "The classes that the tensor `labels` counts, from 0. Those that no label names are not learned.",
        }),
        ...learnOptions,
        encodedBy,
      }),
      inputs: inputsTensor,
      labels: Type.Optional(
        tensor("I32", ["n"], "what each input is: a place in `classes`, which stands in the metadata."),
      ),
    },
    {
      $id: "LearnTensors",
      additionalProperties: false,
      description: `Samples and what they are, as a safetensors file. Labels are text in the metadata (\`labels\`), or a tensor \`labels\` with \`classes\` in the metadata: one of both. ${HEADER_NOTE}`,
      examples: [
        {
          __metadata__: { labels: '["cat","dog"]' },
          inputs: { dtype: "F32", shape: [2, 4], data_offsets: [0, 32] },
        },
        {
          __metadata__: { classes: '["cat","dog"]', mode: '"panic"' },
          inputs: { dtype: "F32", shape: [2, 4], data_offsets: [0, 32] },
          labels: { dtype: "I32", shape: [2], data_offsets: [32, 40] },
        },
      ],
    },
  );

export const LearnedTensors = Type.Object(
  { __metadata__: Type.Object(jsonTexts(learnedFields)) },
  {
    $id: "LearnedTensors",
    description: `What one step of learning did, as a safetensors file without tensors. ${HEADER_NOTE}`,
    examples: [
      {
        __metadata__: {
          brain: '"pets"',
          seq: "1",
          step: "1",
          mode: '"plastic"',
          samples: "2",
          heldOut: "0",
          accuracy: "0",
          reward: "1",
          recycled: "0",
          memory: '{"stored":2,"capacity":1000}',
          newLabels: '["cat","dog"]',
        },
      },
    ],
  },
);
