// Arrays of a brain, put together by what they are.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { Tensor } from "../../../../src/dashboard/api/types.ts";
import { activityOf } from "../../../../src/dashboard/pages/brain/layers/activity.ts";
import { familiesOf } from "../../../../src/dashboard/pages/brain/layers/families.ts";

const tensor = (name: string, min: number | null, max: number | null): Tensor => ({
  name,
  shape: [2],
  count: min === null ? 0 : 2,
  min,
  max,
  mean: min,
  standardDeviation: min === null ? null : 0,
  zeros: 0,
  histogram: min === null || max === null ? null : { from: min, to: max, counts: [1, 1] },
});

test("all layers of one array have one axis, and encoder and decoder the same", () => {
  const families = familiesOf([
    tensor("layers.0.encoder", -0.2, 0.5),
    tensor("layers.0.decoder", -0.1, 0.1),
    tensor("layers.0.frequency", 0, 3),
    tensor("layers.1.encoder", -0.4, 0.3),
    tensor("layers.1.decoder", 0, 0.6),
    tensor("layers.1.frequency", 0, 1),
  ]);
  assert.deepEqual(
    families.map(({ title, axis, members }) => [title, axis.from, axis.to, members.map((member) => member.title)]),
    [
      ["Encoder", -0.4, 0.6, ["Layer 0", "Layer 1"]],
      ["Decoder", -0.4, 0.6, ["Layer 0", "Layer 1"]],
      ["Frequency", 0, 3, ["Layer 0", "Layer 1"]],
    ],
  );
});

test("core and overlay stand under each other, and one without numbers takes no part in the axis", () => {
  const [family] = familiesOf([tensor("core", null, null), tensor("overlay", -1, 2)]);
  assert.deepEqual([family?.title, family?.axis], ["Core and overlay", { from: -1, to: 2 }]);
  assert.deepEqual(
    family?.members.map(({ title }) => title),
    ["Slow core", "Fast overlay"],
  );
});

test("an axis has some length where all numbers are equal, and where there are none", () => {
  for (const [min, max] of [
    [0, 0],
    [7, 7],
    [-3, -3],
    [null, null],
  ] as const) {
    const [family] = familiesOf([tensor("utility", min, max)]);
    assert.ok(family !== undefined && family.axis.from < family.axis.to);
    assert.ok(min === null || (family.axis.from <= min && family.axis.to >= min));
  }
});

test("an array that nobody has heard of is shown under its own name", () => {
  const [family] = familiesOf([tensor("novel", 0, 1)]);
  assert.deepEqual([family?.title, family?.explanation], ["novel", ""]);
});

test("neurons are active, resting or idle, and none is counted twice", () => {
  const parts = activityOf({ active: 12, dead: 30 }, 64);
  assert.deepEqual(
    parts.map(({ label, value }) => [label, value]),
    [
      ["active", 12],
      ["resting", 22],
      ["idle", 30],
    ],
  );
});
