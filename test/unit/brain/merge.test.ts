// Two brains that become one: whatever the samples are split into, the sums are those of one brain that was taught them all.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import {
  type Blueprint,
  MEMORY_POLICIES,
  type MemoryPolicyName,
  type PlasticConfig,
  READOUTS,
} from "../../../src/brain/config.ts";
import { mergeObstacles } from "../../../src/brain/merge-check.ts";
import { restorePlasticBrain } from "../../../src/brain/restore.ts";
import { BACKENDS, copyOf, digestOf, learned, SMALL_TRIARCHIC, titleOf } from "./support.ts";
import { CONFIG, NAMES, type Samples, samplesOf, some, Taught } from "./taught.ts";

for (const backend of BACKENDS) {
  describe(`a merge (${titleOf(backend)})`, () => {
    test("of any split, in any order, gives the sums and weights of one brain that was taught all, to the bit", () =>
      fc.assert(
        fc.asyncProperty(
          fc.nat(),
          fc.array(fc.boolean(), { minLength: 60, maxLength: 60 }),
          fc.integer({ min: 1, max: 30 }),
          async (seed, isOurs, call) => {
            const samples = samplesOf(seed, 60);
            const [ours, theirs] = [true, false].map((mine) =>
              isOurs.flatMap((own, row) => (own === mine ? [row] : [])),
            );
            const whole = await Taught.begin(NAMES, CONFIG, backend);
            await whole.teach(samples);
            const one = await Taught.begin(NAMES, CONFIG, backend);
            await one.teach(some(samples, ours!), call);
            const two = await Taught.begin(NAMES.toReversed(), CONFIG, backend);
            await two.teach(some(samples, theirs!.toReversed()), call);
            const merge = await one.take(two);
            assert.deepEqual([merge.samples, merge.remembered, merge.newLabels], [theirs!.length, theirs!.length, []]);
            assert.deepEqual(await one.remembered(), await whole.remembered());
            // λ moves six steps a consolidation: twice, so that it has arrived wherever it came from.
            for (const each of [one, whole, one, whole]) await each.apply({ type: "consolidated" });
            assert.deepEqual(await one.readout(), await whole.readout());
          },
        ),
        { numRuns: 8 },
      ));

    test("leaves the other brain as it was, depends on the two states alone, and what it gives lives on from its state", async () => {
      const [ours, theirs] = [samplesOf(1, 50, ["a", "b"]), samplesOf(2, 70, ["d", "b"])];
      const config = { ...CONFIG, memorySize: 60 };
      const two = await (await Taught.begin(["d", "b"], config, backend)).teach(theirs, 9, { mode: "panic" });
      const before = await digestOf(two.brain);
      const [one, again] = await Promise.all(
        [0, 1].map(async () => (await Taught.begin(["a", "b"], config, backend)).teach(ours, 7)),
      );
      const merges = [await one!.take(two), await again!.take(two)];
      assert.deepEqual(merges[0], merges[1]);
      assert.deepEqual(merges[0]!.newLabels, ["d"]);
      assert.equal(merges[0]!.samples, 70);
      assert.equal(await digestOf(two.brain), before);
      assert.equal(await digestOf(one!.brain), await digestOf(again!.brain));
      const restored = await restorePlasticBrain(copyOf(await one!.brain.state()), backend);
      const lesson = learned(samplesOf(3, 20).inputs, new Array(20).fill(2));
      assert.deepEqual(await restored.apply(lesson, 100), await one!.brain.apply(lesson, 100));
      assert.equal(await digestOf(restored), await digestOf(one!.brain));
      const [answer] = await one!.brain.predict(samplesOf(4, 1, ["d"]).inputs, 1);
      assert.equal(answer?.label, "d");
    });
  });
}

