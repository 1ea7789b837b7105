// The mode policy `auto`: into panic by drift, back by recovery or when nothing gets better, never to and fro, never against a hand.

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Mode } from "../../../../../src/brain/config.ts";
import { StateError } from "../../../../../src/brain/header-fields.ts";
import { DriftMonitor } from "../../../../../src/brain/measures/drift/drift-monitor.ts";
import type { ModeAdvice } from "../../../../../src/brain/measures/findings.ts";
import { Random } from "../../../../../src/brain/random.ts";
import { errorsOf, type Part } from "./streams.ts";

const AUTO = { driftDetector: "adwin", modePolicy: "auto" } as const;

type Switch = ModeAdvice & { readonly at: number };

/** Plays a stream in lessons of `batch`, doing what the policy wants after `lag` lessons that advise it. */
function play(monitor: DriftMonitor, errors: Uint8Array, { batch = 1, lag = 1, mode = "plastic" as Mode } = {}) {
  const switches: Switch[] = [];
  let advised = 0;
  for (let at = 0; at < errors.length; at += batch) {
    const { advice } = monitor.note(errors.subarray(at, at + batch), mode);
    advised = advice === null ? 0 : advised + 1;
    if (advice === null || advised < lag) continue;
    mode = advice.mode;
    monitor.modeChanged({ type: "modeChanged", ...advice });
    switches.push({ ...advice, at: at + batch });
  }
  return { switches, mode };
}

const reasons = (switches: readonly Switch[]) => switches.map(({ mode, reason }) => `${mode}: ${reason}`);
const SHIFT: readonly Part[] = [
  [1000, 0.1],
  [300, 0.9],
  [700, 0.15],
];

test("a rise leads to panic, a fall of most of it back", () => {
  for (const driftDetector of ["adwin", "page-hinkley"] as const) {
    for (let seed = 0; seed < 10; seed++) {
      const { switches } = play(new DriftMonitor({ ...AUTO, driftDetector }), errorsOf(SHIFT, seed));
      assert.deepEqual(reasons(switches), ["panic: drift", "plastic: recovered"]);
      const [into, back] = switches;
      assert.ok(into!.at > 1000 && into!.at <= 1100, `into panic at ${into!.at}`);
      assert.ok(back!.at > 1300 && back!.at <= 1450, `back at ${back!.at}`);
    }
  }
});

test("an error that stays where it rose to settles", () => {
  for (let seed = 0; seed < 10; seed++) {
    const { switches } = play(
      new DriftMonitor(AUTO),
      errorsOf(
        [
          [1000, 0.1],
          [3000, 0.5],
        ],
        seed,
      ),
    );
    assert.deepEqual(reasons(switches), ["panic: drift", "plastic: settled"]);
    assert.ok(switches[1]!.at - switches[0]!.at >= 1000);
  }
});

test("what it wants it says at every lesson until the mode has changed", () => {
  const monitor = new DriftMonitor(AUTO);
  const errors = errorsOf(SHIFT, 1);
  let at = 0;
  const next = () => monitor.note(errors.subarray(at, ++at), "plastic").advice;
  while (next() === null) assert.ok(at < 1100);
  for (let i = 0; i < 100; i++) assert.deepEqual(next(), { mode: "panic", reason: "drift" });
  const restored = new DriftMonitor(AUTO, JSON.parse(JSON.stringify(monitor.state)));
  assert.deepEqual(restored.note(Uint8Array.of(0), "plastic").advice, { mode: "panic", reason: "drift" });
  monitor.modeChanged({ type: "modeChanged", mode: "panic", reason: "drift" });
  assert.equal(monitor.note(Uint8Array.of(1), "panic").advice, null);
});

