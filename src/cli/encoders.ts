// `encoders …` on the command line: which encoders this server has, and adding some. Models come in by this alone, never at a call's request.

import { rm } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { addEncoder } from "../encoders/add.ts";
import { infoOf } from "../encoders/definition.ts";
import { EncoderUnavailable, ON_ONE_THREAD } from "../encoders/encoder.ts";
import { definitionOf, encoderNames } from "../encoders/folder.ts";
import { openEncoder } from "../encoders/open.ts";

export const ENCODERS_USAGE = `Usage: node dist/main.js encoders list
       node dist/main.js encoders add DEFINITION [--from FOLDER] [--replace]
       node dist/main.js encoders check [NAME]
       node dist/main.js encoders remove NAME

Encoders turn images or texts into the features that brains learn (docs/encoders.md). DEFINITION is a file, or an http(s) address, that says what an
encoder is: its model's files, with their SHA-256, lie beside it, in FOLDER, or where the definition says. Nothing is added that does not
match, or does not work when it is tried. A server that runs sees what is added at once.
`;

type Say = (text: string) => void;

/**
 * @param args what follows `encoders`
 * @param folder of the server's encoders
 * @returns the exit code: 2 for what is not understood, 1 for what did not work
 */
export async function runEncoders(args: readonly string[], folder: string, say: Say, complain: Say): Promise<number> {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { from: { type: "string" }, replace: { type: "boolean" }, help: { type: "boolean", short: "h" } },
    });
    const [command, subject, ...rest] = positionals;
    if (values.help === true) say(ENCODERS_USAGE);
    else if (command === "list" && subject === undefined) await list(folder, say);
    else if (command === "check" && rest.length === 0) await check(folder, subject, say);
    else if (command === "add" && subject !== undefined && rest.length === 0) await add(folder, subject, values, say);
    else if (command === "remove" && subject !== undefined && rest.length === 0) await remove(folder, subject, say);
    else throw new TypeError("That is no command of `encoders`; see `encoders --help`.");
    return 0;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    complain(`${error.message}\n`);
    return error instanceof TypeError ? 2 : 1;
  }
}

async function list(folder: string, say: Say): Promise<void> {
  const names = await encoderNames(folder);
  if (names.length === 0) say(`No encoder in ${folder}.\n`);
  for (const name of names) {
    try {
      const { kind, dimension, digest } = infoOf(await definitionOf(folder, name));
      say(`${name}: ${kind}s to ${dimension} features, digest ${digest}\n`);
    } catch (error) {
      if (!(error instanceof EncoderUnavailable)) throw error;
      say(`${name}: ${error.message}\n`);
    }
  }
}

async function add(
  folder: string,
  source: string,
  options: { from?: string; replace?: boolean },
  say: Say,
): Promise<void> {
  const { name, kind, dimension, digest } = await addEncoder(folder, source, options);
  say(`Added ${name}: ${kind}s to ${dimension} features, digest ${digest}\n`);
}

/** Opens each, or the one that is named. */
async function check(folder: string, name: string | undefined, say: Say): Promise<void> {
  for (const each of name === undefined ? await encoderNames(folder) : [name]) {
    const encoder = await openEncoder(folder, each, ON_ONE_THREAD);
    encoder.dispose();
    say(`${each}: works\n`);
  }
}

async function remove(folder: string, name: string, say: Say): Promise<void> {
  await definitionOf(folder, name);
  await rm(join(folder, name), { recursive: true });
  say(`Removed ${name}.\n`);
}
