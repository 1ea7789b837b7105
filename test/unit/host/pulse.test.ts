import assert from "node:assert/strict";
import { test } from "node:test";
import { PULSE_MS, Pulse } from "../../../src/host/pulse.ts";

/** A process that is looked at `count` times and uses a share of the processor. */
function look(pulse: Pulse, count: number, share: number | null, elapsedMs = PULSE_MS): void {
  let cpuMs = 1000;
  pulse.look(0, share === null ? null : cpuMs);
  for (let index = 0; index < count; index++) {
    cpuMs += (share ?? 0) * elapsedMs;
    pulse.look(elapsedMs, share === null ? null : cpuMs);
  }
}

test("a process that neither speaks nor computes is told of after two seconds and hangs at the limit", () => {
  const pulse = new Pulse(30_000);
  look(pulse, 3, 0);
  assert.deepEqual([pulse.silentMs, pulse.isHung], [null, false]);
  look(pulse, 1, 0);
  assert.deepEqual([pulse.silentMs, pulse.isHung], [2000, false]);
  look(pulse, 55, 0);
  assert.equal(pulse.isHung, false);
  look(pulse, 1, 0);
  assert.equal(pulse.isHung, true);
});

test("one that speaks again is as new", () => {
  const pulse = new Pulse(30_000);
  look(pulse, 59, 0);
  pulse.heard();
  look(pulse, 3, 0);
  assert.deepEqual([pulse.silentMs, pulse.isHung], [null, false]);
});

test("one that computes without a word is busy, and hangs at ten times the limit", () => {
  const pulse = new Pulse(30_000);
  look(pulse, 599, 0.9);
  assert.deepEqual([pulse.silentMs, pulse.isHung], [null, false]);
  look(pulse, 1, 0.9);
  assert.deepEqual([pulse.silentMs, pulse.isHung], [null, true]);
});

test("where nobody tells of processor time, silence alone counts", () => {
  const pulse = new Pulse(30_000);
  look(pulse, 60, null);
  assert.equal(pulse.isHung, true);
});

test("a pause of the one who looks is not held against the one who is looked at", () => {
  const pulse = new Pulse(30_000);
  look(pulse, 1, 0, 3_600_000);
  assert.deepEqual([pulse.silentMs, pulse.isHung], [null, false]);
});

test("without a limit nothing hangs", () => {
  const pulse = new Pulse(0);
  look(pulse, 10_000, 0);
  assert.equal(pulse.isHung, false);
});
