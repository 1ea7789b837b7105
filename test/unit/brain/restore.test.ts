// A state that contradicts itself is refused before a brain stands on it.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { BrainState } from "../../../src/brain/brain.ts";
import { createBrain } from "../../../src/brain/create.ts";
import { restoreBrain } from "../../../src/brain/restore.ts";
import { decodeHeader, encodeHeader, StateError } from "../../../src/brain/state.ts";
import { f32, i32, type Tensors } from "../../../src/tensor/safetensors.ts";
import { BACKENDS, digestOf, lifeOf, SMALL } from "./support.ts";

const [backend] = BACKENDS;

async function someState(): Promise<BrainState> {
  const config = { ...SMALL, normalization: "running" as const };
  const brain = await createBrain(config, backend!);
  for (const event of lifeOf(config, 8, 3)) await brain.apply(event);
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
    "a variance is negative": (tensors) => ({
      ...tensors,
      "normalization.variance": f32(new Float32Array(12).fill(-1), 12),
    }),
  };
  for (const [mistake, change] of Object.entries(wrongTensors)) {
    test(`is refused where ${mistake}`, async () => {
      const { header, tensors } = await someState();
      await assert.rejects(restoreBrain({ header, tensors: change(tensors) }, backend!), StateError);
    });
  }

  const wrongHeaders: Record<string, object> = {
    "the format is unknown": { format: 2 },
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

  test("leaves the state that it read to its owner", async () => {
    for (const each of BACKENDS) {
      const brain = await createBrain(SMALL, each);
      const life = lifeOf(SMALL, 12, 5);
      for (const event of life.slice(0, 6)) await brain.apply(event);
      const copy = await restoreBrain(await brain.state(), each);
      const before = await digestOf(brain);
      for (const event of life.slice(6)) await copy.apply(event);
      assert.equal(await digestOf(brain), before);
      assert.notEqual(await digestOf(copy), before);
    }
  });
});
