// Entry of a thread that runs the Universal Sentence Encoder (Cer et al. 2018) (thread.ts). Optional packages, loaded here and nowhere else.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { workerData } from "node:worker_threads";
import { serve } from "../thread.ts";

/** What the thread is told at its start. */
export type SentenceModel = { /** Holds `model.json` with its weights, and `vocab.json`. */ readonly folder: string };

await serve(async () => {
  // Whoever starts the thread gives it that.
  const { folder } = workerData as SentenceModel;
  const { loadGraphModel } = await import("@energetic-ai/core");
  const { initModel } = await import("@energetic-ai/embeddings");
  const model = await initModel(async () => ({
    model: await loadGraphModel(`file://${join(folder, "model.json")}`),
    vocabulary: JSON.parse(await readFile(join(folder, "vocab.json"), "utf8")),
  }));
  return async (text: string) => Float32Array.from(await model.embed(text));
});
