import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import fc from "fast-check";
import { Gate } from "../../../src/brains/gate.ts";

test("an exclusive passage is alone, whatever else comes and goes", async () => {
  const passages = fc.array(fc.record({ isExclusive: fc.boolean(), ms: fc.integer({ min: 0, max: 3 }) }), {
    maxLength: 30,
  });
  await fc.assert(
    fc.asyncProperty(passages, async (plan) => {
      const gate = new Gate();
      let shared = 0;
      let exclusive = 0;
      await Promise.all(
        plan.map(({ isExclusive, ms }) =>
          isExclusive
            ? gate.exclusive(async () => {
                assert.equal(++exclusive + shared, 1);
                await sleep(ms);
                assert.equal(exclusive + shared, 1);
                exclusive--;
              })
            : gate.shared(async () => {
                shared++;
                assert.equal(exclusive, 0);
                await sleep(ms);
                assert.equal(exclusive, 0);
                shared--;
              }),
        ),
      );
    }),
    { numRuns: 30 },
  );
});

test("a passage that throws leaves the gate open", async () => {
  const gate = new Gate();
  const fail = async (): Promise<never> => {
    throw new Error("no");
  };
  await assert.rejects(gate.shared(fail));
  await assert.rejects(gate.exclusive(fail));
  assert.equal(await gate.exclusive(async () => "through"), "through");
});

test("shared passages start in the order in which they came, before anything else runs", () => {
  const gate = new Gate();
  const order: number[] = [];
  for (const turn of [1, 2, 3]) void gate.shared(async () => void order.push(turn));
  assert.deepEqual(order, [1, 2, 3]);
});
