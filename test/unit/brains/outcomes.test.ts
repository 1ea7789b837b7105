// Outcomes against a log and visits that are told what to say: what a real server computes is tested in test/e2e/idempotency.test.ts.

import assert from "node:assert/strict";
import { test } from "node:test";
import { type OutcomeParts, Outcomes } from "../../../src/brains/outcomes.ts";
import { EngramError } from "../../../src/errors.ts";
import type { BrainRow } from "../../../src/store/brain-table.ts";

const PAYLOAD = new Uint8Array([7]);

/** @param visit what becomes of a visit */
function outcomesOf(visit: () => unknown) {
  const asked: unknown[] = [];
  const place = {
    request: async (op: string, fields: object, body: Uint8Array) => {
      asked.push([op, fields, body]);
      return { result: { outcome: await visit() } };
    },
  };
  const parts = {
    log: {
      read: async function* (_uid: string, after: number, upTo: number) {
        asked.push([after, upTo]);
        yield [{ seq: upTo, type: "learned", payload: PAYLOAD }];
      },
    },
    visits: {
      at: async (_row: BrainRow, seq: number, use: (at: typeof place) => Promise<unknown>) => {
        asked.push(seq);
        return use(place);
      },
    },
  };
  const outcomes = new Outcomes(parts as unknown as OutcomeParts);
  return { asked, of: (seq: number) => outcomes.of({ id: "b", uid: "u" } as BrainRow, seq) };
}

test("an event is applied once more to the state before it", async () => {
  const { asked, of } = outcomesOf(() => ({ type: "consolidated", matured: 1, mature: 2 }));
  assert.deepEqual(await of(5), { type: "consolidated", matured: 1, mature: 2 });
  assert.deepEqual(asked, [[4, 5], 4, ["apply", { seq: 5 }, PAYLOAD]]);
});

test("where that state is gone the change is told to be kept, and nothing else is hidden", async () => {
  const failing = (error: Error) => outcomesOf(() => Promise.reject(error)).of(5);
  await assert.rejects(failing(new EngramError("brain-damaged", "gone")), { code: "change-kept", message: /Change 5/ });
  await assert.rejects(failing(new EngramError("host-unavailable", "away")), { code: "host-unavailable" });
});
