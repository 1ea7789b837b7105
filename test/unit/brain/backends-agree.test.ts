// A state may be written on one machine and live on on another: what a backend wrote, every backend reads, answers and learns from alike,
// but for rounding. Seeds are fixed, so that no near tie in float32 sends two backends separate ways.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Backend } from "../../../src/backend/backend.ts";
import type { Brain } from "../../../src/brain/brain.ts";
import type { Blueprint } from "../../../src/brain/config.ts";
import { createBrain } from "../../../src/brain/create.ts";
import { Random } from "../../../src/brain/random.ts";
import { restoreBrain } from "../../../src/brain/restore.ts";
import {
  BACKENDS,
  copyOf,
  distance,
  gaussianMatrix,
  learned,
  lifeOf,
  SMALL,
  SMALL_TRIARCHIC,
  titleOf,
} from "./support.ts";

const TOLERANCE = 1e-4;

const blueprints: readonly Blueprint[] = [
  { kind: "plastic", config: SMALL },
  { kind: "plastic", config: { ...SMALL, normalization: "running", gate: 0.3, seed: 11 } },
  { kind: "triarchic", config: SMALL_TRIARCHIC },
];

/** A brain with a past of 30 events, none of which forgets. */
async function grown(blueprint: Blueprint, backend: Backend): Promise<Brain> {
  const brain = await createBrain(blueprint, backend);
  const life = lifeOf(blueprint.config, 30, blueprint.config.seed).filter(({ type }) => type !== "forgot");
  for (const [index, event] of life.entries()) await brain.apply(event, index + 1);
  return brain;
}

/** `brain` as another backend has it. */
async function moved(brain: Brain, backend: Backend): Promise<Brain> {
  return restoreBrain(copyOf(await brain.state()), backend);
}

/** A decoder row counts as what it has become by the latest step: `e + (d − e)·0.95ⁿ`. */
async function presentState(brain: Brain): Promise<Map<string, number[]>> {
  const { header, tensors } = await brain.state();
  const present = new Map<string, number[]>();
  for (const [name, { data, shape }] of Object.entries(tensors)) {
    if (name.endsWith(".decoderStep")) continue;
    const layer = /^layers\.(\d+)\.decoder$/.exec(name)?.[1];
    if (layer === undefined || header.kind !== "plastic") {
      present.set(name, Array.from(data, Number));
      continue;
    }
    const { steps } = header.layers[Number(layer)]!;
    const [encoder, stamps] = ["encoder", "decoderStep"].map((part) => tensors[`layers.${layer}.${part}`]!.data);
    const rest = (i: number) => 0.95 ** (steps - Number(stamps![Math.floor(i / shape[1]!)]));
    const decoder = Array.from(data, (value, i) => {
      const target = Number(encoder![i]);
      return target + (Number(value) - target) * rest(i);
    });
    present.set(name, decoder);
  }
  return present;
}

async function assertAlike(actual: Brain, expected: Brain, blueprint: Blueprint): Promise<void> {
  const inputs = gaussianMatrix(Random.seeded(3), 20, blueprint.config.inputDim);
  const [answers, others] = [await actual.predict(inputs, 4), await expected.predict(inputs, 4)];
  assert.deepEqual(
    answers.map(({ label, scores }) => [label, ...scores.map((score) => score.label)]),
    others.map(({ label, scores }) => [label, ...scores.map((score) => score.label)]),
  );
  const numbers = (predictions: typeof answers) =>
    predictions.flatMap(({ novelty, scores }) => [novelty, ...scores.map(({ score }) => score)]);
  assert.ok(distance(numbers(answers), numbers(others)) < TOLERANCE);
  const [state, other] = [await presentState(actual), await presentState(expected)];
  for (const [name, values] of other) {
    assert.ok(distance(state.get(name)!, values) < TOLERANCE, `${name} differs`);
  }
}

const [reference, ...others] = BACKENDS;

for (const backend of others) {
  describe(`reference and ${titleOf(backend)}`, () => {
    for (const blueprint of blueprints) {
      test(`read, answer and learn alike (${blueprint.kind}, seed ${blueprint.config.seed})`, async () => {
        for (const [from, to] of [
          [reference!, backend],
          [backend, reference!],
        ] as const) {
          const here = await grown(blueprint, from);
          const there = await moved(here, to);
          await assertAlike(there, here, blueprint);
          const inputs = gaussianMatrix(Random.seeded(4), 9, blueprint.config.inputDim);
          for (const mode of ["plastic", "panic"] as const) {
            const lesson = learned(inputs, [0, 1, 2, 3, 0, 1, 2, 3, 0], { mode });
            assert.deepEqual(await there.apply(lesson, 40), await here.apply(lesson, 40));
            await assertAlike(there, here, blueprint);
          }
        }
      });
    }
  });
}
