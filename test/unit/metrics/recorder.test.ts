// The recorder: nothing that it is told gets lost on its way, it takes bounded memory, and a database that is away costs the oldest only.

import assert from "node:assert/strict";
import { test } from "node:test";
import { pino } from "pino";
import { type Block, decodePoints } from "../../../src/metrics/blocks.ts";
import { Recorder } from "../../../src/metrics/recorder.ts";
import { LogLines } from "../../support/log-lines.ts";

/** A recorder with a clock that stands still, and a database that takes blocks while it is there. */
function site() {
  const state = { nowMs: 1_000_000, isAway: false, dropped: 0, stored: [] as Block[] };
  const lines = new LogLines();
  const recorder = new Recorder({
    write: async (blocks) => {
      if (state.isAway) throw new Error("away");
      state.stored.push(...blocks);
    },
    logger: pino({ level: "info" }, lines.destination),
    levelOf: () => "warn" as const,
    onDrop: (points) => {
      state.dropped += points;
    },
    nowMs: () => state.nowMs,
    everyMs: 3_600_000,
  });
  const stored = (uid: string) =>
    state.stored.filter(({ brainUid }) => brainUid === uid).flatMap(({ json }) => decodePoints(json));
  return { state, recorder, stored, lines };
}

test("what is noted shows at once, and is stored when its second is over", async () => {
  const { state, recorder, stored } = site();
  recorder.note("a", 1, { accuracy: 0.5 });
  recorder.note("a", 2, { accuracy: 1 });
  recorder.note("b", 7, { accuracy: 0 });
  const { points, blocks } = recorder.unwritten("a");
  assert.deepEqual([points.length, points[0]!.cells.get("accuracy")!.max, blocks.size], [1, 1, 1]);
  await recorder.flush();
  assert.equal(state.stored.length, 0);
  state.nowMs += 1000;
  recorder.note("a", 3, { accuracy: 0 });
  await recorder.flush();
  assert.deepEqual([stored("a").length, stored("b").length], [1, 1]);
  assert.deepEqual([stored("a")[0]!.firstSeq, stored("a")[0]!.lastSeq], [1, 2]);
  assert.ok(
    blocks.has(state.stored.find(({ brainUid }) => brainUid === "a")!.id),
    "a reader knows it when it is stored",
  );
  assert.equal(recorder.unwritten("a").points[0]!.lastSeq, 3);
  assert.equal(recorder.unwritten("b").points.length, 0);
  await recorder.close();
  assert.deepEqual(
    stored("a").map(({ lastSeq }) => lastSeq),
    [2, 3],
  );
});

test("markers go with the points of their time", async () => {
  const { state, recorder, stored } = site();
  recorder.mark("a", { timeMs: state.nowMs, seq: 4, type: "drift", details: { error: 0.5 } });
  await recorder.close();
  assert.deepEqual(stored("a")[0]!.markers, [{ timeMs: state.nowMs, seq: 4, type: "drift", details: { error: 0.5 } }]);
});

test("while the database is away what waits shows, and one line tells of it", async () => {
  const { state, recorder, stored, lines } = site();
  state.isAway = true;
  for (let second = 0; second < 5; second++, state.nowMs += 1000) {
    recorder.note("a", second, { reward: second });
    await recorder.flush();
  }
  assert.equal(recorder.unwritten("a").points.length, 5);
  assert.equal(lines.all.length, 1);
  state.isAway = false;
  await recorder.flush();
  assert.deepEqual(
    stored("a").map(({ lastSeq }) => lastSeq),
    [0, 1, 2, 3, 4],
  );
  assert.deepEqual([lines.all.length, lines.all[1]!.droppedPoints, state.dropped], [2, 0, 0]);
  await recorder.close();
});

test("what waits too long for the database is dropped, oldest first, and counted", async () => {
  const { state, recorder, stored, lines } = site();
  state.isAway = true;
  const numbers = Object.fromEntries(Array.from({ length: 400 }, (_, i) => [`number.${i}`, i]));
  const seconds = 12;
  for (let second = 0; second < seconds; second++, state.nowMs += 1000) {
    for (let brain = 0; brain < 100; brain++) recorder.note(`${brain}`, second, numbers);
    await recorder.flush();
  }
  state.nowMs += 1000;
  await recorder.flush();
  const kept = recorder.unwritten("0").points.length;
  assert.ok(kept > 3 && kept < seconds, `${kept} of ${seconds} kept`);
  state.isAway = false;
  await recorder.close();
  assert.deepEqual(
    stored("0").map(({ lastSeq }) => lastSeq),
    Array.from({ length: kept }, (_, i) => seconds - kept + i),
  );
  assert.equal(state.stored.length + state.dropped, 100 * seconds);
  assert.equal(lines.of("history of measures is written again")[0]!.droppedPoints, state.dropped);
  assert.equal(lines.all.length, 3, "an outage is told when it begins, when something is dropped, and when it ends");
});

test("many brains at once are written without waiting for the time", async () => {
  const { state, recorder, stored } = site();
  const numbers = Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`number.${i}`, i]));
  for (let second = 0; second < 2; second++, state.nowMs += 1000) {
    for (let brain = 0; brain < 1000; brain++) recorder.note(`${brain}`, second, numbers);
  }
  await new Promise(setImmediate);
  assert.equal(stored("0").length, 1);
  await recorder.close();
  assert.equal(state.stored.flatMap(({ json }) => decodePoints(json)).length, 2000);
});
