import assert from "node:assert/strict";
import { test } from "node:test";
import { Random } from "../../../src/brain/random.ts";

test("the generator is xoshiro128**: the first draws from the state 1, 2, 3, 4", () => {
  // Worked out from the published C code: rotl(s[1] * 5, 7) * 9 on s = {1, 2, 3, 4} and its successors.
  const random = new Random([1, 2, 3, 4]);
  const draws = Array.from({ length: 4 }, () => random.uniform() * 2 ** 32);
  assert.deepEqual(draws, [11520, 0, 5927040, 70819200]);
});

test("a generator made from another's state draws the same", () => {
  const random = Random.seeded(42);
  random.gaussians(7);
  const twin = new Random(random.state);
  assert.deepEqual(twin.gaussians(9), random.gaussians(9));
  assert.deepEqual(twin.state, random.state);
});

test("uniform and normal draws have the moments that they should", () => {
  const random = Random.seeded(0);
  const n = 200_000;
  const mean = Array.from({ length: n }, () => random.uniform()).reduce((sum, value) => sum + value, 0) / n;
  assert.ok(Math.abs(mean - 0.5) < 0.003);
  const normal = random.gaussians(n + 1);
  const moment = (power: number) => normal.reduce((sum, value) => sum + value ** power, 0) / normal.length;
  assert.ok(Math.abs(moment(1)) < 0.01);
  assert.ok(Math.abs(moment(2) - 1) < 0.02);
  assert.ok(Math.abs(moment(4) - 3) < 0.1);
});

test("directions have unit length", () => {
  const rows = Random.seeded(5).directions(3, 4);
  for (let row = 0; row < 3; row++) assert.ok(Math.abs(Math.hypot(...rows.subarray(row * 4, row * 4 + 4)) - 1) < 1e-6);
});
