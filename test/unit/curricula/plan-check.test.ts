// What a plan must fit of its brain and its datasets, and where it is told what does not.

import assert from "node:assert/strict";
import { test } from "node:test";
import { PLASTIC_DEFAULTS, TRIARCHIC_DEFAULTS } from "../../../src/brain/config.ts";
import type { BrainInfo } from "../../../src/brains/api.ts";
import type { EvaluationSet, Phase, Plan } from "../../../src/curricula/api.ts";
import { checkPins } from "../../../src/curricula/pins.ts";
import { checkPlan } from "../../../src/curricula/plan-check.ts";
import { EngramError } from "../../../src/errors.ts";
import { datasetsOf, numbered } from "./support.ts";

const about = {
  id: "pets",
  name: null,
  mode: "plastic",
  seq: 0,
  step: 0,
  labels: [],
  tags: {},
  status: "resident",
  origin: null,
  createdAt: "",
  updatedAt: "",
} as const satisfies Omit<BrainInfo, "kind" | "config">;
const plastic = {
  ...about,
  kind: "plastic",
  config: { ...PLASTIC_DEFAULTS, inputDim: 4, seed: 0 },
} satisfies BrainInfo;
const triarchic: BrainInfo = { ...about, kind: "triarchic", config: { ...TRIARCHIC_DEFAULTS, inputDim: 4, seed: 0 } };
const encoder = { name: "eyes", kind: "image", digest: "0".repeat(64) } as const;
const seeing: BrainInfo = { ...plastic, config: { ...plastic.config, encoder } };

const datasets = datasetsOf(
  numbered("numbers", ["a", "b", "a", "c"], 4),
  numbered("wide", ["a", "b"], 5),
  numbered("pixels", ["a", "b"], 4, [2, 2, 1]),
  numbered("odd", ["a\u0000"], 4),
  { id: "pictures", kind: "images", labels: ["a"], shape: [1, 2, 1], items: [Uint8Array.of(1, 2)] },
  { id: "words", kind: "texts", labels: ["a"], items: [Buffer.from("hello")] },
);
const limits = { maxCallRows: 64, maxBodyMb: 1, memoryBudgetMb: 1000 };

const PHASE: Phase = {
  name: "one",
  dataset: "numbers",
  epochs: 1,
  batchSize: 4,
  order: "shuffled",
  seed: 0,
  memorize: true,
  consolidate: false,
  task: true,
};
type Draft = { readonly phases?: readonly Partial<Phase>[]; readonly evaluations?: readonly Partial<EvaluationSet>[] };
const planOf = ({ phases = [{}], evaluations = [] }: Draft): Plan => ({
  name: null,
  phases: phases.map((phase) => ({ ...PHASE, ...phase })),
  evaluations: evaluations.map((set) => ({ name: "test", dataset: "numbers", ...set })),
});

