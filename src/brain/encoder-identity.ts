// Which encoder made a brain's features. It is a part of what the brain is: features of another encoder mean something else.

import { type Fields, fieldsOf, oneOf, StateError } from "./header-fields.ts";

/** What an encoder takes. */
export const INPUT_KINDS = ["image", "text"] as const;
export type InputKind = (typeof INPUT_KINDS)[number];

export type EncoderIdentity = {
  readonly name: string;
  readonly kind: InputKind;
  /** SHA-256, hexadecimal, of all that decides what comes out: the model's files, how inputs are prepared, which output is taken. */
  readonly digest: string;
};

/** As brains' ids, as a regular expression. */
export const ENCODER_NAME_PATTERN = "^[a-z0-9][a-z0-9._-]{0,62}$";
const NAME = new RegExp(ENCODER_NAME_PATTERN);
const DIGEST = /^[0-9a-f]{64}$/;

export type Encoded = {
  /** Null: callers send features themselves. */
  readonly encoder: EncoderIdentity | null;
};

/** Of a new brain, and of one that was stored before there were encoders. */
export const ENCODED_DEFAULTS: Encoded = { encoder: null };

/** Reads what a header's `config` says of it. @throws StateError */
export function readEncoded(config: Fields): Encoded {
  const { encoder = null } = config;
  if (encoder === null) return ENCODED_DEFAULTS;
  const { name, kind, digest } = fieldsOf(encoder, "config.encoder");
  return {
    encoder: {
      name: textLike(name, NAME, "config.encoder.name"),
      kind: oneOf(kind, "config.encoder.kind", INPUT_KINDS),
      digest: textLike(digest, DIGEST, "config.encoder.digest"),
    },
  };
}

function textLike(value: unknown, pattern: RegExp, where: string): string {
  if (typeof value !== "string" || !pattern.test(value)) throw new StateError(`${where} is not one`);
  return value;
}
