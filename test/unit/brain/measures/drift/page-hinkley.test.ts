// The Page-Hinkley test: by hand, against the definition computed from all samples, and against river's alarms.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import fc from "fast-check";
import { StateError } from "../../../../../src/brain/header-fields.ts";
import { PageHinkley } from "../../../../../src/brain/measures/drift/page-hinkley.ts";
import { errorsOf, type Part } from "./streams.ts";

const RIVER: {
  readonly streams: readonly {
    readonly seed: number;
    readonly parts: readonly Part[];
    readonly pageHinkley: readonly number[];
  }[];
} = JSON.parse(readFileSync(new URL("../../../../fixtures/drift/river.json", import.meta.url), "utf8"));

/** By the definition, from all samples since the last alarm. @returns the alarms, counted from 1 */
function alarmsOf(errors: Uint8Array): number[] {
  const alarms: number[] = [];
  let from = 0;
  for (let at = 0; at < errors.length; at++) {
    const seen = [...errors.subarray(from, at + 1)];
    if (seen.length < 30) continue;
    let [ones, sum, least] = [0, 0, 0];
    seen.forEach((error, i) => {
      ones += error;
      sum = 0.9999 * sum + error - ones / (i + 1) - 0.005;
      least = Math.min(least, sum);
    });
    if (sum - least <= 50) continue;
    alarms.push(at + 1);
    from = at + 1;
  }
  return alarms;
}

const alarms = (errors: Uint8Array): number[] => {
  const detector = new PageHinkley();
  return [...errors].flatMap((error, i) => (detector.note(error === 1) === null ? [] : [i + 1]));
};

test("its sum is that of the deviations, by hand", () => {
  const detector = new PageHinkley();
  // Means 0, 1/2, 2/3: deviations 0, 1/2, 1/3, less 0.005 each.
  for (const isError of [false, true, true]) detector.note(isError);
  const { samples, errors, sum, least, samplesAtLeast, errorsAtLeast } = detector.state;
  const expected = 0.9999 * (0.9999 * -0.005 + 0.495) + 1 / 3 - 0.005;
  assert.ok(Math.abs(sum - expected) < 1e-12);
  assert.deepEqual([samples, errors, least, samplesAtLeast, errorsAtLeast], [3, 2, -0.005, 1, 0]);
});

test("it alarms where the definition says so", () =>
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.integer({ min: 1, max: 200 }), fc.constantFrom(0, 0.1, 0.5, 0.9, 1)), {
        minLength: 1,
        maxLength: 4,
      }),
      fc.nat(),
      (parts, seed) => {
        const errors = errorsOf(parts, seed);
        assert.deepEqual(alarms(errors), alarmsOf(errors));
      },
    ),
    { numRuns: 30 },
  ));

test("its alarms are river's", () => {
  for (const { seed, parts, pageHinkley } of RIVER.streams) {
    assert.deepEqual(alarms(errorsOf(parts, seed)), pageHinkley);
  }
});

test("it is silent on what stays and on what falls, and finds a rise within some fifty errors", () => {
  for (let seed = 0; seed < 10; seed++) {
    for (const rate of [0.05, 0.3]) assert.deepEqual(alarms(errorsOf([[5000, rate]], seed)), []);
    assert.deepEqual(
      alarms(
        errorsOf(
          [
            [1000, 0.9],
            [2000, 0.1],
          ],
          seed,
        ),
      ),
      [],
    );
    const detector = new PageHinkley();
    const rises = [
      ...errorsOf(
        [
          [1000, 0.1],
          [200, 0.9],
        ],
        seed,
      ),
    ].map((error) => detector.note(error === 1));
    const at = rises.findIndex((rise) => rise !== null);
    assert.ok(at >= 1040 && at < 1100, `${at}`);
    const { before, error } = rises[at]!;
    // The sum is least where chance has it, at times long before the change: the rates are of before and after that.
    assert.ok(Math.abs(before - 0.1) < 0.05 && error > before + 0.05, `${before} ${error}`);
  }
});

test("one that is restored goes on exactly, at any moment", () => {
  const whole = new PageHinkley();
  let restored = new PageHinkley();
  errorsOf(
    [
      [300, 0.1],
      [300, 0.8],
    ],
    5,
  ).forEach((error, i) => {
    assert.deepEqual(restored.note(error === 1), whole.note(error === 1));
    if (i % 7 === 0) restored = PageHinkley.restore(JSON.parse(JSON.stringify(restored.state)), "ph");
    assert.deepEqual(restored.state, whole.state);
  });
});

test("states that none ever had are refused", () => {
  const detector = new PageHinkley();
  for (const error of errorsOf([[100, 0.5]], 1)) detector.note(error === 1);
  const sound = detector.state;
  PageHinkley.restore(sound, "ph");
  const hostile: object[] = [
    { ...sound, samples: -1 },
    { ...sound, errors: sound.samples + 1 },
    { ...sound, samplesAtLeast: 0 },
    { ...sound, samplesAtLeast: sound.samples + 1 },
    { ...sound, errorsAtLeast: sound.errors + 1 },
    { ...sound, samplesAtLeast: sound.samples, errorsAtLeast: sound.errors - 1 },
    { ...sound, sum: Number.NaN },
    { ...sound, sum: sound.least - 1 },
    { ...sound, sum: sound.least + 51 },
    { ...sound, least: 1, sum: 2 },
    { ...sound, least: -1e9, sum: -1e9 },
    { ...sound, sum: null },
  ];
  for (const state of hostile) {
    assert.throws(() => PageHinkley.restore({ ...state }, "ph"), StateError, JSON.stringify(state));
  }
});
