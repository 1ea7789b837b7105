// From what the command line names to what is taught.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { featureSource } from "./features.ts";
import { imageSource } from "./images.ts";
import type { Data, Options } from "./options.ts";
import type { Amount, Source } from "./source.ts";
import { writeStandIn } from "./stand-in.ts";

const QUICK: Amount = { taught: 60, judged: 30 };
/** An image takes some milliseconds wherever it is taught or judged. */
const QUICK_IMAGES: Amount = { taught: 30, judged: 10 };
const ALL: Amount = { taught: null, judged: null };
/** Enough for the figures, and as many as the prepared features have. */
const IMAGES: Amount = { taught: 1000, judged: 200 };

/** @param encoder its name on the server */
export async function sourceOf(data: Data, { isQuick, isAll, fold }: Options, encoder: string): Promise<Source> {
  if (data.from === "features") return featureSource(data.folder, isQuick ? QUICK : ALL, fold);
  if (data.from === "images") {
    return imageSource(data.folder, encoder, isQuick ? QUICK_IMAGES : isAll ? ALL : IMAGES);
  }
  const folder = await mkdtemp(join(tmpdir(), "engram-stand-in-"));
  try {
    await writeStandIn(folder);
    const source = await imageSource(folder, encoder, QUICK_IMAGES);
    return { ...source, description: `pieces of photographs, not CIFAR-10; features by the encoder ${encoder}` };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
