// The policy against a made-up brain that lives for weeks: it learns, is restored, gets checkpoints, loses some on request, and is pruned,
// sometimes half-way, as a crash leaves it.

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { basesFor, coverage } from "../../../src/brains/coverage.ts";
import { floors, isNeeded, type RetentionPolicy, surplus } from "../../../src/brains/retention-policy.ts";
import type { KeptCheckpoint, KeptHistory } from "../../../src/store/history-store.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

class Life {
  now = Date.UTC(2026, 0, 1);
  head = 0;
  first = 1;
  replaced: number[] = [];
  checkpoints: KeptCheckpoint[] = [];
  /** When the state of each `seq` came to be. */
  readonly since = [this.now];
  #ids = 0;

  get kept(): KeptHistory {
    const checkpoints = [...this.checkpoints].sort((a, b) => a.seq - b.seq || +a.createdAt - +b.createdAt);
    const replaced = this.replaced.filter((seq) => seq >= this.first);
    return { isCreatedHere: true, head: this.head, first: this.first, replaced, checkpoints };
  }

  covers(seq: number): boolean {
    const runs = this.first > this.head ? [] : [[this.first, this.head] as const];
    return coverage({ ...this.kept, runs }).some(({ from, to }) => from <= seq && seq <= to);
  }

  learn(): void {
    this.head++;
    this.since.push(this.now);
  }

  checkpoint(reason: KeptCheckpoint["reason"], seq = this.head): void {
    this.checkpoints.push({ id: String(this.#ids++), seq, reason, createdAt: new Date(this.now) });
  }

  restore(): void {
    this.learn();
    this.replaced.push(this.head);
    this.checkpoint("restored");
  }

  /** @param steps of the pruning that happen before a crash */
  prune(policy: RetentionPolicy, steps: number): void {
    const [floor] = floors(this.kept, policy, new Date(this.now));
    for (let step = 0; floor !== undefined && this.first <= floor.seq; step++) {
      if (step === steps) return;
      this.first = Math.min(this.first + 3, floor.seq + 1);
    }
    const gone = new Set(surplus(this.kept, policy, new Date(this.now)).map(({ id }) => id));
    this.checkpoints = this.checkpoints.filter(({ id }) => !gone.has(id));
  }
}

const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant("learn" as const), times: fc.integer({ min: 1, max: 5 }) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant("wait" as const), hours: fc.integer({ min: 1, max: 40 }) }) },
  { weight: 4, arbitrary: fc.constant({ do: "automatic" as const }) },
  { weight: 1, arbitrary: fc.constant({ do: "requested" as const }) },
  { weight: 1, arbitrary: fc.constant({ do: "restore" as const }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant("goBack" as const), part: fc.double({ min: 0, max: 1, noNaN: true }) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("remove" as const), which: fc.nat() }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant("prune" as const), steps: fc.constantFrom(0, 1, 2, 99) }) },
);
const life = fc.array(step, { maxLength: 120 });
const policy = fc.record({ keep: fc.integer({ min: 1, max: 4 }), historyDays: fc.integer({ min: 0, max: 4 }) });

/** Lives a life; `check` is called after every step. @returns it */
function live(
  steps: readonly (typeof life extends fc.Arbitrary<(infer S)[]> ? S : never)[],
  rules: RetentionPolicy,
  check: (life: Life) => void,
) {
  const brain = new Life();
  for (const one of steps) {
    if (one.do === "learn") for (let i = 0; i < one.times; i++) brain.learn();
    if (one.do === "wait") brain.now += one.hours * HOUR_MS;
    if (one.do === "automatic" || one.do === "requested") brain.checkpoint(one.do);
    if (one.do === "restore") brain.restore();
    if (one.do === "prune") brain.prune(rules, one.steps);
    if (one.do === "goBack") {
      const seq = Math.floor(one.part * brain.head);
      if (brain.covers(seq)) brain.checkpoint("automatic", seq);
    }
    if (one.do === "remove") {
      const removable = brain.checkpoints.filter(
        ({ id, reason }) => reason !== "restored" && !isNeeded(id, brain.kept),
      );
      const gone = removable[one.which % (removable.length || 1)];
      brain.checkpoints = brain.checkpoints.filter((checkpoint) => checkpoint !== gone);
    }
    check(brain);
  }
  return brain;
}

const recoveryBases = ({ kept, head }: Life): readonly number[] => [
  ...new Set(basesFor(head, kept).map((base) => base?.seq ?? 0)),
];

test("the present state can always be recovered, and pruning leaves two bases where there were two", () => {
  fc.assert(
    fc.property(life, policy, (steps, rules) => {
      live(steps, rules, (brain) => {
        const before = recoveryBases(brain).length;
        assert.ok(before > 0);
        const pruned = Object.assign(new Life(), { ...brain, since: brain.since });
        pruned.prune(rules, 99);
        assert.ok(recoveryBases(pruned).length >= Math.min(2, before));
      });
    }),
    { numRuns: 300 },
  );
});

