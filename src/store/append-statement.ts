// One statement, one round trip, one transaction: the events of a batch, the heads of their brains, the checkpoints that events
// leave which replace the state, the predictions that learned events settle, and the keys of the calls. A brain may have several events in a batch; its head becomes
// the last one's, with the labels that all of them added. An event that does not follow its brain's head, or settles what is not pending, makes `seq` NULL, which
// the table refuses: the log has no gaps, and a prediction is settled once, whoever else writes.

import { crc32 } from "node:zlib";
import type { QueryConfig } from "pg";
import type { Shape } from "../brain/shape.ts";
import type { NewCheckpoint } from "./checkpoint-store.ts";
import type { LogEntry, Notes, Settlement } from "./event-log.ts";
import { KEY_COLUMNS, KEY_TYPES, keyValues } from "./idempotency-keys.ts";

/** The statement that commits `entries`; it answers with one row `(uid, updated_at)` a brain. */
export function appendStatement(entries: readonly LogEntry[]): QueryConfig {
  const values = new Values();
  const events = entries.map(({ brain, seq, type, payload }) =>
    values.row(EVENT, [brain, seq, type, bytes(payload), crc32(payload)]),
  );
  const heads = foldHeads(entries).map(({ brain, first, seq, step, mode, base, added, shape, settles, notes }) => {
    const { name, tags } = notes;
    const noted = [name !== undefined, name ?? null, tags === undefined ? null : JSON.stringify(tags)];
    const head = [brain, first, seq, step, mode, base, added, shape && JSON.stringify(shape), settles];
    return values.row([...HEAD, ...NOTES], [...head, ...noted]);
  });
  const left = entries.flatMap(({ brain, seq, head }) =>
    head.kind === "replace" ? [{ brain, seq, checkpoint: head.checkpoint }] : [],
  );
  const copies = left.flatMap(({ brain, seq, checkpoint }) =>
    "copy" in checkpoint ? [values.row(COPY, [checkpoint.copy, checkpoint.source, brain, seq])] : [],
  );
  const ready = left.flatMap(({ brain, checkpoint }) =>
    "row" in checkpoint ? [values.row(CHECKPOINT_TYPES, checkpointValues(brain, checkpoint.row))] : [],
  );
  const copy = copies.length > 0 ? copyCheckpoints(copies) : "";
  const checkpoints =
    ready.length > 0 ? `,\nmade AS (INSERT INTO checkpoint (${CHECKPOINT_COLUMNS}) VALUES ${ready})` : "";
  const settlements = entries.flatMap(({ brain, seq, settles = [] }) =>
    settles.map((settlement) => ({ ...settlement, brain, seq })),
  );
  const settle = settlements.length > 0 ? settlePredictions(settlements, values) : "";
  const keys = entries.flatMap(({ brain, seq, key }) =>
    key === undefined ? [] : [values.row(KEY_TYPES, keyValues(brain, key, seq))],
  );
  const keep = keys.length > 0 ? `,\nkept AS (INSERT INTO idempotency_key (${KEY_COLUMNS}) VALUES ${keys})` : "";
  const follows = `brain.seq = head.first - 1${settle && ALL_SETTLED}`;
  const text = `
WITH logged AS (INSERT INTO event (brain_uid, seq, type, payload, crc32) VALUES ${events})${copy}${checkpoints}${settle}${keep}
UPDATE brain SET seq = CASE WHEN ${follows} THEN head.seq END, step = head.step, mode = head.mode, updated_at = now(),
  labels = CASE WHEN head.base IS NULL AND cardinality(head.added) = 0 THEN brain.labels
                ELSE COALESCE(head.base, brain.labels) || head.added END,
  shape = COALESCE(head.shape, brain.shape),
  name = CASE WHEN head.is_named THEN head.name ELSE brain.name END, tags = COALESCE(head.tags, brain.tags)
FROM (VALUES ${heads}) AS head (uid, first, seq, step, mode, base, added, shape, settles, is_named, name, tags)
WHERE brain.uid = head.uid
RETURNING brain.uid, brain.updated_at`;
  return { text, values: values.all };
}

const EVENT = ["uuid", "bigint", "text", "bytea", "bigint"];
const HEAD = ["uuid", "bigint", "bigint", "bigint", "text", "text[]", "text[]", "jsonb", "integer"];
const NOTES = ["boolean", "text", "jsonb"];
const COPY = ["uuid", "uuid", "uuid", "bigint"];

const CHECKPOINT_COLUMNS =
  "id, brain_uid, seq, step, mode, labels, shape, name, reason, header, byte_length, chunk_bytes, hashes, digest";
