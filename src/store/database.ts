// Opens the system of record, one of two: a PostgreSQL server, or the embedded one when no server is named. Both speak SQL through one
// `pg.Pool`, which also feeds Prisma, and both have the newest schema before anybody sees them.

import { PrismaPg } from "@prisma/adapter-pg";
import type pg from "pg";
import type { Logger } from "pino";
import { DatabaseWatch, type Presence } from "./database-watch.ts";
import { openEmbedded } from "./embedded.ts";
import { PrismaClient } from "./generated/prisma/client.ts";
import { migrate } from "./migrate.ts";
import { openPostgres } from "./postgres.ts";
import { Room } from "./room.ts";

export type Database = {
  readonly kind: "embedded" | "postgres";
  /** Raw SQL: the log and the chunks. Never wait for it inside a Prisma transaction: the embedded database has one connection. */
  readonly pool: pg.Pool;
  /** Everything else. */
  readonly prisma: PrismaClient;
  /** Whether it answers and has room, as it was a moment ago. */
  readonly presence: Presence;
  /** Whether its disk has room. Of a server's disk only the server knows, so that there always seems to be. */
  readonly room: Room;
  /** Gives back the space of deleted rows. A server does that by itself; the embedded database only when told. A failure is only logged. */
  reclaim(): Promise<void>;
  close(): Promise<void>;
};

export type DatabaseOptions = {
  /** A `postgresql://` URL; the embedded database when absent. */
  readonly url?: string;
  /** Where the embedded database keeps its files (in `postgres/`). */
  readonly dataDir: string;
  readonly log: Logger;
};

/** More than we have sorts of statements. Prisma makes a plan for each list of labels that it writes, and would keep a thousand of them. */
const MAX_QUERY_PLANS = 100;

/**
 * Opens the database and applies the migrations that it lacks.
 * @throws EngramError `database-unavailable` when it cannot be reached, `not-ready` when its folder is another process's or its schema
 * is not ours
 */
export async function openDatabase({ url, dataDir, log }: DatabaseOptions): Promise<Database> {
  const kind = url === undefined ? "embedded" : "postgres";
  const room = new Room(log);
  const { pool, watch, close } =
    url === undefined ? await openWatched(dataDir, room, log) : await openPostgres(url, log);
  try {
    await migrate(pool, log);
  } catch (error) {
    await close();
    throw error;
  }
  const prisma = new PrismaClient({
    adapter: new PrismaPg(pool, { disposeExternalPool: false }),
    queryPlanCacheMaxSize: MAX_QUERY_PLANS,
  });
  return {
    kind,
    pool,
    prisma,
    room,
    get presence() {
      return room.outage ?? watch.presence;
    },
    async reclaim() {
      if (kind === "postgres") return;
      try {
        await pool.query("VACUUM");
        await pool.query("CHECKPOINT");
        room.found();
      } catch (error) {
        log.warn({ err: error }, "space of deleted rows not given back");
      }
    },
    async close() {
      await prisma.$disconnect();
      await close();
    },
  };
}

/** The embedded database has one connection, and a question waits behind what that is busy with: to be busy is not to be away. */
const EMBEDDED_PING_TIMEOUT_MS = 30_000;
const EMBEDDED_PING_EVERY_MS = 1_000;

async function openWatched(dataDir: string, room: Room, log: Logger) {
  const embedded = await openEmbedded(dataDir, room, log);
  const { pool } = embedded;
  const ping = async (): Promise<void> => void (await pool.query("SELECT 1"));
  const watch = new DatabaseWatch({ ping, timeoutMs: EMBEDDED_PING_TIMEOUT_MS, everyMs: EMBEDDED_PING_EVERY_MS, log });
  pool.on("release", (error) => {
    if (error === undefined) watch.heard();
  });
  const close = async (): Promise<void> => {
    watch.close();
    await embedded.close();
  };
  return { pool, watch, close };
}