test("a mode that was set by hand is respected", () => {
  const errors = errorsOf(
    [
      [1000, 0.1],
      [1000, 0.9],
      [1000, 0.1],
    ],
    1,
  );
  // Panic by hand is never ended, and drift in it wants nothing.
  const panicking = play(new DriftMonitor(AUTO), errors, { mode: "panic" });
  assert.deepEqual(panicking, { switches: [], mode: "panic" });
  // A hand that takes the brain out of the policy's panic, or sets it once more, ends the policy's part in it.
  for (const mode of ["plastic", "panic"] as const) {
    const monitor = new DriftMonitor(AUTO);
    assert.deepEqual(reasons(play(monitor, errors.subarray(0, 1200)).switches), ["panic: drift"]);
    monitor.modeChanged({ type: "modeChanged", mode });
    assert.deepEqual(play(monitor, errors.subarray(1200), { mode }).switches, []);
  }
});

test("it wants nothing where it is fixed, where nobody looks, and forgets what it wanted when it becomes fixed", () => {
  const errors = errorsOf(SHIFT, 1);
  assert.deepEqual(play(new DriftMonitor({ ...AUTO, modePolicy: "fixed" }), errors).switches, []);
  assert.deepEqual(play(new DriftMonitor({ ...AUTO, driftDetector: "none" }), errors).switches, []);
  const monitor = new DriftMonitor(AUTO);
  assert.notEqual(monitor.note(errors.subarray(0, 1200), "plastic").advice, null);
  monitor.tune({ ...AUTO, modePolicy: "fixed" });
  assert.equal(monitor.note(errors.subarray(1200, 1210), "plastic").advice, null);
  monitor.tune(AUTO);
  assert.equal(monitor.note(errors.subarray(1210, 1220), "plastic").advice, null);
});

test("a rise during the cooldown is followed afterwards if it lasts", () => {
  const shift: Part[] = [
    [1000, 0.05],
    [200, 0.9],
    [250, 0.05],
  ];
  const lasting = play(new DriftMonitor(AUTO), errorsOf([...shift, [1000, 0.9]], 1)).switches;
  assert.deepEqual(reasons(lasting.slice(0, 3)), ["panic: drift", "plastic: recovered", "panic: drift"]);
  assert.equal(lasting[2]!.at - lasting[1]!.at, 500);
  const passing = play(new DriftMonitor(AUTO), errorsOf([...shift, [100, 0.9], [1000, 0.05]], 1)).switches;
  assert.deepEqual(reasons(passing), ["panic: drift", "plastic: recovered"]);
});

test("it never flaps: a panic is 100 samples long at least, and 500 lie between two, on streams that waver as they like", () =>
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.integer({ min: 1, max: 400 }), fc.constantFrom(0.05, 0.15, 0.3, 0.5, 0.95)), {
        minLength: 1,
        maxLength: 30,
      }),
      fc.nat(),
      fc.constantFrom(1, 7, 64),
      fc.integer({ min: 1, max: 3 }),
      (parts, seed, batch, lag) => {
        const { switches } = play(new DriftMonitor(AUTO), errorsOf(parts, seed), { batch, lag });
        switches.forEach(({ mode, at }, i) => {
          assert.equal(mode, i % 2 === 0 ? "panic" : "plastic");
          if (i > 0) assert.ok(at - switches[i - 1]!.at >= (mode === "plastic" ? 100 : 500));
        });
      },
    ),
    { numRuns: 100 },
  ));

test("streams that are noisy around one rate hardly ever lead to panic", () => {
  let panics = 0;
  for (let seed = 0; seed < 20; seed++)
    panics += play(new DriftMonitor(AUTO), errorsOf([[4000, 0.25]], seed)).switches.length;
  assert.ok(panics <= 2, `${panics}`);
});

test("lessons of many samples come to what their samples come to one by one", () => {
  const errors = errorsOf(SHIFT, 4);
  const [one, many] = [new DriftMonitor(AUTO), new DriftMonitor(AUTO)];
  const drifts = [...errors].flatMap((error) => one.note(Uint8Array.of(error), "plastic").drift ?? []);
  const { drift } = many.note(errors, "plastic");
  assert.deepEqual(drift, drifts[0]);
  assert.deepEqual(many.state, one.state);
  assert.ok(drift !== null && Math.abs(drift.before - 0.1) < 0.05 && drift.error > 0.3);
  assert.deepEqual(one.summary, {
    detector: "adwin",
    error: one.error,
    recentError: one.summary.recentError,
    drifts: drifts.length,
    lastDrift: drifts.at(-1),
    policy: "auto",
    phase: "alarmed",
  });
});

