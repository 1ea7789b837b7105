// ADWIN: its bound by hand, its histogram against one that keeps every sample, its cuts against all cuts, and against river's.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import fc from "fast-check";
import { StateError } from "../../../../../src/brain/header-fields.ts";
import { Adwin } from "../../../../../src/brain/measures/drift/adwin.ts";
import { errorsOf, type Part } from "./streams.ts";

/** Made with river (see the file). */
const RIVER: {
  readonly streams: readonly {
    readonly seed: number;
    readonly parts: readonly Part[];
    readonly adwin: readonly (readonly [sample: number, width: number, errors: number])[];
  }[];
} = JSON.parse(readFileSync(new URL("../../../../fixtures/drift/river.json", import.meta.url), "utf8"));

const sum = (values: ArrayLike<number>): number => Array.from(values).reduce((a, b) => a + b, 0);
const mean = (values: ArrayLike<number>): number => sum(values) / values.length;
const variance = (values: ArrayLike<number>): number => {
  const middle = mean(values);
  return mean(Array.from(values, (value) => (value - middle) ** 2));
};

/** The paper's rule on two lists of samples, as MOA and river have it. */
function differ(older: readonly number[], younger: readonly number[]): boolean {
  if (older.length < 7 || younger.length < 7) return false;
  const all = [...older, ...younger];
  const confidence = Math.log((2 * Math.log(all.length)) / 0.002);
  const perLength = 1 / (older.length - 5 + 1) + 1 / (younger.length - 5 + 1);
  const bound = Math.sqrt(2 * perLength * variance(all) * confidence) + (2 / 3) * perLength * confidence;
  return Math.abs(mean(older) - mean(younger)) > bound;
}

/** The same window with every sample kept: buckets are lists, statistics are computed from them anew. */
class SlowAdwin {
  samples = 0;
  /** Oldest first. */
  buckets: number[][] = [];

  note(error: number): boolean {
    this.samples++;
    this.buckets.push([error]);
    for (let size = 1; this.buckets.filter(({ length }) => length === size).length === 6; size *= 2) {
      const at = this.buckets.findIndex(({ length }) => length === size);
      this.buckets.splice(at, 2, [...this.buckets[at]!, ...this.buckets[at + 1]!]);
    }
    const before = this.window;
    if (this.samples % 32 !== 0 || before.length <= 10) return false;
    while (this.#cuts().some(([older, younger]) => differ(older, younger))) this.buckets.shift();
    const gone = before.slice(0, before.length - this.window.length);
    return gone.length > 0 && mean(this.window) > mean(gone);
  }

  get window(): number[] {
    return this.buckets.flat();
  }

  #cuts(): [number[], number[]][] {
    return this.buckets.map((_, i) => [this.buckets.slice(0, i).flat(), this.buckets.slice(i).flat()]);
  }
}

test("parts that differ by 1 are told apart where the bound is below that, by hand", () => {
  const after = (zeros: number, ones: number) => {
    const adwin = new Adwin();
    for (let i = 0; i < zeros; i++) assert.equal(adwin.note(false), null);
    for (let i = 1; i < ones; i++) assert.equal(adwin.note(true), null);
    return { adwin, rise: adwin.note(true) };
  };
  // 16 and 16: m⁻¹ = 2/12, d = ln(2·ln 32/0.002) = 8.15, ε = √(2·m⁻¹·¼·d) + ⅔·m⁻¹·d = 0.82 + 0.91.
  assert.equal(after(16, 16).rise, null);
  assert.equal(after(16, 16).adwin.width, 32);
  // 64 and 32: m⁻¹ = 1/60 + 1/28, d = 8.43, ε = √(2·m⁻¹·2/9·d) + ⅔·m⁻¹·d = 0.44 + 0.29.
  const { adwin, rise } = after(64, 32);
  assert.equal(rise?.before, 0);
  assert.equal(rise.error, 32 / adwin.width);
});

test("what the window holds is, bucket by bucket, what a window with every sample kept holds", () =>
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.integer({ min: 1, max: 150 }), fc.constantFrom(0, 0.05, 0.3, 0.7, 1)), {
        minLength: 1,
        maxLength: 4,
      }),
      fc.nat(),
      (parts, seed) => {
        const [fast, slow] = [new Adwin(), new SlowAdwin()];
        for (const error of errorsOf(parts, seed)) {
          assert.equal(fast.note(error === 1) !== null, slow.note(error));
        }
        assert.deepEqual(fast.state.rows.toReversed().flat(), slow.buckets.map(sum));
      },
    ),
    { numRuns: 25 },
  ));

