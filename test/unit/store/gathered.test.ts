import assert from "node:assert/strict";
import { test } from "node:test";
import { Gathered } from "../../../src/store/gathered.ts";

const turn = () => new Promise((resolve) => setImmediate(resolve));

test("what is asked during a run is answered by the next one, all together and in bounds", async () => {
  const runs: number[][] = [];
  const doubled = new Gathered(async (items: readonly number[]) => {
    runs.push([...items]);
    await turn();
    return items.map((item) => item * 2);
  }, 3);
  const asked = [1, 2, 3, 4, 5].map((item) => doubled.ask(item));
  assert.deepEqual(await Promise.all(asked), [2, 4, 6, 8, 10]);
  assert.deepEqual(runs, [[1], [2, 3, 4], [5]]);
  assert.equal(await doubled.ask(6), 12);
});

test("a run that fails fails for those that it was for", async () => {
  const gathered = new Gathered(async (items: readonly string[]) => {
    await turn();
    if (items.includes("bad")) throw new Error("refused");
    return items;
  }, 2);
  const asked = ["first", "bad", "beside", "after"].map((item) => gathered.ask(item));
  const results = (await Promise.allSettled(asked)).map(({ status }) => status);
  assert.deepEqual(results, ["fulfilled", "rejected", "rejected", "fulfilled"]);
});
