// A pool of connections to a PostgreSQL server. A connection that is lost while idle is replaced, never fatal.

import pg from "pg";
import type { Logger } from "pino";
import { EngramError } from "../errors.ts";

const MAX_CONNECTIONS = 10;
const CONNECTION_TIMEOUT_MS = 5_000;
/** A server that does not answer a statement for this long is taken for lost; the slowest of ours take well under a second. */
const QUERY_TIMEOUT_MS = 60_000;

/**
 * Connects to the server that `url` names.
 * @throws EngramError `database-unavailable` when it cannot be reached or refuses us
 */
export async function openPostgres(url: string, log: Logger): Promise<pg.Pool> {
  const place = whereabouts(url);
  const pool = new pg.Pool({
    connectionString: url,
    max: MAX_CONNECTIONS,
    connectionTimeoutMillis: CONNECTION_TIMEOUT_MS,
    query_timeout: QUERY_TIMEOUT_MS,
    keepAlive: true,
    application_name: "engram",
    options: "-c timezone=UTC",
  });
  // Its message alone: `pg` hangs the whole client on the error.
  pool.on("error", ({ message }) => log.warn({ reason: message }, "idle database connection lost"));
  try {
    await pool.query("SELECT 1");
  } catch (cause) {
    await pool.end();
    throw new EngramError("database-unavailable", `Cannot use PostgreSQL at ${place}: ${reasonOf(cause)}`, [], {
      cause,
    });
  }
  return pool;
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