const CHECKPOINT_TYPES = [
  ...["uuid", "uuid", "bigint", "bigint", "text", "text[]", "jsonb", "text", "text"],
  ...["bytea", "bigint", "integer", "bytea", "text"],
];
const checkpointValues = (brain: string, row: NewCheckpoint): readonly unknown[] => [
  ...[row.id, brain, row.seq, row.step, row.mode, row.labels, JSON.stringify(row.shape), row.name, row.reason],
  ...[bytes(row.header), row.byteLength, row.chunkBytes, bytes(row.hashes), row.digest],
];

// The source is held until the commit, so that its chunks cannot be collected meanwhile. A source that is gone leaves NULLs, which the
// table refuses: the whole transaction fails rather than leave a restored event without its checkpoint.
const copyCheckpoints = (copies: readonly string[]): string => `,
wanted (id, source, brain_uid, seq) AS (VALUES ${copies}),
source AS (SELECT * FROM checkpoint WHERE (brain_uid, id) IN (SELECT brain_uid, source FROM wanted) FOR SHARE),
copied AS (
  INSERT INTO checkpoint (${CHECKPOINT_COLUMNS})
  SELECT wanted.id, wanted.brain_uid, wanted.seq, source.step, source.mode, source.labels, source.shape, source.name, 'restored',
         source.header, source.byte_length, source.chunk_bytes, source.hashes, source.digest
  FROM wanted LEFT JOIN source ON source.id = wanted.source AND source.brain_uid = wanted.brain_uid
)`;

// A prediction is settled once: one that is settled already, or gone, is missing from `settled`, and then the count does not fit.
const ALL_SETTLED = " AND head.settles = (SELECT count(*) FROM settled WHERE settled.brain_uid = head.uid)";

function settlePredictions(
  settlements: readonly (Settlement & Pick<LogEntry, "brain" | "seq">)[],
  values: Values,
): string {
  const columns = [
    values.add(
      "uuid[]",
      settlements.map(({ brain }) => brain),
    ),
    values.add(
      "bigint[]",
      settlements.map(({ seq }) => seq),
    ),
    values.add(
      "uuid[]",
      settlements.map(({ id }) => id),
    ),
    values.add(
      "text[]",
      settlements.map(({ label }) => label),
    ),
    values.add(
      "boolean[]",
      settlements.map(({ isCorrect }) => isCorrect),
    ),
  ];
  return `,
settled AS (
  UPDATE tracked_prediction AS tracked
  SET settled_seq = given.seq, settled_label = given.label, is_correct = given.is_correct, input = NULL
  FROM unnest(${columns}) AS given (brain_uid, seq, id, label, is_correct)
  WHERE tracked.brain_uid = given.brain_uid AND tracked.id = given.id AND tracked.settled_seq IS NULL
  RETURNING tracked.brain_uid
)`;
}

type FoldedHead = {
  readonly brain: string;
  /** The brain's first event in the batch. */
  readonly first: number;
  /** Its last. */
  readonly seq: number;
  readonly step: number;
  readonly mode: string;
  /** The labels that replace the brain's, null to keep them. */
  readonly base: readonly string[] | null;
  /** The labels that join them. */
  readonly added: readonly string[];
  /** The shape that replaces the brain's, null to keep it. */
  readonly shape: Shape | null;
  /** How many predictions its events settle. */
  readonly settles: number;
  readonly notes: Notes;
};

function foldHeads(entries: readonly LogEntry[]): FoldedHead[] {
  const heads = new Map<string, FoldedHead>();
  for (const { brain, seq, head, notes: noted, settles: settled = [] } of entries) {
    const { step, mode } = head;
    const before = heads.get(brain);
    const labels =
      head.kind === "replace"
        ? { base: head.labels, added: [] }
        : { base: before?.base ?? null, added: [...(before?.added ?? []), ...head.newLabels] };
    const shape = head.shape ?? before?.shape ?? null;
    const settles = (before?.settles ?? 0) + settled.length;
    const notes = { ...before?.notes, ...noted };
    heads.set(brain, { brain, first: before?.first ?? seq, seq, step, mode, ...labels, shape, settles, notes });
  }
  return [...heads.values()];
}

/** Numbers the parameters of a statement. */
class Values {
  readonly all: unknown[] = [];

  /** @returns `$1::type` */
  add(type: string, value: unknown): string {
    return `$${this.all.push(value)}::${type}`;
  }

  /** @returns `($1::type, $2::type, …)` for one row of a VALUES list */
  row(types: readonly string[], values: readonly unknown[]): string {
    const first = this.all.push(...values) - values.length + 1;
    return `(${types.map((type, i) => `$${first + i}::${type}`)})`;
  }
}

/** `pg` sends a Buffer as binary. */
const bytes = (payload: Uint8Array): Buffer => Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength);
