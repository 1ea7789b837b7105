// Arrays that are kept as they were, against the figures of that moment: a law, on every backend and for both kinds.

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Blueprint } from "../../../src/brain/config.ts";
import { createBrain } from "../../../src/brain/create.ts";
import type { ReadNumbers } from "../../../src/brain/distribution.ts";
import { distributionsOf, weightsIn } from "../../../src/brain/weights.ts";
import { FrozenTensors } from "../../../src/host/frozen-tensors.ts";
import { atOnce } from "../../../src/tensor/pace.ts";
import { bytesOf, f32, i32 } from "../../../src/tensor/safetensors.ts";
import { BACKENDS, livesOf, SMALL, SMALL_TRIARCHIC, titleOf } from "../brain/support.ts";

const BINS = 12;

const blueprints: fc.Arbitrary<Blueprint> = fc.constantFrom(
  { kind: "plastic", config: SMALL },
  { kind: "triarchic", config: SMALL_TRIARCHIC },
);

for (const backend of BACKENDS) {
  test(`weights are those of the moment at which they were kept, however the brain lives on between the pieces (${titleOf(backend)})`, () =>
    fc.assert(
      fc.asyncProperty(blueprints, fc.integer({ min: 1, max: 12 }), fc.nat(), async (blueprint, events, seed) => {
        const life = livesOf(blueprint, events + 12, seed);
        const brain = await createBrain(blueprint, backend);
        let seq = 0;
        for (const event of life.slice(0, events)) await brain.apply(event, ++seq);

        const arrays = await brain.weights();
        const now = (name: string): ReadNumbers => {
          const { data } = arrays.tensors[name]!;
          return (target, from) => target.set(data.subarray(from, from + target.length));
        };
        const expected = atOnce(distributionsOf(weightsIn(arrays, now), BINS));

        const watched = brain.watch((data, row) => frozen.keep(data, row));
        const frozen: FrozenTensors = new FrozenTensors(arrays.tensors, watched);
        const kept = (name: string): ReadNumbers => {
          return (target, from) => frozen.get(name).copyTo(bytesOf(target), from * target.BYTES_PER_ELEMENT);
        };
        const pieces = distributionsOf(weightsIn(arrays, kept), BINS);
        const rest = life.slice(events);
        for (let step = pieces.next(); ; step = pieces.next()) {
          if (step.done === true) {
            assert.deepEqual(step.value, expected);
            break;
          }
          const event = rest.shift();
          if (event !== undefined) await brain.apply(event, ++seq);
        }
      }),
      { numRuns: 15 },
    ));
}

test("tensors that nobody tells of are copied, whatever their type", () => {
  const [floats, integers] = [Float32Array.of(1, 2, 3), Int32Array.of(4, 5)];
  const frozen = new FrozenTensors({ floats: f32(floats, 3), integers: i32(integers, 2) }, []);
  floats.fill(0);
  integers.fill(0);
  const [first, second] = [new Float32Array(2), new Int32Array(1)];
  frozen.get("floats").copyTo(bytesOf(first), 4);
  frozen.get("integers").copyTo(bytesOf(second), 4);
  assert.deepEqual([[...first], [...second]], [[2, 3], [5]]);
  assert.throws(() => frozen.get("strings"), RangeError);
});
