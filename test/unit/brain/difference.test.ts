import assert from "node:assert/strict";
import { test } from "node:test";
import type { BrainState, TriarchicHeader } from "../../../src/brain/brain.ts";
import { PLASTIC_DEFAULTS, TRIARCHIC_DEFAULTS, type TriarchicConfig } from "../../../src/brain/config.ts";
import { createBrain } from "../../../src/brain/create.ts";
import { differenceOf } from "../../../src/brain/difference.ts";
import { f32, type Tensors } from "../../../src/tensor/safetensors.ts";
import { BACKENDS, matrixOf } from "./support.ts";

const CONFIG: TriarchicConfig = { ...TRIARCHIC_DEFAULTS, inputDim: 2, hiddenDim: 3, winners: 2, seed: 1 };

function stateOf(labels: readonly string[], tensors: Tensors, config: Partial<TriarchicConfig> = {}): BrainState {
  const header: TriarchicHeader = {
    format: 1,
    kind: "triarchic",
    config: { ...CONFIG, ...config },
    ...{ mode: "plastic", step: labels.length, labels, random: [1, 2, 3, 4], recycled: 0 },
  };
  return { header, tensors };
}

test("arrays are compared number by number over the rows that both states have", () => {
  const from = stateOf(["a"], { core: f32(Float32Array.of(1, 2, 3), 1, 3), gone: f32(Float32Array.of(1), 1) });
  const to = stateOf(["a", "b"], { core: f32(Float32Array.of(1, 2.5, 2, 9, 9, 9), 2, 3) }, { coreLearningRate: 0.5 });
  const difference = differenceOf(from, to);
  assert.deepEqual(difference.tensors, [
    { name: "core", from: [1, 3], to: [2, 3], compared: 3, changed: 2, meanChange: 0.5, maxChange: 1 },
    { name: "gone", from: [1], to: null, compared: 0, changed: 0, meanChange: 0, maxChange: 0 },
  ]);
  assert.deepEqual(difference.from, { step: 1, mode: "plastic", classes: 1 });
  assert.deepEqual(difference.settings, [{ name: "coreLearningRate", from: 0.05, to: 0.5 }]);
  assert.deepEqual(difference.classes, [
    { label: "a", from: 0, to: 0 },
    { label: "b", from: null, to: 0 },
  ]);
});

test("a state does not differ from itself, and what a lesson did is seen: classes, samples, weights", async () => {
  const [backend] = BACKENDS;
  assert.ok(backend);
  const config = { inputDim: 4, hiddenDim: 16, winners: 4, layers: 1, memorySize: 10, neighbors: 3, seed: 3 };
  const blueprint = { kind: "plastic", config: { ...PLASTIC_DEFAULTS, ...config } } as const;
  const [untaught, taught] = [await createBrain(blueprint, backend), await createBrain(blueprint, backend)];
  const inputs = matrixOf([
    [1, 0, 0, 0],
    [0.9, 0.1, 0, 0],
  ]);
  const lesson = { inputs, classes: Int32Array.of(0, 0), newLabels: ["cat"], mode: "plastic", memorize: true } as const;
  await taught.apply({ type: "learned", ...lesson }, 1);

  const none = differenceOf(await taught.state(), await taught.state());
  assert.ok(none.settings.length === 0 && none.tensors.every(({ changed }) => changed === 0));
  const some = differenceOf(await untaught.state(), await taught.state());
  assert.deepEqual(some.classes, [{ label: "cat", from: null, to: 2 }]);
  const encoder = some.tensors.find(({ name }) => name === "layers.0.encoder");
  assert.ok(encoder && encoder.compared === 64 && encoder.changed > 0 && encoder.changed <= 8 * 4);
  assert.ok(some.tensors.every(({ name }) => !name.startsWith("memory.")));
});
