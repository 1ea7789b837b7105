// The encoders that a server has: a folder with one for each of them, which holds `encoder.json` and the model's files. Nothing is fetched here.

import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { type EncoderDefinition, readDefinition } from "./definition.ts";
import { EncoderUnavailable } from "./encoder.ts";

export const DEFINITION_FILE = "encoder.json";

/** Names of what is in `folder`, in order; none where there is no folder. */
export async function encoderNames(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw error;
  });
  return entries
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith("."))
    .map(({ name }) => name)
    .sort();
}

/** Callers far away read what is wrong, so no message tells where the folder is. @throws EncoderUnavailable when there is none of that name, or its definition cannot be read */
export async function definitionOf(folder: string, name: string): Promise<EncoderDefinition> {
  const path = join(folder, name, DEFINITION_FILE);
  const text = await readFile(path, "utf8").catch(() => {
    throw new EncoderUnavailable(`This server has no encoder ${JSON.stringify(name)}.`);
  });
  try {
    const definition = readDefinition(text);
    if (definition.name !== name) throw new Error(`its name is ${definition.name}`);
    return definition;
  } catch (error) {
    throw new EncoderUnavailable(
      `${name}/${DEFINITION_FILE} is no encoder's: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

/** @throws EncoderUnavailable when a file is not, or not any more, what the definition says */
export async function checkFiles(folder: string, { name, files }: EncoderDefinition): Promise<void> {
  for (const { path, sha256 } of files) {
    const found = await hashOf(join(folder, name, path)).catch(() => null);
    if (found === sha256) continue;
    const what = found === null ? "cannot be read" : `has the SHA-256 ${found}, not ${sha256}`;
    throw new EncoderUnavailable(`${name}/${path} ${what}; add the encoder again.`);
  }
}

/** SHA-256 of a file, hexadecimal. */
export async function hashOf(path: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path), hash);
  return hash.digest("hex");
}
