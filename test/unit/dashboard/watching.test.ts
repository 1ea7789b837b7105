import assert from "node:assert/strict";
import { test } from "node:test";
import { changesOf, watchingOf } from "../../../src/dashboard/pages/brain/controls/watching.ts";

const BEFORE = watchingOf({ holdout: 0, driftDetector: "adwin", modePolicy: "fixed" });

test("tuning sends what was changed and nothing else", () => {
  assert.equal(changesOf(BEFORE, BEFORE), null);
  assert.equal(changesOf(BEFORE, { ...BEFORE, holdout: " 0 " }), null);
  assert.deepEqual(changesOf(BEFORE, { ...BEFORE, holdout: "20" }), { holdout: 20 });
  assert.deepEqual(changesOf(BEFORE, { ...BEFORE, driftDetector: "none", modePolicy: "auto" }), {
    driftDetector: "none",
    modePolicy: "auto",
  });
});

test("a hold-out that is no number, or none, is sent as it was typed", () => {
  assert.deepEqual(changesOf(BEFORE, { ...BEFORE, holdout: "few" }), { holdout: "few" });
  assert.deepEqual(changesOf(BEFORE, { ...BEFORE, holdout: "" }), { holdout: "" });
});
