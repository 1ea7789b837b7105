// How a brain leaves, with what it is made of replaced: what real ones do is tested in test/e2e/residency.test.ts.

import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import { pino } from "pino";
import { Eviction } from "../../../src/brains/eviction.ts";
import { Gate } from "../../../src/brains/gate.ts";
import { Uses } from "../../../src/brains/uses.ts";

/** A brain at seq 3 whose last checkpoint is of seq 2. */
function leaverOf() {
  const state = {
    seq: 3,
    checkpoint: 2,
    isResident: true,
    isGone: false,
    isAway: false,
    isLearning: false,
    left: 0,
    writing: 0,
  };
  const uses = new Uses(() => {});
  const residency = {
    bytes: 1,
    get isResident() {
      return state.isResident;
    },
    get isIdle() {
      return uses.isNone;
    },
    closed: (work: () => Promise<boolean>) => uses.closed(() => uses.isNone, work),
    async leave(seq: number) {
      if (!uses.isNone || seq !== state.seq) return false;
      state.isResident = false;
      state.left++;
      return true;
    },
    leaveGone: () => state.isGone,
  };
  const checkpointer = {
    async bringUpTo(seq: number) {
      if (state.checkpoint >= seq) return true;
      state.writing++;
      await nextTurn();
      if (!state.isAway) state.checkpoint = seq;
      return state.checkpoint >= seq;
    },
  };
  const writer = {
    get head() {
      return { seq: state.seq };
    },
    async caughtUp() {},
  };
  const log = {
    async head() {
      if (state.isAway) throw new Error("the database does not answer");
      const { seq } = state;
      if (state.isLearning) state.seq++;
      return { seq };
    },
  };
  const gate = new Gate();
  const brain = { row: { uid: "u", id: "b" }, residency, checkpointer, writer, gate };
  const eviction = new Eviction(brain as never, { log: log as never, logger: pino({ level: "silent" }) });
  return { state, uses, gate, eviction };
}

test("an idle brain leaves with a checkpoint of its last state; one that has it writes none", async () => {
  const { state, eviction } = leaverOf();
  assert.equal(await eviction.whenIdle(), true);
  assert.deepEqual([state.checkpoint, state.left, state.writing], [3, 1, 1]);
  state.isResident = true;
  assert.equal(await eviction.whenIdle(), true);
  assert.deepEqual([state.left, state.writing], [2, 1]);
});

test("whoever asks meanwhile gets the same answer, and the brain leaves once", async () => {
  const { state, eviction } = leaverOf();
  assert.deepEqual(await Promise.all([eviction.whenIdle(), eviction.whenIdle(), eviction.whenOver()]), [
    true,
    true,
    true,
  ]);
  assert.equal(state.left, 1);
});

test("a brain that is called while its checkpoint is written stays, and so does one that is not idle enough any more", async () => {
  const { state, uses, eviction } = leaverOf();
  const leaving = eviction.whenIdle();
  let end = (): void => {};
  const call = uses.call(
    () =>
      new Promise<void>((resolve) => {
        end = resolve;
      }),
  );
  assert.equal(await leaving, false);
  end();
  await call;
  let wanted = 1;
  assert.equal(await eviction.whenIdle(() => wanted-- > 0), false);
  assert.equal(state.left, 0);
});

test("a change between the last look and the leave keeps the brain", async () => {
  const { state, eviction } = leaverOf();
  state.isLearning = true;
  assert.equal(await eviction.whenIdle(), false);
  assert.deepEqual([state.left, state.seq], [0, 4]);
});

test("while the database is away nobody leaves, whether there is something to write or not", async () => {
  const { state, eviction } = leaverOf();
  state.isAway = true;
  assert.equal(await eviction.whenIdle(), false);
  state.checkpoint = 3;
  assert.equal(await eviction.whenIdle(), false);
  assert.equal(await eviction.whenOver(), false);
  assert.deepEqual([state.left, state.isResident], [0, true]);
});

test("a brain whose host is gone has nothing to write", async () => {
  const { state, eviction } = leaverOf();
  state.isGone = true;
  state.isAway = true;
  assert.equal(await eviction.whenIdle(), true);
  assert.equal(state.writing, 0);
});

test("when its turn is over it leaves between two calls: the one under way ends, the next ones wait until it has left", async () => {
  const { state, uses, eviction } = leaverOf();
  const order: string[] = [];
  let end = (): void => {};
  const first = uses.call(
    () =>
      new Promise<void>((resolve) => {
        end = resolve;
      }),
  );
  const leaving = eviction.whenOver().then((hasLeft) => order.push(`left ${hasLeft}`));
  for (let turn = 0; turn < 5; turn++) await nextTurn();
  const second = uses.call(async () => order.push(`second call, ${state.left} left`));
  end();
  await Promise.all([first, leaving, second]);
  assert.deepEqual(order.sort(), ["left true", "second call, 1 left"]);
});

test("a restore that has the brain to itself comes before or after", async () => {
  const { state, gate, eviction } = leaverOf();
  let end = (): void => {};
  const restore = gate.exclusive(
    () =>
      new Promise<void>((resolve) => {
        end = resolve;
      }),
  );
  const leaving = eviction.whenIdle();
  for (let turn = 0; turn < 5; turn++) await nextTurn();
  assert.deepEqual([state.writing, state.left], [0, 0]);
  end();
  await restore;
  assert.equal(await leaving, true);
});
