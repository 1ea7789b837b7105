import assert from "node:assert/strict";
import { test } from "node:test";
import type { Brain, StreamMessage } from "../../../src/dashboard/api/types.ts";
import {
  keptOrder,
  LAST_HOUR,
  orderOf,
  type Row,
  rowOf,
  withBrain,
  withHistory,
  withMessage,
} from "../../../src/dashboard/pages/brains/rows.ts";

const TIME = "2026-03-01T09:30:00.000Z";
const NOW_MS = Date.parse(TIME);

const CONFIG = { inputDim: 4, hiddenDim: 64, winners: 8, noveltyThreshold: 0.85, utilityDecay: 0.995 };
const RATES = { contextLearningRate: 0.5, contextDecay: 0.8, coreLearningRate: 0.05, consolidationRate: 2 };
const WATCHING = { holdout: 0, driftDetector: "adwin", modePolicy: "fixed", encoder: null } as const;

const brainOf = (id: string, rest: Partial<Omit<Brain, "kind" | "config">> = {}): Brain => ({
  id,
  name: null,
  mode: "plastic",
  seq: 3,
  step: 3,
  labels: [],
  tags: {},
  status: "resident",
  origin: null,
  createdAt: TIME,
  updatedAt: TIME,
  ...rest,
  kind: "triarchic",
  config: { ...CONFIG, ...RATES, ...WATCHING, rules: "stable", seed: 1 },
});

const measured = (seq: number, accuracyWindow: number | null): StreamMessage => ({
  type: "measured",
  streamSeq: seq,
  brain: "pets",
  seq,
  step: seq,
  time: TIME,
  numbers: { samples: 10 * seq, accuracyWindow, memoryFill: 0.5 },
});

const after = (row: Row, message: StreamMessage): Row => {
  const next = withMessage(row, message);
  assert.ok(next !== null);
  return next;
};

test("what the stream tells of a later state outlives a history and a list that were asked for before", () => {
  const live = after(rowOf(brainOf("pets")), measured(5, 0.8));
  const read = withHistory(live, { seq: 4, samples: 40, accuracy: 0.2, memoryFill: 0.1 }, [], NOW_MS);
  assert.deepEqual(read.numbers, { seq: 5, samples: 50, accuracy: 0.8, memoryFill: 0.5 });
  assert.equal(read.slots.at(-1)?.last, 0.8);
  assert.equal(withBrain(read, brainOf("pets", { seq: 4 })).brain.seq, 5);
  assert.equal(withBrain(read, brainOf("pets", { seq: 5, name: "Pets" })).brain.name, "Pets");
});

test("a history that is newer than what the stream told, as after a gap, takes its place", () => {
  const live = after(rowOf(brainOf("pets")), measured(5, 0.8));
  const index = Math.floor(NOW_MS / LAST_HOUR.stepMs);
  const slots = [{ index, min: 0.1, max: 0.9, last: 0.3 }];
  const read = withHistory(live, { seq: 9, samples: 90, accuracy: 0.3, memoryFill: 0.9 }, slots, NOW_MS);
  assert.equal(read.numbers?.samples, 90);
  assert.deepEqual(read.slots, slots);
});

test("a number that is not measured yet adds no point to the sparkline", () => {
  assert.deepEqual(after(rowOf(brainOf("pets")), measured(4, null)).slots, []);
});

test("modes and quarantines show at once, and what a message does not tell is to be read anew", () => {
  const row = rowOf(brainOf("pets", { status: "stored" }));
  const stamp = { streamSeq: 9, brain: "pets", seq: 9, step: 3, time: TIME };
  const switched = after(row, { ...stamp, type: "modeChanged", mode: "panic" });
  assert.deepEqual([switched.brain.mode, switched.brain.seq, switched.brain.status], ["panic", 9, "resident"]);
  assert.equal(after(row, { ...stamp, type: "quarantined", event: 9, deaths: 3 }).brain.status, "quarantined");
  assert.equal(withMessage(row, { ...stamp, type: "restored", checkpoint: "c", from: 2 }), null);
});

test("rows are sorted by time, by name as people count, and by accuracy with unknown ones last", () => {
  const rows = [
    rowOf(brainOf("b10", { updatedAt: "2026-03-01T09:31:00.000Z" })),
    rowOf(brainOf("b9", { updatedAt: "2026-03-01T09:33:00.000Z" })),
    rowOf(brainOf("z", { name: "Apes", updatedAt: "2026-03-01T09:32:00.000Z" })),
  ].map((row, index) => ({
    ...row,
    numbers: index === 1 ? null : { seq: 1, samples: 1, accuracy: index / 10, memoryFill: null },
  }));
  assert.deepEqual(orderOf(rows, "changed", ""), ["b9", "z", "b10"]);
  assert.deepEqual(orderOf(rows, "name", ""), ["z", "b9", "b10"]);
  assert.deepEqual(orderOf(rows, "accuracy", ""), ["z", "b10", "b9"]);
});

test("a search finds brains of which all its words are in id, name, tags, kind, mode or status", () => {
  const rows = [
    rowOf(brainOf("pets", { name: "Cats and dogs", tags: { team: "Vision" } })),
    rowOf(brainOf("sounds", { mode: "panic", tags: { team: "audio" } })),
  ];
  assert.deepEqual(orderOf(rows, "name", "  DOGS vision "), ["pets"]);
  assert.deepEqual(orderOf(rows, "name", "team:audio"), ["sounds"]);
  assert.deepEqual(orderOf(rows, "name", "panic"), ["sounds"]);
  assert.deepEqual(orderOf(rows, "name", "dogs audio"), []);
  assert.equal(orderOf(rows, "name", " ").length, 2);
});

test("rows that somebody points at stay as they are: what is gone goes, what is new comes before them", () => {
  assert.deepEqual(keptOrder(["a", "b", "c"], ["c", "new", "a"]), ["new", "a", "c"]);
});
