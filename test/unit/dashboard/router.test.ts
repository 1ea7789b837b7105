import assert from "node:assert/strict";
import { test } from "node:test";
import {
  BRAIN_TABS,
  brainHref,
  curriculumHref,
  datasetHref,
  datasetsHref,
  newCurriculumHref,
  routeOf,
} from "../../../src/dashboard/app/router.ts";

test("an address leads where it was made for", () => {
  for (const tab of BRAIN_TABS) {
    assert.deepEqual(routeOf(brainHref("a/b", tab)), { page: "brain", brain: "a/b", tab, item: null });
  }
  const training = { page: "brain", brain: "pets", tab: "curricula" };
  assert.deepEqual(routeOf(curriculumHref("pets", "0b1d")), { ...training, item: { type: "one", id: "0b1d" } });
  assert.deepEqual(routeOf(newCurriculumHref("pets")), { ...training, item: { type: "new", id: null } });
  assert.deepEqual(routeOf(newCurriculumHref("pets", "0b1d")), { ...training, item: { type: "new", id: "0b1d" } });
  assert.deepEqual(routeOf(datasetsHref), { page: "datasets" });
  assert.deepEqual(routeOf(datasetHref("50 %")), { page: "dataset", dataset: "50 %" });
});

test("an address that means nothing leads nowhere, and not to something near", () => {
  const addresses = [
    "#/nothing",
    "#/datasets/a/b",
    "#/brains/a/nothing",
    "#/brains/a/charts/x",
    "#/brains/a/curricula/x/y",
  ];
  for (const address of addresses) assert.deepEqual(routeOf(address), { page: "unknown" }, address);
});
