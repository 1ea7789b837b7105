// Who may come in to a brain.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Admission } from "../../../src/brains/admission.ts";
import { EngramError } from "../../../src/errors.ts";

function held() {
  let release = (): void => {};
  const ended = new Promise<void>((resolve) => {
    release = resolve;
  });
  return { call: () => ended, release };
}

test("a call beyond the bound is refused before it did anything, and told what is full and when to come back", async () => {
  const admission = new Admission("pets", 2);
  const [first, second] = [held(), held()];
  const running = [admission.run(first.call), admission.run(second.call)];
  let hasRun = false;
  const third = admission.run(async () => {
    hasRun = true;
  });
  await assert.rejects(third, (error) => {
    assert.ok(error instanceof EngramError);
    assert.equal(error.code, "overloaded");
    assert.equal(error.retryAfterS, 1);
    assert.match(error.message, /^2 calls of brain "pets" are under way, .*ENGRAM_MAX_PENDING.* 1 s\.$/);
    return true;
  });
  assert.ok(!hasRun);
  first.release();
  await running[0];
  assert.equal(await admission.run(async () => "in"), "in");
  second.release();
  await running[1];
});

test("a call that fails gives its place back", async () => {
  const admission = new Admission("pets", 1);
  const failing = async () => {
    throw new Error("no");
  };
  for (let turn = 0; turn < 3; turn++) await assert.rejects(admission.run(failing), /^Error: no$/);
});
