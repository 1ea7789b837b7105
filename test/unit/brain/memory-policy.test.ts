// What each policy promises of a full memory, whatever arrives.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { MEMORY_POLICIES, type MemoryPolicyName } from "../../../src/brain/config.ts";
import { EpisodicMemory, NEW_COUNTERS } from "../../../src/brain/episodic-memory.ts";
import { MemoryEntries } from "../../../src/brain/memory-entries.ts";
import { MemoryKeys } from "../../../src/brain/memory-keys.ts";
import { policyOf } from "../../../src/brain/memory-policy.ts";
import { Random } from "../../../src/brain/random.ts";
import { BACKENDS, gaussianMatrix } from "./support.ts";

const [backend] = BACKENDS;
const DIM = 2;

/** A memory, and what is in it as far as the policy is concerned. */
async function memoryOf(name: MemoryPolicyName, capacity: number, seed = 1) {
  const entries = MemoryEntries.empty(capacity);
  const memoryKeys = await MemoryKeys.create(backend!, { capacity, inputDim: DIM }, new Float32Array(0), "exact");
  const policy = policyOf(name, entries);
  const memory = new EpisodicMemory({ keys: memoryKeys, neighbors: 1, entries, policy, counters: NEW_COUNTERS });
  const random = Random.seeded(seed);
  const keys = Random.seeded(99);
  let seq = 0;
  const offer = (classes: readonly number[], areAdmitted: boolean) =>
    memory.memorize(gaussianMatrix(keys, classes.length, DIM), Int32Array.from(classes), ++seq, random, areAdmitted);
  const store = (classes: readonly number[]) => offer(classes, false);
  const admit = (classes: readonly number[]) => offer(classes, true);
  const slots = () => Array.from({ length: entries.stored }, (_, slot) => slot);
  const ids = () => slots().map((slot) => entries.ids.get(slot));
  const seqs = () => slots().map((slot) => entries.seqs.get(slot));
  const classes = () => [...entries.classes.subarray(0, entries.stored)];
  const count = (classId: number) => classes().filter((other) => other === classId).length;
  return { memory, entries, random, store, admit, ids, seqs, classes, count };
}

const repeated = (classId: number, times: number): number[] => new Array<number>(times).fill(classId);

