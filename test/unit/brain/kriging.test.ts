// The weights by which neighbours speak, held against the equations that they solve.

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Kriging } from "../../../src/brain/analytic/kriging.ts";

const kernel = (similarity: number): number => Math.exp(4 * (similarity - 1));

const MOST = 12;
const kriging = new Kriging(MOST);

/** With room that others have used before. */
function weightsOf(neighbors: number, similarity: (a: number, b: number) => number): Float64Array {
  const weights = new Float64Array(neighbors).fill(7);
  kriging.solve(similarity, weights);
  return weights;
}

test("kriging weights solve (K + 0.2 I) w = k, for neighbours that are unlike, alike, and the same", () =>
  fc.assert(
    fc.property(
      fc.array(fc.array(fc.integer({ min: -3, max: 3 }), { minLength: 4, maxLength: 4 }), {
        minLength: 2,
        maxLength: MOST + 1,
      }),
      (rows) => {
        const keys = rows.map((row) => {
          const length = Math.hypot(...row) || 1;
          return row.map((value) => value / length);
        });
        const similarity = (a: number, b: number): number =>
          keys[a]!.reduce((sum, value, i) => sum + value * keys[b]![i]!, 0);
        const neighbors = keys.length - 1;
        const weights = weightsOf(neighbors, similarity);
        for (let i = 0; i < neighbors; i++) {
          let left = 0.2 * weights[i]! + (1 - kernel(similarity(i, i))) * weights[i]!;
          for (let j = 0; j < neighbors; j++) left += kernel(similarity(i, j)) * weights[j]!;
          assert.ok(Math.abs(left - kernel(similarity(neighbors, i))) < 1e-9);
        }
      },
    ),
  ));

test("neighbours that say the same share one say, and nobody says nothing", () => {
  const [alone] = weightsOf(1, () => 1);
  const twins = weightsOf(2, () => 1);
  assert.ok(Math.abs(alone! - 1 / 1.2) < 1e-12);
  assert.ok(Math.abs(twins[0]! - twins[1]!) < 1e-12);
  assert.ok(twins[0]! + twins[1]! < 1 && twins[0]! + twins[1]! > alone!);
  assert.equal(weightsOf(0, () => 1).length, 0);
});
