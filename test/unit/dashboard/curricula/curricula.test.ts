import assert from "node:assert/strict";
import { test } from "node:test";
import {
  after,
  phaseShares,
  progressText,
  timeText,
  titleOf,
  wantsReading,
} from "../../../../src/dashboard/pages/brain/curricula/curricula.ts";
import { CURRICULUM, message } from "./support.ts";

test("a message moves the curriculum that it is about, and no other", () => {
  const moved = after(CURRICULUM, message({ phase: 1, phaseName: "night", done: 55, waiting: "host-unavailable" }));
  assert.deepEqual(
    [moved.progress.phaseName, moved.progress.done, moved.progress.waiting],
    ["night", 55, "host-unavailable"],
  );
  assert.equal(moved.plan, CURRICULUM.plan);
  assert.equal(after(CURRICULUM, message({ curriculum: "c2", done: 55 })), CURRICULUM);
});

test("a message from before the end does not bring an ended curriculum back to life; a resumed one goes on", () => {
  const ended = { ...CURRICULUM, state: "cancelled" as const };
  assert.equal(after(ended, message({ done: 29 })), ended);
  assert.equal(after(ended, message({ done: 30, state: "queued" })).state, "queued");
});

test("what a message does not tell whole is read anew: a new curriculum, a phase, an end", () => {
  assert.equal(wantsReading(undefined, message({})), true);
  assert.equal(wantsReading(CURRICULUM, message({ state: "completed" })), true);
  assert.equal(wantsReading(CURRICULUM, message({ phase: 1 })), true);
  assert.equal(wantsReading(CURRICULUM, message({ done: 31 })), false);
});

test("progress is told by phase, never as more than is done", () => {
  assert.equal(progressText({ ...CURRICULUM.progress, done: 41, total: 1000 }, 2), "phase 1 of 2, 4 %");
  assert.equal(progressText({ ...CURRICULUM.progress, phase: null, done: 999, total: 1000 }, 2), "99 %");
  assert.equal(progressText({ ...CURRICULUM.progress, phase: null, done: 0, total: 0 }, 2), "0 %");
  const { phases, progress } = CURRICULUM;
  const done = (count: number) =>
    phaseShares({ phases, progress: { ...progress, done: count } }).map((share) => share.done);
  assert.deepEqual(
    [done(0), done(30), done(45), done(100)],
    [
      [0, 0],
      [30, 0],
      [40, 5],
      [40, 60],
    ],
  );
});

test("a curriculum without a name is called by its phases", () => {
  assert.equal(titleOf(CURRICULUM), "day, night");
  assert.equal(titleOf({ ...CURRICULUM, name: "Day and night" }), "Day and night");
});

test("times are told in two units at most", () => {
  assert.deepEqual([null, 0, 59.6, 125, 3600, 7500, 90_000].map(timeText), [
    "–",
    "0 s",
    "1 min",
    "2 min 5 s",
    "1 h",
    "2 h 5 min",
    "1 d 1 h",
  ]);
});
