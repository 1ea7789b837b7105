// Files that come and go: the bytes themselves are checked where they are read (brains/state-file.ts), not by a schema.

import Type from "typebox";
import { TEXT_PATTERN } from "../../brain/limits.ts";
import { BRAIN_ID_PATTERN, plainText } from "./common.ts";

/** Of a state: https://github.com/huggingface/safetensors */
export const SAFETENSORS = "application/vnd.safetensors";

/** Bytes: without a type, as JSON Schema has none for them. */
export const StateFile = Type.Unsafe<unknown>({
  $id: "StateFile",
  contentMediaType: SAFETENSORS,
  description:
    "A brain's whole state as a safetensors file: docs/files.md names its tensors and metadata. Bytes, not JSON.",
  examples: ["(the bytes of a safetensors file)"],
});

/** Of a whole brain. */
export const TAR = "application/x-tar";

export const BrainArchive = Type.Unsafe<unknown>({
  $id: "BrainArchive",
  contentMediaType: TAR,
  description: "A whole brain with its log as a tar archive: docs/files.md says what is in it. Bytes, not JSON.",
  examples: ["(the bytes of a tar archive)"],
});

const NAME = TEXT_PATTERN.replace("[^", "[^:");

export const ImportQuery = Type.Object(
  {
    id: Type.Optional(
      Type.String({
        pattern: BRAIN_ID_PATTERN,
        "x-expects": "1 to 63 characters of a-z, 0-9, dot, underscore and hyphen, beginning with a letter or digit",
        description: "The new brain's id; generated when left out.",
        examples: ["pets"],
      }),
    ),
    name: Type.Optional(Type.String(plainText(256, { description: "A name for people.", examples: ["Pets"] }))),
    tag: Type.Optional(
      Type.Array(
        Type.String({
          pattern: `^(?=[^:]*[^\\s:])${NAME}{1,64}:${TEXT_PATTERN}{0,256}$`,
          "x-expects": "a tag's name, a colon, and its value",
        }),
        {
          maxItems: 64,
          description: "Your own notes on the brain, `name:value`, one `tag` each.",
          examples: [["team:vision"]],
        },
      ),
    ),
  },
  { additionalProperties: false },
);
