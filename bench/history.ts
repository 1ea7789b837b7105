// What the history of brains' numbers costs those who change brains, and how large it gets. Changes are committed with and without recording in
// turn, nothing else is done: a lesson takes longer, so that its share is smaller. Invariant: prints, asserts nothing.

import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setInterval as every } from "node:timers/promises";
import { pino } from "pino";
import { PLASTIC_DEFAULTS } from "../src/brain/config.ts";
import { Random } from "../src/brain/random.ts";
import { blockOf } from "../src/metrics/blocks.ts";
import { Gathering } from "../src/metrics/points.ts";
import { Recorder } from "../src/metrics/recorder.ts";
import { TIERS } from "../src/metrics/tiers.ts";
import { BrainTable } from "../src/store/brain-table.ts";
import { encodeChunks } from "../src/store/chunk-codec.ts";
import { type Database, openDatabase } from "../src/store/database.ts";
import { EventLog } from "../src/store/event-log.ts";
import { MetricBlocks } from "../src/store/metric-blocks.ts";
import { startPostgres } from "../test/support/postgres.ts";
import { median, round } from "./measures.ts";

const WRITERS = [1, 32] as const;
/** Beside the writers, so many brains are measured once a second. */
const OTHERS = [0, 1000] as const;
const SILENT = pino({ level: "silent" });
const PAYLOAD = Buffer.alloc(2048, 7);

/** As many as a brain of four layers has. */
const NAMES = [
  "samples accuracy accuracyWindow accuracyFaded accuracyBatch novelty reward recycled memoryStored memoryFill driftError heldOut".split(
    " ",
  ),
  "holdoutAccuracy forgetting backwardTransfer forwardTransfer learnMs waiting".split(" "),
  [0, 1, 2, 3].flatMap((layer) => ["mature", "active", "dead"].map((what) => `layers.${layer}.${what}`)),
].flat();

