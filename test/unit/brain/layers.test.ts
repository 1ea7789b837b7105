// Tuning and layer surgery: what each changes, and what it leaves alone, on every backend.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Brain } from "../../../src/brain/brain.ts";
import { PLASTIC_DEFAULTS, type PlasticConfig } from "../../../src/brain/config.ts";
import { createPlasticBrain } from "../../../src/brain/create.ts";
import type { BrainEvent, LayerTuned } from "../../../src/brain/events.ts";
import type { PlasticBrain } from "../../../src/brain/plastic-brain.ts";
import { Random } from "../../../src/brain/random.ts";
import { BACKENDS, digestOf, gaussianMatrix, learned, SMALL, titleOf } from "./support.ts";

const inputs = (rows: number) => gaussianMatrix(Random.seeded(rows), rows, SMALL.inputDim);
const teach = (mode: "plastic" | "panic" = "plastic") => learned(inputs(6), [0, 1, 2, 0, 1, 2], { mode });
const FIRST = learned(inputs(6), [0, 1, 2, 0, 1, 2], { newLabels: ["a", "b", "c"] });
const tuneLayer = (index: number, settings: LayerTuned["settings"]): BrainEvent => ({
  type: "layerTuned",
  index,
  settings,
});

let seq = 0;
/** Events are numbered through all tests: what a number is does not matter here. */
const apply = (brain: Brain, event: BrainEvent) => brain.apply(event, ++seq);

/** Every number of one layer: its tensors and counters. */
async function layerOf(brain: PlasticBrain, index: number) {
  const { header, tensors } = await brain.state();
  const { steps, recycled } = header.layers[index]!;
  const arrays = Object.entries(tensors).filter(([name]) => name.startsWith(`layers.${index}.`));
  return { steps, recycled, arrays: arrays.map(([name, { data }]) => [name.split(".").at(-1), data.slice()]) };
}

