// A whole brain into the server: its checkpoints and its log, as they were elsewhere. Invariant: the brain is hidden until all of it is there
// and its newest state was brought back from what was stored; every event was held against the state that it follows. What is refused
// leaves nothing behind.

import { randomUUID } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { type Blueprint, blueprintOf } from "../brain/config.ts";
import { checkEvent } from "../brain/event-check.ts";
import { StateError } from "../brain/header-fields.ts";
import { residentBytes } from "../brain/resident-bytes.ts";
import { effectiveBlueprint, initialShape, shapeOf } from "../brain/shape.ts";
import { ByteSource } from "../byte-source.ts";
import { EngramError } from "../errors.ts";
import type { BrainRow } from "../store/brain-table.ts";
import type { Head, LoggedEvent } from "../store/event-log.ts";
import type { KeyFor } from "../store/idempotency-keys.ts";
import type { PastEvents } from "../store/past-events.ts";
import { CHUNK_BYTES } from "./adoption.ts";
import type { ImportBrain } from "./api.ts";
import {
  type ArchivedCheckpoint,
  checkpointPath,
  DESCRIPTION_PATH,
  type Description,
  decodeDescription,
  readEventPath,
} from "./archive.ts";
import { bringFile } from "./bring-file.ts";
import { excessOf } from "./excess.ts";
import { asRefusal, fileInvalid } from "./file-invalid.ts";
import { advance } from "./head.ts";
import type { ImportParts } from "./import-state.ts";
import { readFileHead } from "./state-file.ts";
import { type TarEntry, tarEntries } from "./tar.ts";

export type ArchiveParts = ImportParts & { readonly pastEvents: PastEvents };

/** The next file of the archive, which has to be there. */
type NextEntry = (wanted: string) => Promise<TarEntry>;

/** A state that is there: what it says of the head, and its digest as stored. */
type Arrived = { readonly head: Head; readonly digest: string };

const MAX_DESCRIPTION_BYTES = 16 * 1024 * 1024;
const MAX_EVENT_BYTES = 128 * 1024 * 1024;

/**
 * Makes a brain of an archive; what `wish` leaves out is as the archive has it.
 * @param keyFor gives the key under which the call may be sent again
 * @throws EngramError `brain-exists`; `file-invalid`, `bad-request` when the sender breaks off, `overloaded`
 */
export async function importArchive(
  { file, ...wish }: ImportBrain,
  parts: ArchiveParts,
  keyFor?: KeyFor<BrainRow>,
): Promise<BrainRow> {
  const { table } = parts;
  const entries = tarEntries(new ByteSource(file.bytes));
  const next: NextEntry = async (wanted) => {
    const { value } = await entries.next();
    if (!value) throw fileInvalid(`The archive ends before ${wanted}.`);
    return value;
  };
  try {
    if (wish.id !== undefined) await table.refuseTaken(wish.id);
    const description = await within(await next(DESCRIPTION_PATH), DESCRIPTION_PATH, readDescription);
    const { id, name, tags } = { ...description, ...wish };
    await table.refuseTaken(id);
    const row = await table.insertHidden(newcomerOf(description, { id, name, tags }));
    try {
      const head = await takeIn(description, row, next, parts);
      if ((await entries.next()).done !== true) throw fileInvalid("The archive goes on behind its last event.");
      await verify(row, head, parts);
      const { step, mode, labels, shape } = head.head;
      await table.complete(row.uid, { step, mode, labels, shape, createdAt: description.createdAt });
      return await table.reveal(row.uid, id, keyFor);
    } catch (error) {
      await table.remove(row.uid).catch(() => {}); // a database that is away lets it lie; it is removed as abandoned
      throw error;
    }
  } catch (error) {
    throw asRefusal(error, "The archive");
  } finally {
    await entries.return();
  }
}