/** Prints a table of throughput with recording to that without, and what a brain's history takes. */
export async function benchHistory({ isQuick }: { readonly isQuick: boolean }): Promise<void> {
  const [rounds, durationMs] = isQuick ? [1, 6_000] : [4, 11_000];
  const dataDir = await mkdtemp(join(tmpdir(), "engram-bench-"));
  const postgres = await startPostgres([]);
  const table: object[] = [];
  try {
    for (const url of [undefined, postgres.url]) {
      const database = await openDatabase({ dataDir, log: SILENT, ...(url === undefined ? {} : { url }) });
      for (const count of WRITERS) {
        for (const others of OTHERS) table.push(await compare(database, count, others, rounds, durationMs));
      }
      await database.close();
    }
  } finally {
    await postgres.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
  console.log(`history: changes committed a second with ${NAMES.length} numbers of each recorded, to those without`);
  console.table(table);
  console.log("history: what a brain takes that is measured without a pause, each tier full");
  console.table(await sizes());
}

/** Changes a second, and what one takes of this process's time, the embedded database's with it. */
type Measured = { readonly rate: number; readonly cpuUs: number };

/** Medians of rounds with and without recording in turn. On a machine that does other things, the processor's time is the steadier one. */
async function compare(database: Database, count: number, others: number, rounds: number, durationMs: number) {
  const brains = await insert(database, count);
  const idle = await insert(database, others);
  const seqs = new Map(brains.map((brain) => [brain, 0]));
  const store = new MetricBlocks(database.pool);
  const [bare, recorded]: [Measured[], Measured[]] = [[], []];
  for (let i = 0; i < rounds; i++) {
    bare.push(await measure(database, seqs, [], durationMs, () => {}));
    const recorder = new Recorder({
      write: (blocks) => store.add(blocks),
      logger: SILENT,
      levelOf: () => "warn" as const,
    });
    recorded.push(await measure(database, seqs, idle, durationMs, (...note) => recorder.note(...note)));
    await recorder.close();
  }
  const of = (rounds: readonly Measured[], what: keyof Measured) => median(rounds.map((one) => one[what]));
  return {
    database: database.kind,
    writers: count,
    "others, once a second": others,
    "changes/s": round(of(bare, "rate")),
    recorded: round(of(recorded, "rate")),
    ratio: round(of(recorded, "rate") / of(bare, "rate")),
    "cpu µs a change": round(of(bare, "cpuUs")),
    "cpu recorded": round(of(recorded, "cpuUs")),
  };
}

/** Commits changes by a writer for each of `seqs`; `note` is told of each, and once a second of each of `idle`. */
async function measure(
  { pool }: Database,
  seqs: Map<string, number>,
  idle: readonly string[],
  durationMs: number,
  note: Recorder["note"],
): Promise<Measured> {
  const log = new EventLog(pool, SILENT);
  const random = Random.seeded(1);
  const stopped = new AbortController();
  const beside = (async () => {
    for await (const _ of every(1000, undefined, { signal: stopped.signal })) {
      for (const brain of idle) note(brain, 0, numbersOf(random));
    }
  })().catch(() => {}); // it ends by being stopped
  const end = performance.now() + durationMs;
  const before = process.cpuUsage();
  let commits = 0;
  const write = async (brain: string): Promise<void> => {
    while (performance.now() < end) {
      const seq = (seqs.get(brain) ?? 0) + 1;
      seqs.set(brain, seq);
      const head = { kind: "advance", step: seq, mode: "plastic", newLabels: [], shape: null } as const;
      await log.append({ brain, seq, type: "learned", payload: PAYLOAD, head });
      note(brain, seq, numbersOf(random));
      commits++;
    }
  };
  await Promise.all([...seqs.keys()].map(write));
  stopped.abort();
  await beside;
  const { user, system } = process.cpuUsage(before);
  return { rate: (1000 * commits) / durationMs, cpuUs: (user + system) / commits };
}

const numbersOf = (random: Random): Record<string, number> =>
  Object.fromEntries(NAMES.map((name) => [name, random.uniform()]));

/** Bytes that a brain's history takes at most: every number another one each time, every tier as full as it gets. */
async function sizes() {
  const random = Random.seeded(1);
  const rows = [];
  let total = 0;
  for (const [place, { stepS, keepS, spanS }] of TIERS.entries()) {
    const next = TIERS[place + 1];
    // A tier keeps what it must, what is not yet a whole block of the next, and what the sweep has not come to.
    const points = Math.ceil((keepS + (next?.spanS ?? spanS) + 600) / stepS);
    const perBlock = spanS === 0 ? 5 : spanS / stepS;
    const block = blockOf(
      { id: randomUUID(), brainUid: randomUUID(), stepS },
      Array.from({ length: perBlock }, (_, i) => pointOf(1000 * stepS * i, random, stepS)),
    );
    const [chunk] = await encodeChunks([Buffer.from(block.json)]);
    const bytes = spanS === 0 ? block.json.length : (chunk?.data.length ?? 0);
    const kib = (bytes * Math.ceil(points / perBlock)) / 1024;
    total += kib;
    rows.push({ "resolution s": stepS, points, blocks: Math.ceil(points / perBlock), KiB: Math.round(kib) });
  }
  return [...rows, { "resolution s": "all", KiB: Math.round(total) }];
}

/** A second has two measurements, a longer time more. */
function pointOf(startMs: number, random: Random, stepS: number) {
  const gathering = new Gathering(startMs);
  for (let i = 0; i < Math.min(2 * stepS, 20); i++) {
    gathering.add(i, numbersOf(random));
  }
  return gathering.point();
}

async function insert({ prisma }: Database, count: number): Promise<string[]> {
  const table = new BrainTable(prisma);
  const brains: string[] = [];
  for (let i = 0; i < count; i++) {
    const uid = randomUUID();
    const config = { ...PLASTIC_DEFAULTS, seed: 1 };
    await table.insert({ uid, id: uid, name: null, kind: "plastic", config, tags: {}, mode: "plastic" });
    brains.push(uid);
  }
  return brains;
}
