// Series of single brains: those that were named have them, as long as they are there, and of the numbers that they have.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Feed } from "../../../src/metrics/feed.ts";
import { Meters } from "../../../src/metrics/meters.ts";

const stamp = (brain: string, seq: number) => ({ brain, seq, step: seq, time: "2026-03-01T09:30:00.000Z" });

async function series(meters: Meters, pattern: RegExp): Promise<string[]> {
  const { text } = await meters.read();
  return text.split("\n").filter((line) => !line.startsWith("#") && pattern.test(line));
}

test("numbers of a named brain become gauges; what it has not got has no series", async () => {
  const feed = new Feed();
  const meters = new Meters(feed, ["pets"]);
  const numbers = {
    accuracyWindow: 0.75,
    forgetting: 0.1,
    memoryFill: 0.5,
    calibrationError: 0.05,
    holdoutAccuracy: null,
    heldOut: 3,
  };
  for (const brain of ["pets", "others"]) feed.publish({ ...stamp(brain, 4), type: "measured", numbers });
  assert.deepEqual(await series(meters, /brain="/), [
    'engram_brain_accuracy_ratio{brain="pets"} 0.75',
    'engram_brain_forgetting_ratio{brain="pets"} 0.1',
    'engram_brain_calibration_error_ratio{brain="pets"} 0.05',
    'engram_brain_memory_fill_ratio{brain="pets"} 0.5',
    'engram_brain_seq{brain="pets"} 4',
    'engram_brain_drift_events_total{brain="pets"} 0',
  ]);
  feed.publish({ ...stamp("pets", 5), type: "measured", numbers: { accuracyWindow: 0.5, forgetting: null } });
  assert.deepEqual(await series(meters, /ratio\{brain="/), ['engram_brain_accuracy_ratio{brain="pets"} 0.5']);
  feed.publish({ ...stamp("pets", 5), type: "deleted" });
  assert.deepEqual(await series(meters, /brain="/), []);
});

test("drifts and switches of mode are counted, numbers are no events", async () => {
  const feed = new Feed();
  const meters = new Meters(feed, ["pets"]);
  const drift = { detector: "adwin", error: 0.5, before: 0.1, samples: 900 } as const;
  feed.publish({ ...stamp("pets", 1), type: "drift", ...drift });
  feed.publish({ ...stamp("others", 1), type: "drift", ...drift });
  feed.publish({ ...stamp("pets", 2), type: "modeChanged", mode: "panic", reason: "drift" });
  feed.publish({ ...stamp("pets", 3), type: "modeChanged", mode: "plastic" });
  feed.publish({ ...stamp("pets", 3), type: "measured", numbers: {} });
  assert.deepEqual(await series(meters, /drift_events|switches|engram_events/), [
    "engram_drift_events_total 2",
    'engram_mode_switches_total{mode="panic",reason="drift"} 1',
    'engram_events_total{type="drift"} 2',
    'engram_events_total{type="modeChanged"} 2',
    'engram_brain_drift_events_total{brain="pets"} 1',
  ]);
});
