// An experiment from its beginning to its end: a server is there, Ctrl-C cancels what runs on it, and what fails is said in a line.

import { say } from "../console.ts";
import { Client } from "./client.ts";
import { ownServer } from "./server.ts";

export type Place = {
  /** Of a server that runs; null for one of its own, that is gone afterwards. */
  readonly url: string | null;
  readonly key: string | null;
  /** For a server of its own. */
  readonly encoder: string | null;
};

/** Does the work; the process will end with 1 if that failed. */
export async function onServer(
  { url, key, encoder }: Place,
  work: (client: Client, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const stop = new AbortController();
  for (const ending of ["SIGINT", "SIGTERM"]) process.once(ending, () => stop.abort());
  const own = url === null ? await ownServer(encoder) : null;
  try {
    await work(new Client(own?.url ?? url ?? "", key), stop.signal);
  } catch (error) {
    say(stop.signal.aborted ? "\nCancelled." : `\nIt failed: ${error instanceof Error ? error.message : error}`);
    process.exitCode = 1;
  } finally {
    await own?.close();
  }
}

/** @returns what the command line asks for; the process ends with 2 where it is not understood */
export function understood<Options>(read: () => Options, usage: string): Options {
  try {
    return read();
  } catch (error) {
    say(`${error instanceof Error ? error.message : error}\n\n${usage}`);
    process.exit(2);
  }
}
