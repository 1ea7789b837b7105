// What an earlier version wrote in a column is read as it was meant.

import assert from "node:assert/strict";
import { test } from "node:test";
import { PLASTIC_DEFAULTS } from "../../../src/brain/config.ts";
import { initialShape } from "../../../src/brain/shape.ts";
import { toBlueprint, toShape, toTunedShape } from "../../../src/store/stored-values.ts";

test("configurations and shapes from before memories had indexes mean the exact search", () => {
  const { memoryIndex: _, ...config } = { ...PLASTIC_DEFAULTS, seed: 1 };
  const blueprint = toBlueprint("plastic", config);
  assert.deepEqual(blueprint.config, { ...config, memoryIndex: "exact" });
  const shape = initialShape(blueprint);
  const { memoryIndex: __, ...tuning } = shape.tuning;
  assert.deepEqual(toShape({ ...shape, tuning: { ...tuning, gate: 0.5 } }, blueprint), {
    ...shape,
    tuning: { ...shape.tuning, gate: 0.5 },
  });
  assert.deepEqual(toShape(null, blueprint), shape);
  assert.equal(toTunedShape(null), null);
  const indexed = { ...shape, tuning: { ...shape.tuning, memoryIndex: "hnsw" as const } };
  assert.deepEqual(toTunedShape(indexed), indexed);
});

test("configurations from before directions were counted mean those that there were", () => {
  const { directions: _, ...config } = { ...PLASTIC_DEFAULTS, seed: 1 };
  const readAs = (stored: object) => toBlueprint("plastic", stored).config;
  assert.deepEqual(readAs(config), { ...config, directions: 256 });
  assert.deepEqual(readAs({ ...config, directions: 0 }), { ...config, directions: 0 });
  const { readout: __, ...older } = config;
  assert.deepEqual(readAs(older), { ...older, readout: "memory", directions: 0 });
});
