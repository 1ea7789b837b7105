// Encoders: what turns images and texts into features, and which of them a brain was created with.

import Type from "typebox";
import { ENCODER_NAME_PATTERN, INPUT_KINDS } from "../../brain/encoder-identity.ts";
import { nullableRef, ref } from "./ref.ts";

export const encoderName = Type.String({
  pattern: ENCODER_NAME_PATTERN,
  "x-expects": "the name of an encoder: `GET /v1/encoders` lists them",
  description:
    "What turns the brain's inputs into features, by its name; then `inputDim` is what it gives. Left out: callers send features.",
  examples: ["mobilenet"],
});

const identity = {
  name: Type.String({ description: "What it is called on the server." }),
  kind: Type.Enum([...INPUT_KINDS], { type: "string", description: "What it takes." }),
  digest: Type.String({
    description: "SHA-256 of all that decides what comes out: the same digest, the same features.",
  }),
};
const IDENTITY_EXAMPLE = {
  name: "mobilenet",
  kind: "image",
  digest: "9d08cfc86b240e264dc6726dd068d771e08bf04b2311ade06c2e0f6a66c4f222",
};

const EncoderIdentity = Type.Object(identity, {
  $id: "EncoderIdentity",
  description: "Which encoder made a brain's features; fixed for its life.",
  examples: [IDENTITY_EXAMPLE],
});

export const encoderInForce = nullableRef(EncoderIdentity, {
  description: "What turns its inputs into features; null: callers send features themselves.",
});

const Encoder = Type.Object(
  { ...identity, dimension: Type.Integer({ minimum: 1, description: "Features of an input." }) },
  {
    $id: "Encoder",
    description: "An encoder that brains can be created with.",
    examples: [{ ...IDENTITY_EXAMPLE, dimension: 256 }],
  },
);

export const EncoderList = Type.Object(
  { encoders: Type.Array(ref(Encoder), { description: "By name." }) },
  {
    $id: "EncoderList",
    description: "What this server has.",
    examples: [{ encoders: [{ ...IDENTITY_EXAMPLE, dimension: 256 }] }],
  },
);

export const encoderSchemas = [EncoderIdentity, Encoder, EncoderList];
