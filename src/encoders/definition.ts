// What an encoder is, as its file `encoder.json` says: which model, how its inputs are prepared, which of its outputs is taken.

import { createHash } from "node:crypto";
import Type, { type Static } from "typebox";
import Value from "typebox/value";
import { ENCODER_NAME_PATTERN } from "../brain/encoder-identity.ts";
import type { EncoderInfo } from "./encoder.ts";

const positive = (maximum: number, description: string) => Type.Integer({ minimum: 1, maximum, description });
const perChannel = (description: string) =>
  Type.Array(Type.Number(), { minItems: 1, maxItems: 3, description: `${description}, a number for each channel.` });

const ImageInput = Type.Object(
  {
    width: positive(4096, "Width that pictures are resized to."),
    height: positive(4096, "Height that pictures are resized to."),
    fit: Type.Enum(["cover", "contain", "fill"], {
      description: "`cover` cuts off what is too much, `contain` adds white, `fill` changes the proportions.",
    }),
    colour: Type.Enum(["rgb", "bgr", "grey"], { description: "The channels and their order." }),
    layout: Type.Enum(["nchw", "nhwc"], { description: "Channels before the pixels, or after them." }),
    mean: perChannel("Taken from each pixel, of 0 to 1"),
    std: perChannel("What the difference is divided by"),
  },
  { additionalProperties: false },
);

const ModelFile = Type.Object(
  {
    path: Type.String({
      pattern: "^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$",
      description: "The file's name beside `encoder.json`.",
    }),
    sha256: Type.String({ pattern: "^[0-9a-f]{64}$", description: "Of its bytes, hexadecimal." }),
    url: Type.Optional(
      Type.String({ pattern: "^https?://", description: "Where it can be had, if not beside `encoder.json`." }),
    ),
  },
  { additionalProperties: false },
);

const common = {
  name: Type.String({ pattern: ENCODER_NAME_PATTERN, description: "What brains call it." }),
  dimension: positive(65_536, "Features of an input."),
  files: Type.Array(ModelFile, { minItems: 1, maxItems: 64, description: "All files of the model." }),
  source: Type.Optional(Type.String({ description: "Where the model comes from, and its licence." })),
};

const ImageDefinition = Type.Object(
  {
    ...common,
    kind: Type.Literal("image"),
    format: Type.Enum(["onnx", "tfjs-graph"], {
      description: "What the model's files are; the first of them is opened.",
    }),
    input: ImageInput,
    output: Type.String({ minLength: 1, description: "The output, or the node, whose numbers are the features." }),
  },
  { additionalProperties: false, description: "An encoder of images." },
);

const TextDefinition = Type.Object(
  {
    ...common,
    kind: Type.Literal("text"),
    format: Type.Literal("universal-sentence-encoder", {
      description: "A TensorFlow.js graph `model.json` with its weights, and its `vocab.json`.",
    }),
  },
  { additionalProperties: false, description: "An encoder of texts." },
);

export type ImageInput = Static<typeof ImageInput>;
export type ImageDefinition = Static<typeof ImageDefinition>;
export type TextDefinition = Static<typeof TextDefinition>;
export type EncoderDefinition = ImageDefinition | TextDefinition;

/** @throws Error that names the first thing that is wrong */
export function readDefinition(text: string): EncoderDefinition {
  const value: unknown = JSON.parse(text);
  const isText = typeof value === "object" && value !== null && "kind" in value && value.kind === "text";
  const schema = isText ? TextDefinition : ImageDefinition;
  if (!Value.Check(schema, value)) {
    const [first] = Value.Errors(schema, value);
    throw new Error(`${first?.instancePath || "the definition"} ${first?.message ?? "is wrong"}`);
  }
  if (value.kind === "image") checkChannels(value.input);
  return value;
}

function checkChannels({ colour, mean, std }: ImageInput): void {
  const channels = colour === "grey" ? 1 : 3;
  for (const [name, { length }] of Object.entries({ mean, std })) {
    if (length !== channels) throw new Error(`/input/${name} has ${length} numbers, there are ${channels} channels`);
  }
  if (std.includes(0)) throw new Error("/input/std has a 0");
}

/** What there is to know of an encoder without opening it. */
export const infoOf = (definition: EncoderDefinition): EncoderInfo => {
  const { name, kind, dimension } = definition;
  return { name, kind, digest: digestOf(definition), dimension };
};

/** SHA-256 of all that decides what comes out: not of a name, or of where a file came from. */
function digestOf(definition: EncoderDefinition): string {
  const { kind, format, files, dimension } = definition;
  const decisive: unknown[] = [kind, format, dimension, files.map(({ sha256 }) => sha256)];
  if (definition.kind === "image") {
    const { width, height, fit, colour, layout, mean, std } = definition.input;
    decisive.push(width, height, fit, colour, layout, mean, std, definition.output);
  }
  return createHash("sha256").update(JSON.stringify(decisive)).digest("hex");
}