for (const backend of BACKENDS) {
  const live = async (config: Partial<PlasticConfig>, ...events: readonly BrainEvent[]): Promise<PlasticBrain> => {
    const brain = await createPlasticBrain({ ...SMALL, ...config }, backend);
    for (const event of events) await apply(brain, event);
    return brain;
  };
  const labelsOf = async (brain: Brain) => (await brain.predict(inputs(6), 3)).map(({ label }) => label);

  describe(`layers (${titleOf(backend)})`, () => {
    test("a frozen layer changes in nothing, in plastic and in panic, through consolidation and neurogenesis", async () => {
      // Panic tries neurogenesis in one step of twenty.
      const brain = await live({}, FIRST, tuneLayer(0, { isFrozen: true }));
      const before = await layerOf(brain, 0);
      const others = await layerOf(brain, 1);
      for (let i = 0; i < 60; i++) await apply(brain, teach(i % 2 === 0 ? "panic" : "plastic"));
      await apply(brain, { type: "consolidated" });
      assert.deepEqual(await layerOf(brain, 0), before);
      assert.notDeepEqual(await layerOf(brain, 1), others);
    });

    test("unfreezing gives back the maturity that the layer had, and it learns again", async () => {
      const brain = await live({ neurogenesis: false }, FIRST, { type: "consolidated" });
      const matured = brain.layers()[0]!.mature;
      const before = await layerOf(brain, 0);
      await apply(brain, tuneLayer(0, { isFrozen: true }));
      await apply(brain, teach("panic"));
      await apply(brain, tuneLayer(0, { isFrozen: false }));
      assert.ok(matured > 0 && matured < SMALL.hiddenDim);
      assert.deepEqual(await layerOf(brain, 0), before);
      await apply(brain, teach("panic"));
      assert.notDeepEqual(await layerOf(brain, 0), before);
      assert.equal(brain.layers()[0]!.mature, matured);
    });

    test("a fresh layer at the end changes no answer until it learns, so that adding and removing one gives back every bit of them", async () => {
      const brain = await live({}, FIRST, teach(), teach());
      const before = await brain.predict(inputs(6), 3);
      await apply(brain, { type: "layerAdded", index: 2 });
      assert.deepEqual(await brain.predict(inputs(6), 3), before);
      await apply(brain, teach());
      await apply(brain, { type: "layerRemoved", index: 2 });
      assert.deepEqual(
        await labelsOf(brain),
        before.map(({ label }) => label),
      );
    });

    test("a layer added before others moves them up, removed again it leaves them as they were", async () => {
      const brain = await live({}, FIRST, tuneLayer(0, { learningRate: 0.5 }));
      const layers = [await layerOf(brain, 0), await layerOf(brain, 1)];
      assert.deepEqual(await apply(brain, { type: "layerAdded", index: 0 }), {
        type: "layerAdded",
        index: 0,
        layers: 3,
      });
      assert.deepEqual([await layerOf(brain, 1), await layerOf(brain, 2)], layers);
      assert.deepEqual(
        brain.layers().map(({ learningRate }) => learningRate),
        [0.04, 0.5, 0.04],
      );
      await apply(brain, { type: "layerRemoved", index: 0 });
      assert.deepEqual([await layerOf(brain, 0), await layerOf(brain, 1)], layers);
    });

    test("a replaced layer knows nothing and has the brain's settings; the others stay", async () => {
      const brain = await live(
        {},
        FIRST,
        { type: "consolidated" },
        tuneLayer(1, { isFrozen: true, learningRate: 0.9 }),
      );
      const first = await layerOf(brain, 0);
      await apply(brain, { type: "layerReplaced", index: 1 });
      const { mature, dead, frequencyMax, recycled, isFrozen, learningRate } = brain.layers()[1]!;
      assert.deepEqual([mature, dead, frequencyMax, recycled], [0, SMALL.hiddenDim, 0, 0]);
      assert.deepEqual([isFrozen, learningRate], [false, SMALL.learningRate]);
      assert.deepEqual(await layerOf(brain, 0), first);
    });

    test("forced neurogenesis recycles what panic would, and counts it", async () => {
      const brain = await live({ neurogenesis: false }, FIRST, teach());
      const { tensors } = await brain.state();
      const frequency = [...tensors["layers.0.frequency"]!.data];
      const idle = frequency.filter((value) => value < 0.05 * Math.max(...frequency)).length;
      assert.ok(idle > 0);
      const outcome = { type: "layerRenewed", index: 0, recycled: idle };
      assert.deepEqual(await apply(brain, { type: "layerRenewed", index: 0 }), outcome);
      assert.deepEqual(
        brain.layers().map(({ recycled }) => recycled),
        [idle, 0],
      );
    });

    test("a layer's own rate is its own: at 0 its synapses rest while the others learn", async () => {
      const config = { neurogenesis: false };
      const brain = await live(config, FIRST, tuneLayer(0, { learningRate: 0 }));
      const encoder = async (index: number) => (await brain.state()).tensors[`layers.${index}.encoder`]!.data.slice();
      const [first, second] = [await encoder(0), await encoder(1)];
      await apply(brain, teach());
      assert.deepEqual(await encoder(0), first);
      assert.notDeepEqual(await encoder(1), second);
    });

    test("the brain's rate and neurogenesis become every layer's, over its own; the rest leaves layers alone", async () => {
      const brain = await live({}, tuneLayer(1, { learningRate: 0.5, neurogenesis: false, isFrozen: true }));
      await apply(brain, { type: "tuned", tuning: { gate: 0.3 } });
      assert.deepEqual(
        brain.layers().map(({ learningRate, gateMean }) => [learningRate, gateMean]),
        [
          [0.04, 0.3],
          [0.5, 0.3],
        ],
      );
      await apply(brain, { type: "tuned", tuning: { learningRate: 0.2, neurogenesis: true } });
      assert.deepEqual(
        brain.layers().map(({ learningRate, neurogenesis, isFrozen }) => [learningRate, neurogenesis, isFrozen]),
        [
          [0.2, true, false],
          [0.2, true, true],
        ],
      );
    });

    test("tuned from the start, a brain lives as one that was created so", async () => {
      const { learningRate, gate, neighbors, neurogenesis, reward, rejectBelow } = PLASTIC_DEFAULTS;
      const wanted = {
        learningRate: 0.3,
        gate: 0.2,
        neighbors: 2,
        neurogenesis: false,
        reward: { right: 0.5, wrong: 0 },
        rejectBelow: 0.1,
      };
      const created = await live({ ...wanted, seed: 5 });
      const tuned = await live(
        { learningRate, gate, neighbors, neurogenesis, reward, rejectBelow, seed: 5 },
        { type: "tuned", tuning: wanted },
      );
      for (const brain of [created, tuned])
        for (const [index, event] of [FIRST, teach("panic"), teach()].entries()) await brain.apply(event, index + 2);
      assert.equal(await digestOf(tuned), await digestOf(created));
    });

    test("rewards are the configured ones", async () => {
      const brain = await live({ reward: { right: 0.5, wrong: -1 }, memorySize: 200, neighbors: 1 });
      const fresh = await apply(brain, learned(inputs(100), new Array(100).fill(0), { newLabels: ["a", "b"] }));
      const known = await apply(brain, learned(inputs(100), new Array(100).fill(0)));
      const wrong = await apply(brain, learned(inputs(100), new Array(100).fill(1)));
      assert.deepEqual(
        [fresh, known, wrong].map((outcome) => outcome.type === "learned" && outcome.reward),
        [0.5, 0.5, -1],
      );
    });

    test("an input unlike anything remembered gets no label, its scores and novelty stay; null takes that back", async () => {
      const brain = await live({ neighbors: 1 }, FIRST);
      const asked = {
        ...inputs(1),
        data: inputs(6)
          .data.slice(0, SMALL.inputDim)
          .map((value, i) => (i < 6 ? -value : value)),
      };
      const [before] = await brain.predict(asked, 2);
      const similarity = 1 - before!.novelty;
      assert.ok(before!.label !== null && similarity > 0.01 && similarity < 0.99);
      await apply(brain, { type: "tuned", tuning: { rejectBelow: similarity + 0.001 } });
      assert.deepEqual(await brain.predict(asked, 2), [{ ...before, label: null, confidence: 0 }]);
      assert.equal((await labelsOf(brain))[0], "a");
      for (const rejectBelow of [similarity - 0.001, null]) {
        await apply(brain, { type: "tuned", tuning: { rejectBelow } });
        assert.deepEqual(await brain.predict(asked, 2), [before]);
      }
    });
  });
}
