import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import fc from "fast-check";
import { Claims } from "../../../src/brains/claims.ts";

test("an id is held by one call at a time, and every call gets its turn, even after one that fails", async () => {
  const calls = fc.array(
    fc.record({ ids: fc.uniqueArray(fc.constantFrom("a", "b", "c", "d")), ms: fc.nat(3), fails: fc.boolean() }),
    { maxLength: 20 },
  );
  await fc.assert(
    fc.asyncProperty(calls, async (plan) => {
      const claims = new Claims();
      const held = new Set<string>();
      const turns = plan.map(({ ids, ms, fails }) =>
        claims.hold(ids, async () => {
          for (const id of ids) assert.ok(!held.has(id));
          for (const id of ids) held.add(id);
          await sleep(ms);
          for (const id of ids) held.delete(id);
          if (fails) throw new Error("no");
        }),
      );
      const settled = await Promise.allSettled(turns);
      for (const [index, { fails }] of plan.entries()) {
        const result = settled[index]!;
        assert.equal(result.status, fails ? "rejected" : "fulfilled");
        if (result.status === "rejected") assert.equal(result.reason.message, "no");
      }
    }),
    { numRuns: 30 },
  );
});

test("calls that name different ids do not wait for each other", async () => {
  const claims = new Claims();
  let finish = (): void => {};
  const unfinished = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const slow = claims.hold(["a"], () => unfinished);
  assert.equal(await claims.hold(["b"], async () => "through"), "through");
  finish();
  await slow;
});
