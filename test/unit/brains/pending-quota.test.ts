import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import fc from "fast-check";
import { PendingQuota } from "../../../src/brains/pending-quota.ts";

test("however calls overlap, fail and are settled, no more than the limit is ever stored", async () => {
  const calls = fc.array(
    fc.record({ rows: fc.integer({ min: 1, max: 4 }), ms: fc.nat(3), fails: fc.boolean(), settles: fc.nat(3) }),
    { maxLength: 30 },
  );
  await fc.assert(
    fc.asyncProperty(calls, async (plan) => {
      const limit = 8;
      let stored = 0;
      const quota = new PendingQuota(limit, async () => {
        await sleep(1);
        return stored;
      });
      const store = (rows: number, ms: number, fails: boolean) => async () => {
        await sleep(ms);
        if (fails) throw new Error("no");
        stored += rows;
        assert.ok(stored <= limit);
      };
      const turns = plan.map(async ({ rows, ms, fails, settles }, index) => {
        await sleep(index % 5);
        await quota.take(rows, store(rows, ms, fails)).catch(() => {});
        stored -= Math.min(stored, settles);
      });
      await Promise.all(turns);
      stored = 0;
      assert.ok((await quota.take(limit, async () => {})) !== null, "room that was freed can be taken");
    }),
    { numRuns: 30 },
  );
});

test("calls far from the limit do not count", async () => {
  let counts = 0;
  const quota = new PendingQuota(100, async () => counts++);
  for (let call = 0; call < 50; call++) assert.deepEqual(await quota.take(1, async () => call), { value: call });
  assert.equal(counts, 1);
});

test("without room nothing is stored", async () => {
  const quota = new PendingQuota(3, async () => 2);
  assert.equal(await quota.take(2, () => assert.fail("stored")), null);
  assert.deepEqual(await quota.take(1, async () => "stored"), { value: "stored" });
});
