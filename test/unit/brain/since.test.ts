// What a brain has learned since a state that another one came from, too: added to that one it gives what one brain would know, and what cannot be told is refused.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import type { PlasticConfig } from "../../../src/brain/config.ts";
import { baseObstacles } from "../../../src/brain/merge-check.ts";
import { restorePlasticBrain } from "../../../src/brain/restore.ts";
import { BACKENDS, copyOf, digestOf, distance, titleOf } from "./support.ts";
import { CONFIG, NAMES, samplesOf, some, Taught } from "./taught.ts";

const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i);
const numbersOf = (readout: Awaited<ReturnType<Taught["readout"]>>, name: string) =>
  Array.from(readout[name]!.data, Number);

/** A state that stays as it is while its brain goes on. */
const baseOf = async ({ brain }: Taught) => copyOf(await brain.state());

/** A brain that was taught 20 samples, two forks of it with 20 more each, and what it is like when one brain was taught all. */
async function family(config: PlasticConfig, seed: number, backend = BACKENDS[1]!) {
  const samples = samplesOf(seed, 60);
  const root = await (await Taught.begin(NAMES, config, backend)).teach(some(samples, range(0, 20)), 5);
  const base = await baseOf(root);
  const [one, two] = [await root.fork(backend), await root.fork(backend)];
  await one.teach(some(samples, range(20, 40)), 3);
  await two.teach(some(samples, range(40, 60)), 7);
  const whole = await (await Taught.begin(NAMES, config, backend)).teach(samples, 5);
  return { root, base, one, two, whole };
}

for (const backend of BACKENDS) {
  test(`two forks' shares, brought back, give what one brain knows that was taught the base and both (${titleOf(backend)})`, () =>
    fc.assert(
      fc.asyncProperty(fc.nat(), fc.boolean(), async (seed, intoFork) => {
        const { root, base, one, two, whole } = await family(CONFIG, seed, backend);
        const untouched = [await digestOf(one.brain), await digestOf(two.brain)];
        const merges = intoFork
          ? [await one.takeSince(base, two)]
          : [await root.takeSince(base, one), await root.takeSince(base, two)];
        const all = intoFork ? one : root;
        for (const merge of merges) assert.deepEqual(merge, { ...merge, samples: 20, remembered: 20, newLabels: [] });
        if (!intoFork) assert.equal(await digestOf(one.brain), untouched[0]);
        assert.equal(await digestOf(two.brain), untouched[1]);
        assert.deepEqual(await all.remembered(), await whole.remembered());
        const { lastId: _, ...counters } = await all.counters();
        assert.deepEqual(counters, { seen: 60, stored: 60, experience: 60 });
        // λ moves six steps a consolidation: twice, so that it has arrived wherever it came from.
        for (const each of [all, whole, all, whole]) await each.apply({ type: "consolidated" });
        assert.deepEqual(await all.readout(), await whole.readout());
        const restored = await restorePlasticBrain(copyOf(await all.brain.state()), backend);
        assert.equal(await digestOf(restored), await digestOf(all.brain));
      }),
      { numRuns: 6 },
    ));
}

