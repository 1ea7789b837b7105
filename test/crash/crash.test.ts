// A few rounds of `npm run test:crash`, and that its audit would notice.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { Database } from "../../src/store/database.ts";
import { DATABASE_KINDS } from "../support/databases.ts";
import type { Findings } from "./audit.ts";
import { CrashRun } from "./crash-run.ts";

/** An embedded database takes longer to start. */
const ROUNDS = { embedded: 3, postgres: 4 };

for (const database of DATABASE_KINDS) {
  test(`servers that are killed under load lose nothing that they acknowledged (${database})`, async (t) => {
    const run = await CrashRun.open({ database, seed: 7 });
    t.after(() => run.close());
    for (let i = 0; i < ROUNDS[database]; i++) assert.deepEqual((await run.round()).faults, []);
  });
}

/** Calls that were under way may be lost: more events than those. */
const LOSE_EVENTS = `
WITH longest AS (SELECT uid, seq FROM brain ORDER BY seq DESC LIMIT 1),
lost AS (DELETE FROM event USING longest WHERE brain_uid = uid AND event.seq > longest.seq - 10)
UPDATE brain SET seq = brain.seq - 10 FROM longest WHERE brain.uid = longest.uid`;

/** What any audit reads again, however long ago it was written. */
const TAMPERINGS: Readonly<Record<string, readonly [string, RegExp]>> = {
  "a brain": [
    "DELETE FROM brain WHERE uid = (SELECT uid FROM brain WHERE NOT is_hidden ORDER BY id LIMIT 1)",
    /is gone$/,
  ],
  "a tracked prediction's label": ["UPDATE tracked_prediction SET settled_seq = NULL", /lost its label/],
  "a bit of a checkpoint": ["UPDATE chunk SET codec = 0, data = data || '\\x00'", /has a damaged chunk/],
};

test("the audit finds what is lost", async (t) => {
  const run = await CrashRun.open({ database: "postgres", seed: 8 });
  t.after(() => run.close());
  const doing =
    (statement: string) =>
    async ({ pool }: Database) =>
      void (await pool.query(statement));
  const assertFound = ({ faults }: Findings, complaint: RegExp) =>
    assert.ok(
      faults.some((fault) => complaint.test(fault)),
      faults.join("\n"),
    );
  assert.deepEqual((await run.round()).faults, []);
  await t.test("events", async () =>
    assertFound(await run.round(doing(LOSE_EVENTS)), /was acknowledged as \d+ and is lost/),
  );
  for (const [what, [statement, complaint]] of Object.entries(TAMPERINGS)) {
    await t.test(what, async () => assertFound(await run.audit(doing(statement)), complaint));
  }
});
