// Looking into a brain's episodic memory, and taking samples out of it on purpose.

import { HAS_EPISODIC_MEMORY } from "../brain/config.ts";
import type { Forgot } from "../brain/events.ts";
import { EngramError } from "../errors.ts";
import { badCursor, decodeCursor, encodeCursor } from "../store/cursor.ts";
import { type Matrix, rowsOf } from "../tensor/matrix.ts";
import type {
  ForgetAnswer,
  MemoryAnswer,
  MemoryEntriesAnswer,
  MemoryEntriesRequest,
  MemoryEntryAnswer,
  StateStamp,
} from "./api.ts";
import { frozen } from "./frozen.ts";
import type { LiveBrain } from "./live-brain.ts";
import type { Terms } from "./terms.ts";
import { answered, type Change, stampOf } from "./writer.ts";

/** @throws EngramError no-memory */
export async function summarize(brain: LiveBrain): Promise<MemoryAnswer> {
  refuseWithoutMemory(brain);
  const { result } = await brain.read("memorySummary", {});
  return { brain: brain.row.id, ...result };
}

/** @throws EngramError no-memory, label-not-found; validation for a cursor that is not ours */
export async function pageOf(brain: LiveBrain, request: MemoryEntriesRequest): Promise<MemoryEntriesAnswer> {
  refuseWithoutMemory(brain);
  const { limit, cursor, label = null, withKeys } = request;
  const before = cursor === undefined ? null : idOf(cursor);
  if (label !== null) classOf(brain.row.id, brain.head.labels, label);
  const { result, body } = await brain.read("memoryPage", { limit, before, label, withKeys });
  const { entries, next, ...stamp } = result;
  const keys = new Float32Array(body.buffer, body.byteOffset, body.byteLength / Float32Array.BYTES_PER_ELEMENT);
  const matrix = { rows: entries.length, cols: keys.length / Math.max(1, entries.length), data: keys };
  return {
    brain: brain.row.id,
    ...stamp,
    entries: withKeys ? entries.map((entry, row) => ({ ...entry, key: rowAt(matrix, row) })) : entries,
    nextCursor: next === null ? null : encodeCursor(next),
  };
}

/** One sample with its key. @throws EngramError no-memory, memory-entry-not-found */
export async function entryOf(brain: LiveBrain, entry: string): Promise<MemoryEntryAnswer> {
  const id = sampleIdOf(brain, entry);
  const page = await pageOf(brain, { limit: 1, cursor: encodeCursor(id + 1), withKeys: true });
  const { entries, nextCursor: _older, ...stamp } = page;
  const [found] = entries;
  if (found?.id !== id) throw noSample(brain, entry);
  return { ...stamp, entry: found };
}

/** Forgets a class's samples, or all. @throws EngramError no-memory, label-not-found, brain-frozen */
export async function forgetSamples(brain: LiveBrain, label: string | undefined, terms: Terms): Promise<ForgetAnswer> {
  refuseWithoutMemory(brain);
  const samples = (labels: readonly string[]): Forgot["samples"] =>
    label === undefined ? { of: "all" } : { of: "class", classId: classOf(brain.row.id, labels, label) };
  return answered(await brain.change(forgetting(brain, samples), terms));
}

/**
 * Forgets one sample. Between the look and the change it may have made room for another; then nothing is forgotten.
 * @throws EngramError no-memory, memory-entry-not-found, brain-frozen
 */
export async function forgetEntry(brain: LiveBrain, entry: string, terms: Terms): Promise<ForgetAnswer> {
  refuseWithoutMemory(brain);
  const id = sampleIdOf(brain, entry);
  const done = await brain.once(terms, async (conditions) => {
    if (brain.head.mode === "inference") throw frozen(brain.row.id);
    const look = { limit: 1, before: id + 1, label: null, withKeys: false };
    const { result } = await brain.readAdmitted("memoryPage", look);
    if (result.entries[0]?.id !== id) throw noSample(brain, entry);
    return brain.changeAdmitted(
      forgetting(brain, () => ({ of: "entry", id })),
      conditions,
    );
  });
  return answered(done);
}

function forgetting(
  { row }: LiveBrain,
  samplesOf: (labels: readonly string[]) => Forgot["samples"],
): Change<Forgot, StateStamp> {
  return {
    draft: (head) => {
      if (head.mode === "inference") throw frozen(row.id);
      return { type: "forgot", samples: samplesOf(head.labels) };
    },
    known: (_event, head) => stampOf(row, head),
  };
}

/** @throws EngramError memory-entry-not-found for what is no id at all */
function sampleIdOf(brain: LiveBrain, entry: string): number {
  const id = Number(entry);
  if (!/^\d{1,16}$/.test(entry) || id >= Number.MAX_SAFE_INTEGER) throw noSample(brain, entry);
  return id;
}

const noSample = ({ row }: LiveBrain, entry: string): EngramError =>
  new EngramError("memory-entry-not-found", `Brain "${row.id}" remembers no sample ${entry}.`);

function refuseWithoutMemory({ row }: LiveBrain): void {
  if (!HAS_EPISODIC_MEMORY[row.kind]) {
    throw new EngramError("no-memory", `Brain "${row.id}" is of kind ${row.kind}, which has no episodic memory.`);
  }
}

/** @returns the index of `label` */
function classOf(brain: string, labels: readonly string[], label: string): number {
  const index = labels.indexOf(label);
  if (index === -1) throw new EngramError("label-not-found", `Brain "${brain}" has no label ${JSON.stringify(label)}.`);
  return index;
}

function idOf(cursor: string): number {
  const [id] = decodeCursor(cursor, ["number"]);
  if (typeof id !== "number" || !Number.isSafeInteger(id) || id < 0) throw badCursor();
  return id;
}

const rowAt = (matrix: Matrix, row: number): number[] => Array.from(rowsOf(matrix, row, row + 1).data);
