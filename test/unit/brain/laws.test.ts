// What holds for every brain, whatever its life: laws, on every backend.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import type { Backend } from "../../../src/backend/backend.ts";
import type { Brain } from "../../../src/brain/brain.ts";
import {
  type Blueprint,
  MEMORY_INDEXES,
  MEMORY_POLICIES,
  NORMALIZATIONS,
  type PlasticConfig,
  READOUTS,
  TRIARCHIC_RULES,
  type TriarchicConfig,
} from "../../../src/brain/config.ts";
import { createBrain } from "../../../src/brain/create.ts";
import { type BrainEvent, decodeEvent, encodeEvent } from "../../../src/brain/events.ts";
import { Random } from "../../../src/brain/random.ts";
import { restoreBrain } from "../../../src/brain/restore.ts";
import { effectiveBlueprint, initialShape, reshape, shapeOf } from "../../../src/brain/shape.ts";
import { decodeHeader, encodeHeader } from "../../../src/brain/state.ts";
import { rowsOf } from "../../../src/tensor/matrix.ts";
import { decodeSafetensors, encodeSafetensors } from "../../../src/tensor/safetensors.ts";
import {
  BACKENDS,
  digestOf,
  gaussianMatrix,
  lifeOf,
  lifeWithSurgeryOf,
  SMALL,
  SMALL_TRIARCHIC,
  titleOf,
} from "./support.ts";

const plasticConfigs: fc.Arbitrary<PlasticConfig> = fc
  .record({
    inputDim: fc.integer({ min: 1, max: 20 }),
    hiddenDim: fc.integer({ min: 1, max: 70 }),
    share: fc.double({ min: 0, max: 1, noNaN: true }),
    layers: fc.integer({ min: 1, max: 3 }),
    memorySize: fc.integer({ min: 1, max: 60 }),
    neighbors: fc.integer({ min: 1, max: 12 }),
    memoryPolicy: fc.constantFrom(...MEMORY_POLICIES),
    memoryIndex: fc.constantFrom(...MEMORY_INDEXES),
    normalization: fc.constantFrom(...NORMALIZATIONS),
    readout: fc.constantFrom(...READOUTS),
    neurogenesis: fc.boolean(),
    seed: fc.integer({ min: 0, max: 0xffff_ffff }),
  })
  .map(({ share, ...config }) => ({ ...SMALL, ...config, winners: 1 + Math.floor(share * (config.hiddenDim - 1)) }));

const triarchicConfigs: fc.Arbitrary<TriarchicConfig> = fc
  .record({
    inputDim: fc.integer({ min: 1, max: 20 }),
    hiddenDim: fc.integer({ min: 2, max: 70 }),
    share: fc.double({ min: 0, max: 1, noNaN: true }),
    noveltyThreshold: fc.double({ min: 0, max: 1, noNaN: true }),
    contextLearningRate: fc.double({ min: 0, max: 1, noNaN: true }),
    contextDecay: fc.double({ min: 0, max: 1, noNaN: true }),
    coreLearningRate: fc.double({ min: 0, max: 1, noNaN: true }),
    consolidationRate: fc.double({ min: 0, max: 10, noNaN: true }),
    rules: fc.constantFrom(...TRIARCHIC_RULES),
    seed: fc.integer({ min: 0, max: 0xffff_ffff }),
  })
  .map(({ share, ...config }) => ({
    ...SMALL_TRIARCHIC,
    ...config,
    winners: 2 + Math.floor(share * (config.hiddenDim - 2)),
  }));

const blueprints: fc.Arbitrary<Blueprint> = fc.oneof(
  plasticConfigs.map((config) => ({ kind: "plastic" as const, config })),
  triarchicConfigs.map((config) => ({ kind: "triarchic" as const, config })),
);

const runs = (backend: Backend) => ({ numRuns: backend.name === "cpu" ? 70 : 24 });

async function live(blueprint: Blueprint, backend: Backend, life: readonly BrainEvent[]): Promise<Brain> {
  const brain = await createBrain(blueprint, backend);
  for (const [index, event] of life.entries()) await brain.apply(event, index + 1);
  return brain;
}

