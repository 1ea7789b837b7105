// What the service is made of, wired by hand in one place: the brains that are open, what they share, and what is done for all of them.

import { randomUUID } from "node:crypto";
import type { Logger } from "pino";
import { Deadline, isOverWithin } from "../deadline.ts";
import type { HostPool } from "../host/host-pool.ts";
import type { Feed } from "../metrics/feed.ts";
import type { Recorder } from "../metrics/recorder.ts";
import type { BrainTable } from "../store/brain-table.ts";
import type { Database } from "../store/database.ts";
import type { IdempotencyKeys } from "../store/idempotency-keys.ts";
import type { MetricBlocks } from "../store/metric-blocks.ts";
import type { PastEvents } from "../store/past-events.ts";
import type { Encoders } from "./encoders.ts";
import type { ArchiveParts } from "./import-archive.ts";
import { settleAll } from "./last-checkpoints.ts";
import type { BrainParts } from "./live-brain.ts";
import { MemoryBudget } from "./memory-budget.ts";
import type { MergeParts } from "./merge.ts";
import { balance } from "./moving.ts";
import { type IdempotencyPolicy, Once } from "./once.ts";
import { Outcomes } from "./outcomes.ts";
import { type Quarantine, Quarantines } from "./quarantines.ts";
import { Registry } from "./registry.ts";
import { Retention } from "./retention.ts";
import type { TravelParts } from "./time-travel.ts";
import { Upkeep } from "./upkeep.ts";
import { Visits } from "./visit.ts";

const MIB = 1024 * 1024;

export type EngramParts = Omit<
  BrainParts,
  "newId" | "once" | "outcomes" | "retention" | "quarantines" | "budget" | "closing"
> & {
  readonly database: Database;
  readonly table: BrainTable;
  readonly hosts: HostPool;
  readonly pastEvents: PastEvents;
  readonly metricBlocks: MetricBlocks;
  readonly recorder: Recorder;
  readonly feed: Feed;
  readonly logger: Logger;
  readonly encoders: Encoders;
  readonly memoryBudgetMb: number;
  /** A brain that nobody uses for so long leaves memory; 0 for never. */
  readonly idleEvictMs: number;
  readonly keys: IdempotencyKeys;
  readonly idempotencyPolicy: IdempotencyPolicy;
};

export type Works = {
  readonly registry: Registry;
  readonly once: Once;
  readonly quarantines: Quarantines;
  /** What goes back in time, or comes with a past. */
  readonly travel: TravelParts & ArchiveParts & MergeParts;
  /** Ends what runs by itself, and brings the last checkpoints up to date, as many as can be within `ms`. */
  close(ms: number): Promise<void>;
};

/** Puts the parts together; what runs by itself runs until `close`. */
export function setUp(parts: EngramParts): Works {
  const quarantines = new Quarantines((uid, quarantine) => tellQuarantined(registry, parts, uid, quarantine));
  parts.hosts.onEnd((end) => quarantines.note(end));
  const budget = new MemoryBudget(parts.memoryBudgetMb * MIB, { hosts: parts.hosts.hosts.length });
  const visits = new Visits({ ...parts, quarantines, budget });
  const once = new Once(parts.keys, parts.idempotencyPolicy, parts.database.room, parts.logger);
  const retention = new Retention(parts, parts.checkpointPolicy);
  const outcomes = new Outcomes({ log: parts.log, visits });
  const closing = new AbortController();
  const shared = { closing: closing.signal, once, outcomes, retention, newId: randomUUID, quarantines, budget };
  const registry = new Registry(parts.table, { ...parts, ...shared });
  const balancer = balance(registry, parts);
  const policy = { everySeconds: parts.checkpointPolicy.everySeconds, idleEvictMs: parts.idleEvictMs };
  const upkeep = new Upkeep(registry, retention, policy, parts.database);
  const close = async (ms: number): Promise<void> => {
    closing.abort();
    const deadline = new Deadline(ms);
    await isOverWithin(Promise.all([balancer.close(), upkeep.close()]), deadline.leftMs(0.5));
    await settleAll(registry.all, deadline.leftMs(0.95), parts);
    await isOverWithin(retention.close(), deadline.leftMs(1));
  };
  return { registry, once, quarantines, travel: { ...parts, visits }, close };
}

function tellQuarantined(
  registry: Registry,
  { logger, feed }: Pick<EngramParts, "logger" | "feed">,
  uid: string,
  { piece, deaths }: Quarantine,
): void {
  const brain = registry.all.find(({ row }) => row.uid === uid);
  if (brain === undefined) return; // a state of the past that was looked at; or a brain that is gone
  const { row, head } = brain;
  const { seq, step } = head;
  logger.error({ brain: row.id, seq, op: piece.op, event: piece.seq, deaths }, "brain quarantined");
  const time = new Date().toISOString();
  feed.publish({ type: "quarantined", brain: row.id, seq, step, time, event: piece.seq ?? null, deaths });
}
