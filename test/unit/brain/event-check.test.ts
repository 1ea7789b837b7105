// Events from outside: what a brain may have lived through passes, and what passes can be lived through.

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Blueprint } from "../../../src/brain/config.ts";
import { createBrain } from "../../../src/brain/create.ts";
import { checkEvent } from "../../../src/brain/event-check.ts";
import { type BrainEvent, encodeEvent } from "../../../src/brain/events.ts";
import { StateError } from "../../../src/brain/header-fields.ts";
import { restoreBrain } from "../../../src/brain/restore.ts";
import { initialShape, reshape, shapeOf } from "../../../src/brain/shape.ts";
import { checkNumbers, tensorsOf } from "../../../src/brain/state-tensors.ts";
import { decodeSafetensors, encodeSafetensors, f32, SafetensorsError } from "../../../src/tensor/safetensors.ts";
import { JsonError } from "../../../src/tensor/strict-json.ts";
import { BACKENDS, learned, lifeOf, lifeWithSurgeryOf, matrixOf, SMALL, SMALL_TRIARCHIC } from "./support.ts";

const PLASTIC: Blueprint = { kind: "plastic", config: SMALL };
const TRIARCHIC: Blueprint = { kind: "triarchic", config: SMALL_TRIARCHIC };
const blueprints = fc.constantFrom(PLASTIC, TRIARCHIC);

const livesOf = (blueprint: Blueprint, events: number, seed: number): BrainEvent[] =>
  blueprint.kind === "plastic"
    ? lifeWithSurgeryOf(blueprint.config, events, seed)
    : lifeOf(blueprint.config, events, seed).filter(({ type }) => type !== "forgot");

const headOf = (blueprint: Blueprint) => ({ labels: [] as readonly string[], shape: initialShape(blueprint) });
const after = (head: ReturnType<typeof headOf>, event: BrainEvent) => ({
  labels: event.type === "learned" ? [...head.labels, ...event.newLabels] : head.labels,
  shape: reshape(head.shape, event),
});

test("whatever a brain may live through passes, and is read as it was written", () =>
  fc.assert(
    fc.property(blueprints, fc.integer({ min: 1, max: 30 }), fc.nat(), (blueprint, events, seed) => {
      let head = headOf(blueprint);
      for (const event of livesOf(blueprint, events, seed)) {
        assert.deepEqual(checkEvent(encodeEvent(event), blueprint, head), event);
        head = after(head, event);
      }
    }),
    { numRuns: 60 },
  ));

const values: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(null, true, false, -1, 0, 1, 2, 3, 0.5, 1e9, 1e300, "", "c0", "panic", "inference", [], {}),
  fc.constantFrom(
    "forgot",
    "layerAdded",
    "layerRemoved",
    "layerTuned",
    "tuned",
    "restored",
    "merged",
    "learned",
    "modeChanged",
  ),
  fc.integer(),
  fc.record({ of: fc.constantFrom("all", "class", "entry"), classId: fc.integer(), id: fc.integer() }),
  fc.record(
    { learningRate: fc.double(), gate: fc.double(), neighbors: fc.integer(), isFrozen: fc.boolean() },
    { requiredKeys: [] },
  ),
  fc.record({ reward: fc.record({ right: fc.double(), wrong: fc.double() }), rejectBelow: fc.option(fc.double()) }),
);
const FIELDS = [
  "type",
  "mode",
  "memorize",
  "isAdmitted",
  "neurogenesis",
  "newLabels",
  "index",
  "settings",
  "tuning",
  "samples",
] as const;

test("an event changed at random is refused, or the brain lives on within its bounds", () =>
  fc.assert(
    fc.asyncProperty(
      blueprints,
      fc.nat(6),
      fc.nat(),
      fc.constantFrom(...FIELDS),
      values,
      fc.option(fc.record({ at: fc.nat(), value: fc.constantFrom(Number.NaN, Infinity, 3e38, -1, 0, 99) }), {
        freq: 3,
      }),
      async (blueprint, events, seed, field, value, sample) => {
        const [backend] = BACKENDS;
        const brain = await createBrain(blueprint, backend!);
        let head = headOf(blueprint);
        const life = livesOf(blueprint, events + 1, seed);
        const last = life.pop()!;
        for (const [index, event] of life.entries()) {
          await brain.apply(event, index + 1);
          head = after(head, event);
        }
        const { metadata, tensors } = decodeSafetensors(encodeEvent(last));
        const fields = { ...JSON.parse(metadata.event!), [field]: value };
        const data = tensors.inputs?.data;
        if (sample !== null && data !== undefined) data[sample.at % data.length] = sample.value;
        const bytes = encodeSafetensors(tensors, { ...metadata, event: JSON.stringify(fields) });
        let event: ReturnType<typeof checkEvent>;
        try {
          event = checkEvent(bytes, blueprint, head);
        } catch (error) {
          assert.ok(
            error instanceof StateError || error instanceof SafetensorsError || error instanceof JsonError,
            String(error),
          );
          return;
        }
        if (event.type === "restored" || event.type === "merged") return;
        await brain.apply(event, life.length + 1);
        const state = await brain.state();
        assert.deepEqual(shapeOf(state.header), after(head, event).shape);
        for (const spec of tensorsOf(state.header)) checkNumbers(spec, state.tensors[spec.name]!.data);
        await restoreBrain(state, backend!);
      },
    ),
    { numRuns: 600 },
  ));

