// A whole server, wired by hand in one place: database, hosts, service, HTTP. `main.ts` runs one as a process, tests run several.

import { setTimeout as sleep } from "node:timers/promises";
import type { FastifyInstance } from "fastify";
import type { Logger } from "pino";
import { addressError, tryAddress } from "./address.ts";
import { Engram } from "./brains/engram.ts";
import { Expiry } from "./brains/expiry.ts";
import type { Config } from "./config.ts";
import { HostPool } from "./host/host-pool.ts";
import { buildApp } from "./http/app.ts";
import { Feed } from "./metrics/feed.ts";
import { Meters } from "./metrics/meters.ts";
import { BrainTable } from "./store/brain-table.ts";
import { CheckpointStore } from "./store/checkpoint-store.ts";
import { openDatabase } from "./store/database.ts";
import { EventLog } from "./store/event-log.ts";
import { HistoryStore } from "./store/history-store.ts";
import { IdempotencyKeys } from "./store/idempotency-keys.ts";
import { PastEvents } from "./store/past-events.ts";
import { TrackedPredictions } from "./store/tracked-predictions.ts";

export type Server = {
  /** Where it listens, e.g. `http://127.0.0.1:8080`. */
  readonly url: string;
  readonly app: FastifyInstance;
  readonly hosts: HostPool;
  /** Stops accepting, finishes what is under way, writes checkpoints, and lets everything go. */
  close(): Promise<void>;
};

/** A server listens once its hosts are up, or after this long: then `/readyz` tells what is missing. */
const HOSTS_READY_TIMEOUT_MS = 10_000;

/** Starts a server. @throws when the database, the address or the backend cannot be had; nothing is left running then */
export async function startServer(config: Config, logger: Logger): Promise<Server> {
  const closers: (() => Promise<unknown>)[] = [];
  const close = async (): Promise<void> => {
    const failures: unknown[] = [];
    for (const closer of closers.splice(0).reverse()) await closer().catch((error) => failures.push(error));
    if (failures.length > 0) throw new AggregateError(failures, "not everything could be closed");
  };
  try {
    await tryAddress(config);
    const feed = new Feed();
    const meters = new Meters(feed);
    const { hosts: hostCount, hostSilenceMs: silenceMs, hostThreads: threads, backend, logLevel } = config;
    const { maxBatchRows, maxBatchDelayMs } = config;
    const hosts = new HostPool(
      { hosts: hostCount, silenceMs, backend, threads, logLevel, maxBatchRows, maxBatchDelayMs },
      logger,
      {
        onReply: (op, durationMs) => meters.computed(op, durationMs),
        onReport: ({ batches }) => meters.batched(batches),
      },
    );
    closers.push(() => hosts.close());

    // Hosts start while the database opens.
    const database = await openDatabase({
      ...(config.databaseUrl === undefined ? {} : { url: config.databaseUrl }),
      dataDir: config.dataDir,
      log: logger,
    });
    closers.push(() => database.close());

    const tracked = new TrackedPredictions(database.pool);
    const table = new BrainTable(database.prisma);
    const keys = new IdempotencyKeys(database.pool);
    const sweeps = [
      { what: "tracked predictions", deleteSome: (limit: number) => tracked.deleteExpired(limit) },
      { what: "idempotency keys", deleteSome: (limit: number) => keys.deleteExpired(limit) },
      { what: "brains that never arrived", deleteSome: () => table.removeAbandoned() },
    ];
    const expiry = new Expiry(sweeps, database, logger);
    closers.push(() => expiry.close());
    const brains = new Engram({
      database,
      hosts,
      feed,
      logger,
      table,
      log: new EventLog(database.pool, logger, (events, durationMs) => meters.committed(events, durationMs)),
      checkpoints: new CheckpointStore(database),
      history: new HistoryStore(database.pool),
      pastEvents: new PastEvents(database.pool),
      maxPending: config.maxPending,
      memoryBudgetMb: config.memoryBudgetMb,
      idleEvictMs: config.idleEvictMs,
      keys,
      idempotencyPolicy: { ttlHours: config.idempotencyTtlHours },
      tracked,
      trackingPolicy: { ttlHours: config.trackingTtlHours, maxPending: config.trackingMaxPending },
      checkpointPolicy: {
        everyEvents: config.checkpointEveryEvents,
        everySeconds: config.checkpointEveryS,
        keep: config.keepCheckpoints,
        historyDays: config.historyDays,
      },
    });
    closers.push(() => brains.close());

    await Promise.race([hosts.ready(), sleep(HOSTS_READY_TIMEOUT_MS, undefined, { ref: false })]);
    const app = await buildApp({ brains, feed, meters, config, log: logger });
    closers.push(() => app.close());
    meters.watch(() => {
      return { hosts: hosts.states, residentBrains: brains.resident, streams: app.websocketServer.clients.size };
    });
    const listenTextResolver = (address: string): string => `bound to ${address}`;
    const { host, port } = config;
    const url = await app.listen({ host, port, listenTextResolver }).catch((error: unknown) => {
      throw addressError(config, error);
    });
    logger.info({ url, database: database.kind }, "listening");
    return { url, app, hosts, close };
  } catch (error) {
    await close().catch((failure: unknown) => logger.error({ err: failure }, "not closed cleanly"));
    throw error;
  }
}
