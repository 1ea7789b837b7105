// Sentences to features. Beside others in a batch a text's features would differ in their last bits, so each goes alone.

import { infoOf, type TextDefinition } from "../definition.ts";
import { type Encoder, UnreadableInput } from "../encoder.ts";
import { ModelThread } from "../thread.ts";
import type { SentenceModel } from "./sentence-thread.ts";

/** The tokeniser's time grows with the square of a text's length. */
const MAX_CHARACTERS = 8_000;
const PACKAGES = "@energetic-ai/core and @energetic-ai/embeddings";

/**
 * @param folder holds the model's files
 * @throws EncoderUnavailable when the model cannot be loaded
 */
export async function openTextEncoder(folder: string, definition: TextDefinition): Promise<Encoder> {
  const model: SentenceModel = { folder };
  const thread = await ModelThread.start<string>(import.meta.url, "sentence-thread", model, PACKAGES);
  return {
    info: infoOf(definition),
    encode: async (bytes) => thread.run(checked(new TextDecoder().decode(bytes))),
    dispose: () => thread.dispose(),
  };
}

function checked(text: string): string {
  if (text.trim() === "") throw new UnreadableInput("is blank");
  if (text.length > MAX_CHARACTERS) {
    throw new UnreadableInput(`has ${text.length} characters; a text has ${MAX_CHARACTERS} at most`);
  }
  return text;
}
