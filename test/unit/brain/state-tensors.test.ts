// What a header implies of a state, held against states that brains have.

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { MEMORY_POLICIES, NORMALIZATIONS } from "../../../src/brain/config.ts";
import { createBrain } from "../../../src/brain/create.ts";
import { StateError } from "../../../src/brain/header-fields.ts";
import { checkLimits, MAX_COUNT } from "../../../src/brain/limits.ts";
import { checkNumbers, tensorsOf } from "../../../src/brain/state-tensors.ts";
import type { TensorSpec } from "../../../src/brain/tensor-spec.ts";
import { BACKENDS, lifeOf, SMALL, SMALL_TRIARCHIC } from "./support.ts";

const blueprints = fc.oneof(
  fc
    .record({ memoryPolicy: fc.constantFrom(...MEMORY_POLICIES), normalization: fc.constantFrom(...NORMALIZATIONS) })
    .map((config) => ({ kind: "plastic" as const, config: { ...SMALL, ...config } })),
  fc.constant({ kind: "triarchic" as const, config: SMALL_TRIARCHIC }),
);

test("a header names exactly the tensors of its state, in order, and every number of theirs is within the bounds", () =>
  fc.assert(
    fc.asyncProperty(blueprints, fc.nat(12), fc.nat(), async (blueprint, events, seed) => {
      const brain = await createBrain(blueprint, BACKENDS[0]!);
      const life = lifeOf(blueprint.config, events, seed).filter(
        ({ type }) => blueprint.kind === "plastic" || type !== "forgot",
      );
      for (const [index, event] of life.entries()) await brain.apply(event, index + 1);
      const { header, tensors } = await brain.state();
      checkLimits(header);
      const specs = tensorsOf(header);
      assert.deepEqual(
        specs.map(({ name, dtype, shape }) => ({ name, dtype, shape })),
        Object.entries(tensors).map(([name, { dtype, shape }]) => ({ name, dtype, shape })),
      );
      for (const spec of specs) checkNumbers(spec, tensors[spec.name]!.data);
    }),
    { numRuns: 40 },
  ));

const share: TensorSpec = { name: "share", dtype: "F32", shape: [2], least: 0, most: 1 };
const count: TensorSpec = { name: "count", dtype: "U32", shape: [2, 2], least: 0, most: MAX_COUNT };

test("numbers out of bounds are found, and of the others the largest is told", () => {
  assert.equal(checkNumbers(share, Float32Array.of(0.5, 0.25)), 0.5);
  assert.equal(checkNumbers(count, Uint32Array.of(5, 1, 9, 0)), 2 ** 32 + 5);
  assert.equal(checkNumbers(count, new Uint32Array(0)), Number.NEGATIVE_INFINITY);
  for (const wrong of [Number.NaN, Number.POSITIVE_INFINITY, -0.1, 1.1]) {
    assert.throws(() => checkNumbers(share, Float32Array.of(0, wrong)), StateError);
  }
  assert.throws(() => checkNumbers(count, Uint32Array.of(0, 2 ** 20 + 1)), StateError);
});
