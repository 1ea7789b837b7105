import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { StreamMessage } from "../../../src/dashboard/api/types.ts";
import { Shown } from "../../../src/dashboard/charts/shown.ts";
import { Gathering } from "../../../src/metrics/points.ts";
import { historyOf } from "./support.ts";

const START_MS = Date.parse("2026-03-01T09:00:00Z");
const stamp = (second: number, seq: number) => ({
  streamSeq: seq,
  brain: "pets",
  seq,
  step: seq,
  time: new Date(START_MS + 1000 * second).toISOString(),
});
const measured = (second: number, seq: number, novelty: number): StreamMessage => ({
  ...stamp(second, seq),
  type: "measured",
  numbers: { novelty },
});
const panic = (second: number, seq: number): StreamMessage => ({
  ...stamp(second, seq),
  type: "modeChanged",
  mode: "panic",
});

/** The history of seconds 0 to `to`, of which each was measured: its number times 10. */
function history(to: number, marked: readonly number[] = []) {
  const points = Array.from({ length: to + 1 }, (_, second) => {
    const gathering = new Gathering(START_MS + 1000 * second);
    gathering.add(second, { novelty: 10 * second });
    if (marked.includes(second)) {
      gathering.mark({
        timeMs: START_MS + 1000 * second,
        seq: second,
        type: "modeChanged",
        details: { mode: "panic" },
      });
    }
    return gathering.point();
  });
  return historyOf(points, 1000);
}

const means = (shown: Shown) => shown.timeline.column("novelty")?.mean;

describe("what is shown", () => {
  it("is after a reading what the history says, and what the stream told since", () => {
    const shown = new Shown(1000, 100);
    shown.hear(measured(1, 1, 777)); // the history knows better: this one stood for several
    shown.hear(measured(3, 3, 5));
    shown.read(history(2));
    assert.deepEqual(means(shown), [0, 10, 20, 5]);
    shown.read(history(3));
    assert.deepEqual(means(shown), [0, 10, 20, 30]);
  });

  it("counts no number twice that a stream repeats", () => {
    const shown = new Shown(1000, 100);
    shown.hear(measured(1, 4, 1));
    assert.equal(shown.hear(measured(1, 3, 9)), false);
    assert.deepEqual(means(shown), [1]);
  });

  it("takes the numbers of a state again, when its hold-out was evaluated", () => {
    const shown = new Shown(1000, 100);
    shown.hear(measured(1, 4, 1));
    assert.equal(shown.hear(measured(2, 4, 2)), true);
    assert.deepEqual(means(shown), [1, 2]);
  });

  it("has each mark once, from the stream and from the history", () => {
    const shown = new Shown(1000, 100);
    shown.hear(panic(1, 1));
    shown.hear(panic(3, 3));
    shown.read(history(2, [1]));
    assert.deepEqual(
      shown.marks.map(({ seq }) => seq),
      [1, 3],
    );
    shown.read(history(3, [1, 3]));
    assert.deepEqual(
      shown.marks.map(({ seq }) => seq),
      [1, 3],
    );
  });

  it("takes bounded room, whatever comes", () => {
    const shown = new Shown(1000, 50);
    for (let second = 0; second < 5000; second++) {
      shown.hear(measured(second, second, 1));
      shown.hear(panic(second, second));
    }
    assert.equal(shown.timeline.length, 50);
    assert.equal(shown.marks.length, 1000);
  });

  it("lets go of what is over", () => {
    const shown = new Shown(1000, 100);
    shown.read(history(5, [1, 4]));
    shown.dropBefore(START_MS + 3000);
    assert.deepEqual(means(shown), [30, 40, 50]);
    assert.deepEqual(
      shown.marks.map(({ seq }) => seq),
      [4],
    );
  });
});
