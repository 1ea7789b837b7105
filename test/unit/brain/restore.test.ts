// A state that contradicts itself is refused before a brain stands on it.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { BrainState, PlasticHeader } from "../../../src/brain/brain.ts";
import { createPlasticBrain } from "../../../src/brain/create.ts";
import { StateError } from "../../../src/brain/header-fields.ts";
import { restorePlasticBrain } from "../../../src/brain/restore.ts";
import { decodeHeader, encodeHeader } from "../../../src/brain/state.ts";
import { f32, i32, type Tensors, u32 } from "../../../src/tensor/safetensors.ts";
import { BACKENDS, copyOf, lifeOf, plastic, SMALL } from "./support.ts";

const [backend] = BACKENDS;

async function someState(): Promise<BrainState<PlasticHeader>> {
  const config = { ...SMALL, normalization: "running" as const };
  const brain = await createPlasticBrain(config, backend!);
  for (const [index, event] of lifeOf(config, 8, 3).entries()) await brain.apply(event, index + 1);
  return brain.state();
}

describe("restoring a brain", () => {
  const wrongTensors: Record<string, (tensors: Tensors) => Tensors> = {
    "a tensor is missing": ({ "memory.keys": _gone, ...rest }) => rest,
    "a tensor is unknown": (tensors) => ({ ...tensors, more: f32(Float32Array.of(1), 1) }),
    "a shape is another": (tensors) => ({ ...tensors, "layers.1.frequency": f32(new Float32Array(41), 41) }),
    "a shape lies about its data": (tensors) => ({ ...tensors, "layers.1.frequency": f32(new Float32Array(2), 40) }),
    "a type is another": (tensors) => ({ ...tensors, "layers.0.maturity": i32(new Int32Array(40), 40) }),
    "a maturity is a half": (tensors) => ({ ...tensors, "layers.0.maturity": f32(new Float32Array(40).fill(0.5), 40) }),
    "a number is not finite": (tensors) => ({
      ...tensors,
      "layers.0.encoder": f32(new Float32Array(480).fill(Number.NaN, 479), 40, 12),
    }),
    "a stamp lies in the future": (tensors) => ({
      ...tensors,
      "layers.0.decoderStep": i32(new Int32Array(40).fill(999), 40),
    }),
    "a class has no label": (tensors) => {
      const { data, shape } = tensors["memory.classes"]!;
      return { ...tensors, "memory.classes": i32(new Int32Array(data.length).fill(4), ...shape) };
    },
    "two samples have one id": (tensors) => {
      const { data, shape } = tensors["memory.ids"]!;
      return { ...tensors, "memory.ids": u32(new Uint32Array(data.length).fill(1), ...shape) };
    },
    "an id is beyond 2⁵³": (tensors) => {
      const { data, shape } = tensors["memory.ids"]!;
      return { ...tensors, "memory.ids": u32(Uint32Array.from(data).fill(2 ** 21, 1, 2), ...shape) };
    },
    "a variance is negative": (tensors) => ({
      ...tensors,
      "normalization.variance": f32(new Float32Array(12).fill(-1), 12),
    }),
  };
  for (const [mistake, change] of Object.entries(wrongTensors)) {
    test(`is refused where ${mistake}`, async () => {
      const { header, tensors } = await someState();
      await assert.rejects(restorePlasticBrain({ header, tensors: change(tensors) }, backend!), StateError);
    });
  }

  const wrongHeaders: Record<string, object> = {
    "the format is unknown": { format: 3 },
    "the kind is unknown": { kind: "other" },
    "the mode is unknown": { mode: "asleep" },
    "the step is negative": { step: -1 },
    "a label comes twice": { labels: ["a", "a"] },
    "a label is no text": { labels: [1] },
    "the generator has three words": { random: [1, 2, 3] },
    "the generator has stopped": { random: [0, 0, 0, 0] },
    "a layer is missing": { layers: [{ steps: 1, recycled: 0 }] },
    "more neurons win than there are": { config: { ...SMALL, winners: 41 } },
    "a size is a fraction": { config: { ...SMALL, inputDim: 1.5 } },
    "the gate is no number": { config: { ...SMALL, gate: null } },
    "the memory policy is unknown": { config: { ...SMALL, memoryPolicy: "other" } },
    "more is stored than was seen": { memory: { stored: 5, lastId: 5, experience: 4 } },
    "a reward is missing": { config: { ...SMALL, reward: { right: 1 } } },
    "the rejection is no number": { config: { ...SMALL, rejectBelow: "0.5" } },
    "a layer is neither frozen nor not": {
      layers: [0, 1].map(() => ({ steps: 1, recycled: 0, learningRate: 1, neurogenesis: true })),
    },
    "a layer learns at no rate": {
      layers: [0, 1].map(() => ({ steps: 1, recycled: 0, isFrozen: false, neurogenesis: true })),
    },
    "the normalization is unknown": { config: { ...SMALL, normalization: "other" } },
  };
  for (const [mistake, change] of Object.entries(wrongHeaders)) {
    test(`is refused where ${mistake}`, async () => {
      const { header } = await someState();
      assert.throws(() => decodeHeader({ brain: JSON.stringify({ ...header, ...change }) }), StateError);
    });
  }

  test("is refused without a header, or with one that is no JSON object", () => {
    for (const metadata of [{}, { brain: "{" }, { brain: "[]" }, { brain: "null" }]) {
      assert.throws(() => decodeHeader(metadata as Record<string, string>), StateError);
    }
  });

  test("a header decoded from its text is the header", async () => {
    const { header } = await someState();
    assert.deepEqual(decodeHeader(encodeHeader(header)), header);
  });

  test("takes a state from before ids and policies: a ring whose ids follow from what was seen", async () => {
    const config = { ...SMALL, memorySize: 7, neurogenesis: false };
    const brain = await createPlasticBrain(config, backend!);
    const life = lifeOf(config, 14, 3);
    for (const [index, event] of life.slice(0, 7).entries()) await brain.apply(event, index + 1);
    const { header, tensors } = copyOf(await brain.state());
    assert.ok(header.seen > 14);
    const { memoryPolicy: _, ...oldConfig } = config;
    const { memory: __, ...oldHeader } = { ...header, config: oldConfig };
    const { "memory.ids": ids, "memory.seqs": ___, ...oldTensors } = tensors;
    const restored = await restorePlasticBrain(
      { header: plastic(decodeHeader({ brain: JSON.stringify(oldHeader) })), tensors: oldTensors },
      backend!,
    );
    const taken = await restored.state();
    assert.equal(taken.header.config.memoryPolicy, "fifo");
    const order = (words: ArrayLike<number>) =>
      Array.from({ length: 7 }, (_, slot) => slot).sort((a, b) => words[2 * a]! - words[2 * b]!);
    assert.deepEqual(order(taken.tensors["memory.ids"]!.data), order(ids!.data));
    assert.equal(Math.max(...taken.tensors["memory.ids"]!.data), header.seen);
    for (const [index, event] of life.slice(7).entries()) {
      await restored.apply(event, index + 8);
      await brain.apply(event, index + 8);
    }
    for (const name of ["memory.keys", "memory.classes", "layers.1.encoder"]) {
      assert.deepEqual((await restored.state()).tensors[name], (await brain.state()).tensors[name]);
    }
  });

  test("a state from before layers had settings stands, with those of its configuration", async () => {
    const { header } = await someState();
    const { reward: _reward, rejectBelow: _rejectBelow, ...config } = header.config;
    const layers = header.layers.map(({ steps, recycled }) => ({ steps, recycled }));
    const old = { ...header, format: 1, config, layers };
    assert.deepEqual(decodeHeader({ brain: JSON.stringify(old) }), header);
  });
});