describe("a memory policy", () => {
  const step = fc.oneof(
    { weight: 4, arbitrary: fc.array(fc.nat(5), { minLength: 1, maxLength: 30 }) },
    { weight: 1, arbitrary: fc.record({ classId: fc.nat(5) }) },
    { weight: 1, arbitrary: fc.record({ id: fc.nat(100) }) },
  );

  for (const name of MEMORY_POLICIES) {
    test(`${name}: entries fit the memory, their ids are unique and grow with age`, () =>
      fc.assert(
        fc.asyncProperty(
          fc.integer({ min: 1, max: 12 }),
          fc.array(step, { maxLength: 20 }),
          async (capacity, steps) => {
            const { memory, entries, store, ids, seqs } = await memoryOf(name, capacity);
            const given = new Map<number, number>();
            for (const what of steps) {
              const stored = entries.stored;
              const lastId = memory.counters.lastId;
              if (Array.isArray(what)) {
                await store(what);
                assert.equal(entries.stored >= Math.min(capacity, stored + 1), true);
              } else if ("classId" in what) {
                await memory.forget({ of: "class", classId: what.classId });
              } else {
                const id = ids()[what.id % Math.max(1, stored)];
                const forgotten = await memory.forget({ of: "entry", id: id ?? 0 });
                assert.equal(forgotten, Math.min(1, stored));
                assert.ok(id === undefined || !ids().includes(id));
              }
              assert.ok(entries.stored <= capacity);
              assert.equal(new Set(ids()).size, entries.stored);
              ids().forEach((id, slot) => {
                assert.ok(given.has(id) || id > lastId);
                assert.equal(seqs()[slot], given.get(id) ?? seqs()[slot]);
                given.set(id, seqs()[slot]!);
              });
              const bySeq = [...ids()].sort((a, b) => a - b).map((id) => given.get(id)!);
              assert.deepEqual(
                bySeq,
                [...bySeq].sort((a, b) => a - b),
              );
              const { seen, experience } = memory.counters;
              assert.ok(entries.stored <= experience && experience <= seen);
            }
          },
        ),
        { numRuns: 60 },
      ));

    test(`${name}: no chance is drawn while the memory is not full`, async () => {
      const { memory, random, store, classes, ids } = await memoryOf(name, 9);
      const before = random.state;
      await store([0, 0, 0, 0, 1, 2]);
      await memory.forget({ of: "entry", id: ids()[1]! });
      await store([3, 0, 0, 0]);
      assert.deepEqual(random.state, before);
      assert.equal(classes().length, 9);
    });

    test(`${name}: what is admitted is stored, one sample at a time, whatever the memory has seen`, () =>
      fc.assert(
        fc.asyncProperty(
          fc.integer({ min: 1, max: 12 }),
          fc.array(fc.nat(5), { maxLength: 80 }),
          async (capacity, stream) => {
            const { memory, store, admit, ids, classes } = await memoryOf(name, capacity);
            await store(Array.from({ length: 200 }, (_, i) => i % 3));
            for (const classId of stream) {
              const before = ids();
              await admit([classId]);
              const { lastId } = memory.counters;
              assert.equal(classes()[ids().indexOf(lastId)], classId);
              assert.equal(ids().filter((id) => before.includes(id)).length, capacity - 1);
            }
            assert.equal(memory.counters.experience, 200 + stream.length);
          },
        ),
        { numRuns: 40 },
      ));

    test(`${name}: a batch is stored as if one by one, however large`, async () => {
      const stream = Array.from({ length: 57 }, (_, i) => (i * i) % 5);
      const [atOnce, oneByOne] = [await memoryOf(name, 7), await memoryOf(name, 7)];
      await atOnce.store(stream);
      for (const classId of stream) await oneByOne.store([classId]);
      assert.deepEqual(atOnce.classes(), oneByOne.classes());
      const [left, right] = [await atOnce.memory.state(5), await oneByOne.memory.state(5)];
      assert.deepEqual(left.keys, right.keys);
      assert.deepEqual(atOnce.random.state, oneByOne.random.state);
    });
  }

  test("fifo: the oldest make room, whatever was forgotten in between", () =>
    fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 9 }),
        fc.array(fc.oneof(fc.nat(8), fc.constant("store")), { maxLength: 60 }),
        async (capacity, steps) => {
          const { memory, store, ids } = await memoryOf("fifo", capacity);
          let expected: number[] = [];
          for (const what of steps) {
            if (typeof what === "number") {
              const gone = ids()[what];
              await memory.forget({ of: "entry", id: gone ?? 0 });
              expected = expected.filter((id) => id !== gone);
            } else {
              await store([0]);
              expected = [...expected, memory.counters.lastId].slice(-capacity);
            }
            assert.deepEqual(
              ids().sort((a, b) => a - b),
              expected,
            );
          }
        },
      ),
    ));

  test("class-balanced: a small class keeps its samples under a flood of another", async () => {
    const { store, count, ids, entries } = await memoryOf("class-balanced", 100);
    await store([...repeated(0, 90), ...repeated(1, 7)]);
    const rare = ids().filter((_, slot) => entries.classes[slot] === 1);
    for (let i = 0; i < 200; i++) await store(repeated(0, 25));
    assert.equal(count(1), 7);
    assert.ok(rare.every((id) => ids().includes(id)));
    // A newcomer grows at the expense of the largest class alone, up to its size.
    for (let i = 0; i < 80; i++) await store([2]);
    assert.equal(count(1), 7);
    assert.ok(Math.abs(count(0) - count(2)) <= 1);
    await store(repeated(1, 200));
    assert.ok([count(0), count(1), count(2)].every((samples) => samples >= 32));
  });

  test("class-balanced: within a class every sample seen is equally likely to be there", async () => {
    await assertUniform("class-balanced", (i) => i % 2);
  });

  test("class-balanced: more classes than slots leave each a chance to come back", async () => {
    const { store, classes } = await memoryOf("class-balanced", 4);
    const present = new Set<number>();
    for (let i = 0; i < 400; i++) {
      await store([i % 9]);
      for (const classId of classes()) if (i > 100) present.add(classId);
    }
    assert.equal(present.size, 9);
  });

  test("class-balanced: what is admitted leaves the classes as large as they are", async () => {
    const { store, admit, count } = await memoryOf("class-balanced", 90);
    for (let i = 0; i < 1000; i++) await store([i % 3]);
    await admit(repeated(0, 200));
    assert.deepEqual([0, 1, 2].map(count), [30, 30, 30]);
    await admit(repeated(3, 200));
    assert.ok([0, 1, 2, 3].every((classId) => count(classId) >= 22 && count(classId) <= 23));
  });

  for (const name of ["class-balanced", "reservoir"] as const) {
    test(`${name}: after a hundred were admitted, 100·(1 − 1/100)ⁿ of the old ones are left, and the reservoir goes on`, async () => {
      let [left, later] = [0, 0];
      const rounds = 60;
      for (let seed = 0; seed < rounds; seed++) {
        const { store, admit, seqs } = await memoryOf(name, 100, seed);
        for (let i = 0; i < 1000; i++) await store([0]);
        for (let i = 0; i < 100; i++) await admit([0]);
        left += seqs().filter((seq) => seq <= 1000).length;
        for (let i = 0; i < 100; i++) await store([0]);
        later += seqs().filter((seq) => seq > 1100).length;
      }
      assert.ok(Math.abs(left / rounds - 36.6) < 2, `${left / rounds} are left`);
      // A new one enters with chance 100/1150, as if nothing had been admitted.
      assert.ok(Math.abs(later / rounds - 8.4) < 1.5, `${later / rounds} came later`);
    });
  }

  test("reservoir: every sample seen is equally likely to be there", async () => {
    await assertUniform("reservoir", () => 0);
  });
});

/** A stream of 200 into 20 slots, 600 times: each tenth of the stream ends with a tenth of the memory (± 5 standard deviations). */
async function assertUniform(name: MemoryPolicyName, classOf: (i: number) => number): Promise<void> {
  const tenths = new Array<number>(10).fill(0);
  const rounds = 600;
  for (let seed = 0; seed < rounds; seed++) {
    const { store, seqs } = await memoryOf(name, 20, seed);
    for (let i = 0; i < 200; i++) await store([classOf(i)]);
    for (const seq of seqs()) tenths[Math.floor((seq - 1) / 20)]! += 1;
  }
  const expected = (rounds * 20) / 10;
  for (const count of tenths) assert.ok(Math.abs(count - expected) < 5 * Math.sqrt(expected), `${tenths}`);
}
