import assert from "node:assert/strict";
import { test } from "node:test";
import { BRAIN_TABS, brainHref, datasetHref, datasetsHref, routeOf } from "../../../src/dashboard/app/router.ts";

test("an address leads where it was made for", () => {
  for (const tab of BRAIN_TABS) {
    assert.deepEqual(routeOf(brainHref("a/b", tab)), { page: "brain", brain: "a/b", tab });
  }
  assert.deepEqual(routeOf(datasetsHref), { page: "datasets" });
  assert.deepEqual(routeOf(datasetHref("50 %")), { page: "dataset", dataset: "50 %" });
});

test("an address that means nothing leads nowhere, and not to something near", () => {
  const addresses = ["#/nothing", "#/datasets/a/b", "#/brains/a/nothing", "#/brains/a/charts/x"];
  for (const address of addresses) assert.deepEqual(routeOf(address), { page: "unknown" }, address);
});
