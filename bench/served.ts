// A server of its own for benchmarks that go over HTTP, on either database, and a brain on it: brought there as users bring one, as a file.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { LocalServer } from "../examples/digits/local-server.ts";
import type { Brain } from "../src/brain/brain.ts";
import { encodeHeader } from "../src/brain/state.ts";
import { layOut } from "../src/tensor/safetensors.ts";
import { startPostgres } from "../test/support/postgres.ts";

/** Where a server keeps its data; the embedded database unless there is a `url`. */
export type Site = { readonly name: string; readonly dataDir: string; readonly url?: string };

/** Runs `use` with a site on the embedded database. */
export async function onEmbedded(use: (site: Site) => Promise<void>): Promise<void> {
  const dataDir = await mkdtemp(join(tmpdir(), "engram-bench-"));
  try {
    await use({ name: "embedded", dataDir });
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
}

/** Runs `use` with a site on the embedded database, then with one on a PostgreSQL that forces its log to the disk. */
export async function onEachDatabase(use: (site: Site) => Promise<void>): Promise<void> {
  await onEmbedded(use);
  const postgres = await startPostgres([]);
  try {
    await onEmbedded(({ dataDir }) => use({ name: "PostgreSQL", dataDir, url: postgres.url }));
  } finally {
    await postgres.stop();
  }
}

/** Runs `use` with a server, of one compute process with one thread unless `settings` say otherwise, that is killed afterwards. */
export async function withServer<T>(
  { dataDir, url }: Site,
  use: (server: LocalServer) => Promise<T>,
  settings: Readonly<Record<string, string>> = {},
): Promise<T> {
  const database = url === undefined ? {} : { DATABASE_URL: url };
  const basic = { ENGRAM_HOSTS: "1", ENGRAM_HOST_THREADS: "1", ENGRAM_BACKEND: "cpu" };
  const server = await LocalServer.start(dataDir, { ...basic, ...database, ...settings });
  try {
    return await use(server);
  } finally {
    await server.end("SIGKILL");
  }
}

/** Imports the state of `brain`. @returns the address of the brain with this id */
export async function bring(server: LocalServer, id: string, brain: Brain): Promise<string> {
  const { header, tensors } = await brain.state();
  const file = layOut(tensors, encodeHeader(header));
  const response = await fetch(`${server.url}/v1/brains/import?id=${id}`, {
    method: "POST",
    headers: { "content-type": "application/vnd.safetensors" },
    body: Readable.from([file.header, ...file.parts]),
    duplex: "half",
  });
  if (!response.ok) throw new Error(`import: ${response.status} ${await response.text()}`);
  return `${server.url}/v1/brains/${id}`;
}
