// A whole server, wired by hand in one place: database, hosts, service, HTTP. `main.ts` runs one as a process, tests run several.

import { setTimeout as sleep } from "node:timers/promises";
import type { FastifyInstance } from "fastify";
import type { Logger } from "pino";
import { addressError, tryAddress } from "./address.ts";
import { Encoders } from "./brains/encoders.ts";
import { Engram } from "./brains/engram.ts";
import { Expiry } from "./brains/expiry.ts";
import { failureLevel } from "./brains/failure-level.ts";
import { rollUpSome } from "./brains/metric-rollup.ts";
import { type Config, encodersDirOf, scratchDirOf } from "./config.ts";
import { CurriculaService } from "./curricula/curricula.ts";
import { DatasetService } from "./datasets/datasets.ts";
import { readSamples } from "./datasets/formats/index.ts";
import { Deadline, isOverWithin } from "./deadline.ts";
import { HostPool } from "./host/host-pool.ts";
import { buildApp } from "./http/app.ts";
import { numbersOf } from "./metrics/calls.ts";
import { Feed } from "./metrics/feed.ts";
import { Meters } from "./metrics/meters.ts";
import { Recorder } from "./metrics/recorder.ts";
import { recordFeed } from "./metrics/recording.ts";
import { BrainTable } from "./store/brain-table.ts";
import { CheckpointStore } from "./store/checkpoint-store.ts";
import { CurriculumTable } from "./store/curriculum-table.ts";
import { openDatabase } from "./store/database.ts";
import { DatasetChunks } from "./store/dataset-chunks.ts";
import { DatasetTable } from "./store/dataset-table.ts";
import { EventLog } from "./store/event-log.ts";
import { HistoryStore } from "./store/history-store.ts";
import { IdempotencyKeys } from "./store/idempotency-keys.ts";
import { MetricBlocks } from "./store/metric-blocks.ts";
import { PastEvents } from "./store/past-events.ts";
import { TrackedPredictions } from "./store/tracked-predictions.ts";
import type { Tracing } from "./tracing/open-telemetry.ts";
import { UNTRACED } from "./tracing/tracer.ts";

export type Server = {
  /** Where it listens, e.g. `http://127.0.0.1:8080`. */
  readonly url: string;
  readonly app: FastifyInstance;
  readonly hosts: HostPool;
  /**
   * Stops accepting, finishes what is under way, writes checkpoints, and lets everything go; all of it within `timeoutMs`, where that is
   * said: then what takes too long is cut off and logged. Nothing acknowledged is lost by that.
   * @returns whether every call was answered to the end
   */
  close(timeoutMs?: number): Promise<boolean>;
};

/** Something to close, and by when: the share of the whole time that may have passed then. */
type Closer = { readonly what: string; readonly by: number; readonly close: (ms: number) => Promise<unknown> };

/** What is told its time has so much less, as a share of the whole, to get over with it. */
const MARGIN = 0.03;
/** A collector that does not answer holds nothing up. */
const FLUSH_MS = 3_000;
/** A server listens once its hosts are up, or after this long: then `/readyz` tells what is missing. */
const HOSTS_READY_TIMEOUT_MS = 10_000;