describe("what was learned since a base", () => {
  test("is the difference of sums to the bit also with a gate, where thoughts differ a little from those of one brain", async () => {
    const config = { ...CONFIG, gate: 0.01 };
    const { base, one, two, whole } = await family(config, 5);
    const [ours, theirs] = [await one.readout(), await two.readout()];
    await one.takeSince(base, two);
    const merged = await one.readout();
    for (const name of ["readout.sums", "readout.classSums"]) {
      const before = Array.from(base.tensors[name]!.data, Number);
      const [own, other] = [numbersOf(ours, name), numbersOf(theirs, name)];
      assert.deepEqual(
        numbersOf(merged, name),
        own.map((sum, i) => sum + other[i]! - before[i]!),
      );
      assert.ok(distance(numbersOf(merged, name), numbersOf(await whole.readout(), name)) < 0.01);
    }
    assert.deepEqual(merged["readout.counts"], (await whole.readout())["readout.counts"]);
    for (const each of [one, whole, one, whole]) await each.apply({ type: "consolidated" });
    const { inputs } = samplesOf(77, 200);
    const [of, as] = [await one.brain.predict(inputs, 1), await whole.brain.predict(inputs, 1)];
    const same = of.filter(({ label }, row) => label === as[row]?.label).length;
    assert.ok(same >= 196, `${same} of 200 answers are the same`);
  });

  test("holds classes that came since, lessons in panic, and what the source took in from others", async () => {
    const root = await (await Taught.begin(["a", "b"])).teach(samplesOf(1, 20, ["a", "b"]), 5);
    const base = await baseOf(root);
    const fork = await (await root.fork()).hear("c");
    await fork.teach(samplesOf(2, 9, ["c", "a"]), 4, { mode: "panic" });
    const stranger = await (await Taught.begin(["d", "a"])).teach(samplesOf(3, 11, ["d", "a"]));
    await fork.take(stranger);
    await fork.apply({ type: "consolidated" });
    await fork.apply({ type: "layerRemoved", index: 1 });
    const whole = await (await Taught.begin(["a", "b", "c", "d"])).teach(samplesOf(1, 20, ["a", "b"]));
    await whole.teach(samplesOf(2, 9, ["c", "a"]), 9, { mode: "panic" });
    await whole.teach(samplesOf(3, 11, ["d", "a"]));
    const merge = await root.takeSince(base, fork);
    assert.deepEqual(merge, { ...merge, samples: 20, remembered: 20, newLabels: ["c", "d"] });
    for (const each of [root, whole, root, whole]) await each.apply({ type: "consolidated" });
    assert.deepEqual(await root.readout(), await whole.readout());
    assert.deepEqual(await root.remembered(), await whole.remembered());
  });

  for (const memoryPolicy of ["fifo", "reservoir", "class-balanced"] as const) {
    test(`stands for as many samples as were seen since, without sums and in a full memory (${memoryPolicy})`, async () => {
      const config = { ...CONFIG, readout: "memory", memoryPolicy, memorySize: 24 } as const;
      const root = await (await Taught.begin(NAMES, config)).teach(samplesOf(1, 30), 7);
      const base = await baseOf(root);
      const fork = await (await root.fork()).teach(samplesOf(2, 40), 6);
      await root.teach(samplesOf(3, 10));
      const [own, other] = [await root.remembered(), await fork.remembered()];
      const old = await Taught.begin(NAMES, config).then((same) => same.teach(samplesOf(1, 30), 7));
      const young = other.filter((key) => !own.includes(key));
      const merge = await root.takeSince(base, fork);
      assert.ok("samples" in merge);
      assert.deepEqual([merge.samples, merge.memory], [40, { stored: 24, capacity: 24 }]);
      const { seen, experience } = await root.counters();
      assert.deepEqual([seen, experience], [80, 80]);
      const come = (await root.remembered()).filter((key) => !own.includes(key));
      assert.equal(come.length, merge.remembered);
      assert.ok(come.every((key) => young.includes(key)));
      const remembered = await old.remembered();
      assert.ok(!come.some((key) => remembered.includes(key)));
    });
  }

  test("can be told of any life without forgetting, in a full memory too, and back from a state of then", () =>
    fc.assert(
      fc.asyncProperty(
        fc.nat(),
        fc.constantFrom("fifo", "reservoir", "class-balanced"),
        fc.integer({ min: 1, max: 40 }),
        fc.array(fc.constantFrom("lesson", "panic", "unremembered", "consolidated", "tuned", "merge", "back"), {
          maxLength: 8,
        }),
        async (seed, memoryPolicy, memorySize, life) => {
          const config = { ...CONFIG, memoryPolicy, memorySize };
          const root = await (await Taught.begin(NAMES, config)).teach(samplesOf(seed, 20), 6);
          const base = await baseOf(root);
          let fork = await root.fork();
          let back = await fork.fork();
          let [samples, samplesBack] = [0, 0];
          for (const [at, event] of life.entries()) {
            const some = samplesOf(seed + at + 1, 5);
            if (event === "lesson") await fork.teach(some);
            if (event === "panic") await fork.teach(some, 5, { mode: "panic", isAdmitted: true });
            if (event === "unremembered") await fork.teach(some, 5, { memorize: false });
            if (event === "merge") await fork.take(await (await Taught.begin(NAMES, config)).teach(some));
            if (event === "consolidated") await fork.apply({ type: "consolidated" });
            if (event === "tuned") await fork.apply({ type: "tuned", tuning: { learningRate: 0.1 } });
            if (event === "back") {
              const { seq } = fork;
              [fork, samples] = [back, samplesBack];
              fork.seq = seq + 1;
              back = await fork.fork();
              samplesBack = samples;
            } else if (event !== "consolidated" && event !== "tuned") samples += 5;
          }
          const merge = await root.takeSince(base, fork);
          assert.ok("samples" in merge, JSON.stringify(merge));
          assert.equal(merge.samples, samples);
        },
      ),
      { numRuns: 40 },
    ));

  test("is nothing where nothing was learned, and what this brain forgot stays forgotten", async () => {
    const { root, base, one, two } = await family(CONFIG, 3);
    const nothing = await one.takeSince(base, root);
    assert.deepEqual(nothing, { ...nothing, samples: 0, remembered: 0 });
    await root.apply({ type: "forgot", samples: { of: "class", classId: 1 } });
    const forgotten = samplesOf(3, 60)
      .names.slice(0, 20)
      .filter((name) => name === NAMES[1]).length;
    const left = 20 - forgotten;
    const merge = await root.takeSince(base, two);
    assert.ok("samples" in merge);
    assert.equal(merge.memory.stored, left + 20);
    const counts = numbersOf(await root.readout(), "readout.counts");
    assert.equal(
      counts.reduce((sum, count) => sum + count, 0),
      left + 20,
    );
  });
});

