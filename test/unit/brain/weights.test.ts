// What is told of the arrays of a brain, against its state and the dense rule.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import type { Brain } from "../../../src/brain/brain.ts";
import type { Blueprint } from "../../../src/brain/config.ts";
import { createBrain } from "../../../src/brain/create.ts";
import type { BrainEvent } from "../../../src/brain/events.ts";
import { Random } from "../../../src/brain/random.ts";
import { distributionsOf, type TensorWeights, weightsIn } from "../../../src/brain/weights.ts";
import { atOnce } from "../../../src/tensor/pace.ts";
import {
  BACKENDS,
  gaussianMatrix,
  learned,
  lifeOf,
  lifeWithSurgeryOf,
  plastic,
  SMALL,
  SMALL_TRIARCHIC,
  titleOf,
} from "./support.ts";

const [reference] = BACKENDS;

async function weightsOf(brain: Brain, bins = 20): Promise<readonly TensorWeights[]> {
  const arrays = await brain.weights();
  const reader = (name: string) => (target: Float32Array, from: number) =>
    target.set(arrays.tensors[name]!.data.subarray(from, from + target.length));
  return atOnce(distributionsOf(weightsIn(arrays, reader), bins));
}

async function live({ kind, config }: Blueprint, life: readonly BrainEvent[], backend = reference!): Promise<Brain> {
  const brain = await createBrain({ kind, config } as Blueprint, backend);
  for (const [index, event] of life.entries()) await brain.apply(event, index + 1);
  return brain;
}

/** The figures of one array, computed at once. */
function figuresOf(numbers: readonly number[]) {
  const mean = numbers.reduce((sum, value) => sum + value, 0) / numbers.length;
  const squares = numbers.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return {
    count: numbers.length,
    min: Math.min(...numbers),
    max: Math.max(...numbers),
    mean,
    standardDeviation: Math.sqrt(squares / numbers.length),
    zeros: numbers.filter((value) => value === 0).length,
  };
}

function assertNear(told: TensorWeights, numbers: readonly number[], tolerance: number): void {
  const expected = figuresOf(numbers);
  assert.deepEqual([told.count, told.zeros], [expected.count, expected.zeros], told.name);
  const size = Math.max(-expected.min, expected.max, 1e-12);
  for (const figure of ["min", "max", "mean", "standardDeviation"] as const) {
    const difference = Math.abs(told[figure]! - expected[figure]);
    assert.ok(difference <= tolerance * size, `${told.name} ${figure}: ${told[figure]}, not ${expected[figure]}`);
  }
  const held = told.histogram!.counts.reduce((sum, count) => sum + count, 0);
  assert.equal(held, told.count);
}

const PER_LAYER = ["encoder", "decoder", "frequency", "maturity"];

for (const backend of BACKENDS) {
  describe(`weights (${titleOf(backend)})`, () => {
    test("of a plastic brain are those of its layers, the decoder as the dense rule has it now", () =>
      fc.assert(
        fc.asyncProperty(fc.integer({ min: 1, max: 20 }), fc.nat(), async (events, seed) => {
          const config = { ...SMALL, normalization: "running" as const };
          const brain = await live({ kind: "plastic", config }, lifeWithSurgeryOf(config, events, seed), backend);
          const state = await brain.state();
          const { layers, config: now } = plastic(state.header);
          const told = await weightsOf(brain);
          assert.deepEqual(
            told.map(({ name }) => name),
            layers.flatMap((_, index) => PER_LAYER.map((part) => `layers.${index}.${part}`)),
          );
          for (const weights of told) {
            const { shape, data } = state.tensors[weights.name]!;
            assert.deepEqual(weights.shape, shape);
            const [, index = "", part] = weights.name.split(".");
            const stamps = state.tensors[`layers.${index}.decoderStep`]!.data;
            const encoder = state.tensors[`layers.${index}.encoder`]!.data;
            const present = Array.from(data, (value, i) => {
              if (part !== "decoder") return value;
              const missed = layers[Number(index)]!.steps - stamps[Math.floor(i / now.inputDim)]!;
              return Math.fround(encoder[i]! + (value - encoder[i]!) * 0.95 ** missed);
            });
            assertNear(weights, present, 1e-9);
          }
        }),
        { numRuns: 15 },
      ));

    test("of a lazily kept decoder are those of one that was rewritten at every step", async () => {
      const random = Random.seeded(5);
      const life = Array.from({ length: 60 }, (_, i) =>
        learned(gaussianMatrix(random, 2, SMALL.inputDim), [0, 0], i === 0 ? { newLabels: ["a"] } : {}),
      );
      const blueprint = { kind: "plastic", config: { ...SMALL, neurogenesis: false } } as const;
      const dense = await (await live(blueprint, life)).state();
      const told = await weightsOf(await live(blueprint, life, backend));
      for (const weights of told.filter(({ name }) => name.endsWith(".decoder"))) {
        assert.equal(weights.zeros, 0); // by the rule every row has moved, whether its neuron fired or not
        assertNear(weights, Array.from(dense.tensors[weights.name]!.data), 1e-4);
      }
    });

    test("of a triarchic brain are those of its base and its readout; without classes these are empty", async () => {
      const config = SMALL_TRIARCHIC;
      const life = lifeOf(config, 12, 4).filter(({ type }) => type !== "forgot");
      const brain = await live({ kind: "triarchic", config }, life, backend);
      const state = await brain.state();
      const told = await weightsOf(brain);
      assert.deepEqual(
        told.map(({ name, shape }) => [name, shape]),
        [
          ["projection", [40, 12]],
          ["utility", [40]],
          ["core", [4, 40]],
          ["overlay", [4, 40]],
          ["importance", [4, 40]],
        ],
      );
      for (const weights of told) assertNear(weights, Array.from(state.tensors[weights.name]!.data), 1e-9);
      const [, , core] = await weightsOf(await live({ kind: "triarchic", config }, [], backend));
      assert.deepEqual([core!.shape, core!.count, core!.min, core!.histogram], [[0, 40], 0, null, null]);
    });
  });
}

test("whatever an array is read in, the pieces of a decoder are those of its rows", async () => {
  // Wider than a piece, so that rows begin and end within one.
  const config = { ...SMALL, inputDim: 50_000, hiddenDim: 5, winners: 2, layers: 1 };
  const inputs = gaussianMatrix(Random.seeded(1), 1, config.inputDim);
  const life = [learned(inputs, [0], { newLabels: ["a"] }), learned(inputs, [0])];
  const cpu = BACKENDS.find(({ name }) => name === "cpu")!;
  const dense = await (await live({ kind: "plastic", config }, life)).state();
  const brain = await live({ kind: "plastic", config }, life, cpu);
  const state = await brain.state();
  assert.ok(new Set(state.tensors["layers.0.decoderStep"]!.data).size > 1, "every neuron fired at the last step");
  const told = (await weightsOf(brain)).find(({ name }) => name === "layers.0.decoder")!;
  const data = Array.from(dense.tensors["layers.0.decoder"]!.data);
  const expected = data.reduce((sum, value) => sum + value * value, 0) / data.length;
  assert.ok(Math.abs(told.standardDeviation! ** 2 + told.mean! ** 2 - expected) < 1e-5 * expected);
});
