// How fast changes are committed: by the log's group commit, next to the floor of the same database in the same run, one INSERT a
// transaction and nothing else; and what a lesson of the largest size costs those who commit beside it. Invariant: prints, asserts nothing.

import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { pino } from "pino";
import { PLASTIC_DEFAULTS } from "../src/brain/config.ts";
import { encodeEvent } from "../src/brain/events.ts";
import { Random } from "../src/brain/random.ts";
import { BrainTable } from "../src/store/brain-table.ts";
import { type Database, openDatabase } from "../src/store/database.ts";
import { EventLog } from "../src/store/event-log.ts";
import { startPostgres } from "../test/support/postgres.ts";

const WRITERS = [1, 64] as const;
/** The rows of the largest lesson that a server takes by default. */
const LARGE_ROWS = 1024;
const SILENT = pino({ level: "silent" });

/** One writer's brain. `write` commits its next event. */
type Writer = { readonly write: (payload: Buffer) => Promise<unknown> };

/** Prints a table per database: the embedded one, and a PostgreSQL that forces its log to the disk. */
export async function benchLog({ isQuick }: { readonly isQuick: boolean }): Promise<void> {
  const durationMs = isQuick ? 1_000 : 5_000;
  const dataDir = await mkdtemp(join(tmpdir(), "engram-bench-"));
  const postgres = await startPostgres([]);
  try {
    for (const url of [undefined, postgres.url]) {
      const database = await openDatabase({ dataDir, log: SILENT, ...(url === undefined ? {} : { url }) });
      console.log(`log on the ${database.kind} database, ${durationMs / 1000} s a line`);
      console.table(await benchDatabase(database, durationMs));
      await database.close();
    }
  } finally {
    await postgres.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}

async function benchDatabase(database: Database, durationMs: number) {
  const small = payloadOf(1);
  const large = payloadOf(LARGE_ROWS);
  const table = [];
  for (const count of WRITERS) {
    const floor = await measure(await writers(database, count, "floor"), small, durationMs);
    const grouped = await measure(await writers(database, count, "log"), small, durationMs);
    // The same small events while another writer commits the largest, one after the other.
    const [largeOne, ...others] = await writers(database, count + 1, "log");
    if (largeOne === undefined) throw new Error("no writer");
    const end = performance.now() + durationMs;
    const [, beside] = await Promise.all([run(largeOne, large, end), measure(others, small, durationMs)]);
    const megabytes = (large.length / 2 ** 20).toFixed(1);
    table.push(
      row("one INSERT a transaction", count, floor, floor),
      row("group commit", count, grouped, floor),
      row(`group commit beside ${megabytes} MB events`, count, beside, floor),
    );
  }
  return table;
}

/** Milliseconds of each commit, ascending, and what they took together. */
type Measured = { readonly latencies: readonly number[]; readonly durationMs: number };

async function measure(all: readonly Writer[], payload: Buffer, durationMs: number): Promise<Measured> {
  const start = performance.now();
  const latencies = (await Promise.all(all.map((writer) => run(writer, payload, start + durationMs)))).flat();
  return { latencies: latencies.sort((a, b) => a - b), durationMs: performance.now() - start };
}

async function run({ write }: Writer, payload: Buffer, end: number): Promise<number[]> {
  const latencies: number[] = [];
  for (let start = performance.now(); start < end; start = performance.now()) {
    await write(payload);
    latencies.push(performance.now() - start);
  }
  return latencies;
}

function row(what: string, writerCount: number, measured: Measured, floor: Measured) {
  const at = (share: number) => measured.latencies[Math.floor(share * (measured.latencies.length - 1))] ?? Number.NaN;
  return {
    what,
    writers: writerCount,
    "p50 ms": round(at(0.5)),
    "p99 ms": round(at(0.99)),
    "events/s": Math.round(rate(measured)),
    "of the floor": round(rate(measured) / rate(floor)),
  };
}

const rate = ({ latencies, durationMs }: Measured): number => (1000 * latencies.length) / durationMs;
const round = (value: number): number => Number(value.toPrecision(3));

/** Writers on a brain each. The floor keeps no heads. */
async function writers({ pool, prisma }: Database, count: number, how: "floor" | "log"): Promise<Writer[]> {
  const log = new EventLog(pool, SILENT);
  const table = new BrainTable(prisma);
  return Promise.all(
    Array.from({ length: count }, async () => {
      const brain = randomUUID();
      const config = { ...PLASTIC_DEFAULTS, seed: 1 };
      await table.insert({ uid: brain, id: brain, name: null, kind: "plastic", config, tags: {}, mode: "plastic" });
      let seq = 0;
      const logged = (payload: Buffer) => {
        const head = { kind: "advance", step: ++seq, mode: "plastic", newLabels: [], shape: null } as const;
        return log.append({ brain, seq, type: "learned", payload, head });
      };
      const inserted = (payload: Buffer) => pool.query(INSERT, [brain, ++seq, "learned", payload, crc32(payload)]);
      return { write: how === "log" ? logged : inserted };
    }),
  );
}

const INSERT = "INSERT INTO event (brain_uid, seq, type, payload, crc32) VALUES ($1, $2, $3, $4, $5)";

/** A lesson of `rows` samples of 512 numbers. */
function payloadOf(rows: number): Buffer {
  const data = Random.seeded(rows).directions(rows, PLASTIC_DEFAULTS.inputDim);
  const inputs = { rows, cols: PLASTIC_DEFAULTS.inputDim, data };
  const classes = new Int32Array(rows);
  return Buffer.from(encodeEvent({ type: "learned", inputs, classes, newLabels: [], mode: "plastic", memorize: true }));
}
