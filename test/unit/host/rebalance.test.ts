import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { planMove } from "../../../src/host/rebalance.ts";

const host = (brains: Record<string, number>, isServing = true) => ({
  isServing,
  busyShare: Math.min(
    1,
    Object.values(brains).reduce((sum, share) => sum + share, 0),
  ),
  brains: new Map(Object.entries(brains)),
});
const any = () => true;

test("of a saturated host's busy brains the one moves to the idle host that leaves both least busy", () => {
  const hosts = [host({ a: 0.2, b: 0.45, c: 0.35 }), host({ d: 0.1 }), host({ e: 0.4 })];
  assert.deepEqual(planMove(hosts, any), { brain: "b", from: 0, to: 1 });
  assert.deepEqual(
    planMove(hosts, (brain) => brain !== "b"),
    { brain: "c", from: 0, to: 1 },
  );
});

test("nothing moves where that would not help: a lone busy brain, no idle host, a host with time to spare, a small gain", () => {
  assert.equal(planMove([host({ a: 0.98, b: 0.01 }), host({})], any), null);
  assert.equal(planMove([host({ a: 0.5, b: 0.5 }), host({ c: 0.6 })], any), null);
  assert.equal(planMove([host({ a: 0.4, b: 0.3 }), host({})], any), null);
  assert.equal(planMove([host({ a: 0.93, b: 0.07 }), host({ c: 0.4 })], any), null);
  assert.equal(planMove([host({ a: 0.5, b: 0.5 }), host({}, false)], any), null);
  assert.equal(planMove([host({ a: 0.5, b: 0.5 })], any), null);
  assert.equal(planMove([], any), null);
});

test("no move is worth undoing, and moves come to an end", () => {
  const shares = fc.array(fc.array(fc.double({ min: 0, max: 0.5, noNaN: true }), { maxLength: 4 }), {
    minLength: 2,
    maxLength: 4,
  });
  fc.assert(
    fc.property(shares, (perHost) => {
      const holds = perHost.map((brains, h) => new Map(brains.map((share, b) => [`${h}-${b}`, share])));
      const worst: number[] = [];
      for (let moves = 0; ; moves++) {
        assert.ok(moves < 50, "it never ends");
        const hosts = holds.map((brains) => host(Object.fromEntries(brains)));
        const move = planMove(hosts, any);
        if (move === null) return;
        const share = holds[move.from]!.get(move.brain)!;
        holds[move.from]!.delete(move.brain);
        holds[move.to]!.set(move.brain, share);
        const after = planMove(
          holds.map((brains) => host(Object.fromEntries(brains))),
          any,
        );
        assert.ok(after === null || after.brain !== move.brain || after.to !== move.from, "it goes back");
        worst.push(share);
      }
    }),
  );
});