async function readDescription(entry: TarEntry): Promise<Description> {
  if (entry.size > MAX_DESCRIPTION_BYTES) throw new StateError(`has ${entry.size} bytes`);
  return decodeDescription(await entry.take(entry.size));
}

/** Reads an entry under its name. @throws EngramError `file-invalid` that names the entry */
async function within<T>(entry: TarEntry, path: string, read: (entry: TarEntry) => Promise<T>): Promise<T> {
  if (entry.path !== path) throw fileInvalid(`The archive has ${JSON.stringify(entry.path)} where ${path} should be.`);
  try {
    return await read(entry);
  } catch (error) {
    const refusal = asRefusal(error, path);
    const isUnnamed =
      refusal instanceof EngramError && refusal.code === "file-invalid" && !refusal.message.startsWith(path);
    throw isUnnamed ? fileInvalid(`${path}: ${refusal.message}`, error) : refusal;
  }
}

/** The head is not known yet; it is written when the brain is shown. */
function newcomerOf(description: Description, named: Pick<BrainRow, "id" | "name" | "tags">) {
  const { id: brain, seq, mode, fromBeginning } = description;
  const blueprint = blueprintOf(description);
  return {
    ...named,
    ...blueprint,
    uid: randomUUID(),
    mode,
    seq,
    step: 0,
    labels: [],
    shape: initialShape(blueprint),
    origin: { by: "import", brain, seq, ...(fromBeginning ? { fromBeginning } : {}) } as const,
  };
}

/** Stores checkpoints and events. @returns the state that they lead to */
async function takeIn(
  description: Description,
  row: BrainRow,
  next: NextEntry,
  parts: ArchiveParts,
): Promise<Arrived & { readonly checkpoint: boolean }> {
  const { seq, after, fromBeginning } = description;
  const blueprint = blueprintOf(description);
  const arrived = new Map<number, Arrived>();
  for (const archived of description.checkpoints) {
    const path = checkpointPath(archived);
    const state = await within(await next(path), path, (entry) => takeCheckpoint(entry, archived, row, parts));
    const same = arrived.get(archived.seq);
    if (same !== undefined && !isDeepStrictEqual(same, state)) {
      throw fileInvalid(`${path}: is another state of seq ${archived.seq} than the one before.`);
    }
    arrived.set(archived.seq, state);
  }
  const base = fromBeginning ? beginning(blueprint) : arrived.get(after)?.head;
  if (base === undefined)
    throw fileInvalid(`The archive has no checkpoint of seq ${after}, with which its log begins.`);
  let head = agreed(base, arrived.get(after)?.head, `checkpoint of seq ${after}`);
  let batch: LoggedEvent[] = [];
  let bytes = 0;
  for (let at = after + 1; at <= seq; at++) {
    const entry = await next(`event ${at}`);
    const event = await within(entry, entry.path, (file) =>
      readEvent(file, at, blueprint, head, arrived.get(at)?.head, parts),
    );
    head = event.head;
    batch.push(event.logged);
    bytes += event.logged.payload.length;
    if (batch.length < MAX_BATCH_ROWS && bytes < MAX_BATCH_BYTES && at < seq) continue;
    await parts.pastEvents.add(row.uid, batch);
    batch = [];
    bytes = 0;
  }
  return { head, digest: arrived.get(seq)?.digest ?? "", checkpoint: arrived.has(seq) };
}

const MAX_BATCH_ROWS = 256;
const MAX_BATCH_BYTES = 4 * 1024 * 1024;

const beginning = (blueprint: Blueprint): Head => ({
  seq: 0,
  step: 0,
  mode: "plastic",
  labels: [],
  shape: initialShape(blueprint),
});

/** @returns `walked`. @throws EngramError `file-invalid` unless a checkpoint of that state, where there is one, says the same */
function agreed(walked: Head, kept: Head | undefined, what: string): Head {
  if (kept !== undefined && !isDeepStrictEqual(walked, kept)) {
    throw fileInvalid(`The ${what} is not the state that the events before it lead to.`);
  }
  return walked;
}

