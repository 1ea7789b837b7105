// A whole brain as a tar archive: `brain.json` says what it is and what follows, then its checkpoints as state files, then its log, an
// event a file. Names sort in this order. Tracked predictions that wait for labels do not travel.

import { type Blueprint, MODES, type Mode } from "../brain/config.ts";
import { type Fields, fieldsOf, listOf, oneOf, StateError, whole } from "../brain/header-fields.ts";
import { checkBlueprint, MAX_SEQ, TEXT_PATTERN, VISIBLE_TEXT_PATTERN } from "../brain/limits.ts";
import { decodeBlueprint } from "../brain/state.ts";
import { CHECKPOINT_REASONS, type CheckpointReason } from "../store/checkpoint-store.ts";
import { parseStrictJson } from "../tensor/strict-json.ts";
import type { Tags } from "./api.ts";

export const DESCRIPTION_PATH = "brain.json";
const FORMAT = 1;

/** A checkpoint of the archive. */
export type ArchivedCheckpoint = {
  readonly id: string;
  readonly seq: number;
  readonly name: string | null;
  readonly reason: CheckpointReason;
  readonly digest: string;
  readonly createdAt: Date;
};

/** What an archive says of itself. Its configuration is as the brain was created. */
export type Description = Blueprint & {
  readonly id: string;
  readonly name: string | null;
  readonly tags: Tags;
  readonly createdAt: Date;
  /** The state that it leads to. */
  readonly seq: number;
  readonly step: number;
  readonly mode: Mode;
  /** The log holds the events after this one, up to `seq`. */
  readonly after: number;
  /** Whether that is the brain's creation, from which a replay may begin without a checkpoint. */
  readonly fromBeginning: boolean;
  /** In the order of the files. */
  readonly checkpoints: readonly ArchivedCheckpoint[];
};

/** Digits of a `seq` in names, so that they sort. */
const SEQ_DIGITS = 16;
const padded = (seq: number): string => String(seq).padStart(SEQ_DIGITS, "0");

export const checkpointPath = ({ seq, id }: Pick<ArchivedCheckpoint, "seq" | "id">): string =>
  `checkpoints/${padded(seq)}-${id}.safetensors`;

/** An event's name holds when it was committed, to the millisecond. */
export const eventPath = (seq: number, createdAt: Date, type: string): string =>
  `events/${padded(seq)}-${createdAt.toISOString().replaceAll(/[-:]/g, "")}-${type}.safetensors`;

const EVENT_PATH = /^events\/\d{16}-(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d\.\d{3})Z-([A-Za-z]{1,32})\.safetensors$/;

/** @returns when the event was committed, and its type; null unless the name is one that `eventPath` gives this `seq` */
export function readEventPath(path: string, seq: number): { createdAt: Date; type: string } | null {
  const [, year, month, day, hour, minute, second, type = ""] = EVENT_PATH.exec(path) ?? [];
  const createdAt = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  if (Number.isNaN(createdAt.getTime())) return null;
  return eventPath(seq, createdAt, type) === path ? { createdAt, type } : null;
}

export function encodeDescription(description: Description): Uint8Array {
  return new TextEncoder().encode(`${JSON.stringify({ format: FORMAT, ...description }, null, 2)}\n`);
}

/** Objects and lists inside each other. */
const MAX_DEPTH = 4;
const MAX_CHECKPOINTS = 100_000;

/**
 * Reads what `encodeDescription` wrote, checking every field.
 * @throws StateError, JsonError
 */
export function decodeDescription(bytes: Uint8Array): Description {
  const fields = fieldsOf(parseStrictJson(new TextDecoder().decode(bytes), MAX_DEPTH), "the description");
  if (fields.format !== FORMAT) throw new StateError(`format is not ${FORMAT}`);
  const blueprint = decodeBlueprint(fields.kind, fields.config);
  checkBlueprint(blueprint);
  const seq = whole(fields.seq, "seq", 0, MAX_SEQ);
  const after = whole(fields.after, "after", 0, seq);
  const fromBeginning = oneOf(fields.fromBeginning, "fromBeginning", [true, false]);
  if (fromBeginning && after !== 0) throw new StateError("fromBeginning is true, but after is not 0");
  const checkpoints = listOf(fields.checkpoints, "checkpoints").map((entry, index) =>
    checkpointOf(fieldsOf(entry, `checkpoints.${index}`), seq, `checkpoints.${index}`),
  );
  if (checkpoints.length > MAX_CHECKPOINTS) throw new StateError(`checkpoints are more than ${MAX_CHECKPOINTS}`);
  return {
    ...blueprint,
    id: textOf(fields.id, "id", ID),
    name: nameOf(fields.name, "name"),
    tags: tagsOf(fields.tags),
    createdAt: dateOf(fields.createdAt, "createdAt"),
    seq,
    step: whole(fields.step, "step", 0, seq),
    mode: oneOf(fields.mode, "mode", MODES),
    after,
    fromBeginning,
    checkpoints,
  };
}

const ID = /^[a-z0-9][a-z0-9._-]{0,62}$/;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const DIGEST = /^[0-9a-f]{64}$/;
const PLAIN_TEXT = new RegExp(`^${TEXT_PATTERN}{0,256}$`, "u");
const VISIBLE_TEXT = new RegExp(VISIBLE_TEXT_PATTERN, "u");
const MAX_TAGS = 64;
const MAX_TAG_NAME = 64;

const checkpointOf = ({ id, seq, name, reason, digest, createdAt }: Fields, last: number, where: string) => ({
  id: textOf(id, `${where}.id`, UUID),
  seq: whole(seq, `${where}.seq`, 0, last),
  name: nameOf(name, `${where}.name`),
  reason: oneOf(reason, `${where}.reason`, CHECKPOINT_REASONS),
  digest: textOf(digest, `${where}.digest`, DIGEST),
  createdAt: dateOf(createdAt, `${where}.createdAt`),
});

function textOf(value: unknown, where: string, pattern: RegExp): string {
  if (typeof value !== "string" || !pattern.test(value)) throw new StateError(`${where} is not of its form`);
  return value;
}

const nameOf = (value: unknown, where: string): string | null =>
  value === null ? null : textOf(value, where, PLAIN_TEXT);

function tagsOf(value: unknown): Tags {
  const tags = Object.entries(fieldsOf(value, "tags")).map(([name, text]): [string, string] => {
    if ([...name].length > MAX_TAG_NAME) throw new StateError("tags has a name that is too long");
    return [textOf(name, "tags", VISIBLE_TEXT), textOf(text, "tags", PLAIN_TEXT)];
  });
  if (tags.length > MAX_TAGS) throw new StateError(`tags are more than ${MAX_TAGS}`);
  return Object.fromEntries(tags);
}

function dateOf(value: unknown, where: string): Date {
  const date = new Date(typeof value === "string" ? value : Number.NaN);
  if (Number.isNaN(date.getTime()) || date.toISOString() !== value) throw new StateError(`${where} is no time`);
  return date;
}