const REFUSED: readonly (readonly [string, Draft, string, RegExp, BrainInfo?, Partial<typeof limits>?])[] = [
  ["an unknown dataset", { phases: [{ dataset: "gone" }] }, "#/phases/0/dataset", /"gone"; there is no such dataset/],
  ["one of an evaluation", { evaluations: [{ dataset: "gone" }] }, "#/evaluations/0/dataset", /no such dataset/],
  [
    "a class that is not there",
    { phases: [{ classes: ["a", "x"] }] },
    "#/phases/0/classes/1",
    /"numbers" has no such class/,
  ],
  ["one of an evaluation", { evaluations: [{ classes: ["x"] }] }, "#/evaluations/0/classes/0", /no such class/],
  ["a class named twice", { phases: [{ classes: ["a", "a"] }] }, "#/phases/0/classes/1", /again/],
  ["no class at all", { phases: [{ classes: [] }] }, "#/phases/0/classes", /no sample/],
  ["two phases of one name", { phases: [{}, {}] }, "#/phases/1/name", /#\/phases\/0/],
  ["two evaluations of one name", { evaluations: [{}, {}] }, "#/evaluations/1/name", /#\/evaluations\/0/],
  ["an unknown evaluation", { phases: [{ evaluate: ["x"] }], evaluations: [{}] }, "#/phases/0/evaluate/0", /no such/],
  [
    "one named twice",
    { phases: [{ evaluate: ["test", "test"] }], evaluations: [{}] },
    "#/phases/0/evaluate/1",
    /again/,
  ],
  [
    "evaluations where there are none",
    { phases: [{ evaluateEvery: 5 }] },
    "#/phases/0/evaluateEvery",
    /no evaluations/,
  ],
  [
    "none of those that there are",
    { phases: [{ evaluateEvery: 5, evaluate: [] }], evaluations: [{}] },
    "#/phases/0/evaluateEvery",
    /no evaluations/,
  ],
  ["batches of more than a call", { phases: [{ batchSize: 65 }] }, "#/phases/0/batchSize", /ENGRAM_MAX_CALL_ROWS/],
  [
    "a wrong width",
    { phases: [{ dataset: "wide" }] },
    "#/phases/0/dataset",
    /5 features; brain "pets" takes 4 \(inputDim\)/,
  ],
  ["a wrong width", { evaluations: [{ dataset: "wide" }] }, "#/evaluations/0/dataset", /5 features/],
  [
    "pictures without an encoder",
    { phases: [{ dataset: "pictures" }] },
    "#/phases/0/dataset",
    /upload the pixels as features/,
  ],
  ["texts without an encoder", { phases: [{ dataset: "words" }] }, "#/phases/0/dataset", /takes features/],
  ["texts for an encoder of images", { phases: [{ dataset: "words" }] }, "#/phases/0/dataset", /takes images/, seeing],
  ["features for an encoder", {}, "#/phases/0/dataset", /is of features; .* takes images/, seeing],
  [
    "a blur of plain features",
    { phases: [{ transform: [{ type: "invert" }, { type: "blur" }] }] },
    "#/phases/0/transform/1",
    /no shape/,
  ],
  ["no mode in a brain that does not learn", {}, "#/phases/0/mode", /inference/, { ...plastic, mode: "inference" }],
  [
    "neurogenesis of triarchic brains",
    { phases: [{ neurogenesis: false }] },
    "#/phases/0/neurogenesis",
    /triarchic/,
    triarchic,
  ],
  ["classes that no brain can have", { phases: [{ dataset: "odd" }] }, "#/phases/0/dataset", /cannot have/],
  [
    "more classes than memory",
    {},
    "#/phases/0/dataset",
    /3 classes, a brain that takes/,
    triarchic,
    { memoryBudgetMb: 1 },
  ],
];

for (const [what, draft, pointer, detail, brain = plastic, less = {}] of REFUSED) {
  test(`a plan is refused at ${pointer}: ${what}`, async () => {
    await assert.rejects(checkPlan(planOf(draft), brain, datasets, { ...limits, ...less }), (error) => {
      assert.ok(error instanceof EngramError && error.code === "validation");
      assert.equal(error.fields[0]?.pointer, pointer);
      assert.match(error.fields[0].detail, detail);
      return true;
    });
  });
}

test("steps of more bytes than a call carries are refused", async () => {
  const wide = datasetsOf(numbered("numbers", Array(64).fill("a"), 8192));
  const brain: BrainInfo = { ...plastic, config: { ...plastic.config, inputDim: 8192, readout: "memory" } };
  const check = (batchSize: number) => checkPlan(planOf({ phases: [{ batchSize }] }), brain, wide, limits);
  await check(32);
  await assert.rejects(check(64), { message: /#\/phases\/0\/batchSize makes steps of 2 MB.*ENGRAM_MAX_BODY_MB/ });
});

test("a plan that gives a brain more classes than its readout of sums can have is refused before it begins", async () => {
  const names = Array.from({ length: 4097 }, (_, index) => `class ${index}`);
  const check = (brain: BrainInfo) => checkPlan(planOf({}), brain, datasetsOf(numbered("numbers", names, 4)), limits);
  await assert.rejects(check(plastic), { message: /#\/phases\/0\/dataset makes 4097 classes.*4096 at most/ });
  await check({ ...plastic, config: { ...plastic.config, readout: "memory" } });
});

test("a plan that fits is kept with the digests of its datasets, and holds them against what is there later", async () => {
  const draft: Draft = {
    phases: [
      { mode: "panic", neurogenesis: false, classes: ["b", "a"], evaluate: ["test"], evaluateEvery: 2 },
      { name: "two", dataset: "pixels", transform: [{ type: "blur", size: 3 }] },
    ],
    evaluations: [{}, { name: "first", samplesPerClass: 1 }],
  };
  const plan = planOf(draft);
  const pinned = await checkPlan(plan, { ...plastic, mode: "plastic" }, datasets, limits);
  const digests = { numbers: (await datasets.get("numbers")).digest, pixels: (await datasets.get("pixels")).digest };
  assert.deepEqual(pinned, { ...plan, datasets: digests });
  await checkPins(pinned, datasets);
  const others = datasetsOf(numbered("numbers", ["a"]), numbered("pixels", ["b"]));
  const refused = (message: RegExp) => ({ code: "curriculum-not-resumable", message });
  await assert.rejects(checkPins(pinned, others), refused(/Dataset "numbers" has other samples/));
  await assert.rejects(checkPins(pinned, datasetsOf()), refused(/Dataset "numbers" is gone/));
  await checkPlan(planOf({ phases: [{ dataset: "pictures" }] }), seeing, datasets, limits);
});
