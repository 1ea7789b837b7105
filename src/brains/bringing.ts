// From the database to a host: a brain's newest sound checkpoint, then the log. What is brought is the state of the event asked for, whatever
// of it is damaged on the way, or nothing.

import type { Logger } from "pino";
import { blueprintOf } from "../brain/config.ts";
import { EngramError } from "../errors.ts";
import { HostRefusal } from "../host/protocol.ts";
import type { BrainRow } from "../store/brain-table.ts";
import type { CheckpointRow, CheckpointStore } from "../store/checkpoint-store.ts";
import type { EventLog } from "../store/event-log.ts";
import type { HistoryStore } from "../store/history-store.ts";
import { basesFor } from "./coverage.ts";
import { brainNotFound } from "./not-found.ts";
import type { HostRequest } from "./place.ts";

export type BringingParts = {
  readonly log: EventLog;
  readonly checkpoints: CheckpointStore;
  readonly history: HistoryStore;
  readonly logger: Logger;
};

/** What it took: the checkpoint's `seq` (0 for the brain's beginning), how many events followed it, to which `seq`, and how long. */
export type Brought = {
  readonly baseSeq: number;
  readonly replayed: number;
  readonly seq: number;
  readonly durationMs: number;
};

/**
 * Brings the state after event `through` to the host behind `request`.
 * @throws EngramError `brain-damaged`, `database-unavailable`; HostGone
 */
export function bringBack(
  row: BrainRow,
  through: number,
  request: HostRequest,
  parts: BringingParts,
): Promise<Brought> {
  const startedAt = performance.now();
  // The base that is found is of use only as long as the log goes on from it.
  return parts.log.readers.hold(row.uid, async () => {
    const baseSeq = await bringBase(row, through, request, parts);
    let replayed = 0;
    for await (const events of parts.log.read(row.uid, baseSeq, through)) {
      replayed += events.length;
      await Promise.all(events.map(({ seq, payload }) => replay(row, seq, payload, request)));
    }
    return { baseSeq, replayed, seq: through, durationMs: Math.round(performance.now() - startedAt) };
  });
}

async function replay({ id }: BrainRow, seq: number, payload: Uint8Array, request: HostRequest): Promise<void> {
  try {
    await request("apply", { seq }, payload);
  } catch (error) {
    if (!isDamage(error)) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new EngramError("brain-damaged", `Brain "${id}" cannot be brought past event ${seq}: ${reason}.`, [], {
      cause: error,
    });
  }
}

/** Loads the newest sound checkpoint from which `through` is reached, or creates the brain anew. @returns the `seq` of what was loaded */
async function bringBase(row: BrainRow, through: number, request: HostRequest, parts: BringingParts): Promise<number> {
  const { checkpoints, history, logger } = parts;
  const kept = await history.kept(row.uid);
  if (kept === null) throw brainNotFound(row.id);
  let damage: unknown;
  for (const base of basesFor(through, kept)) {
    if (base === null) {
      await request("create", { blueprint: blueprintOf(row) });
      return 0;
    }
    const checkpoint = await checkpoints.find(row.uid, base.id);
    if (checkpoint === null) continue;
    try {
      await bringCheckpoint(checkpoint, request, checkpoints);
      return checkpoint.seq;
    } catch (error) {
      if (!isDamage(error)) throw error;
      damage ??= error;
      const facts = { brain: row.id, checkpoint: checkpoint.id, err: error };
      logger.error(facts, "checkpoint damaged, taking the one before");
    }
  }
  const reason = damage instanceof Error ? `; of the newest: ${damage.message}` : "";
  const detail = `No checkpoint is left that brain "${row.id}" can be brought back from${reason}.`;
  throw new EngramError("brain-damaged", detail, [], { cause: damage });
}

async function bringCheckpoint(checkpoint: CheckpointRow, request: HostRequest, store: CheckpointStore): Promise<void> {
  const { seq, byteLength, header } = checkpoint;
  await request("loadBegin", { seq, byteLength });
  await request("loadPart", {}, header);
  for await (const chunk of store.readChunks(checkpoint)) await request("loadPart", {}, chunk);
  await request("loadEnd", {});
}

const isDamage = (error: unknown): boolean =>
  (error instanceof HostRefusal && error.failure === "damaged") ||
  (error instanceof EngramError && error.code === "brain-damaged");
