// An encoder of the server's folder, ready to work: its files checked, its model loaded and tried on one input.

import { join } from "node:path";
import type { InputKind } from "../brain/encoder-identity.ts";
import type { EncoderDefinition, ImageDefinition } from "./definition.ts";
import { type Computing, type Encoder, EncoderUnavailable } from "./encoder.ts";
import { checkFiles, definitionOf } from "./folder.ts";

/**
 * @param folder of all encoders
 * @throws EncoderUnavailable that says what is missing or wrong
 */
export async function openEncoder(folder: string, name: string, computing: Computing): Promise<Encoder> {
  const definition = await definitionOf(folder, name);
  await checkFiles(folder, definition);
  try {
    const encoder = await load(join(folder, name), definition, computing);
    await tryOut(encoder);
    return encoder;
  } catch (error) {
    if (error instanceof EncoderUnavailable) throw error;
    const why = error instanceof Error ? error.message : String(error);
    throw new EncoderUnavailable(`The encoder ${JSON.stringify(name)} does not work: ${why}`);
  }
}

/** What a server does not use is not loaded. */
async function load(home: string, definition: EncoderDefinition, computing: Computing): Promise<Encoder> {
  if (definition.kind === "text") {
    const { openTextEncoder } = await import("./text/text-encoder.ts");
    return openTextEncoder(home, definition);
  }
  const { ImageEncoder } = await import("./image/image-encoder.ts");
  return new ImageEncoder(definition, await openNetwork(home, definition, computing));
}

async function openNetwork(home: string, { format, files, input, output }: ImageDefinition, computing: Computing) {
  const path = join(home, files[0]?.path ?? "");
  if (format === "onnx") {
    const { openOnnxNetwork } = await import("./image/onnx-network.ts");
    return openOnnxNetwork(path, input, output, computing);
  }
  const { openGraphNetwork } = await import("./image/graph-network.ts");
  return openGraphNetwork(path, input, output);
}

/** A picture of one grey pixel (PNG), and a word. */
const SAMPLES: Record<InputKind, Uint8Array> = {
  image: Buffer.from(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg==",
    "base64",
  ),
  text: new TextEncoder().encode("word"),
};

/** @throws Error when what it gives is not what its definition says */
async function tryOut(encoder: Encoder): Promise<void> {
  const { kind, dimension } = encoder.info;
  const { length } = await encoder.encode(SAMPLES[kind]);
  if (length !== dimension) throw new Error(`it gives ${length} features, its definition says ${dimension}`);
}
