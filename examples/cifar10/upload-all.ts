// Files to the server, and what became of them.

import { say } from "../console.ts";
import type { Client } from "./client.ts";
import type { Upload } from "./source.ts";

/** Of each class in each dataset, by the dataset's id, how many samples there are. */
export type Counts = ReadonlyMap<string, ReadonlyMap<string, number>>;

export async function uploadAll(client: Client, uploads: readonly Upload[]): Promise<Counts> {
  const counts = new Map<string, ReadonlyMap<string, number>>();
  for (const upload of uploads) {
    const began = performance.now();
    const { id, classes, rows, source } = await client.upload(upload);
    counts.set(id, new Map(classes.map(({ label, samples }) => [label, samples])));
    const seconds = ((performance.now() - began) / 1000).toFixed(1);
    say(`${id}: ${rows} samples, ${(source.bytes / 1e6).toFixed(1)} MB in ${seconds} s`);
  }
  say();
  return counts;
}
