import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import fc from "fast-check";
import { MemoryBudget, type Room } from "../../../src/brains/memory-budget.ts";

/** A brain that leaves when it is asked to, unless it is told to stay. */
function tenantOf(budget: MemoryBudget, name: string, room: Room, left: string[] = []) {
  const tenant = {
    bytes: room.bytes,
    isIdle: true,
    turnMs: 1000,
    stays: false,
    asked: 0,
    async evict(isBusy: boolean) {
      tenant.asked++;
      assert.ok(isBusy || tenant.isIdle, `${name} was asked while it was busy`);
      await nextTurn();
      if (tenant.stays || !(isBusy || tenant.isIdle)) return false;
      budget.left(tenant);
      room.release();
      left.push(name);
      return true;
    },
  };
  budget.used(tenant);
  return tenant;
}

const settle = async () => {
  for (let turn = 0; turn < 50; turn++) await nextTurn();
};

test("who was used least recently leaves first, and no more leave than have to", async () => {
  const budget = new MemoryBudget(10);
  const left: string[] = [];
  const tenants = [];
  for (const name of ["a", "b", "c", "d", "e"]) tenants.push(tenantOf(budget, name, await budget.take(2), left));
  budget.used(tenants[0]!);
  const room = await budget.take(3);
  assert.deepEqual([left, budget.taken], [["b", "c"], 9]);
  room.release();
});

test("a busy brain is not asked; when it is idle again, those who wait are served in the order in which they came", async () => {
  const budget = new MemoryBudget(10);
  const left: string[] = [];
  const busy = tenantOf(budget, "busy", await budget.take(8), left);
  busy.isIdle = false;
  const served: string[] = [];
  const large = budget.take(6).then(() => served.push("large"));
  const small = budget.take(1).then(() => served.push("small"));
  await settle();
  assert.deepEqual([served, busy.asked], [[], 0]);
  busy.isIdle = true;
  budget.used(busy);
  await Promise.all([large, small]);
  assert.deepEqual([served, left], [["large", "small"], ["busy"]]);
});

test("where all are busy all the time, those that came first leave for those who wait, once they had their turn", async () => {
  let now = 0;
  const budget = new MemoryBudget(10, { now: () => now });
  const left: string[] = [];
  for (const name of ["a", "b", "c"]) {
    const tenant = tenantOf(budget, name, await budget.take(3), left);
    tenant.isIdle = false;
    now += 100;
  }
  const next = budget.take(3);
  now = 999;
  budget.review();
  await settle();
  assert.deepEqual(left, []);
  now = 1000;
  await next;
  assert.deepEqual(left, ["a"]);
});

test("who waits for too long is refused, and those behind him are served", async () => {
  const budget = new MemoryBudget(10, { waitMs: 20 });
  const first = await budget.take(8);
  const large = budget.take(6);
  const small = budget.take(1);
  await assert.rejects(large, { code: "overloaded" });
  await small;
  assert.equal(budget.taken, 9);
  first.release();
  first.release();
  assert.equal(budget.taken, 1);
});

test("a brain that could not leave is asked again after a while, not at once", async () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  try {
    const budget = new MemoryBudget(10, { restMs: 100 });
    const clinging = tenantOf(budget, "clinging", await budget.take(8));
    clinging.stays = true;
    const waiting = budget.take(5);
    await settle();
    mock.timers.tick(99);
    await settle();
    assert.equal(clinging.asked, 1);
    clinging.stays = false;
    mock.timers.tick(1);
    await waiting;
    assert.equal(clinging.asked, 2);
  } finally {
    mock.timers.reset();
  }
});

test("a brain that grows has others leave; one larger than the budget stands alone", async () => {
  const budget = new MemoryBudget(10);
  const left: string[] = [];
  tenantOf(budget, "a", await budget.take(4), left);
  const growing = await budget.take(4);
  growing.resize(9);
  await settle();
  assert.deepEqual([left, budget.taken], [["a"], 9]);
  let isIn = false;
  const giant = budget.take(30).then((room) => {
    isIn = true;
    return room;
  });
  await settle();
  assert.equal(isIn, false);
  growing.release();
  await giant;
  assert.equal(budget.taken, 30);
});

test("whatever comes, goes and is used: never more is taken than there is, the order is kept, and all are served", async () => {
  type Step = { readonly take: number } | { readonly use: number } | { readonly toggle: number };
  const step = fc.oneof<fc.Arbitrary<Step>[]>(
    fc.record({ take: fc.integer({ min: 1, max: 10 }) }),
    fc.record({ use: fc.nat(30) }),
    fc.record({ toggle: fc.nat(30) }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const budget = new MemoryBudget(10, { restMs: 1 });
      const tenants: ReturnType<typeof tenantOf>[] = [];
      const served: number[] = [];
      let asked = 0;
      const all: Promise<void>[] = [];
      for (const one of steps) {
        if ("take" in one) {
          const number = asked++;
          const come = (room: Room): void => {
            assert.ok(budget.taken <= 10, `${budget.taken} taken`);
            served.push(number);
            tenants.push(tenantOf(budget, `${number}`, room));
          };
          all.push(budget.take(one.take).then(come));
        } else if ("use" in one) {
          const tenant = tenants[one.use];
          if (tenant?.isIdle) {
            tenant.isIdle = false;
            await nextTurn();
            tenant.isIdle = true;
            budget.review();
          }
        } else {
          const tenant = tenants[one.toggle];
          if (tenant !== undefined) tenant.isIdle = !tenant.isIdle;
        }
        await nextTurn();
      }
      for (const tenant of tenants) tenant.isIdle = true;
      budget.review();
      await Promise.all(all);
      assert.deepEqual(
        served,
        [...served].sort((a, b) => a - b),
      );
      assert.equal(served.length, asked);
    }),
    { numRuns: 100 },
  );
});

test("however large the budget and small the brains, no process gets more WebAssembly memories than it has addresses for", () => {
  for (const hosts of [1, 2, 64]) {
    const bytes = 2 ** 40;
    const { leastPerMemory } = new MemoryBudget(bytes, { hosts });
    assert.ok(Math.abs(bytes / leastPerMemory / hosts - 8000) < 1);
  }
});
