// A reliability diagram's bars.

import assert from "node:assert/strict";
import { test } from "node:test";
import { barsOf, leaningOf } from "../../../src/dashboard/pages/brain/classes/reliability.ts";

const bin = (at: number, weight: number, confidence: number | null, accuracy: number | null) => ({
  from: at / 15,
  to: (at + 1) / 15,
  weight,
  confidence,
  accuracy,
});

test("bins with answers have a bar each, with their share, and say which way confidence leans", () => {
  const empty = bin(0, 0, null, null);
  const bars = barsOf({ error: 0.2, answered: 4, bins: [empty, bin(7, 1, 0.5, 0.5), bin(14, 3, 1, 0.5)] });
  assert.deepEqual(
    bars.map(({ share, accuracy }) => [share, accuracy]),
    [
      [0.25, 0.5],
      [0.75, 0.5],
    ],
  );
  assert.equal(leaningOf(bars), "too sure");
  assert.equal(leaningOf(barsOf({ error: 0.2, answered: 1, bins: [bin(7, 1, 0.5, 1)] })), "too modest");
  assert.equal(leaningOf(barsOf({ error: 0, answered: 1, bins: [bin(7, 1, 0.5, 0.51)] })), "as sure as it is right");
});
