// A PostgreSQL server: a pool of connections, and a connection apart by which the server is watched. One that is lost while idle is
// replaced, never fatal; a server that falls silent fails what waits for it, and nothing more is asked of it until it answers again.

import pg from "pg";
import type { Logger } from "pino";
import { EngramError } from "../errors.ts";
import { DatabaseWatch } from "./database-watch.ts";
import { GuardedPool } from "./guarded-pool.ts";

const MAX_CONNECTIONS = 10;
const CONNECTION_TIMEOUT_MS = 5_000;
/** A server that does not answer a statement for this long is taken for lost; the slowest of ours take well under a second. */
const QUERY_TIMEOUT_MS = 60_000;
/** Of the question whether it is there. */
const PING_TIMEOUT_MS = 1_000;

export type PostgresServer = { readonly pool: pg.Pool; readonly watch: DatabaseWatch; close(): Promise<void> };

/**
 * Connects to the server that `url` names.
 * @throws EngramError `database-unavailable` when it cannot be reached or refuses us
 */
export async function openPostgres(url: string, log: Logger): Promise<PostgresServer> {
  const place = whereabouts(url);
  const common = { connectionString: url, keepAlive: true, application_name: "engram", options: "-c timezone=UTC" };
  const pool = new GuardedPool({
    ...common,
    max: MAX_CONNECTIONS,
    connectionTimeoutMillis: CONNECTION_TIMEOUT_MS,
    query_timeout: QUERY_TIMEOUT_MS,
  });
  // Its message alone: `pg` hangs the whole client on the error. Whether the server is away is the watch's to say.
  pool.on("error", ({ message }) => log.debug({ reason: message }, "idle database connection lost"));
  try {
    await pool.query("SELECT 1");
  } catch (cause) {
    await pool.end();
    throw new EngramError("database-unavailable", `Cannot use PostgreSQL at ${place}: ${reasonOf(cause)}`, [], {
      cause,
    });
  }
  const probe = new pg.Pool({
    ...common,
    max: 1,
    idleTimeoutMillis: 0,
    // So that a connection that hangs is given up after the question is, and before many of them wait for it.
    connectionTimeoutMillis: 2 * PING_TIMEOUT_MS,
    query_timeout: 2 * PING_TIMEOUT_MS,
  });
  probe.on("error", () => {}); // the next ping connects again
  const watch = new DatabaseWatch({
    ping: async () => void (await probe.query("SELECT 1")),
    timeoutMs: PING_TIMEOUT_MS,
    onSilence: () => void pool.distrust(),
    onVoice: () => pool.trust(),
    log,
  });
  pool.on("release", (error) => {
    if (error === undefined) watch.heard();
  });
  const close = async (): Promise<void> => {
    watch.close();
    await Promise.all([pool.end(), probe.end()]);
  };
  return { pool, watch, close };
}

/**
 * @returns host, port and database of `url`, without its secrets
 * @throws EngramError `database-unavailable` without a cause: that would quote the URL, password and all
 */
function whereabouts(url: string): string {
  try {
    const { host, port, database } = new pg.Client({ connectionString: url });
    return `${host}:${port}/${database}`;
  } catch {
    throw new EngramError("database-unavailable", "DATABASE_URL cannot be read (value hidden).");
  }
}

/** A name with several addresses is refused with an error for each, and no message of its own. */
function reasonOf(cause: unknown): string {
  if (cause instanceof AggregateError && cause.message === "") return cause.errors.map(reasonOf).join("; ");
  return cause instanceof Error ? cause.message || cause.name : String(cause);
}
