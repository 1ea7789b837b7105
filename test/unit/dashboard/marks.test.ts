import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { StreamMessage } from "../../../src/dashboard/api/types.ts";
import { toneOf, wordingOf } from "../../../src/dashboard/charts/mark-wording.ts";
import {
  MAX_MARKS,
  type Mark,
  markOf,
  markOfMessage,
  marksNear,
  mergeMarks,
  modeStretches,
} from "../../../src/dashboard/charts/marks.ts";

const mark = (timeMs: number, type = "drift", details: Mark["details"] = {}): Mark => ({
  timeMs,
  seq: timeMs,
  type,
  details,
});
const changed: StreamMessage = {
  streamSeq: 4,
  brain: "pets",
  seq: 2,
  step: 1,
  time: "2026-03-01T09:30:24.120Z",
  type: "modeChanged",
  mode: "panic",
  reason: "drift",
};

describe("marks", () => {
  it("are the same from the stream and from the history", () => {
    const { time } = changed;
    const told = { time, seq: 2, type: "modeChanged", details: { mode: "panic", reason: "drift" } };
    assert.deepEqual(markOfMessage(changed), markOf(told));
  });

  it("are not made of lessons and numbers", () => {
    const { type: _, mode: _mode, reason: _reason, ...stamp } = changed;
    assert.equal(markOfMessage({ ...stamp, type: "measured", numbers: {} }), null);
    assert.equal(markOfMessage({ ...stamp, type: "created" }), null);
    assert.equal(
      markOfMessage({
        type: "subscribed",
        time: "",
        brains: null,
        topics: [],
        maxPerSecond: null,
        after: 0,
        lost: null,
      }),
      null,
    );
  });

  it("are in order, each once, the newest of too many", () => {
    assert.deepEqual(
      mergeMarks([mark(3), mark(1)], [mark(2), mark(3)]).map(({ timeMs }) => timeMs),
      [1, 2, 3],
    );
    const many = mergeMarks(
      Array.from({ length: 2 * MAX_MARKS }, (_, place) => mark(place)),
      [],
    );
    assert.equal(many.length, MAX_MARKS);
    assert.equal(many.at(-1)?.timeMs, 2 * MAX_MARKS - 1);
  });

  it("are found near a moment, the nearest first", () => {
    const near = marksNear([mark(10), mark(18), mark(40)], 20, 10);
    assert.deepEqual(
      near.map(({ timeMs }) => timeMs),
      [18, 10],
    );
  });

  it("tell in which mode the brain was when, as far as they reach back", () => {
    const marks = [
      mark(10, "modeChanged", { mode: "panic" }),
      mark(20, "drift"),
      mark(30, "modeChanged", { mode: "plastic" }),
    ];
    assert.deepEqual(modeStretches(marks, 0, 40, "plastic"), [
      { fromMs: 10, toMs: 30, mode: "panic" },
      { fromMs: 30, toMs: 40, mode: "plastic" },
    ]);
    assert.deepEqual(modeStretches(marks, 15, 25, "plastic"), [{ fromMs: 15, toMs: 25, mode: "panic" }]);
    assert.deepEqual(modeStretches([mark(20)], 0, 40, "plastic"), [{ fromMs: 0, toMs: 40, mode: "plastic" }]);
    assert.deepEqual(modeStretches([], 0, 40, null), []);
  });
});

describe("the wording of marks", () => {
  const words = (type: string, details: Mark["details"]): string => {
    const { title, details: facts } = wordingOf(mark(0, type, details));
    return `${title}: ${facts}`;
  };

  it("says what happened and the facts", () => {
    assert.equal(words("modeChanged", { mode: "panic", reason: "drift" }), "Mode panic: by itself: the error rose");
    assert.equal(words("modeChanged", { mode: "inference" }), "Mode inference: set by a call");
    assert.equal(words("taskStarted", { name: "animals" }), "Task animals: begins");
    assert.equal(words("taskStarted", { name: null }), "Task without a name: begins");
    assert.equal(
      words("drift", { detector: "adwin", error: 0.8, before: 0.1 }),
      "Drift: adwin: 80.0 % errors, 10.0 % before",
    );
    assert.equal(
      words("consolidated", { matured: 1, mature: 34 }),
      "Consolidated: 1 neuron matured, 34 are mature now",
    );
    assert.equal(words("checkpointed", { sizeBytes: 2_000_000, durationMs: 30 }), "Checkpoint: 2 MB in 30 ms");
    assert.equal(words("restored", { checkpoint: "c1", from: 12 }), "Restored: to the state of seq 12, c1");
    assert.equal(words("merged", { source: "b", samples: 1 }), "Merged: 1 sample of b");
    const since = { source: "b", samples: 6, base: { brain: "a", seq: 10 } };
    assert.equal(words("merged", since), "Merged: 6 samples of b, learned since seq 10");
    assert.equal(words("quarantined", { event: 3, deaths: 3 }), "Quarantined: computing it ended 3 compute processes");
    assert.equal(words("tuned", { tuning: { gate: 0.1, reward: { right: 1 } } }), "Tuned: gate 0.1, reward");
    assert.equal(words("layerAdded", { index: 2, layers: 3 }), "Layer 2 added: 3 layers now");
  });

  it("gives modes their colours, and warnings theirs", () => {
    assert.equal(toneOf(mark(0, "modeChanged", { mode: "panic" })), "panic");
    assert.equal(toneOf(mark(0, "drift")), "warn");
    assert.equal(toneOf(mark(0, "checkpointed")), "plain");
  });

  it("tells what it does not know by its own name, and breaks on no details", () => {
    assert.equal(words("somethingNew", { size: 3 }), "somethingNew: size 3");
    for (const type of [
      "modeChanged",
      "drift",
      "consolidated",
      "checkpointed",
      "restored",
      "tuned",
      "layerTuned",
      "quarantined",
      "forgot",
    ]) {
      assert.ok(wordingOf(mark(0, type)).title.length > 0);
    }
  });
});