/** The backend, with so many rows in a piece. */
const inPieces = (backend: Backend, pieceRows: number): Backend =>
  new Proxy(backend, {
    get(target, key) {
      if (key === "pieceRows") return pieceRows;
      const value = Reflect.get(target, key, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });

const lawOf = (
  backend: Backend,
  law: (blueprint: Blueprint, life: BrainEvent[], random: Random) => Promise<void>,
): Promise<void> =>
  fc.assert(
    fc.asyncProperty(blueprints, fc.integer({ min: 1, max: 25 }), fc.nat(), (blueprint, events, seed) => {
      const { kind, config } = blueprint;
      // Only what has an episodic memory can forget a part of it.
      const life =
        kind === "plastic"
          ? lifeWithSurgeryOf(config, events, seed)
          : lifeOf(config, events, seed).filter(({ type }) => type !== "forgot");
      return law(blueprint, life, Random.seeded(seed + 1));
    }),
    runs(backend),
  );

for (const backend of BACKENDS) {
  describe(`every brain (${titleOf(backend)})`, () => {
    test("a prediction changes nothing", () =>
      lawOf(backend, async (blueprint, life, random) => {
        const brain = await live(blueprint, backend, life);
        const before = await digestOf(brain);
        await brain.predict(gaussianMatrix(random, 5, blueprint.config.inputDim), 3);
        assert.equal(await digestOf(brain), before);
      }));

    test("an input gets exactly the same answer alone and in any batch", () =>
      lawOf(backend, async (blueprint, life, random) => {
        const brain = await live(blueprint, backend, life);
        const inputs = gaussianMatrix(random, 2 + random.below(12), blueprint.config.inputDim);
        const together = await brain.predict(inputs, 4);
        const from = random.below(inputs.rows);
        const to = from + 1 + random.below(inputs.rows - from);
        assert.deepEqual(await brain.predict(rowsOf(inputs, from, to), 4), together.slice(from, to));
        assert.deepEqual(await brain.predict(rowsOf(inputs, from, from + 1), 4), together.slice(from, from + 1));
      }));

    test("a lesson that is read in pieces is the same lesson, and whatever is predicted in between is of the state before it", () =>
      lawOf(backend, async (blueprint, life, random) => {
        const whole = await createBrain(blueprint, backend);
        const brain = await createBrain(blueprint, inPieces(backend, 1 + random.below(4)));
        const inputs = gaussianMatrix(random, 2, blueprint.config.inputDim);
        let before: unknown;
        const pause = async () => {
          if (random.below(4) === 0) assert.deepEqual(await brain.predict(inputs, 3), before);
          if (!brain.isBehind) return;
          await brain.catchUp();
          before = await brain.predict(inputs, 3);
        };
        for (const [index, event] of life.entries()) {
          while (brain.isSettling) await brain.settle();
          before = await brain.predict(inputs, 3);
          const outcome = await brain.apply(event, index + 1, undefined, pause);
          assert.deepEqual(outcome, await whole.apply(event, index + 1));
        }
        assert.equal(await digestOf(brain), await digestOf(whole));
      }));

    test("a trace changes nothing, and predicts to the bit what a prediction answers; alone as in any batch", () =>
      lawOf(backend, async (blueprint, life, random) => {
        const brain = await live(blueprint, backend, life);
        const before = await digestOf(brain);
        const inputs = gaussianMatrix(random, 1 + random.below(8), blueprint.config.inputDim);
        const topK = 1 + random.below(5);
        const traces = await brain.trace(inputs, { topK, imaginations: true });
        const predictions = await brain.predict(inputs, topK, true);
        assert.deepEqual(
          traces.map(({ prediction }) => prediction),
          predictions,
        );
        const row = random.below(inputs.rows);
        const alone = await brain.trace(rowsOf(inputs, row, row + 1), { topK, imaginations: true });
        assert.deepEqual(alone, [traces[row]]);
        assert.equal(await digestOf(brain), before);
      }));

    test("replaying its events from the start gives the same state, predictions between them or not", () =>
      lawOf(backend, async (blueprint, life, random) => {
        const brain = await createBrain(blueprint, backend);
        for (const [index, event] of life.entries()) {
          await brain.apply(event, index + 1);
          await brain.predict(gaussianMatrix(random, 2, blueprint.config.inputDim), 1);
        }
        const replayed = await live(blueprint, backend, life.map(encodeEvent).map(decodeEvent));
        assert.equal(await digestOf(replayed), await digestOf(brain));
      }));

    test("the gateway knows its shape without computing: the shape of the state is the shape that the events lead to", () =>
      lawOf(backend, async (blueprint, life) => {
        const brain = await live(blueprint, backend, life);
        const shape = life.reduce(reshape, initialShape(blueprint));
        const { header } = await brain.state();
        assert.deepEqual(shapeOf(header), shape);
        assert.deepEqual(header.config, effectiveBlueprint(blueprint, shape).config);
      }));

    test("a brain restored from its state lives on as the original does", () =>
      lawOf(backend, async (blueprint, life, random) => {
        const half = Math.floor(life.length / 2);
        const brain = await live(blueprint, backend, life.slice(0, half));
        const { header, tensors } = await brain.state();
        const file = decodeSafetensors(encodeSafetensors(tensors, encodeHeader(header)));
        const restored = await restoreBrain({ header: decodeHeader(file.metadata), tensors: file.tensors }, backend);
        assert.equal(await digestOf(restored), await digestOf(brain));
        for (const [index, event] of life.slice(half).entries()) {
          const seq = half + index + 1;
          assert.deepEqual(await restored.apply(event, seq), await brain.apply(event, seq));
        }
        const inputs = gaussianMatrix(random, 4, blueprint.config.inputDim);
        assert.deepEqual(await restored.predict(inputs, 4), await brain.predict(inputs, 4));
        assert.equal(await digestOf(restored), await digestOf(brain));
      }));
  });
}
