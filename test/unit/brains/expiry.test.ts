import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { pino } from "pino";
import { Expiry } from "../../../src/brains/expiry.ts";

const log = pino({ level: "silent" });

/** Holds `rows` expired predictions; fails as long as `isAway`. */
function fakes(rows: number) {
  const state = { rows, isAway: false, statements: 0, reclaimed: 0 };
  const deleteSome = async (limit: number): Promise<number> => {
    state.statements++;
    if (state.isAway) throw new Error("away");
    await sleep(1);
    const deleted = Math.min(limit, state.rows);
    state.rows -= deleted;
    return deleted;
  };
  const reclaim = async () => void state.reclaimed++;
  return { state, sweeps: [{ what: "rows", deleteSome }], database: { reclaim } };
}

test("everything expired goes, statement by statement, and its space is given back", async () => {
  const { state, sweeps, database } = fakes(2_500);
  const expiry = new Expiry(sweeps, database, log, 60_000);
  while (state.reclaimed === 0) await sleep(5);
  await expiry.close();
  assert.deepEqual(state, { rows: 0, isAway: false, statements: 3, reclaimed: 1 });
});

test("a failure is made good by a later round, and after close there is none", async () => {
  const { state, sweeps, database } = fakes(10);
  state.isAway = true;
  const expiry = new Expiry(sweeps, database, log, 5);
  await sleep(20);
  assert.equal(state.rows, 10);
  state.isAway = false;
  while (state.rows > 0) await sleep(5);
  await expiry.close();
  const { statements } = state;
  await sleep(20);
  assert.equal(state.statements, statements);
});
