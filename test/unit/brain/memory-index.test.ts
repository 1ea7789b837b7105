// A brain whose predictions go by an index: what it learns is what it would have learned without.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Backend } from "../../../src/backend/backend.ts";
import { PLASTIC_DEFAULTS, type PlasticConfig, stateBytes } from "../../../src/brain/config.ts";
import { createPlasticBrain } from "../../../src/brain/create.ts";
import type { BrainEvent } from "../../../src/brain/events.ts";
import type { PlasticBrain } from "../../../src/brain/plastic-brain.ts";
import { Random } from "../../../src/brain/random.ts";
import { restoreBrain } from "../../../src/brain/restore.ts";
import { decodeHeader, encodeHeader } from "../../../src/brain/state.ts";
import { decodeSafetensors, encodeSafetensors } from "../../../src/tensor/safetensors.ts";
import { BACKENDS, digestOf, gaussianMatrix, learned, SMALL } from "./support.ts";

const CONFIG: PlasticConfig = { ...SMALL, memorySize: 1500, memoryPolicy: "class-balanced", memoryIndex: "hnsw" };
const LABELS = ["c0", "c1", "c2"];

/** Lessons that fill the memory and turn it over, with samples forgotten on the way. */
function lessons(seed: number, count: number): BrainEvent[] {
  const random = Random.seeded(seed);
  return Array.from({ length: count }, (_, i): BrainEvent => {
    if (i % 5 === 4) return { type: "forgot", samples: { of: "class", classId: random.below(3) } };
    const classes = Array.from({ length: 300 }, () => random.below(3));
    return learned(gaussianMatrix(random, 300, CONFIG.inputDim), classes, { newLabels: i === 0 ? LABELS : [] });
  });
}

async function caughtUp(brain: { readonly isBehind: boolean; catchUp(): Promise<void> }): Promise<void> {
  while (brain.isBehind) await brain.catchUp();
}

const indexOf = (brain: PlasticBrain) => brain.memory.summary().index;

/** The state but for the setting. */
async function restOf(brain: PlasticBrain) {
  const { header, tensors } = await brain.state();
  const { memoryIndex, ...config } = header.config;
  return { memoryIndex, header: { ...header, config }, bytes: Buffer.from(encodeSafetensors(tensors, {})) };
}

