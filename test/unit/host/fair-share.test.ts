import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { FairShare } from "../../../src/host/fair-share.ts";

type Taker = { readonly name: string; readonly cost: number };

/** Gives turns until they have cost `total`. @returns what each taker got */
function spend(share: FairShare<Taker>, total: number): Map<Taker, number> {
  const got = new Map<Taker, number>();
  for (let spent = 0; spent < total; ) {
    const taker = share.take();
    assert.ok(taker);
    share.charge(taker, taker.cost);
    share.add(taker);
    spent += taker.cost;
    got.set(taker, (got.get(taker) ?? 0) + taker.cost);
  }
  return got;
}

test("those who always wait get equal amounts, to within one turn of each, whatever their turns cost", () => {
  const takers = fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 2, maxLength: 6 });
  fc.assert(
    fc.property(takers, (costs) => {
      const share = new FairShare<Taker>();
      const all = costs.map((cost, index) => ({ name: String(index), cost }));
      for (const taker of all) share.add(taker);
      const got = spend(share, 5000);
      for (const a of all)
        for (const b of all) {
          assert.ok(Math.abs((got.get(a) ?? 0) - (got.get(b) ?? 0)) <= a.cost + b.cost);
        }
    }),
  );
});

test("equals take turns in order of arrival", () => {
  const share = new FairShare<Taker>();
  const all = ["a", "b", "c"].map((name) => ({ name, cost: 0 }));
  for (const taker of all) share.add(taker);
  const turns = Array.from({ length: 7 }, () => {
    const taker = share.take()!;
    share.add(taker);
    return taker.name;
  });
  assert.deepEqual(turns, ["a", "b", "c", "a", "b", "c", "a"]);
});

test("one that comes back is served next, but is not owed what it did not ask for", () => {
  const share = new FairShare<Taker>();
  const busy = { name: "busy", cost: 10 };
  const late = { name: "late", cost: 10 };
  share.add(busy);
  spend(share, 1000);
  share.add(late);
  const got = spend(share, 200);
  assert.deepEqual([got.get(busy), got.get(late)], [100, 100]);
});

test("one waits once, however often it is added, and nobody is taken where nobody waits", () => {
  const share = new FairShare<Taker>();
  const only = { name: "only", cost: 1 };
  share.add(only);
  share.add(only);
  assert.equal(share.take(), only);
  assert.ok(share.isEmpty);
  assert.equal(share.take(), undefined);
});