/** Starts a server. @param tracing is closed with it, or when the start fails. @throws when the database, the address or the backend cannot be had; nothing is left running then */
export async function startServer(config: Config, logger: Logger, tracing: Tracing | null = null): Promise<Server> {
  const closers: Closer[] = [];
  let brokenOff = 0;
  const close = async (timeoutMs = Number.POSITIVE_INFINITY): Promise<boolean> => {
    const deadline = new Deadline(timeoutMs);
    for (const { what, by, close } of closers.splice(0).reverse()) {
      try {
        if (await isOverWithin(close(deadline.leftMs(by - MARGIN)), deadline.leftMs(by))) continue;
        logger.warn({ what }, "not closed in time");
      } catch (error) {
        logger.error({ what, err: error }, "not closed cleanly");
      }
    }
    return brokenOff === 0;
  };
  if (tracing !== null) {
    const flush = (ms: number) => isOverWithin(tracing.close(), Math.min(ms, FLUSH_MS));
    closers.push({ what: "traces", by: 1, close: flush });
  }
  try {
    await tryAddress(config);
    const tracer = tracing ?? UNTRACED;
    const feed = new Feed();
    const meters = new Meters(feed, config.metricsBrains);
    const { hosts: hostCount, hostSilenceMs: silenceMs, hostThreads: threads, backend, logLevel } = config;
    const { maxBatchRows, maxBatchDelayMs } = config;
    const { encoderProvider } = config;
    const encodersDir = encodersDirOf(config);
    const hosts = new HostPool(
      {
        hosts: hostCount,
        silenceMs,
        backend,
        threads,
        logLevel,
        encodersDir,
        encoderProvider,
        maxBatchRows,
        maxBatchDelayMs,
      },
      logger,
      {
        onReply: (op, durationMs) => meters.computed(op, durationMs),
        onReport: ({ batches }) => meters.batched(batches),
      },
    );
    closers.push({ what: "hosts", by: 1, close: () => hosts.close() });

    // Hosts start while the database opens.
    const database = await openDatabase({
      ...(config.databaseUrl === undefined ? {} : { url: config.databaseUrl }),
      dataDir: config.dataDir,
      log: logger,
    });
    closers.push({ what: "database", by: 0.92, close: () => database.close() });

    const metricBlocks = new MetricBlocks(database.pool);
    const recorder = new Recorder({
      write: (blocks) => metricBlocks.add(blocks),
      logger,
      levelOf: (error) => failureLevel(error, "warn"),
      onDrop: (points) => meters.droppedPoints(points),
    });
    closers.push({ what: "history of measures", by: 0.9, close: () => recorder.close() });
    const tracked = new TrackedPredictions(database.pool);
    const table = new BrainTable(database.prisma);
    const datasetTable = new DatasetTable(database.prisma);
    const curriculumTable = new CurriculumTable(database);
    const keys = new IdempotencyKeys(database.pool);
    const sweeps = [
      { what: "tracked predictions", deleteSome: (limit: number) => tracked.deleteExpired(limit) },
      { what: "idempotency keys", deleteSome: (limit: number) => keys.deleteExpired(limit) },
      { what: "brains that never arrived", deleteSome: () => table.removeAbandoned() },
      { what: "datasets that never arrived", deleteSome: () => datasetTable.removeAbandoned() },
      { what: "blocks of measures", deleteSome: (limit: number) => rollUpSome(metricBlocks, limit) },
    ];
    const expiry = new Expiry(sweeps, database, logger);
    closers.push({ what: "expiry", by: 0.87, close: () => expiry.close() });
    const brains = new Engram({
      database,
      hosts,
      feed,
      onCall: (call) => {
        recorder.note(call.uid, call.seq, numbersOf(call));
        meters.answeredCall(call);
      },
      metricBlocks,
      recorder,
      logger,
      tracer,
      table,
      encoders: new Encoders(encodersDir),
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
    closers.push({ what: "brains", by: 0.85, close: (ms) => brains.close(ms) });
    const datasets = new DatasetService({
      database,
      table: datasetTable,
      chunks: new DatasetChunks(database.pool),
      readSamples,
      usersOf: (id) => curriculumTable.usersOf(id),
      scratchDir: scratchDirOf(config),
      maxDatasetMb: config.maxDatasetMb,
      logger,
    });
    closers.push({ what: "datasets", by: 0.65, close: () => datasets.close() });
    recordFeed(feed, recorder, (id) => brains.uidOf(id));

    await Promise.race([hosts.ready(), sleep(HOSTS_READY_TIMEOUT_MS, undefined, { ref: false })]);
    const curricula = new CurriculaService({
      brains,
      datasets,
      table: curriculumTable,
      feed,
      logger,
      onStep: () => meters.learnedStep(),
      limits: config,
      atOnce: config.curriculaRunning,
    });
    const app = await buildApp({ brains, datasets, curricula, feed, meters, config, log: logger, tracer });
    const closeApp = async (ms: number): Promise<void> => {
      const cut = await app.closeWithin(ms);
      brokenOff += cut.brokenOff;
      if (cut.unfinished + cut.brokenOff > 0) logger.warn(cut, "calls cut off: not done within the shutdown timeout");
    };
    closers.push({ what: "app", by: 0.6, close: closeApp });
    // First of all: what they do is not waited for by anybody, and goes on at the next start.
    closers.push({ what: "curricula", by: 0.3, close: () => curricula.close() });
    meters.watch(() => {
      const streams = app.websocketServer.clients.size;
      return { hosts: hosts.states, residentBrains: brains.resident, streams, curricula: curricula.counts };
    });
    const listenTextResolver = (address: string): string => `bound to ${address}`;
    const { host, port } = config;
    const url = await app.listen({ host, port, listenTextResolver }).catch((error: unknown) => {
      throw addressError(config, error);
    });
    logger.info({ url, database: database.kind }, "listening");
    curricula.run();
    return { url, app, hosts, close };
  } catch (error) {
    await close();
    throw error;
  }
}
