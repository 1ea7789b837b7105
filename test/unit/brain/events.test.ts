import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { MODES } from "../../../src/brain/config.ts";
import { decodeEvent, encodeEvent } from "../../../src/brain/events.ts";
import { Random } from "../../../src/brain/random.ts";
import { encodeSafetensors, SafetensorsError } from "../../../src/tensor/safetensors.ts";
import { gaussianMatrix } from "./support.ts";

const learnedEvents = fc
  .record({
    rows: fc.integer({ min: 1, max: 9 }),
    cols: fc.integer({ min: 1, max: 9 }),
    newLabels: fc.array(fc.string({ unit: "grapheme" })),
    mode: fc.constantFrom("plastic" as const, "panic" as const),
    memorize: fc.boolean(),
    births: fc.constantFrom({}, { neurogenesis: false }, { neurogenesis: true }),
    seed: fc.nat(),
  })
  .map(({ rows, cols, seed, births, ...fields }) => ({
    type: "learned" as const,
    ...fields,
    ...births,
    inputs: gaussianMatrix(Random.seeded(seed), rows, cols),
    classes: Int32Array.from({ length: rows }, (_, row) => row),
  }));

const events = fc.oneof(
  learnedEvents,
  fc.constantFrom(...MODES).map((mode) => ({ type: "modeChanged" as const, mode })),
  fc.constant({ type: "consolidated" as const }),
  fc
    .record({ rejectBelow: fc.constantFrom(null, 0.5), gate: fc.double({ noNaN: true, min: 0, max: 1 }) })
    .map((tuning) => ({
      type: "tuned" as const,
      tuning: { ...tuning },
    })),
  fc
    .constantFrom("layerAdded" as const, "layerReplaced" as const, "layerRemoved" as const, "layerRenewed" as const)
    .map((type) => ({ type, index: 3 })),
  fc.boolean().map((isFrozen) => ({ type: "layerTuned" as const, index: 1, settings: { isFrozen } })),
  fc
    .oneof(
      fc.constant({ of: "all" as const }),
      fc.record({ of: fc.constant("class" as const), classId: fc.nat() }),
      fc.record({ of: fc.constant("entry" as const), id: fc.nat() }),
    )
    .map((samples) => ({ type: "forgot" as const, samples: { ...samples } })),
);

test("an event decoded from its bytes is the event", () =>
  fc.assert(fc.property(events, (event) => assert.deepEqual(decodeEvent(encodeEvent(event)), event))));

test("bytes that hold no event are refused", () => {
  assert.throws(() => decodeEvent(encodeSafetensors({})), SafetensorsError);
  const bare = encodeSafetensors({}, { format: "1", event: JSON.stringify({ type: "learned" }) });
  assert.throws(() => decodeEvent(bare), SafetensorsError);
});
