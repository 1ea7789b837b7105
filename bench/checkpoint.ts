// What checkpoints cost: a real server with the default brain, its memory full, on both databases. How long a whole checkpoint, one that
// follows it, and a load take; how much memory they take in the gateway and in the compute process; what calls notice meanwhile.
// Invariant: prints, asserts nothing; everything that it writes goes with it.

import { randomUUID } from "node:crypto";
import { pino } from "pino";
import { call } from "../examples/digits/client.ts";
import type { LocalServer } from "../examples/digits/local-server.ts";
import { selectBackend } from "../src/backend/select.ts";
import { PLASTIC_DEFAULTS, type PlasticConfig } from "../src/brain/config.ts";
import type { PlasticBrain } from "../src/brain/plastic-brain.ts";
import { Random } from "../src/brain/random.ts";
import { shapeOf } from "../src/brain/shape.ts";
import { Snapshot } from "../src/host/snapshot.ts";
import { BrainTable } from "../src/store/brain-table.ts";
import { CheckpointStore } from "../src/store/checkpoint-store.ts";
import { type Database, openDatabase } from "../src/store/database.ts";
import { benchPause } from "./checkpoint-pause.ts";
import { brainWithFullMemory, LABELS, randomRows } from "./full-memory.ts";
import { childrenOf, megabytes, quantiles, round, watching } from "./measures.ts";
import { onEachDatabase, type Site, withServer } from "./served.ts";

export type CheckpointBenchOptions = { /** Few rounds and a smaller memory. */ readonly isQuick: boolean };

/** Unlike a server's chunks, so that the server's first checkpoint finds none of its own there. */
const SEED_CHUNK_BYTES = 1024 * 1024;
const SILENT = pino({ level: "silent" });

type Sizes = { readonly config: PlasticConfig; readonly calls: number };

export async function benchCheckpoint({ isQuick }: CheckpointBenchOptions): Promise<void> {
  const config = { ...PLASTIC_DEFAULTS, ...(isQuick ? { memorySize: 20_000 } : {}), seed: 1 };
  const sizes = { config, calls: isQuick ? 40 : 200 };
  const backend = await selectBackend("cpu", { threads: 1 });
  const newBrain = () => brainWithFullMemory(config, backend, Random.seeded(2));
  console.log("a snapshot in the compute process:");
  await benchPause(await newBrain(), config, isQuick ? 5 : 20);
  await onEachDatabase(async (site) => benchSite(site, sizes, await newBrain()));
}

async function benchSite(site: Site, sizes: Sizes, brain: PlasticBrain): Promise<void> {
  await withDatabase(site, (database) => seed(database, sizes.config, brain));
  brain.dispose();
  const table: object[] = [];
  const note = (what: string, { ms, grewMb }: { ms: number; grewMb: readonly number[] }) =>
    table.push({ what, ms, "gateway grew MB": grewMb[0], "compute process grew MB": grewMb[1] });

  const latencies = await withServer(site, async (server) => {
    const client = new Client(server.url, sizes.config.inputDim);
    await client.warmUp();
    await client.predict();
    note("write, all chunks new", await watching(pidsOf(server), () => client.checkpoint("whole")));
    for (let i = 0; i < 10; i++) await client.learn();
    note("write, after ten lessons", await watching(pidsOf(server), () => client.checkpoint("next")));
    note("write, nothing new", await watching(pidsOf(server), () => client.checkpoint("same")));
    const calls = await measureCalls(client, sizes.calls);
    await client.checkpoint("last"); // a load is of a checkpoint alone, without a replay
    return calls;
  });
  await withServer(site, async (server) => {
    const client = new Client(server.url, sizes.config.inputDim);
    await client.warmUp();
    note("load (and one prediction)", await watching(pidsOf(server), () => client.predict()));
  });
  console.log(`on ${site.name}:`);
  console.table(table);
  console.table(latencies);
  await withDatabase(site, printSizes);
}

/** Predictions and lessons, one at a time, alone and while checkpoints of a brain that changed all over are written. */
async function measureCalls(client: Client, calls: number) {
  const rows: object[] = [];
  for (const [what, make] of [
    ["predict", () => client.predict()],
    ["learn", () => client.learn()],
  ] as const) {
    const idle: number[] = [];
    const beside: number[] = [];
    let checkpoints = 0;
    while (idle.length < calls || beside.length < calls) {
      for (let i = 0; i < calls / 4; i++) idle.push(await timed(make));
      for (let i = 0; i < 4; i++) await client.learn(32);
      let isWriting = true;
      const written = client.checkpoint(`${what} ${checkpoints++}`).finally(() => {
        isWriting = false;
      });
      while (isWriting) beside.push(await timed(make));
      await written;
    }
    const [alone, meanwhile] = [quantiles(idle), quantiles(beside)];
    rows.push({ call: what, ...alone }, { call: `${what}, beside ${checkpoints} checkpoints`, ...meanwhile });
    rows.push({ call: `${what}, ratio`, p50: round(meanwhile.p50 / alone.p50), p99: round(meanwhile.p99 / alone.p99) });
  }
  return rows;
}

