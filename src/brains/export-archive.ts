// A whole brain out of the server, while it goes on: what the archive covers is fixed at the beginning, and nothing of it is deleted until
// the last byte was read or the reader has gone. Invariant: an archive is whole or breaks off.

import { setImmediate as nextTurn } from "node:timers/promises";
import { blueprintOf } from "../brain/config.ts";
import { EngramError } from "../errors.ts";
import type { BrainRow } from "../store/brain-table.ts";
import type { CheckpointStore } from "../store/checkpoint-store.ts";
import type { EventLog } from "../store/event-log.ts";
import type { HistoryStore, KeptHistory } from "../store/history-store.ts";
import type { DownloadFile } from "./api.ts";
import { type ArchivedCheckpoint, checkpointPath, DESCRIPTION_PATH, encodeDescription, eventPath } from "./archive.ts";
import { fileOf } from "./checkpoint-file.ts";
import { hasBeginning } from "./coverage.ts";
import type { LiveBrain } from "./live-brain.ts";
import { brainNotFound } from "./not-found.ts";
import { TAR_END, tarHeader, tarPadding } from "./tar.ts";

export type ExportParts = {
  readonly log: EventLog;
  readonly checkpoints: CheckpointStore;
  readonly history: HistoryStore;
};

/** What of a brain's history an archive covers. */
export type Extent = {
  /** The state that it leads to. */
  readonly seq: number;
  /** The events after this one are in it. */
  readonly after: number;
  readonly fromBeginning: boolean;
  readonly checkpoints: KeptHistory["checkpoints"];
  /** States without which the log cannot be walked: one sound checkpoint of each has to be there. */
  readonly needed: readonly number[];
};

/**
 * Chooses from what is kept: the log as far back as every state in it can be had back from a base, the checkpoints that it needs, and
 * those that were asked for. The newest checkpoint is the end.
 */
export function extentOf(kept: KeptHistory): Extent {
  const seq = kept.checkpoints.at(-1)?.seq ?? 0;
  const seqs = new Set(kept.checkpoints.map((checkpoint) => checkpoint.seq));
  const uncrossable = kept.replaced.findLast((replaced) => replaced <= seq && !seqs.has(replaced)) ?? 0;
  const least = Math.max(kept.first - 1, uncrossable);
  const fromBeginning = hasBeginning(kept) && least === 0;
  const after = fromBeginning ? 0 : Math.min(seq, ...[...seqs].filter((base) => base >= least));
  const crossed = kept.replaced.filter((replaced) => replaced > after && replaced <= seq);
  const needed = [...new Set([...(fromBeginning ? [] : [after]), ...crossed, ...(seq > 0 ? [seq] : [])])];
  const checkpoints = kept.checkpoints.filter((one) => one.reason === "requested" || needed.includes(one.seq));
  return { seq, after, fromBeginning, checkpoints, needed };
}

/** @param row as it is now @returns the brain as a tar archive, not read yet */
export const archiveOf = (brain: LiveBrain, row: BrainRow, parts: ExportParts): DownloadFile => ({
  name: `${row.id}.tar`,
  open: async () => {
    const { uid } = row;
    const newest = await parts.checkpoints.latest(uid);
    if ((newest?.seq ?? 0) < brain.head.seq) await brain.checkpointNow();
    const leave = await parts.log.readers.enter(uid);
    try {
      return leaving(await begin(row, parts), leave);
    } catch (error) {
      leave();
      throw error;
    }
  },
});

/** Ends with `leave`, also when nobody ever begins to read: a generator that has not begun would not hear of its end. */
function leaving(bytes: AsyncGenerator<Uint8Array, void>, leave: () => void): AsyncIterableIterator<Uint8Array> {
  let hasLeft = false;
  const end = (): void => {
    if (!hasLeft) leave();
    hasLeft = true;
  };
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    next: async () => {
      const next = await bytes.next().catch((error: unknown) => {
        end();
        throw error;
      });
      if (next.done === true) end();
      return next;
    },
    return: async () => {
      end();
      return bytes.return();
    },
  };
}

/** @throws EngramError `checkpoint-damaged`, `brain-damaged` */
async function begin(row: BrainRow, parts: ExportParts): Promise<AsyncGenerator<Uint8Array, void>> {
  const kept = await parts.history.kept(row.uid);
  if (kept === null) throw brainNotFound(row.id);
  const extent = extentOf(kept);
  const { seq, after, fromBeginning } = extent;
  if ((await parts.history.countEvents(row.uid, after, seq)) !== seq - after) {
    throw new EngramError(
      "brain-damaged",
      `Brain "${row.id}" is damaged: its log has gaps between ${after} and ${seq}.`,
    );
  }
  const checkpoints: ArchivedCheckpoint[] = [];
  let last = { step: 0, mode: row.mode };
  for (const { id } of extent.checkpoints) {
    const checkpoint = await parts.checkpoints.find(row.uid, id);
    if (checkpoint === null || !(await parts.checkpoints.isComplete(checkpoint))) continue;
    const { name, reason, digest, createdAt } = checkpoint;
    checkpoints.push({ id, seq: checkpoint.seq, name, reason, digest, createdAt });
    if (checkpoint.seq === seq) last = checkpoint;
  }
  const lost = extent.needed.find((wanted) => checkpoints.every((checkpoint) => checkpoint.seq !== wanted));
  if (lost !== undefined) {
    throw new EngramError("checkpoint-damaged", `The checkpoint of seq ${lost} of brain "${row.id}" is damaged.`);
  }
  const { id, name, tags, createdAt } = row;
  const { step, mode } = last;
  const about = { id, name, tags, createdAt, seq, step, mode, after, fromBeginning, checkpoints };
  return write({ ...blueprintOf(row), ...about }, row, parts);
}

async function* write(
  description: Parameters<typeof encodeDescription>[0],
  row: BrainRow,
  { checkpoints, log }: ExportParts,
): AsyncGenerator<Uint8Array, void> {
  yield* entry(DESCRIPTION_PATH, description.createdAt, encodeDescription(description));
  for (const archived of description.checkpoints) {
    const checkpoint = await checkpoints.find(row.uid, archived.id);
    if (checkpoint === null) throw new Error(`checkpoint ${archived.id} was deleted while it was exported`);
    const file = fileOf(row, checkpoint, checkpoints);
    yield tarHeader(checkpointPath(archived), file.byteLength, archived.createdAt);
    yield* await file.open();
    yield tarPadding(file.byteLength);
  }
  for await (const events of log.read(row.uid, description.after, description.seq)) {
    for (const { seq, createdAt, type, payload } of events)
      yield* entry(eventPath(seq, createdAt, type), createdAt, payload);
    await nextTurn(); // small events are many: other calls go on in between
  }
  yield TAR_END;
}

function* entry(path: string, mtime: Date, content: Uint8Array): Generator<Uint8Array, void> {
  yield tarHeader(path, content.length, mtime);
  yield content;
  yield tarPadding(content.length);
}
