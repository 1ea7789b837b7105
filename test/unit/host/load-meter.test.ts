import assert from "node:assert/strict";
import { test } from "node:test";
import { LoadMeter } from "../../../src/host/load-meter.ts";

const report = (busyMs: number, brains: Record<string, number> = {}) => {
  return { elapsedMs: 500, busyMs, brains, batches: {}, memoryBytes: 1000 };
};

function metered(count: number, ...reports: ReturnType<typeof report>[]): LoadMeter {
  const meter = new LoadMeter();
  for (let index = 0; index < count; index++) for (const each of reports) meter.add(each);
  return meter;
}

test("shares approach what a host does all the time, by brain and together", () => {
  const meter = metered(60, report(400, { a: 300, b: 100 }));
  assert.ok(Math.abs(meter.busyShare - 0.8) < 0.001);
  assert.ok(Math.abs((meter.brains.get("a") ?? 0) - 0.6) < 0.001);
  assert.ok(Math.abs((meter.brains.get("b") ?? 0) - 0.2) < 0.001);
  assert.equal(meter.memoryBytes, 1000);
});

test("a busy second is not a busy host", () => {
  assert.ok(metered(2, report(500)).busyShare < 0.35);
});

test("a brain that does nothing any more is forgotten, and so is a host that has ended", () => {
  const meter = metered(60, report(500, { a: 500 }));
  for (let index = 0; index < 60; index++) meter.add(report(0));
  assert.equal(meter.brains.size, 0);
  meter.add(report(500, { a: 500 }));
  meter.reset();
  assert.deepEqual([meter.busyShare, meter.memoryBytes, meter.brains.size], [0, 0, 0]);
});