describe("a base is refused", () => {
  const refused = async (into: Taught, base: Awaited<ReturnType<typeof baseOf>>, from: Taught) => {
    const before = await digestOf(into.brain);
    const answer = await into.takeSince(base, from);
    assert.ok("notFromBase" in answer, "it is not refused");
    assert.equal(await digestOf(into.brain), before);
    return answer;
  };

  test("where the source has forgotten samples since, all, of a class or one", async () => {
    const { root, base, one } = await family(CONFIG, 1);
    const { entries } = await one.brain.memory.page({ limit: 1, before: null, label: null, withKeys: false });
    for (const samples of [
      { of: "entry", id: entries[0]!.id } as const,
      { of: "class", classId: 2 } as const,
      { of: "all" } as const,
    ]) {
      await one.apply({ type: "forgot", samples });
      const { notFromBase, reason } = await refused(root, base, one);
      assert.equal(notFromBase, "source");
      assert.match(reason, /forgotten samples since/);
      await one.teach(samplesOf(9, 40));
    }
  });

  test("where one of the two was never in it", async () => {
    const { root, base, one, two, whole } = await family(CONFIG, 2);
    const [later, other] = [await baseOf(one), await baseOf(two)];
    assert.match((await refused(root, later, two)).reason, /samples of class/);
    assert.equal((await refused(root, other, one)).notFromBase, "source");
    const fewer = await refused(root, later, one);
    assert.deepEqual([fewer.notFromBase, fewer.reason], ["own", "has seen 20 samples, and that state 40"]);
    // The same number of samples, and more, of another life.
    const stranger = await (await Taught.begin(NAMES)).teach(samplesOf(8, 80), 5);
    assert.equal((await refused(root, base, stranger)).notFromBase, "source");
    assert.equal((await refused(stranger, base, one)).notFromBase, "own");
    const named = await (await Taught.begin(NAMES.toReversed())).teach(samplesOf(2, 20), 5);
    assert.match((await refused(named, base, one)).reason, /classes of that state, of which "a" is one/);
    // The same samples in other lessons are other lives, though the sums are the same.
    const inOtherLessons = await (await Taught.begin(NAMES)).teach(samplesOf(2, 60), 4);
    assert.match((await refused(root, base, inOtherLessons)).reason, /remembers a sample .* not in it/);
    const merge = await root.takeSince(base, whole);
    assert.deepEqual(merge, { ...merge, samples: 40, remembered: 40 }, "the same lessons are the same life");
  });

  test("where a memory holds too little to tell, by what the sums are of", async () => {
    const config = { ...CONFIG, memorySize: 1 };
    const root = await (await Taught.begin(NAMES, config)).teach(samplesOf(1, 30));
    const base = await baseOf(root);
    for (const [names, reason] of [
      [["a", "b", "c"], /samples of class "d"/],
      [["d", "b", "c"], /samples of class "a"/],
    ] as const) {
      const other = await (await Taught.begin(NAMES, config)).teach(samplesOf(2, 300, names));
      assert.match((await refused(root, base, other)).reason, reason);
    }
  });

  test("by what differs between configurations for life, and not by what may be tuned", () => {
    const plastic = (change: Partial<PlasticConfig> = {}) =>
      ({ kind: "plastic", config: { ...CONFIG, ...change } }) as const;
    assert.deepEqual(baseObstacles(plastic(), plastic({ gate: 0.5, layers: 4, learningRate: 1 })), []);
    assert.deepEqual(baseObstacles(plastic(), plastic({ seed: 8 })), ["has seed 8, the source 7"]);
    assert.equal(baseObstacles(plastic(), plastic({ readout: "memory", inputDim: 13 })).length, 2);
  });
});
