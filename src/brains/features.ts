// Inputs as callers send them, and the features that a brain computes on. Invariant: a brain meets features of one encoder alone, its own.

import type { EncoderIdentity, InputKind } from "../brain/encoder-identity.ts";
import { EngramError, invalid } from "../errors.ts";
import type { Matrix } from "../tensor/matrix.ts";
import type { Computable, Given, Inputs, RawInputs } from "./api.ts";
import { checkWidth } from "./checks.ts";
import type { LiveBrain } from "./live-brain.ts";

/**
 * @returns the request with features, float32 [inputs, inputDim], for whatever inputs it came with
 * @throws EngramError `validation` that points at an input that cannot be taken, `encoder-mismatch`, `encoder-unavailable`
 */
export async function encoded<Request extends Computable>(
  brain: LiveBrain,
  { inputs, ...request }: Given<Request>,
): Promise<Omit<Given<Request>, "inputs"> & { readonly inputs: Matrix }> {
  return { ...request, inputs: await featuresOf(brain, inputs, request.signal) };
}

async function featuresOf(brain: LiveBrain, inputs: Inputs, signal?: AbortSignal): Promise<Matrix> {
  const { encoder } = brain.row.config;
  if ("items" in inputs) return encode(brain, matching(brain, encoder, inputs.kind), inputs, signal);
  checkOrigin(brain, encoder, inputs.encodedBy);
  checkWidth(inputs, brain);
  return inputs;
}

const PLURALS: Record<InputKind, string> = { image: "images", text: "texts" };

function matching({ row }: LiveBrain, encoder: EncoderIdentity | null, kind: InputKind): EncoderIdentity {
  if (encoder?.kind === kind) return encoder;
  const takes = encoder === null ? "features, for it has no encoder" : PLURALS[encoder.kind];
  throw mismatch(`Brain "${row.id}" takes ${takes}; these are ${PLURALS[kind]}.`);
}

function checkOrigin({ row }: LiveBrain, encoder: EncoderIdentity | null, encodedBy: string | undefined): void {
  if (encodedBy === encoder?.digest) return;
  if (encoder === null)
    throw mismatch(`Brain "${row.id}" has no encoder; these features are of the encoder ${encodedBy}.`);
  const { name, kind, digest } = encoder;
  const are = encodedBy === undefined ? "do not say which encoder made them" : `are of the encoder ${encodedBy}`;
  throw mismatch(
    `Brain "${row.id}" knows features of ${name} (${digest}) alone, and these ${are}. Send ${PLURALS[kind]}, or say encodedBy where that encoder made them.`,
  );
}

async function encode(
  brain: LiveBrain,
  encoder: EncoderIdentity,
  { kind, items }: RawInputs,
  signal: AbortSignal | undefined,
): Promise<Matrix> {
  const sizes = items.map(({ byteLength }) => byteLength);
  const { result, body } = await brain.read("encode", { encoder, sizes }, Buffer.concat(items), signal);
  if (result === "encoded") return toMatrix(body, items.length);
  if ("unreadable" in result) {
    const { index, reason } = result.unreadable;
    throw invalid(`#/${PLURALS[kind]}/${index}`, reason);
  }
  throw new EngramError(
    "encoder-unavailable",
    `${result.unavailable} Brain "${brain.row.id}" needs ${encoder.name} (${encoder.digest}).`,
  );
}

/** A copy where the bytes do not lie as numbers have to. */
function toMatrix(body: Uint8Array, rows: number): Matrix {
  const { buffer, byteOffset, byteLength } = body.byteOffset % 4 === 0 ? body : body.slice();
  const data = new Float32Array(buffer, byteOffset, byteLength / 4);
  return { rows, cols: data.length / rows, data };
}

const mismatch = (message: string): EngramError => new EngramError("encoder-mismatch", message);
