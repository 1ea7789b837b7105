// The rows of the list: what is told of a brain by the list, by its history and by the stream, put together; and which rows are shown, in which order.

import type { Brain, StreamMessage } from "../../api/types.ts";
import { joined, type Slot, type SparkWindow, withValue } from "../../ui/spark.ts";

/** The last hour, in half minutes. */
export const LAST_HOUR: SparkWindow = { stepMs: 30_000, slots: 120 };

/** What is shown of a brain's numbers; null where there is none. */
export type RowNumbers = {
  readonly seq: number;
  readonly samples: number | null;
  readonly accuracy: number | null;
  readonly memoryFill: number | null;
};

export type Row = {
  readonly brain: Brain;
  /** The newest that is known; null: not asked for yet. */
  readonly numbers: RowNumbers | null;
  readonly slots: readonly Slot[];
};

export const rowOf = (brain: Brain): Row => ({ brain, numbers: null, slots: [] });

/** @returns the row with what the list tells now, unless the stream has told of a later state */
export function withBrain(row: Row, brain: Brain): Row {
  const isOlder = brain.seq < row.brain.seq;
  return isOlder ? row : { ...row, brain };
}

/** @returns the row with what its history holds; where the stream has told of a later state meanwhile, that stays */
export function withHistory(row: Row, numbers: RowNumbers, slots: readonly Slot[], nowMs: number): Row {
  const isOlder = row.numbers !== null && row.numbers.seq > numbers.seq;
  const [older, newer] = isOlder ? [slots, row.slots] : [row.slots, slots];
  return { ...row, numbers: isOlder ? row.numbers : numbers, slots: joined(older, newer, nowMs, LAST_HOUR) };
}

/** @returns the row after a message about its brain; null where the message does not say enough and the brain must be read anew */
export function withMessage(row: Row, message: StreamMessage): Row | null {
  switch (message.type) {
    case "measured": {
      const { samples, accuracyWindow, memoryFill } = message.numbers;
      const accuracy = accuracyWindow ?? null;
      const timeMs = Date.parse(message.time);
      return {
        brain: moved(row.brain, message),
        numbers: { seq: message.seq, samples: samples ?? null, accuracy, memoryFill: memoryFill ?? null },
        slots: accuracy === null ? row.slots : withValue(row.slots, timeMs, accuracy, LAST_HOUR),
      };
    }
    case "learned":
    case "consolidated":
      return { ...row, brain: moved(row.brain, message) };
    case "modeChanged":
      return { ...row, brain: { ...moved(row.brain, message), mode: message.mode } };
    case "quarantined":
      return { ...row, brain: { ...row.brain, status: "quarantined" } };
    case "checkpointed":
    case "drift":
      return row;
    default:
      return null;
  }
}

type Told = { readonly seq: number; readonly step: number; readonly time: string };

const moved = (brain: Brain, { seq, step, time }: Told): Brain => ({
  ...brain,
  seq,
  step,
  updatedAt: time,
  status: "resident",
});

export const SORTS = {
  changed: "Last changed",
  name: "Name",
  accuracy: "Accuracy",
} as const;
export type Sort = keyof typeof SORTS;

const nameOf = ({ brain }: Row): string => brain.name ?? brain.id;
const byName = (a: Row, b: Row): number =>
  nameOf(a).localeCompare(nameOf(b), "en", { numeric: true }) || a.brain.id.localeCompare(b.brain.id);
/** What has no accuracy yet comes last. */
const accuracyOf = ({ numbers }: Row): number => numbers?.accuracy ?? -1;

const ORDERS: Record<Sort, (a: Row, b: Row) => number> = {
  changed: (a, b) => Date.parse(b.brain.updatedAt) - Date.parse(a.brain.updatedAt) || byName(a, b),
  name: byName,
  accuracy: (a, b) => accuracyOf(b) - accuracyOf(a) || byName(a, b),
};

/** @returns ids of the rows that `search` finds, in order */
export function orderOf(rows: readonly Row[], sort: Sort, search: string): readonly string[] {
  const words = search
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== "");
  return rows
    .filter((row) => words.every((word) => textOf(row).includes(word)))
    .sort(ORDERS[sort])
    .map(({ brain }) => brain.id);
}

/** @returns the ids of `fresh`, those of `kept` as they were and new ones before them */
export function keptOrder(kept: readonly string[], fresh: readonly string[]): readonly string[] {
  const known = new Set(kept);
  const there = new Set(fresh);
  return [...fresh.filter((id) => !known.has(id)), ...kept.filter((id) => there.has(id))];
}

/** All that a search looks at, tags as `name:value`. */
function textOf({ brain }: Row): string {
  const tags = Object.entries(brain.tags).map(([name, value]) => `${name}:${value}`);
  return [brain.id, brain.name ?? "", brain.kind, brain.mode, brain.status, ...tags].join("\n").toLowerCase();
}
