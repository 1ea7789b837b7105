// What `modePolicy: "auto"` is for, on real digits and by real calls: the world changes, and the brain is back sooner than one whose mode is
// fixed, without giving up what it knew. Same seed, same samples; nothing here depends on time.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { runTrial } from "../../examples/drift/trial.ts";
import { startTestServer, type TestServer } from "../support/server.ts";

let server: TestServer;
before(async () => {
  server = await startTestServer();
});
after(() => server.close());

const TRIAL = { kind: "plastic", shift: "inverted", seed: 1, memorySize: 800, clean: 3000, shifted: 1000 } as const;

test("after a shift a brain that follows by itself errs less, is back sooner, and keeps what it knew", async () => {
  const fixed = await runTrial(server.url, "fixed", { ...TRIAL, policy: "fixed" });
  const auto = await runTrial(server.url, "auto", { ...TRIAL, policy: "auto" });
  assert.equal(fixed.accuracyBefore, auto.accuracyBefore);
  assert.equal(fixed.driftAfter, auto.driftAfter);
  assert.equal(fixed.panicAfter, null);
  assert.ok(auto.driftAfter !== null && auto.driftAfter <= 100);
  assert.equal(auto.panicAfter, auto.driftAfter);
  assert.equal(auto.reason, "recovered");
  assert.ok(auto.recoveredAfter !== null && auto.recoveredAfter < (fixed.recoveredAfter ?? TRIAL.shifted));
  assert.ok(auto.errors < 0.8 * fixed.errors, `${auto.errors} errors, ${fixed.errors} with a fixed mode`);
  const lost = auto.heldOut.cleanBefore - auto.heldOut.cleanAfter;
  assert.ok(lost < 0.15, `${lost} of what was known is lost`);
  assert.ok(auto.heldOut.shiftedAfter > fixed.heldOut.shiftedAfter);
});
