// Schemas that several resources share.

import Type from "typebox";
import { MODES } from "../../brain/config.ts";
import { MAX_LABEL_CHARACTERS, type Range, TEXT_PATTERN, VISIBLE_TEXT_PATTERN } from "../../brain/limits.ts";
import { ref } from "./ref.ts";

/** Text of at least one visible character. */
export const visibleText = (maxLength: number, options: object) => ({
  minLength: 1,
  maxLength,
  pattern: VISIBLE_TEXT_PATTERN,
  "x-expects": "text that is not blank, without control characters",
  ...options,
});

/** Text that may be empty. */
export const plainText = (maxLength: number, options: object) => ({
  maxLength,
  pattern: `^${TEXT_PATTERN}*$`,
  "x-expects": "text without control characters",
  ...options,
});

export const BRAIN_ID_PATTERN = "^[a-z0-9][a-z0-9._-]{0,62}$";

export const BrainId = Type.String({
  $id: "BrainId",
  pattern: BRAIN_ID_PATTERN,
  "x-expects": "1 to 63 characters of a-z, 0-9, dot, underscore and hyphen, beginning with a letter or digit",
  description: "A brain's id: chosen at creation, or generated.",
  examples: ["pets"],
});

export const BrainMode = Type.Enum(MODES, {
  $id: "Mode",
  type: "string",
  description:
    "`inference` learns nothing; `plastic` learns, with mature neurons fixed; `panic` adapts fast, mature neurons included, and a full memory takes every sample.",
  examples: ["plastic"],
});

/** Label of a class; the same text is the same class. */
export const Label = Type.String(
  visibleText(MAX_LABEL_CHARACTERS, {
    $id: "Label",
    description: "Name of a class. An unknown one is added.",
    examples: ["cat"],
  }),
);

export const Tags = Type.Unsafe<{ readonly [key: string]: string }>({
  $id: "Tags",
  type: "object",
  maxProperties: 64,
  propertyNames: { type: "string", ...visibleText(64, {}) },
  additionalProperties: { type: "string", ...plainText(256, {}) },
  description: "Your own notes on the brain, text by name.",
  examples: [{ team: "vision" }],
});

/** Which state gave an answer: the first fields of every answer about a brain. */
export const stamp = {
  brain: Type.String({ description: "The brain's id." }),
  seq: Type.Integer({ minimum: 0, description: "Number of the brain's last change; grows by one with every change." }),
  step: Type.Integer({ minimum: 0, description: "Learn calls that the brain has taken in." }),
  mode: ref(BrainMode),
};

/** @returns a range of the brain's as JSON Schema says it */
export const bounds = ({ least, above, most }: Range) => ({
  ...(above === undefined ? { minimum: least ?? 0 } : { exclusiveMinimum: above }),
  maximum: most,
});

export const nonNegative = (description: string) => Type.Integer({ minimum: 0, description });
export const share = (description: string) => Type.Number({ minimum: 0, maximum: 1, description });
export const timestamp = (description: string) => Type.String({ format: "date-time", description });

export const BrainParams = Type.Object({ brain: Type.String({ description: "The brain's id.", examples: ["pets"] }) });

export const CheckpointParams = Type.Object({
  brain: BrainParams.properties.brain,
  checkpoint: Type.String({ description: "The checkpoint's id.", examples: ["01m2x9k3v5"] }),
});

export const DEFAULT_PAGE_LIMIT = 50;

export const PageQuery = Type.Object(
  {
    limit: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 200,
        default: DEFAULT_PAGE_LIMIT,
        description: "Entries wanted.",
        examples: [50],
      }),
    ),
    cursor: Type.Optional(
      Type.String({
        maxLength: 512,
        pattern: "^[A-Za-z0-9._~=+/-]+$",
        "x-expects": "the nextCursor of an earlier answer",
        description: "Where to go on: the `nextCursor` of the answer before.",
      }),
    ),
  },
  { additionalProperties: false },
);

export const nextCursor = { description: "Give it as `cursor` to get the next page; null on the last one." };

/** For addresses that take no query. */
export const NoQuery = Type.Object({}, { additionalProperties: false });

/** For calls with nothing to say. */
export const Nothing = Type.Object(
  {},
  { $id: "Nothing", additionalProperties: false, description: "This call has nothing to say.", examples: [{}] },
);