for (const backend of BACKENDS) {
  describe(`a brain with an index (${backend.name})`, () => {
    test("learns the same, to the bit, as one without, whatever was predicted and indexed in between", async () => {
      const brains = [];
      for (const memoryIndex of ["hnsw", "exact"] as const) {
        brains.push(await createPlasticBrain({ ...CONFIG, memoryIndex }, backend));
      }
      const [indexed, plain] = brains as [PlasticBrain, PlasticBrain];
      const random = Random.seeded(1);
      let misses = 0;
      for (const [i, event] of lessons(2, 14).entries()) {
        assert.deepEqual(await indexed.apply(event, i + 1), await plain.apply(event, i + 1));
        if (i % 3 > 0) await caughtUp(indexed);
        const inputs = gaussianMatrix(random, 20, CONFIG.inputDim);
        const predictions = await indexed.predict(inputs, 3, true);
        const exact = await plain.predict(inputs, 3, true);
        misses += predictions.filter((prediction, row) => !isSame(prediction, exact[row])).length;
      }
      const [left, right] = [await restOf(indexed), await restOf(plain)];
      assert.deepEqual([left.memoryIndex, right.memoryIndex], ["hnsw", "exact"]);
      assert.deepEqual(left.header, right.header);
      assert.ok(left.bytes.equals(right.bytes));
      assert.ok(misses < 14, `${misses} of 280 predictions`);
    });

    test("is the same brain with the index, in the making and without, and comes back without one to make it anew", async () => {
      const brain = await createPlasticBrain(CONFIG, backend);
      for (const [i, event] of lessons(3, 4).entries()) await brain.apply(event, i + 1);
      const { stored } = brain.memory.summary();
      const before = await digestOf(brain);
      await caughtUp(brain);
      assert.deepEqual(indexOf(brain), { state: "ready", indexed: stored });
      assert.equal(await digestOf(brain), before);
      const { header, tensors } = await brain.state();
      const file = decodeSafetensors(encodeSafetensors(tensors, encodeHeader(header)));
      const restored = await restoreBrain({ header: decodeHeader(file.metadata), tensors: file.tensors }, backend);
      assert.deepEqual(restored.memory?.summary().index, { state: "building", indexed: 0 });
      const inputs = gaussianMatrix(Random.seeded(4), 30, CONFIG.inputDim);
      const exact = await restored.predict(inputs, 3);
      await caughtUp(restored);
      assert.deepEqual(restored.memory?.summary().index, { state: "ready", indexed: stored });
      assert.equal(await digestOf(restored), before);
      const labels = (await restored.predict(inputs, 3)).map(({ label }) => label);
      const same = exact.filter(({ label }, row) => label === labels[row]).length;
      assert.ok(same >= 28, `${same} of 30 labels`);
    });

    test("can be told to have one, and to do without", async () => {
      const brain = await createPlasticBrain({ ...CONFIG, memoryIndex: "exact" }, backend);
      for (const [i, event] of lessons(5, 3).entries()) await brain.apply(event, i + 1);
      assert.deepEqual([indexOf(brain), brain.isBehind], [{ state: "exact", indexed: 0 }, false]);
      const before = await digestOf(brain);
      await brain.apply({ type: "tuned", tuning: { memoryIndex: "hnsw" } }, 4);
      assert.deepEqual([indexOf(brain), brain.isBehind], [{ state: "building", indexed: 0 }, true]);
      await caughtUp(brain);
      assert.equal(indexOf(brain).state, "ready");
      await brain.apply({ type: "tuned", tuning: { memoryIndex: "exact" } }, 5);
      assert.deepEqual([indexOf(brain), brain.isBehind], [{ state: "exact", indexed: 0 }, false]);
      assert.equal(await digestOf(brain), before);
    });

    test("goes on without one where none can be made", async () => {
      const without: Backend = {
        name: backend.name,
        pieceRows: backend.pieceRows,
        createLayer: (...args) => backend.createLayer(...args),
        createBase: (...args) => backend.createBase(...args),
        createMemory: (...args) => backend.createMemory(...args),
        createSums: (...args) => backend.createSums(...args),
        createIndex: async () => null,
      };
      const brain = await createPlasticBrain(CONFIG, without);
      const plain = await createPlasticBrain({ ...CONFIG, memoryIndex: "exact" }, backend);
      const [lesson] = lessons(6, 1) as [BrainEvent];
      for (const each of [brain, plain]) await each.apply(lesson, 1);
      assert.deepEqual([indexOf(brain), brain.isBehind], [{ state: "unavailable", indexed: 0 }, false]);
      const inputs = gaussianMatrix(Random.seeded(7), 5, CONFIG.inputDim);
      assert.deepEqual(await brain.predict(inputs, 3), await plain.predict(inputs, 3));
    });
  });
}

const isSame = (left: unknown, right: unknown): boolean => JSON.stringify(left) === JSON.stringify(right);

test("a header says `hnsw`, and keeps silent of `exact` as those before there was a choice", async () => {
  const { header } = await (await createPlasticBrain(CONFIG, BACKENDS[0]!)).state();
  assert.deepEqual(decodeHeader(encodeHeader(header)), header);
  const exact = { ...header, config: { ...header.config, memoryIndex: "exact" as const } };
  assert.doesNotMatch(JSON.stringify(encodeHeader(exact)), /memoryIndex/);
  assert.deepEqual(decodeHeader(encodeHeader(exact)), exact);
  const wrong = { ...header, config: { ...header.config, memoryIndex: "ivf" } };
  assert.throws(() => decodeHeader(encodeHeader(wrong as never)), /config.memoryIndex is not one of exact, hnsw/);
});

test("an index counts towards the size of its brain", () => {
  const config = { ...PLASTIC_DEFAULTS, memorySize: 500_000, seed: 1 };
  const exact = stateBytes({ kind: "plastic", config });
  const indexed = stateBytes({ kind: "plastic", config: { ...config, memoryIndex: "hnsw" } });
  assert.equal(indexed - exact, 1.5 * 500_000 * (512 + 250));
});