describe("what a memory keeps of two", () => {
  const full = async (
    memoryPolicy: MemoryPolicyName,
    memorySize: number,
    samples: Samples,
    { labels = NAMES, seed = 7 }: { readonly labels?: readonly string[]; readonly seed?: number } = {},
  ) => {
    const taught = await Taught.begin(labels, { ...CONFIG, readout: "memory", memoryPolicy, memorySize, seed });
    return taught.teach(samples, 10);
  };

  for (const policy of MEMORY_POLICIES) {
    test(`${policy}: fills the memory and no more, with samples of either, ids that grow with age and the event's seq`, () =>
      fc.assert(
        fc.asyncProperty(
          fc.integer({ min: 1, max: 40 }),
          fc.integer({ min: 1, max: 40 }),
          fc.nat(60),
          fc.nat(60),
          async (capacity, otherCapacity, mine, theirs) => {
            const one = await full(policy, capacity, samplesOf(5, mine));
            const two = await full(policy, otherCapacity, samplesOf(6, theirs), { labels: NAMES.toReversed() });
            const [own, other] = [await one.remembered(), await two.remembered()];
            const before = await one.counters();
            const { remembered, samples, memory } = await one.take(two);
            assert.equal(samples, theirs);
            assert.deepEqual(memory, { stored: Math.min(capacity, own.length + other.length), capacity });
            const now = await one.remembered();
            const come = now.filter((key) => !own.includes(key));
            assert.equal(come.length, remembered);
            assert.ok(come.every((key) => other.includes(key)));
            if (own.length + other.length <= capacity) assert.deepEqual(now, [...own, ...other].sort());
            const counters = await one.counters();
            assert.equal(counters.seen, mine + theirs);
            assert.equal(counters.experience, mine + theirs);
            const { entries } = await one.brain.memory.page({ limit: 100, before: null, label: null, withKeys: false });
            assert.deepEqual(
              entries.filter(({ id }) => id > before.lastId).map(({ seq }) => seq),
              new Array(remembered).fill(one.seq),
            );
            await restorePlasticBrain(copyOf(await one.brain.state()), BACKENDS[1]!);
          },
        ),
        { numRuns: 30 },
      ));
  }

  test("reservoir: a sample of either is as likely to stay, by how many each has seen and not by how many it holds", async () => {
    let own = 0;
    for (let seed = 0; seed < 20; seed++) {
      const one = await full("reservoir", 40, samplesOf(seed, 50, ["a"]), { seed });
      const two = await full("reservoir", 40, samplesOf(seed + 50, 150, ["b"]), { seed });
      await one.take(two);
      own += (await one.remembered()).filter((key) => key.startsWith("a")).length;
    }
    // 20 draws of 40 of 200, of which 50 are its own: 10 each, with a deviation of 2.5.
    assert.ok(Math.abs(own - 200) < 45, `${own} of 800`);
  });

  test("class-balanced: a small class stays whole, and the largest ones make room down to one size", async () => {
    const one = await full("class-balanced", 40, samplesOf(1, 60, ["a", "b"]));
    const few = samplesOf(2, 7, ["c"]);
    const two = await full("class-balanced", 40, few);
    await two.teach(samplesOf(3, 30, ["d", "a"]), 5);
    await one.take(two);
    const counts = new Map(one.brain.memory.summary().classes.map(({ label, count }) => [label, count]));
    assert.equal(counts.get("c"), 7);
    const others = ["a", "b", "d"].map((name) => counts.get(name)!);
    assert.ok(Math.max(...others) - Math.min(...others) <= 1, others.join());
  });

  test("fifo: the other's samples are the youngest, and the oldest make room", async () => {
    const mine = samplesOf(1, 10);
    const one = await full("fifo", 12, mine);
    const two = await full("fifo", 12, samplesOf(2, 5));
    const theirs = await two.remembered();
    await one.take(two);
    const kept = await (await full("fifo", 12, some(mine, [3, 4, 5, 6, 7, 8, 9]))).remembered();
    assert.deepEqual(await one.remembered(), [...kept, ...theirs].sort());
    await one.teach(samplesOf(3, 7));
    const now = await one.remembered();
    assert.ok(theirs.every((key) => now.includes(key)));
    assert.ok(kept.every((key) => !now.includes(key)));
  });
});

describe("brains that cannot be merged", () => {
  const plastic = (change: Partial<PlasticConfig> = {}): Blueprint => ({
    kind: "plastic",
    config: { ...CONFIG, ...change },
  });
  const encoder = (digest: string) => ({
    encoder: { name: "eyes", kind: "image" as const, digest: digest.repeat(64) },
  });

  test("are told what differs, each setting in words", () => {
    assert.deepEqual(
      mergeObstacles(
        plastic(),
        plastic({ memorySize: 9, memoryPolicy: "fifo", neighbors: 2, learningRate: 0.5, holdout: 3 }),
      ),
      [],
    );
    assert.deepEqual(mergeObstacles(plastic(encoder("a")), plastic(encoder("a"))), []);
    const differing: readonly Partial<PlasticConfig>[] = [
      { seed: 8 },
      { inputDim: 13 },
      { hiddenDim: 41 },
      { winners: 7 },
      { layers: 3 },
      { gate: 0.01 },
      ...READOUTS.filter((readout) => readout !== CONFIG.readout).map((readout) => ({ readout })),
      encoder("b"),
    ];
    for (const change of differing) {
      const [obstacle = "", ...more] = mergeObstacles(plastic(), plastic(change));
      assert.match(obstacle, new RegExp(Object.keys(change)[0]!));
      assert.deepEqual(more, []);
    }
    assert.equal(mergeObstacles(plastic(), plastic({ seed: 8, gate: 1 })).length, 2);
    const running = plastic({ normalization: "running" });
    assert.match(mergeObstacles(running, running)[0]!, /normalization/);
    assert.match(mergeObstacles(plastic(encoder("a")), plastic(encoder("b")))[0]!, /aaaaaaaaaaaa.*|bbbbbbbbbbbb/);
  });

  test("are those of another kind, and triarchic ones", () => {
    const triarchic: Blueprint = { kind: "triarchic", config: SMALL_TRIARCHIC };
    assert.match(mergeObstacles(plastic(), triarchic)[0]!, /is triarchic/);
    assert.match(mergeObstacles(triarchic, triarchic)[0]!, /triarchic/);
  });
});