const head = { labels: ["a"], shape: initialShape(PLASTIC) };
const sample = matrixOf([Array.from({ length: SMALL.inputDim }, () => 0.5)]);
const raw = (fields: object, tensors = {}) =>
  encodeSafetensors(tensors, { format: "1", event: JSON.stringify(fields) });
const lesson = (more: object) => encodeEvent(learned(sample, [0], more));

const MERGED = { type: "merged", source: "b", sourceSeq: 3, newLabels: ["c"], samples: 2, remembered: 1 } as const;
test("a merge passes and is read as it was written, whatever the brain is: its state is in a checkpoint", () => {
  assert.deepEqual(checkEvent(encodeEvent(MERGED), PLASTIC, head), MERGED);
  const since = { ...MERGED, base: { brain: "a", seq: 2 } };
  assert.deepEqual(checkEvent(encodeEvent(since), PLASTIC, head), since);
});

const refused: Record<string, readonly [Uint8Array, RegExp]> = {
  "no metadata": [encodeSafetensors({}), /no event/],
  "an unknown type": [raw({ type: "dreamed" }), /type is not one of/],
  "the type of another object's": [raw({ type: "toString" }), /type is not one of/],
  "a name twice": [
    encodeSafetensors({}, { format: "1", event: '{"type":"consolidated","type":"modeChanged"}' }),
    /twice/,
  ],
  "a class to come": [encodeEvent(learned(sample, [1])), /classes has numbers outside/],
  "a class below 0": [encodeEvent(learned(sample, [-1])), /classes has numbers outside/],
  "more classes than inputs": [encodeEvent(learned(sample, [0, 0])), /fit|shape|classes/],
  "inputs of another width": [encodeEvent(learned(matrixOf([[1, 2]]), [0])), /inputs are \[1, 2\]/],
  "no inputs": [raw({ type: "learned", mode: "plastic", memorize: true, newLabels: [] }), /inputs/],
  "inputs for nothing": [raw({ type: "consolidated" }, { inputs: f32(Float32Array.of(1), 1) }), /none of such/],
  "a known label as a new one": [lesson({ newLabels: ["a"] }), /there already/],
  "a blank label": [lesson({ newLabels: [" "] }), /blank/],
  "neurogenesis that is neither": [lesson({ neurogenesis: null }), /neurogenesis is not one of/],
  "a mode that learns nothing": [lesson({ mode: "inference" }), /mode is not one of/],
  "a hold-out out of range": [raw({ type: "tuned", tuning: { holdout: 1001 } }), /holdout is 1001/],
  "a detector that nobody knows": [raw({ type: "tuned", tuning: { driftDetector: "ddm" } }), /driftDetector/],
  "a reason that nobody gives": [raw({ type: "modeChanged", mode: "panic", reason: "boredom" }), /reason/],
  "a task without a visible name": [raw({ type: "taskStarted", name: " " }), /name is blank/],
  "a task with a number for a name": [raw({ type: "taskStarted", name: 7 }), /name is not text/],
  "a merge with nobody": [raw({ ...MERGED, source: " " }), /source is blank/],
  "a merge at no seq": [raw({ ...MERGED, sourceSeq: -1 }), /sourceSeq/],
  "a merge with labels that are none": [raw({ ...MERGED, newLabels: [1] }), /newLabels are not all text/],
  "a merge since nobody knows when": [raw({ ...MERGED, base: { brain: "a", seq: 1.5 } }), /base.seq/],
  "a merge since a state of nobody": [raw({ ...MERGED, base: { seq: 1 } }), /base.brain/],
  "a merge of half a sample": [raw({ ...MERGED, samples: 0.5 }), /samples/],
  "a setting that is fixed": [raw({ type: "tuned", tuning: { seed: 1 } }), /tuning.seed is not known/],
  "a setting that is a prototype's": [raw({ type: "tuned", tuning: { constructor: 1 } }), /constructor is not known/],
  "half a reward": [raw({ type: "tuned", tuning: { reward: { right: 1 } } }), /reward.wrong/],
  "a rate out of range": [raw({ type: "tuned", tuning: { learningRate: 2 } }), /learningRate is 2/],
  "more neighbours than samples": [raw({ type: "tuned", tuning: { neighbors: 51 } }), /more than config.memorySize/],
  "a layer that is not there": [raw({ type: "layerRenewed", index: 2 }), /index is not a whole number from 0 to 1/],
  "a gap between layers": [raw({ type: "layerAdded", index: 3 }), /from 0 to 2/],
  "a class to be forgotten that is not there": [
    raw({ type: "forgot", samples: { of: "class", classId: 1 } }),
    /classId is not/,
  ],
};
for (const [what, [bytes, message]] of Object.entries(refused)) {
  test(`${what} is refused`, () => {
    assert.throws(() => checkEvent(bytes, PLASTIC, head), { message });
  });
}

test("the last layer stays, no brain has too many, and a triarchic one has none", () => {
  const [layer] = head.shape.layers;
  const one = { ...head, shape: { ...head.shape, layers: [layer!] } };
  assert.throws(() => checkEvent(raw({ type: "layerRemoved", index: 0 }), PLASTIC, one), /last layer/);
  const many = { ...head, shape: { ...head.shape, layers: Array.from({ length: 64 }, () => layer!) } };
  assert.throws(() => checkEvent(raw({ type: "layerAdded", index: 0 }), PLASTIC, many), /64 layers already/);
  const bare = { labels: [], shape: initialShape(TRIARCHIC) };
  assert.throws(() => checkEvent(raw({ type: "layerAdded", index: 0 }), TRIARCHIC, bare), /cannot be layerAdded/);
});