/** Stores one checkpoint, through a host that holds its state for a moment. */
async function takeCheckpoint(
  entry: TarEntry,
  { id, seq, name, reason, digest, createdAt }: ArchivedCheckpoint,
  row: BrainRow,
  { visits, checkpoints, memoryBudgetMb }: ArchiveParts,
): Promise<Arrived> {
  const file = await readFileHead(entry, memoryBudgetMb);
  const { header, note } = file;
  if (file.byteLength !== entry.size) throw new StateError(`has ${entry.size} bytes, by its header ${file.byteLength}`);
  if (note?.seq !== seq || note.digest !== digest) throw new StateError("its note is not what brain.json says of it");
  const expected = effectiveBlueprint(row, shapeOf(header));
  if (!isDeepStrictEqual(expected, blueprintOf(header))) throw new StateError("it is of another brain's configuration");
  return visits.guest(
    residentBytes(blueprintOf(header), header.labels.length),
    async (request) => void (await bringFile(file, entry, request)),
    (place) =>
      place.snapshot(CHUNK_BYTES, async ({ head, header: bytes, hashes, readChunk }) => {
        const fresh = (await checkpoints.isFree(id)) ? id : randomUUID();
        const meta = { ...head, id: fresh, name, reason, createdAt, chunkBytes: CHUNK_BYTES, header: bytes, hashes };
        const written = await checkpoints.write(row.uid, meta, readChunk);
        const { step, mode, labels, shape } = head;
        return { head: { seq, step, mode, labels, shape }, digest: written.digest };
      }),
  );
}

/** @returns the event as it is to be logged, and the head after it */
async function readEvent(
  entry: TarEntry,
  seq: number,
  blueprint: Blueprint,
  before: Head,
  kept: Head | undefined,
  { memoryBudgetMb }: ArchiveParts,
): Promise<{ readonly logged: LoggedEvent; readonly head: Head }> {
  const named = readEventPath(entry.path, seq);
  if (named === null) throw new StateError(`is not the name of event ${seq}`);
  if (entry.size > MAX_EVENT_BYTES)
    throw new StateError(`has ${entry.size} bytes, an event has ${MAX_EVENT_BYTES} at most`);
  const payload = await entry.take(entry.size);
  const event = checkEvent(payload, blueprint, before);
  if (event.type !== named.type) throw new StateError(`holds an event of type ${event.type}`);
  const logged = { seq, payload, ...named };
  if (event.type === "restored" || event.type === "merged") {
    if (kept === undefined) throw new StateError(`the archive has no checkpoint of the state that was ${event.type}`);
    return { logged, head: kept };
  }
  const head = advance(before, event);
  if (head.shape !== before.shape || head.labels !== before.labels) {
    const excess = excessOf(effectiveBlueprint(blueprint, head.shape), memoryBudgetMb, head.labels.length);
    if (excess !== null) throw new StateError(`makes ${excess}`);
  }
  return { logged, head: agreed(head, kept, `checkpoint of seq ${seq}`) };
}

/** Brings the newest state back from what was stored. @throws EngramError `file-invalid` unless it is what it should be */
async function verify(row: BrainRow, expected: Arrived & { readonly checkpoint: boolean }, { visits }: ArchiveParts) {
  const { head, digest } = await visits.at({ ...row, shape: expected.head.shape }, row.seq, (place) =>
    place.snapshot(CHUNK_BYTES, async (snapshot) => {
      const { seq, step, mode, labels, shape, digest } = snapshot.head;
      return { head: { seq, step, mode, labels, shape }, digest };
    }),
  );
  const isSame = isDeepStrictEqual(head, expected.head) && (!expected.checkpoint || digest === expected.digest);
  if (!isSame) throw fileInvalid("The archive does not lead to the state that it says it does.");
}
