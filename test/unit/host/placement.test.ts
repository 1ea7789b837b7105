import assert from "node:assert/strict";
import { test } from "node:test";
import { leastLoaded } from "../../../src/host/placement.ts";

const host = (bytes: number, busyShare = 0, isServing = true) => ({ isServing, bytes, busyShare });

test("among idle hosts a brain goes to the one with the fewest bytes, the first of equals", () => {
  assert.equal(leastLoaded([host(0), host(0)], 10), 0);
  assert.equal(leastLoaded([host(10), host(0), host(5)], 10), 1);
});

test("time counts as bytes do: an idle host with more brains is better than one without a moment to spare", () => {
  assert.equal(leastLoaded([host(40, 1), host(60, 0)], 10), 1);
  assert.equal(leastLoaded([host(40, 0.1), host(60, 0)], 10), 0);
});

test("a host that does not serve gets nothing, unless none does", () => {
  assert.equal(leastLoaded([host(0, 0, false), host(100, 1)], 10), 1);
  assert.equal(leastLoaded([host(10, 0, false), host(5, 0, false)], 10), 1);
});
