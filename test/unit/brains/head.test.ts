import assert from "node:assert/strict";
import { test } from "node:test";
import { PLASTIC_DEFAULTS, type PlasticConfig, stateBytes, TRIARCHIC_DEFAULTS } from "../../../src/brain/config.ts";
import { MAX_READOUT_INPUT_DIM } from "../../../src/brain/limits.ts";
import { residentBytes } from "../../../src/brain/resident-bytes.ts";
import { initialShape } from "../../../src/brain/shape.ts";
import type { ConfigWishes, TriarchicWishes, Wish } from "../../../src/brains/api.ts";
import { classifyWithin } from "../../../src/brains/classes.ts";
import { completeBlueprint } from "../../../src/brains/create.ts";
import { classify } from "../../../src/brains/head.ts";
import type { EncoderInfo } from "../../../src/encoders/encoder.ts";
import type { EngramError } from "../../../src/errors.ts";

const head = {
  seq: 7,
  step: 5,
  mode: "plastic" as const,
  labels: ["cat", "dog"],
  shape: initialShape({ kind: "plastic", config: { ...PLASTIC_DEFAULTS, seed: 0 } }),
};

test("known labels keep their classes, new ones get the next in order of appearance, each once", () => {
  const { classes, newLabels } = classify(head, ["dog", "owl", "cat", "ant", "owl"]);
  assert.deepEqual([...classes], [1, 2, 0, 3, 2]);
  assert.deepEqual(newLabels, ["owl", "ant"]);
});

test("labels that look like properties of objects are labels like others", () => {
  const { newLabels } = classify(head, ["__proto__", "constructor", "__proto__"]);
  assert.deepEqual(newLabels, ["__proto__", "constructor"]);
});

test("labels beyond what a brain's state can carry are refused", () => {
  const long = Array.from({ length: 1024 }, (_, index) => `${index}`.padEnd(1020, "…"));
  assert.throws(
    () => classify(head, long),
    (error: EngramError) => error.code === "validation" && error.fields[0]?.pointer === "#/labels",
  );
  assert.equal(classify({ ...head, labels: long }, ["0".padEnd(1020, "…")]).newLabels.length, 0);
});

test("a configuration is completed from its kind's defaults", () => {
  assert.deepEqual(completeBlueprint({ kind: "plastic", config: { hiddenDim: 2048 } }, 42, 10_000), {
    kind: "plastic",
    config: { ...PLASTIC_DEFAULTS, hiddenDim: 2048, seed: 42 },
  });
  assert.deepEqual(completeBlueprint({ kind: "triarchic", config: { winners: 16 } }, 42, 10_000), {
    kind: "triarchic",
    config: { ...TRIARCHIC_DEFAULTS, winners: 16, seed: 42 },
  });
  assert.equal(completeBlueprint({ kind: "plastic", config: { seed: 7 } }, 42, 10_000).config.seed, 7);
});

const plastic = (config: ConfigWishes): Wish => ({ kind: "plastic", config });
const triarchic = (config: TriarchicWishes): Wish => ({ kind: "triarchic", config });

const refused: [name: string, wish: Wish, budgetMb: number, pointer: string][] = [
  ["more winners than neurons", plastic({ hiddenDim: 64, winners: 65 }), 10_000, "#/config/winners"],
  ["more neighbors than memory", plastic({ memorySize: 10 }), 10_000, "#/config/neighbors"],
  ["a plastic brain over the memory budget", plastic({}), 100, "#/config"],
  ["more winners than the base has neurons", triarchic({ hiddenDim: 64, winners: 65 }), 10_000, "#/config/winners"],
  ["a triarchic brain over the memory budget", triarchic({}), 20, "#/config"],
  ["a brain that no host could take in", plastic({ hiddenDim: 262_144 }), 1_000_000, "#/config"],
];

for (const [name, wish, budgetMb, pointer] of refused) {
  test(`${name} is refused at ${pointer}`, () => {
    assert.throws(
      () => completeBlueprint(wish, 1, budgetMb),
      (error: EngramError) => error.code === "validation" && error.fields[0]?.pointer === pointer,
    );
  });
}

