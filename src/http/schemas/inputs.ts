// What a call is about: features, or what the brain's encoder makes features of. A call has one of them, which the schema cannot say
// (`inputs.ts` does).

import Type from "typebox";
import { MAX_TEXT_CHARACTERS } from "../../brain/limits.ts";

/** Samples as arrays of numbers; rows of one length, which the schema cannot say either. */
const features = (maxRows: number) =>
  Type.Array(Type.Array(Type.Number(), { minItems: 1 }), {
    minItems: 1,
    maxItems: maxRows,
    description: "Inputs, each of the brain's `inputDim` finite numbers within float32's range.",
    examples: [[[0.8, 0.2, 0, 0.1]]],
  });

const images = (maxRows: number) =>
  Type.Array(
    Type.String({
      // Without a length: to count a long text's characters takes as long as all other checks of it.
      pattern: "^[A-Za-z0-9+/]+={0,2}$",
      contentEncoding: "base64",
      "x-expects": "an image's file in base64, without `data:` before it",
    }),
    {
      minItems: 1,
      maxItems: maxRows,
      description:
        "For a brain whose encoder takes images: PNG, JPEG or WebP files in base64. They are turned upright, resized and scaled as the encoder says.",
    },
  );

const texts = (maxRows: number) =>
  Type.Array(Type.String({ minLength: 1, maxLength: MAX_TEXT_CHARACTERS }), {
    minItems: 1,
    maxItems: maxRows,
    description: "For a brain whose encoder takes texts.",
    examples: [["See you at lunch tomorrow"]],
  });

/** Of a JSON body. @param maxRows inputs that one call may carry */
export const inputFields = (maxRows: number) => ({
  inputs: Type.Optional(features(maxRows)),
  images: Type.Optional(images(maxRows)),
  texts: Type.Optional(texts(maxRows)),
  encodedBy,
});

/** Who made features that a brain with an encoder is sent. */
export const encodedBy = Type.Optional(
  Type.String({
    pattern: "^[0-9a-f]{64}$",
    "x-expects": "an encoder's digest",
    description:
      "Digest of the encoder that made `inputs`. A brain with an encoder takes features of that one alone; of one without, it stays out.",
  }),
);
