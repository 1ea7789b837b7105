import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import { CpuBackend } from "../../../src/backend/cpu/cpu-backend.ts";
import { type Blueprint, PLASTIC_DEFAULTS, TRIARCHIC_DEFAULTS } from "../../../src/brain/config.ts";
import { createBrain } from "../../../src/brain/create.ts";
import { restoreBrain } from "../../../src/brain/restore.ts";

const backend = CpuBackend.inWebAssembly();
const plastic = { ...PLASTIC_DEFAULTS, inputDim: 65, winners: 9, layers: 2, memorySize: 3000, neighbors: 5, seed: 3 };
const BLUEPRINTS: Record<string, Blueprint> = {
  "more neurons than inputs": { kind: "plastic", config: { ...plastic, hiddenDim: 1025 } },
  "more inputs than neurons": {
    kind: "plastic",
    config: { ...plastic, inputDim: 301, hiddenDim: 64, normalization: "running" },
  },
  triarchic: { kind: "triarchic", config: { ...TRIARCHIC_DEFAULTS, inputDim: 65, hiddenDim: 1025, seed: 3 } },
};

for (const [name, blueprint] of Object.entries(BLUEPRINTS)) {
  test(`a brain that is created and restored with pauses is the one that was made at once (${name})`, async () => {
    let pauses = 0;
    const pace = () => {
      pauses++;
      return pauses % 3 === 0 ? nextTurn() : undefined;
    };
    const atOnce = await createBrain(blueprint, backend);
    const slowly = await createBrain(blueprint, backend, pace);
    assert.deepEqual(await slowly.state(), await atOnce.state());
    assert.ok(pauses > 10, `${pauses} pauses`);
    const { header, tensors } = await slowly.state();
    const copies = Object.entries(tensors).map(([key, tensor]) => [key, { ...tensor, data: tensor.data.slice() }]);
    const taken = Object.fromEntries(copies);
    const restored = await restoreBrain({ header, tensors: taken }, backend, pace);
    assert.deepEqual(await restored.state(), await atOnce.state());
    assert.deepEqual(taken, {}, "nothing is kept twice");
  });
}
