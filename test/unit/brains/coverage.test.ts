import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { basesFor, coverage } from "../../../src/brains/coverage.ts";
import type { Run } from "../../../src/store/history-store.ts";

const MAX = 30;
const seqs = (maxLength: number) => fc.uniqueArray(fc.integer({ min: 1, max: MAX }), { maxLength });

/** Any log and checkpoints, with holes that only damage makes. */
const anyHistory = fc
  .record({
    isCreatedHere: fc.boolean(),
    head: fc.nat(MAX),
    first: fc.integer({ min: 1, max: MAX + 1 }),
    lost: seqs(3),
    replaced: seqs(4),
    bases: seqs(6),
  })
  .map(({ isCreatedHere, head, first, lost, replaced, bases }) => {
    const events = range(first, head).filter((seq) => !lost.includes(seq));
    const sorted = (list: readonly number[]) => list.filter((seq) => seq <= head).sort((a, b) => a - b);
    return {
      events,
      kept: {
        isCreatedHere,
        first: events[0] ?? head + 1,
        replaced: sorted(replaced).filter((seq) => events.includes(seq)),
        checkpoints: sorted(bases).map((seq) => ({ seq })),
        runs: runsOf(events),
      },
    };
  });

const range = (from: number, to: number): number[] =>
  Array.from({ length: Math.max(0, to - from + 1) }, (_, i) => from + i);

function runsOf(events: readonly number[]): Run[] {
  const runs: [number, number][] = [];
  for (const seq of events) {
    const run = runs.at(-1);
    if (run !== undefined && run[1] === seq - 1) run[1] = seq;
    else runs.push([seq, seq]);
  }
  return runs;
}

type History = typeof anyHistory extends fc.Arbitrary<infer Value> ? Value : never;

/** By the definition: some base, and every event from there on, none of them `restored`. */
function canBeHad(seq: number, { events, kept }: History): boolean {
  const bases = kept.checkpoints.map((checkpoint) => checkpoint.seq);
  if (kept.isCreatedHere && kept.first === 1) bases.push(0);
  return bases.some(
    (base) => base <= seq && range(base + 1, seq).every((at) => events.includes(at) && !kept.replaced.includes(at)),
  );
}

test("exactly the states that a base and the events after it give are covered", () => {
  fc.assert(
    fc.property(anyHistory, (history) => {
      const ranges = coverage(history.kept);
      for (const seq of range(0, MAX)) {
        const isCovered = ranges.some(({ from, to }) => from <= seq && seq <= to);
        assert.equal(isCovered, canBeHad(seq, history), `seq ${seq}`);
      }
      for (const [i, { from, to }] of ranges.entries()) {
        assert.ok(from <= to && (i === 0 || ranges[i - 1]!.to + 1 < from), "ranges ascend and do not touch");
      }
    }),
    { numRuns: 500 },
  );
});

test("in a log without holes every base that is offered leads to the state, the newest first, and none is missing", () => {
  fc.assert(
    fc.property(anyHistory, fc.nat(MAX), ({ kept, events }, seq) => {
      fc.pre(kept.runs.length < 2 && seq <= (events.at(-1) ?? kept.first - 1));
      const bases = basesFor(seq, kept).map((base) => base?.seq ?? 0);
      assert.deepEqual(
        bases,
        [...bases].sort((a, b) => b - a),
      );
      const all = [
        ...kept.checkpoints.map((checkpoint) => checkpoint.seq),
        ...(kept.isCreatedHere && kept.first === 1 ? [0] : []),
      ];
      const leading = all.filter(
        (base) => base <= seq && range(base + 1, seq).every((at) => events.includes(at) && !kept.replaced.includes(at)),
      );
      assert.deepEqual(
        bases,
        leading.sort((a, b) => b - a),
      );
    }),
    { numRuns: 500 },
  );
});

test("a log that begins later has no beginning to go back to", () => {
  const kept = {
    isCreatedHere: true,
    first: 5,
    replaced: [7],
    checkpoints: [{ seq: 2 }, { seq: 4 }, { seq: 7 }],
    runs: [[5, 9] as const],
  };
  assert.deepEqual(coverage(kept), [
    { from: 2, to: 2 },
    { from: 4, to: 9 },
  ]);
  assert.deepEqual(basesFor(6, kept), [{ seq: 4 }]);
  assert.deepEqual(basesFor(3, kept), []);
});