test("a monitor that is restored goes on exactly, at any moment", () => {
  const random = Random.seeded(9);
  for (const driftDetector of ["adwin", "page-hinkley", "none"] as const) {
    const settings = { ...AUTO, driftDetector };
    const whole = new DriftMonitor(settings);
    let restored = new DriftMonitor(settings);
    let mode: Mode = "plastic";
    const errors = errorsOf([...SHIFT, [300, 0.9], [500, 0.1]], 2);
    for (let at = 0; at < errors.length; ) {
      const batch = errors.subarray(at, at + 1 + random.below(20));
      at += batch.length;
      const found = whole.note(batch, mode);
      assert.deepEqual(restored.note(batch, mode), found);
      if (found.advice !== null && random.uniform() < 0.5) {
        mode = found.advice.mode;
        for (const monitor of [whole, restored]) monitor.modeChanged({ type: "modeChanged", ...found.advice });
      }
      restored = new DriftMonitor(settings, JSON.parse(JSON.stringify(restored.state)));
      assert.deepEqual(restored.state, whole.state);
      assert.deepEqual(restored.summary, whole.summary);
    }
  }
});

test("states that no monitor ever had are refused", () => {
  const monitor = new DriftMonitor(AUTO);
  play(monitor, errorsOf(SHIFT, 1).subarray(0, 1200));
  const sound = monitor.state;
  new DriftMonitor(AUTO, sound);
  const { policy, detector, lastDrift } = sound;
  const withPhase = (phase: unknown) => ({ ...sound, policy: { ...policy, phase } });
  const hostile: unknown[] = [
    null,
    [],
    "state",
    {},
    { ...sound, samples: -1 },
    { ...sound, drifts: 0 },
    { ...sound, drifts: sound.samples + 1 },
    { ...sound, lastDrift: null },
    { ...sound, lastDrift: { ...lastDrift, error: 2 } },
    { ...sound, lastDrift: { ...lastDrift, before: "0" } },
    { ...sound, lastDrift: { ...lastDrift, detector: "none" } },
    { ...sound, lastDrift: { ...lastDrift, samples: sound.samples + 1 } },
    { ...sound, detector: null },
    { ...sound, detector: { ...detector, name: "page-hinkley" } },
    { ...sound, policy: null },
    { ...sound, policy: { ...policy, weight: 51 } },
    { ...sound, policy: { ...policy, errors: policy.weight + 1 } },
    { ...sound, policy: { ...policy, errors: Number.NaN } },
    withPhase(null),
    withPhase({ name: "furious" }),
    withPhase({ name: "alarmed", before: 0.1 }),
    withPhase({ name: "panicking", before: 0.1, peak: 0.5, samples: 1.5, low: 0, sinceLow: 0 }),
    withPhase({ name: "panicking", before: 0.1, peak: 1.5, samples: 1, low: 0, sinceLow: 0 }),
    withPhase({ name: "panicking", before: 0.1, peak: 0.5, samples: 1, low: 0, sinceLow: 1000 }),
    withPhase({ name: "returning", reason: "drift" }),
    withPhase({ name: "cooling", samples: 500, rise: null }),
    withPhase({ name: "cooling", samples: 5, rise: { before: 0.1, error: -1 } }),
    withPhase({ name: "cooling", samples: 5 }),
  ];
  for (const state of hostile) assert.throws(() => new DriftMonitor(AUTO, state), StateError, JSON.stringify(state));
  assert.throws(() => new DriftMonitor({ ...AUTO, modePolicy: "fixed" }, sound), StateError);
});
