import assert from "node:assert/strict";
import { test } from "node:test";
import { fieldErrorsOf } from "../../../../src/dashboard/api/problem-fields.ts";
import type { Dataset } from "../../../../src/dashboard/api/types.ts";
import {
  draftOf,
  EMPTY_PLAN,
  freeKey,
  moved,
  type PlanDraft,
  toggled,
  withCopy,
  withEvaluationRenamed,
  withNewEvaluation,
  withNewPhase,
} from "../../../../src/dashboard/pages/brain/curricula/form/draft.ts";
import { samplesOf, sizeOf } from "../../../../src/dashboard/pages/brain/curricula/form/estimate.ts";
import { bodyOf, curlOf, jsonOf, pointersOf } from "../../../../src/dashboard/pages/brain/curricula/form/request.ts";
import { PLAN } from "./support.ts";

const draft = draftOf({ plan: PLAN });
const first = (plan: PlanDraft) => {
  const [phase] = plan.phases;
  assert.ok(phase !== undefined);
  return phase;
};

const DATASET: Dataset = {
  id: "digits",
  name: null,
  kind: "features",
  rows: 130,
  shape: [784],
  classes: [
    { label: "0", samples: 100 },
    { label: "1", samples: 30 },
  ],
  sizeBytes: 1,
  digest: "",
  source: { format: "csv", bytes: 1 },
  createdAt: "2026-03-01T09:30:05.120Z",
};

test("a curriculum that is used again asks for what it was", () => {
  const { name: _, ...asked } = bodyOf({ ...draft, name: "Day and night" });
  const [day, night] = PLAN.phases;
  const { order: _order, memorize: _memorize, consolidate: _consolidate, task: _task, ...dayAsked } = day ?? {};
  const { order: _o, memorize: _m, consolidate: _c, task: _t, ...nightAsked } = night ?? {};
  assert.deepEqual(asked, { phases: [dayAsked, nightAsked], evaluations: PLAN.evaluations });
});

test("what is left empty is left to the server, what is no number is sent as it was typed", () => {
  assert.deepEqual(bodyOf(EMPTY_PLAN), { phases: [{ name: "Phase 1", dataset: "" }] });
  const phase = {
    ...first(EMPTY_PLAN),
    dataset: "digits",
    epochs: " 1,000 ",
    batchSize: "many",
    neurogenesis: "off" as const,
  };
  assert.deepEqual(bodyOf({ ...EMPTY_PLAN, phases: [phase] }), {
    phases: [{ name: "Phase 1", dataset: "digits", epochs: 1000, batchSize: "many", neurogenesis: false }],
  });
});

test("phases are added, copied and moved; names and keys stay apart", () => {
  const three = withCopy(withNewPhase(withNewEvaluation(draft)), 1);
  assert.deepEqual(
    three.phases.map(({ name }) => name),
    ["day", "night", "night 2", "Phase 3"],
  );
  const parts = [...three.phases, ...three.evaluations];
  const keys = parts.flatMap(({ key, transform }) => [key, ...transform.map((each) => each.key)]);
  assert.equal(new Set(keys).size, keys.length);
  assert.ok(!keys.includes(freeKey(three)));
  assert.deepEqual(moved(["a", "b", "c"], 0, 2), ["b", "c", "a"]);
  assert.deepEqual(moved(["a", "b"], 0, -1), ["a", "b"]);
});

test("phases follow when an evaluation set is renamed or removed", () => {
  const evaluate = (plan: PlanDraft) => plan.phases.map((phase) => phase.evaluate);
  assert.deepEqual(evaluate(withEvaluationRenamed(draft, "test", "exam")), [null, ["exam"]]);
  assert.deepEqual(evaluate(withEvaluationRenamed(draft, "test", null)), [null, []]);
});

test("classes are chosen in the order in which they are pressed, and all of them are all", () => {
  const all = ["a", "b", "c"];
  assert.deepEqual(toggled(null, "b", all), ["a", "c"]);
  assert.deepEqual(toggled(["a", "c"], "b", all), ["a", "c", "b"]);
  assert.equal(toggled(["a", "b"], "c", all), null);
});

test("samples and steps are counted as the server counts them", () => {
  const phase = { ...first(draft), epochs: "2", batchSize: "32" };
  assert.deepEqual(sizeOf({ ...phase, classes: null }, DATASET), { samples: 130, steps: 10 });
  assert.deepEqual(sizeOf({ ...phase, classes: ["1"], batchSize: "" }, DATASET), { samples: 30, steps: 2 });
  assert.equal(samplesOf({ ...phase, classes: null, samplesPerClass: "50" }, DATASET), 80);
  assert.equal(sizeOf({ ...phase, epochs: "1.5" }, DATASET), null);
});

test("what the server finds wrong lands at its field", () => {
  const at = (pointer: string) => {
    const problem = {
      type: "/problems/validation",
      title: "",
      status: 422,
      detail: "",
      errors: [{ pointer, detail: "no" }],
    };
    return [...fieldErrorsOf(problem, pointersOf(draft)).fields.keys()];
  };
  assert.deepEqual(at("#/phases/1/evaluateEvery"), ["#/phases/1/evaluateEvery"]);
  assert.deepEqual(at("#/phases/1/evaluate/0"), ["#/phases/1/evaluate"]);
  assert.deepEqual(at("#/phases/1/transform/1/degrees"), ["#/phases/1/transform/1"]);
  assert.deepEqual(at("#/phases/0/classes/1"), ["#/phases/0/classes"]);
  assert.deepEqual(at("#/evaluations/0/samplesPerClass"), ["#/evaluations/0/samplesPerClass"]);
  assert.deepEqual(at("#/phases/7"), ["#/phases"]);
});

test("the request is shown as JSON that is what it was, and as a command that a shell reads right", () => {
  const body = bodyOf({ ...draft, name: "it's [all, of it]\nor {none}" });
  assert.deepEqual(JSON.parse(jsonOf(body)), body);
  assert.match(jsonOf(body), /"classes": \["0", "1"\]/);
  const curl = curlOf("http://localhost/v1", body, true);
  assert.ok(curl.includes("it'\\''s"));
  assert.ok(curl.includes('-H "authorization: Bearer $ENGRAM_API_KEY"'));
});
