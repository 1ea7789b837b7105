// What two inputs have in common, and how it is shown.

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { cellsOf, describer, strongest } from "../../../../src/dashboard/pages/brain/trace/cells.ts";
import { overlapOf } from "../../../../src/dashboard/pages/brain/trace/overlap.ts";

/** Neurons that fired, ascending, with activations above 0. */
const firing = fc.uniqueArray(fc.nat(40), { minLength: 1, maxLength: 12 }).chain((neurons) =>
  fc.record({
    winners: fc.constant([...neurons].sort((a, b) => a - b)),
    activations: fc.array(fc.double({ min: 0.01, max: 1, noNaN: true }), {
      minLength: neurons.length,
      maxLength: neurons.length,
    }),
  }),
);

test("an input is all shared with itself", () => {
  fc.assert(
    fc.property(firing, (one) => {
      const { shared, lost, gained, jaccard, similarity } = overlapOf(one, one);
      assert.deepEqual([shared, lost, gained, jaccard], [one.winners, [], [], 1]);
      assert.ok(Math.abs((similarity ?? 0) - 1) < 1e-9);
    }),
  );
});

test("what one has lost the other has gained, and both see the same overlap", () => {
  fc.assert(
    fc.property(firing, firing, (one, other) => {
      const [there, back] = [overlapOf(one, other), overlapOf(other, one)];
      assert.deepEqual([there.shared, there.lost, there.gained], [back.shared, back.gained, back.lost]);
      assert.equal(there.jaccard, back.jaccard);
      assert.ok(Math.abs((there.similarity ?? 0) - (back.similarity ?? 0)) < 1e-9);
      assert.equal(there.shared.length + there.lost.length, one.winners.length);
      assert.equal(there.shared.length + there.gained.length, other.winners.length);
      assert.ok((there.jaccard ?? -1) >= 0 && (there.jaccard ?? 2) <= 1);
    }),
  );
});

test("where nothing fires there is no overlap to speak of", () => {
  const nothing = { winners: [], activations: [] };
  assert.deepEqual(overlapOf(nothing, nothing), { shared: [], lost: [], gained: [], jaccard: null, similarity: null });
});

test("every neuron that fired has one cell, in the colour of whom it fired for", () => {
  fc.assert(
    fc.property(firing, firing, (one, other) => {
      const cells = cellsOf(one, other);
      const { shared, lost, gained } = overlapOf(one, other);
      const of = (tone: string) => cells.filter((cell) => cell.tone === tone).map(({ neuron }) => neuron);
      assert.deepEqual([of("both"), of("first"), of("second")], [shared, lost, gained]);
      assert.ok(cells.every(({ share }) => share >= 0 && share <= 1));
      assert.ok(cells.every(({ neuron }, index) => index === 0 || neuron > cells[index - 1]!.neuron));
    }),
  );
});

test("alone, the strongest neuron is at the ramp's end, the weakest at its beginning, and mature ones are marked", () => {
  const cells = cellsOf({ winners: [2, 5, 9], activations: [0.2, 0.4, 0.3], mature: [5] }, null);
  assert.deepEqual(
    cells.map(({ neuron, tone, share, isMature }) => [neuron, tone, Math.round(10 * share), isMature]),
    [
      [2, "activation", 0, false],
      [5, "activation", 10, true],
      [9, "activation", 5, false],
    ],
  );
  assert.deepEqual(
    cellsOf({ winners: [1], activations: [0.2] }, null).map(({ share }) => share),
    [1],
  );
});

test("a neuron is described by what it did", () => {
  const one = { winners: [2, 5], activations: [0.2, 0.4], mature: [5] };
  const alone = describer(one, null);
  assert.equal(alone(5), "Neuron 5: 0.400, number 1 of 2; mature");
  assert.equal(alone(2), "Neuron 2: 0.200, number 2 of 2");
  assert.equal(alone(3), "Neuron 3 is silent");
  const compared = describer(one, { winners: [2, 3], activations: [0.1, 0.5] });
  assert.equal(compared(2), "Neuron 2: calm 0.200, perturbed 0.100");
  assert.equal(compared(3), "Neuron 3: calm silent, perturbed 0.500");
});

test("the strongest come first, and of equals the one with the lower number", () => {
  const of = { winners: [1, 2, 3, 4], activations: [0.1, 0.9, 0.5, 0.9] };
  assert.deepEqual(
    strongest(of, 3).map(({ neuron }) => neuron),
    [2, 4, 3],
  );
});
