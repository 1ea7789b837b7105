import assert from "node:assert/strict";
import { test } from "node:test";
import { PLASTIC_DEFAULTS, type PlasticConfig, stateBytes } from "../../../src/brain/config.ts";
import { initialShape } from "../../../src/brain/shape.ts";
import { completeConfig } from "../../../src/brains/create.ts";
import { classify } from "../../../src/brains/head.ts";
import type { EngramError } from "../../../src/errors.ts";

const head = {
  seq: 7,
  step: 5,
  mode: "plastic" as const,
  labels: ["cat", "dog"],
  shape: initialShape({ ...PLASTIC_DEFAULTS, seed: 0 }),
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

test("a configuration is completed from the defaults", () => {
  const config = completeConfig({ hiddenDim: 2048 }, 42, 10_000);
  assert.deepEqual(config, { ...PLASTIC_DEFAULTS, hiddenDim: 2048, seed: 42 });
  assert.equal(completeConfig({ seed: 7 }, 42, 10_000).seed, 7);
});

const refused: [name: string, wishes: Partial<PlasticConfig>, budgetMb: number, pointer: string][] = [
  ["more winners than neurons", { hiddenDim: 64, winners: 65 }, 10_000, "#/config/winners"],
  ["more neighbors than memory", { memorySize: 10 }, 10_000, "#/config/neighbors"],
  ["a brain over the memory budget", {}, 100, "#/config"],
  ["a brain that no host could take in", { hiddenDim: 262_144 }, 1_000_000, "#/config"],
];

for (const [name, wishes, budgetMb, pointer] of refused) {
  test(`${name} is refused at ${pointer}`, () => {
    assert.throws(
      () => completeConfig(wishes, 1, budgetMb),
      (error: EngramError) => error.code === "validation" && error.fields[0]?.pointer === pointer,
    );
  });
}

test("the default brain counts for about 190 MB", () => {
  const megabytes = stateBytes({ ...PLASTIC_DEFAULTS, seed: 0 }) / 2 ** 20;
  assert.ok(megabytes > 180 && megabytes < 190, `${megabytes} MB`);
});