test("every state of the last days can be had back", () => {
  fc.assert(
    fc.property(life, policy, (steps, rules) => {
      live(steps, rules, (brain) => {
        const from = brain.now - rules.historyDays * DAY_MS;
        for (let seq = 0; seq <= brain.head; seq++) {
          const until = brain.since[seq + 1] ?? Number.POSITIVE_INFINITY;
          if (until > from) assert.ok(brain.covers(seq), `seq ${seq} of ${brain.head}`);
        }
      });
    }),
    { numRuns: 300 },
  );
});

test("what was asked for stays, and what nobody asked for is bounded in number", () => {
  fc.assert(
    fc.property(life, policy, (steps, rules) => {
      let asked = 0;
      const brain = live(
        steps.filter((one) => one.do !== "remove"),
        rules,
        () => {},
      );
      asked = steps.filter((one) => one.do === "requested").length;
      brain.prune(rules, 99);
      const { checkpoints, replaced } = brain.kept;
      const others = checkpoints.filter(({ reason }) => reason !== "requested");
      assert.equal(checkpoints.length - others.length, asked);
      const base = 1;
      const recovery = 2;
      const days = rules.historyDays === 0 ? 0 : rules.historyDays + 1;
      assert.ok(others.length <= rules.keep + days + recovery + base + replaced.length);
    }),
    { numRuns: 300 },
  );
});

test("pruning twice at the same moment is pruning once", () => {
  fc.assert(
    fc.property(life, policy, (steps, rules) => {
      const brain = live(steps, rules, () => {});
      brain.prune(rules, 99);
      const once = brain.kept;
      brain.prune(rules, 99);
      assert.deepEqual(brain.kept, once);
    }),
  );
});

const at = (day: number, seq: number, reason: KeptCheckpoint["reason"] = "automatic"): KeptCheckpoint => ({
  id: `${reason} ${seq}`,
  seq,
  reason,
  createdAt: new Date(Date.UTC(2026, 0, day, 12)),
});
const seqsOf = (checkpoints: readonly KeptCheckpoint[]) => checkpoints.map(({ seq }) => seq);

test("the log begins with the newest checkpoint that is older than the days kept, and the first of each day stays", () => {
  const checkpoints = [
    at(1, 10),
    at(2, 20),
    at(2, 25),
    at(3, 30),
    at(3, 35),
    at(4, 40),
    at(4, 45),
    at(4, 50),
    at(4, 55),
  ];
  const kept = { isCreatedHere: true, head: 60, first: 1, replaced: [], checkpoints };
  const now = new Date(Date.UTC(2026, 0, 4, 18));
  const rules = { keep: 2, historyDays: 2 };
  assert.deepEqual(seqsOf(floors(kept, rules, now)), [25, 20, 10]);
  assert.deepEqual(seqsOf(surplus({ ...kept, first: 26 }, rules, now)), [10, 35, 45]);
});

test("with no days kept the log begins with the oldest automatic checkpoint that is", () => {
  const kept = {
    isCreatedHere: true,
    head: 60,
    first: 1,
    replaced: [],
    checkpoints: [at(1, 10), at(1, 20), at(1, 25, "requested"), at(1, 30), at(1, 40)],
  };
  const rules = { keep: 2, historyDays: 0 };
  assert.deepEqual(seqsOf(floors(kept, rules, new Date(Date.UTC(2026, 0, 1, 18)))), [30, 25, 20, 10]);
  assert.deepEqual(seqsOf(surplus({ ...kept, first: 31 }, rules, new Date(Date.UTC(2026, 0, 1, 18)))), [10, 20]);
});

test("a checkpoint that was made to go back into the past is not the first of its day", () => {
  const checkpoints = [
    { ...at(4, 3), createdAt: new Date(Date.UTC(2026, 0, 4, 1)) },
    at(3, 30),
    at(4, 40),
    at(4, 50),
    at(4, 55),
  ];
  const kept = { isCreatedHere: true, head: 60, first: 1, replaced: [], checkpoints };
  assert.deepEqual(seqsOf(surplus(kept, { keep: 1, historyDays: 2 }, new Date(Date.UTC(2026, 0, 4, 18)))), [3]);
});

test("on request goes what neither the brain nor the log that is kept needs", () => {
  const pruned = {
    isCreatedHere: true,
    head: 60,
    first: 21,
    replaced: [40],
    checkpoints: [at(1, 5, "requested"), at(1, 20), at(1, 30), at(1, 40, "restored"), at(2, 50)],
  };
  const needed = pruned.checkpoints.filter(({ id }) => isNeeded(id, pruned));
  assert.deepEqual(seqsOf(needed), [20]);
  const restored = { ...pruned, checkpoints: pruned.checkpoints.slice(0, 4) };
  assert.ok(isNeeded("restored 40", restored));
  const twice = {
    ...pruned,
    checkpoints: [...pruned.checkpoints.slice(0, 2), at(2, 20, "requested"), ...pruned.checkpoints.slice(2)],
  };
  assert.ok(!isNeeded("automatic 20", twice) && !isNeeded("requested 20", twice));
  assert.ok(
    !isNeeded("requested 10", {
      isCreatedHere: true,
      head: 10,
      first: 1,
      replaced: [],
      checkpoints: [at(1, 10, "requested")],
    }),
  );
});
