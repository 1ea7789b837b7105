import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import { Balancer } from "../../../src/brains/balancer.ts";
import type { Move } from "../../../src/host/rebalance.ts";

/** Two hosts of which the first is out of time, until a brain has moved. */
function balanced(move: (move: Move) => Promise<boolean> = async () => true) {
  const moves: Move[] = [];
  const load = (...brains: (readonly [string, number])[]) => ({
    isServing: true,
    busyShare: brains.reduce((sum, [, share]) => sum + share, 0),
    brains: new Map(brains),
  });
  let hosts = [load(["a", 0.5], ["b", 0.45]), load()];
  const balancer = new Balancer({
    hosts: () => hosts,
    isMovable: () => true,
    move: (one) => {
      moves.push(one);
      return move(one);
    },
  });
  return { balancer, moves, load, set: (next: typeof hosts) => (hosts = next) };
}

test("a move has to be worth it three looks in a row", async () => {
  const { balancer, moves, load, set } = balanced();
  balancer.look(0);
  balancer.look(1000);
  set([load(["a", 0.3]), load()]);
  balancer.look(2000);
  set([load(["a", 0.5], ["b", 0.45]), load()]);
  balancer.look(3000);
  balancer.look(4000);
  assert.equal(moves.length, 0);
  balancer.look(5000);
  assert.deepEqual(moves, [{ brain: "b", from: 0, to: 1 }]);
  await balancer.close();
});

test("one brain moves at a time; then all rest a while, and that brain longer", async () => {
  let finish = (_hasMoved: boolean): void => {};
  const { balancer, moves, load, set } = balanced(() => new Promise((resolve) => (finish = resolve)));
  for (const ms of [0, 1000, 2000, 3000, 4000, 60_000]) balancer.look(ms);
  assert.equal(moves.length, 1);
  finish(true);
  await nextTurn();
  set([load(), load(["a", 0.5], ["b", 0.45])]);
  for (let ms = 61_000; ms < 70_000; ms += 1000) balancer.look(ms);
  assert.equal(moves.length, 2);
  assert.deepEqual(
    moves.map(({ brain }) => brain),
    ["b", "a"],
    "b has just moved",
  );
  finish(false);
  await balancer.close();
});

test("after a move nothing is decided on what was before it", async () => {
  const { balancer, moves } = balanced(async () => false);
  for (let ms = 0; ms < 17_000; ms += 1000) {
    balancer.look(ms);
    await nextTurn();
  }
  assert.equal(moves.length, 1);
  for (let ms = 17_000; ms < 21_000; ms += 1000) {
    balancer.look(ms);
    await nextTurn();
  }
  assert.equal(moves.length, 2);
  await balancer.close();
});