test("it cuts only where some cut of the exact window would, and not much later than where all cuts are tried", () => {
  for (const [before, after] of [
    [0.1, 0.45],
    [0.05, 0.5],
    [0.2, 0.9],
  ] as const) {
    for (let seed = 0; seed < 2; seed++) {
      const errors = errorsOf(
        [
          [300, before],
          [300, after],
        ],
        seed,
      );
      const exactAt = firstExactCut(errors);
      const adwin = new Adwin();
      const foundAt = errors.findIndex((error) => {
        const width = adwin.width;
        adwin.note(error === 1);
        return adwin.width !== width + 1;
      });
      assert.ok(exactAt !== -1 && foundAt >= exactAt, `${foundAt} before ${exactAt}`);
      assert.ok(foundAt <= exactAt + 64, `${foundAt} long after ${exactAt}`);
    }
  }
});

/** The first check at which any cut of all samples shows two parts. */
function firstExactCut(errors: Uint8Array): number {
  for (let at = 31; at < errors.length; at += 32) {
    const window = [...errors.subarray(0, at + 1)];
    if (window.some((_, cut) => differ(window.slice(0, cut), window.slice(cut)))) return at;
  }
  return -1;
}

test("a stationary stream gives hardly an alarm, whatever its rate", () => {
  for (const rate of [0.02, 0.1, 0.3, 0.5]) {
    let alarms = 0;
    for (let seed = 0; seed < 20; seed++) {
      const adwin = new Adwin();
      for (const error of errorsOf([[5000, rate]], seed)) if (adwin.note(error === 1) !== null) alarms++;
    }
    // 20 × 156 checks, each wrong with δ = 0.002 at most by the theorem, which is far from tight.
    assert.ok(alarms <= 6, `${alarms} alarms at ${rate}`);
  }
});

test("an abrupt rise is found the sooner the larger it is, a fall is none", () => {
  const delays = ([0.2, 0.4, 0.9] as const).map((after) => {
    const found = Array.from({ length: 10 }, (_, seed) => {
      const adwin = new Adwin();
      const errors = errorsOf(
        [
          [2000, 0.05],
          [2000, after],
        ],
        seed,
      );
      const at = errors.findIndex((error) => adwin.note(error === 1) !== null);
      assert.ok(at >= 2000);
      return at - 2000;
    });
    return Math.max(...found);
  });
  assert.ok(delays[0]! <= 400 && delays[1]! <= 128 && delays[2]! <= 64, `${delays}`);
  for (let seed = 0; seed < 10; seed++) {
    const adwin = new Adwin();
    const errors = errorsOf(
      [
        [2000, 0.9],
        [2000, 0.05],
      ],
      seed,
    );
    for (const error of errors) assert.equal(adwin.note(error === 1), null);
    assert.ok(adwin.error !== null && adwin.error < 0.1);
  }
});

test("its windows are river's, cut for cut", () => {
  for (const { seed, parts, adwin: expected } of RIVER.streams) {
    const adwin = new Adwin();
    const cuts: number[][] = [];
    errorsOf(parts, seed).forEach((error, i) => {
      const width = adwin.width;
      adwin.note(error === 1);
      if (adwin.width !== width + 1) cuts.push([i + 1, adwin.width, sum(adwin.state.rows.flat())]);
    });
    assert.deepEqual(cuts, expected);
  }
});

test("one that is restored goes on exactly, at any moment", () => {
  const errors = errorsOf(
    [
      [700, 0.1],
      [700, 0.5],
    ],
    3,
  );
  const whole = new Adwin();
  let restored = new Adwin();
  errors.forEach((error, i) => {
    const expected = whole.note(error === 1);
    assert.deepEqual(restored.note(error === 1), expected);
    if (i % 13 === 0) restored = Adwin.restore(JSON.parse(JSON.stringify(restored.state)), "adwin");
    assert.deepEqual(restored.state, whole.state);
  });
});

test("states that none ever had are refused", () => {
  const adwin = new Adwin();
  for (const error of errorsOf([[100, 0.5]], 1)) adwin.note(error === 1);
  const sound = adwin.state;
  Adwin.restore(sound, "adwin");
  const [first = [], ...others] = sound.rows;
  const hostile = [
    { ...sound, samples: sound.samples - 1 },
    { ...sound, samples: "100" },
    { ...sound, samples: 2 ** 53 },
    { ...sound, rows: [[...first, 0, 0, 0], ...others] },
    { ...sound, rows: [first.slice(3), ...others] },
    { ...sound, rows: [[2, ...first.slice(1)], ...others] },
    { ...sound, rows: [[-1, ...first.slice(1)], ...others] },
    { ...sound, rows: [[0.5, ...first.slice(1)], ...others] },
    { ...sound, rows: [...sound.rows, []] },
    { ...sound, rows: [...sound.rows, null] },
    { ...sound, rows: Array.from({ length: 60 }, () => [0, 0, 0, 0]) },
    { ...sound, rows: "none" },
  ];
  for (const state of hostile) assert.throws(() => Adwin.restore(state, "adwin"), StateError, JSON.stringify(state));
});