async function timed(make: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await make();
  return performance.now() - start;
}

class Client {
  readonly url: string;
  readonly #inputDim: number;
  readonly #random = Random.seeded(4);

  constructor(url: string, inputDim: number) {
    this.url = url;
    this.#inputDim = inputDim;
  }

  /** Uses everything once on a small brain, so that what a process loads at first use is not taken for what a brain costs. */
  async warmUp(): Promise<void> {
    const config = { inputDim: 4, hiddenDim: 64, winners: 8, layers: 1, memorySize: 100, neighbors: 5, seed: 1 };
    const { id } = await call<{ id: string }>("POST", `${this.url}/v1/brains`, { kind: "plastic", config });
    const brain = `${this.url}/v1/brains/${id}`;
    const inputs = [[1, 2, 3, 4]];
    await call("POST", `${brain}/learn`, { inputs, labels: ["a"] });
    const checkpoint = await call<{ id: string }>("POST", `${brain}/checkpoints`, {});
    await call("POST", `${brain}/checkpoints/${checkpoint.id}/restore`);
    await call("POST", `${brain}/predict`, { inputs });
  }

  predict(): Promise<unknown> {
    return this.#post("predict", { inputs: this.#inputs(1) });
  }

  learn(rows = 1): Promise<unknown> {
    const labels = Array.from({ length: rows }, (_, row) => LABELS[row % LABELS.length]);
    return this.#post("learn", { inputs: this.#inputs(rows), labels });
  }

  checkpoint(name: string): Promise<unknown> {
    return this.#post("checkpoints", { name });
  }

  #inputs(rows: number): number[][] {
    return Array.from({ length: rows }, () => Array.from(randomRows(this.#random, 1, this.#inputDim).data));
  }

  #post(path: string, body: object): Promise<unknown> {
    return call("POST", `${this.url}/v1/brains/bench/${path}`, body);
  }
}

/** @returns the gateway, then its compute process */
const pidsOf = ({ pid }: LocalServer): number[] => [pid, ...childrenOf(pid)];

async function withDatabase(site: Site, use: (database: Database) => Promise<void>): Promise<void> {
  const { dataDir, url } = site;
  const database = await openDatabase({ dataDir, log: SILENT, ...(url === undefined ? {} : { url }) });
  try {
    await use(database);
  } finally {
    await database.close();
  }
}

/** Stores a brain whose one checkpoint is `brain`'s state. */
async function seed(database: Database, config: PlasticConfig, brain: PlasticBrain): Promise<void> {
  const uid = randomUUID();
  const row = { uid, id: "bench", name: null, kind: "plastic" as const, config, tags: {}, mode: "plastic" as const };
  await new BrainTable(database.prisma).insert(row);
  await database.prisma.brain.update({ where: { uid }, data: { labels: LABELS } });
  const state = await brain.state();
  const snapshot = new Snapshot(state, brain.watch(null), SEED_CHUNK_BYTES);
  const digests = await snapshot.hash(() => true);
  if (digests === null) throw new Error("hashing was not stopped");
  const { header, byteLength } = snapshot;
  const checkpoint = {
    ...{ id: randomUUID(), seq: 0, step: 0, mode: "plastic" as const, labels: LABELS, shape: shapeOf(state.header) },
    ...{ name: "seed", reason: "requested" as const, chunkBytes: SEED_CHUNK_BYTES, header, byteLength, ...digests },
  };
  await new CheckpointStore(database).write(uid, checkpoint, async (index) => snapshot.chunk(index));
}

/** What each checkpoint added to those before it. */
async function printSizes({ pool, prisma }: Database): Promise<void> {
  const { rows } = await pool.query<{ hash: Buffer; raw_length: number; stored: number }>(
    "SELECT hash, raw_length, octet_length(data) AS stored FROM chunk",
  );
  const left = new Map(rows.map(({ hash, ...size }) => [hash.toString("hex"), size]));
  const table = [];
  const brain = { id: "bench" };
  for (const { name, hashes, byteLength, seq } of await prisma.checkpoint.findMany({
    where: { brain },
    orderBy: { createdAt: "asc" },
  })) {
    const added = { chunks: 0, raw: 0, stored: 0 };
    for (let i = 0; i < hashes.length; i += 32) {
      const hash = Buffer.from(hashes.subarray(i, i + 32)).toString("hex");
      const size = left.get(hash);
      if (size === undefined || !left.delete(hash)) continue;
      added.chunks++;
      added.raw += size.raw_length;
      added.stored += size.stored;
    }
    const { chunks, raw, stored } = added;
    table.push({
      ...{ checkpoint: name, seq: Number(seq), "file MB": megabytes(Number(byteLength)), "new chunks": chunks },
      ...{ "new MB": megabytes(raw), "stored MB": megabytes(stored) },
    });
  }
  console.table(table.slice(0, 4));
}