test("the default brains' states take about 185 and 25 MB", () => {
  const plasticMb = stateBytes({ kind: "plastic", config: { ...PLASTIC_DEFAULTS, seed: 0 } }) / 2 ** 20;
  assert.ok(plasticMb > 180 && plasticMb < 190, `${plasticMb} MB`);
  const triarchicMb = stateBytes({ kind: "triarchic", config: { ...TRIARCHIC_DEFAULTS, seed: 0 } }) / 2 ** 20;
  assert.ok(triarchicMb > 20 && triarchicMb < 30, `${triarchicMb} MB`);
});

test("beside their states, brains count with what they compute with, small ones with what it costs to be there", () => {
  const mb = (wish: Wish) => residentBytes(completeBlueprint(wish, 1, 1e6)) / 2 ** 20;
  const [full, small] = [mb(plastic({})), mb(plastic({ inputDim: 8, hiddenDim: 48, winners: 6, memorySize: 400 }))];
  // As measured with the cpu backend after batches of 256: a default brain with a full memory, 300 small ones.
  assert.ok(full > 260 && full < 290, `${full} MB`);
  assert.ok(small > 0.9 && small < 1.5, `${small} MB`);
});

test("classes that would make a triarchic brain too large are refused", () => {
  const blueprint = completeBlueprint(triarchic({}), 1, 400);
  const many = (count: number) => Array.from({ length: count }, (_, index) => `class ${index}`);
  assert.equal(classifyWithin(400, blueprint, head, many(1000)).newLabels.length, 1000);
  assert.throws(
    () => classifyWithin(400, blueprint, head, many(5000)),
    (error: EngramError) => error.code === "validation" && error.fields[0]?.pointer === "#/labels",
  );
  const known = { ...head, labels: many(5000) };
  assert.equal(classifyWithin(400, blueprint, known, ["class 7"]).newLabels.length, 0);
});

test("a brain with a readout of sums has 4,096 classes at most, one whose memory answers as many as have names", () => {
  const many = Array.from({ length: 4097 }, (_, index) => `class ${index}`);
  const classified = (readout: "blend" | "memory", labels: readonly string[]) =>
    classifyWithin(400, completeBlueprint(plastic({ readout }), 1, 400), { ...head, labels: [] }, labels).newLabels
      .length;
  assert.equal(classified("blend", many.slice(1)), 4096);
  assert.throws(
    () => classified("blend", many),
    (error: EngramError) => error.fields[0]?.pointer === "#/labels" && /4096 at most/.test(error.fields[0].detail),
  );
  assert.equal(classified("memory", many), 4097);
});

test("a new brain whose creator names no readout has that of sums beside the memory, or the memory alone where its inputs are too wide", () => {
  // All of these wishes are for plastic brains.
  const readoutOf = (wish: Wish, encoder?: EncoderInfo) =>
    (completeBlueprint(wish, 1, 10_000, encoder).config as PlasticConfig).readout;
  assert.equal(readoutOf(plastic({})), "blend");
  assert.equal(readoutOf(plastic({ inputDim: MAX_READOUT_INPUT_DIM })), "blend");
  assert.equal(readoutOf(plastic({ inputDim: MAX_READOUT_INPUT_DIM + 1 })), "memory");
  const seeing = { name: "eyes", kind: "image", digest: "0".repeat(64), dimension: MAX_READOUT_INPUT_DIM + 1 } as const;
  assert.equal(readoutOf(plastic({ encoder: "eyes" }), seeing), "memory");
  assert.throws(
    () => readoutOf(plastic({ inputDim: MAX_READOUT_INPUT_DIM + 1, readout: "blend" })),
    (error: EngramError) => error.fields[0]?.pointer === "#/config/readout",
  );
});

test("a call of more logits than a host can hold is refused, for triarchic brains alone", () => {
  const triarchic = completeBlueprint({ kind: "triarchic", config: { hiddenDim: 4, winners: 2 } }, 1, 2000);
  const known = { ...head, labels: Array.from({ length: 40_000 }, (_, index) => `class ${index}`) };
  const rows = (count: number) => new Array<string>(count).fill("class 7");
  assert.equal(classifyWithin(2000, triarchic, known, rows(400)).classes.length, 400);
  assert.throws(
    () => classifyWithin(2000, triarchic, known, rows(500)),
    (error: EngramError) => error.code === "validation" && error.fields[0]?.pointer === "#/inputs",
  );
  assert.equal(classifyWithin(2000, completeBlueprint(plastic({}), 1, 2000), known, rows(500)).classes.length, 500);
});
