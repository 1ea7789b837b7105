// Adding an encoder to the server's folder. Invariant: it is there whole, checked and tried, or not at all.

import { createWriteStream } from "node:fs";
import { copyFile, mkdir, mkdtemp, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { type EncoderDefinition, readDefinition } from "./definition.ts";
import { type EncoderInfo, EncoderUnavailable, ON_ONE_THREAD } from "./encoder.ts";
import { DEFINITION_FILE } from "./folder.ts";
import { openEncoder } from "./open.ts";

export type AddOptions = {
  /** Where the model's files lie, if not beside the definition. */
  readonly from?: string;
  /** Whether one of the same name may give way. */
  readonly replace?: boolean;
};

const MAX_FILE_BYTES = 2 ** 31;

/**
 * @param folder of all encoders
 * @param source of the definition: a path, or an http(s) address
 * @throws EncoderUnavailable that says what is wrong; nothing has changed then
 */
export async function addEncoder(folder: string, source: string, options: AddOptions = {}): Promise<EncoderInfo> {
  const text = await readSource(source);
  const definition = readChecked(text, source);
  const { name } = definition;
  const home = join(folder, name);
  if (options.replace !== true && (await stat(home).catch(() => null)) !== null) {
    throw new EncoderUnavailable(`There is an encoder ${name} already; --replace puts this one in its place.`);
  }
  await mkdir(folder, { recursive: true });
  const scratch = await mkdtemp(join(folder, ".adding-"));
  try {
    await mkdir(join(scratch, name));
    await writeFile(join(scratch, name, DEFINITION_FILE), text);
    for (const file of definition.files) await fetchFile(file, source, options.from, join(scratch, name, file.path));
    const encoder = await openEncoder(scratch, name, ON_ONE_THREAD);
    encoder.dispose();
    await rename(home, join(scratch, "replaced")).catch(ignoreMissing);
    await rename(join(scratch, name), home);
    return encoder.info;
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

function ignoreMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== "ENOENT") throw error;
}

const isAddress = (source: string): boolean => /^https?:\/\//.test(source);

async function readSource(source: string): Promise<string> {
  if (isAddress(source)) return (await fetched(source)).text();
  return readFile(source, "utf8").catch((error: Error) => {
    throw new EncoderUnavailable(`${source} cannot be read: ${error.message}`);
  });
}

function readChecked(text: string, source: string): EncoderDefinition {
  try {
    return readDefinition(text);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new EncoderUnavailable(`${source} does not say what an encoder is: ${why}`);
  }
}

/** Whether it is the right one is seen when the encoder is opened. */
async function fetchFile(
  { path, url }: EncoderDefinition["files"][number],
  source: string,
  from: string | undefined,
  to: string,
): Promise<void> {
  const beside = isAddress(source) ? new URL(path, source).href : join(dirname(source), path);
  const place = from === undefined ? (url ?? beside) : join(from, path);
  if (!isAddress(place)) {
    await copyFile(place, to).catch((error: Error) => {
      throw new EncoderUnavailable(`${place} cannot be read: ${error.message}`);
    });
    return;
  }
  const { body } = await fetched(place);
  if (body !== null) await pipeline(Readable.fromWeb(body), createWriteStream(to));
}

async function fetched(address: string): Promise<Response> {
  const response = await fetch(address).catch((error: Error) => {
    throw new EncoderUnavailable(`${address} cannot be had: ${error.message}`);
  });
  if (!response.ok) throw new EncoderUnavailable(`${address} cannot be had: ${response.status} ${response.statusText}`);
  if (Number(response.headers.get("content-length") ?? 0) > MAX_FILE_BYTES) {
    throw new EncoderUnavailable(`${address} is larger than ${MAX_FILE_BYTES} bytes`);
  }
  return response;
}
