// How a calm input is perturbed.

import assert from "node:assert/strict";
import { test } from "node:test";
import {
  PERTURBATION_NAMES,
  PERTURBATIONS,
  perturbationsOf,
  perturbed,
} from "../../../../src/dashboard/pages/brain/trace/perturbations.ts";

const input = (values: readonly number[]) => ({ values, source: "", layout: "planes" as const });
const PICTURE = input(Array.from({ length: 64 }, (_, index) => index / 63));

test("what needs a picture befalls pictures alone", () => {
  assert.deepEqual(perturbationsOf(64), PERTURBATION_NAMES);
  assert.deepEqual(perturbationsOf(50), ["noise", "invert", "brightness"]);
});

test("each one changes something with the strength that one begins with, and keeps the count of numbers", () => {
  for (const name of PERTURBATION_NAMES) {
    const { start, least, most } = PERTURBATIONS[name];
    assert.ok(start >= least && start <= most, name);
    const values = perturbed(PICTURE, { name, strength: start, seed: 1 });
    assert.equal(values.length, 64, name);
    assert.notDeepEqual(values, PICTURE.values, name);
  }
});

test("images are inverted between black and white, other numbers change their sign", () => {
  const whole = { name: "invert", strength: 1, seed: 1 } as const;
  assert.deepEqual(perturbed(input([0, 0.25, 1]), whole), [1, 0.75, 0]);
  assert.deepEqual(perturbed(input([-2, 0.25, 1]), whole), [2, -0.25, -1]);
});
