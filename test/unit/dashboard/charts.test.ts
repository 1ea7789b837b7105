import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { scaleRange, TIME_AXIS, timeTick } from "../../../src/dashboard/charts/axes.ts";
import { actionOf } from "../../../src/dashboard/charts/keys.ts";
import { extent, isolated, measuredBeside, nearestMeasured } from "../../../src/dashboard/charts/points.ts";
import type { ChartSpec, Picture } from "../../../src/dashboard/charts/source.ts";
import { announced, summaryOf } from "../../../src/dashboard/charts/summary.ts";
import { Timeline } from "../../../src/dashboard/charts/timeline.ts";
import { percent } from "../../../src/dashboard/ui/format.ts";

const START_MS = Date.parse("2026-03-01T09:00:00Z");
const spec: ChartSpec = {
  id: "accuracy",
  title: "Accuracy",
  series: [{ name: "accuracyWindow", label: "Window", colour: "--series-1" }],
  scale: "share",
  format: percent,
  height: 100,
};

/** Measured in seconds 0, 1 and 5. */
function picture(): Picture {
  const timeline = new Timeline(1000, 100);
  timeline.fold(START_MS, { accuracyWindow: 0.5 });
  timeline.fold(START_MS + 1000, { accuracyWindow: 0.2 });
  timeline.fold(START_MS + 1500, { accuracyWindow: 0.4 });
  timeline.fold(START_MS + 5000, { accuracyWindow: 0.9 });
  const marks = [{ timeMs: START_MS + 5200, seq: 3, type: "modeChanged", details: { mode: "panic" } }];
  return {
    timeline,
    marks,
    span: { fromMs: START_MS, toMs: START_MS + 8000 },
    mode: "plastic",
    halfLife: 0,
    axis: TIME_AXIS,
    stretches: [],
  };
}

describe("points of a chart", () => {
  it("are isolated where both neighbours are missing", () => {
    assert.deepEqual(isolated([1, null, 2, 3, null, 4, null, null]), [0, 5]);
    assert.deepEqual(isolated([]), []);
    assert.deepEqual(isolated([1]), [0]);
  });

  it("are found near the pointer where something was measured, and nowhere else", () => {
    assert.equal(nearestMeasured([[null, 1, null, null, null]], 3, 2), 1);
    assert.equal(nearestMeasured([[null, 1, null, null, null]], 4, 2), 4);
  });

  it("are walked along from one that was measured to the next", () => {
    const columns = [
      [1, null, null, null],
      [null, null, 1, null],
    ];
    assert.equal(measuredBeside(columns, 0, 1), 2);
    assert.equal(measuredBeside(columns, 2, 1), null);
    assert.equal(measuredBeside(columns, 3, -10), 0);
    assert.equal(measuredBeside([], 0, 1), null);
  });

  it("have the extent of what is in sight", () => {
    assert.deepEqual(extent([[5, null, 1], [9]]), [1, 9]);
    assert.deepEqual(extent([[5, 2, 1]], 0, 1), [2, 5]);
    assert.equal(extent([[null]]), null);
  });
});

describe("scales", () => {
  const finite = fc.double({ min: -1e6, max: 1e6, noNaN: true });

  it("hold all values that they are made for, and are never empty", () => {
    fc.assert(
      fc.property(finite, finite, (a, b) => {
        const extremes = [Math.min(a, b), Math.max(a, b)] as const;
        const [least, greatest] = scaleRange("signed", extremes);
        assert.ok(least <= extremes[0] + 1e-6 && greatest >= extremes[1] - 1e-6 && least < greatest);
        const positive = [Math.abs(a), Math.abs(a) + Math.abs(b)] as const;
        const [zero, top] = scaleRange("zero", positive);
        assert.ok(zero === 0 && top >= positive[1] * (1 - 1e-6) && top > 0);
        const [bottom, high] = scaleRange("log", [positive[0] + 1e-3, positive[1] + 1e-3]);
        assert.ok(bottom > 0 && high >= 10 * bottom * (1 - 1e-9) && high >= positive[1] * (1 - 1e-6));
      }),
    );
  });

  it("are there without a value, too", () => {
    for (const kind of ["share", "zero", "signed", "log"] as const) {
      const [least, greatest] = scaleRange(kind, null);
      assert.ok(least < greatest);
    }
  });

  it("are there for the smallest number there is", () => {
    assert.deepEqual(scaleRange("zero", [0, Number.MIN_VALUE]), [0, 1]);
    assert.deepEqual(scaleRange("signed", [-Number.MIN_VALUE, 0]), [-1, 0]);
  });

  it("of shares are always all of it", () => {
    assert.deepEqual(scaleRange("share", [0.4, 0.5]), [0, 1]);
  });

  it("write times as exactly as their ticks are far apart", () => {
    const noon = new Date(2026, 2, 1, 12, 30, 5).getTime();
    assert.equal(timeTick(noon, 1), "12:30:05");
    assert.equal(timeTick(noon, 60), "12:30");
    assert.equal(timeTick(noon, 86_400), "Mar 1");
    assert.equal(timeTick(new Date(2026, 2, 1).getTime(), 3600), "Mar 1");
  });
});

describe("a chart by keyboard", () => {
  const at = (second: number): number => START_MS + 1000 * second;
  const place = (key: string, timeMs: number | null) => {
    const action = actionOf(key, spec, picture(), timeMs);
    return action?.type === "point" ? action.place : action;
  };

  it("begins at the newest point", () => {
    assert.equal(place("ArrowLeft", null), 5);
    assert.equal(place("ArrowRight", null), 5);
  });

  it("goes from point to point across gaps, and to the ends", () => {
    assert.equal(place("ArrowLeft", at(5)), 1);
    assert.equal(place("ArrowRight", at(1)), 5);
    assert.equal(place("ArrowRight", at(5)), null);
    assert.equal(place("PageDown", at(5)), 0);
    assert.equal(place("Home", at(5)), 0);
    assert.equal(place("End", at(0)), 5);
  });

  it("zooms around the cursor, and out again", () => {
    const zoomed = actionOf("+", spec, picture(), at(2));
    assert.deepEqual(zoomed, { type: "zoom", span: { fromMs: at(1), toMs: at(5) } });
    assert.deepEqual(actionOf("0", spec, picture(), at(2)), { type: "reset" });
    assert.deepEqual(actionOf("Escape", spec, picture(), at(2)), { type: "leave" });
  });

  it("leaves other keys to the browser", () => {
    assert.equal(actionOf("Tab", spec, picture(), null), null);
  });
});

describe("a chart in words", () => {
  it("has the first, the last, the least and the greatest of what was measured", () => {
    const { timeline } = picture();
    const { first, last, min, max } = summaryOf(timeline.column("accuracyWindow"));
    assert.deepEqual(first, { value: 0.5, place: 0 });
    assert.deepEqual(last, { value: 0.9, place: 5 });
    assert.deepEqual([min, max], [0.2, 0.9]);
  });

  it("has nothing of a number that was never measured", () => {
    assert.deepEqual(summaryOf(null), { first: null, last: null, min: null, max: null });
  });

  it("says a point with its extremes, a gap as a dash, and what happened in it", () => {
    assert.equal(announced(spec, picture(), 1, "9:00"), "9:00, Window 30.0 % (20.0 % to 40.0 %)");
    assert.equal(announced(spec, picture(), 2, "9:00"), "9:00, Window –");
    assert.equal(announced(spec, picture(), 5, "9:00"), "9:00, Window 90.0 %, Mode panic set by a call");
  });
});
