import assert from "node:assert/strict";
import { test } from "node:test";
import { HeldSamples } from "../../../../src/brain/measures/held-samples.ts";
import { HoldOut } from "../../../../src/brain/measures/hold-out.ts";
import { zeros } from "../../../../src/tensor/matrix.ts";

const holdOut = (limit: number, seed = 1) =>
  new HoldOut({ seed, limit, samples: new HeldSamples(zeros(0, 1), []), candidates: [] });

/** Offers samples `from`, `from + 1`, … of a class, each a lesson's row that holds its own number. @returns the numbers taken */
function offer(held: HoldOut, count: number, { classId = 0, task = 0, from = 0, isKnown = true } = {}): number[] {
  const data = Float32Array.from({ length: count }, (_, row) => from + row);
  const lesson = { inputs: { rows: count, cols: 1, data }, classes: new Int32Array(count).fill(classId) };
  return held.take(lesson, task, () => isKnown).map((row) => from + row);
}

/** The numbers that are held of a class. */
const numbersOf = ({ samples }: HoldOut, classId = 0): number[] =>
  samples.rowsOf(classId).map((row) => samples.inputs(row, row + 1).data[0]!);

const tasksOf = ({ samples }: HoldOut): number[] => samples.rowsOf(0).map((row) => samples.owners[row]!.task);

test("nothing is drawn, and nothing held, while the limit is 0", () => {
  const held = holdOut(0);
  const before = held.random;
  assert.deepEqual(offer(held, 500), []);
  assert.deepEqual(held.random, before);
  assert.equal(held.isInUse, false);
});

test("a class's first sample is learned, in whatever lesson it comes; of the others about one in ten is a candidate", () => {
  for (let seed = 0; seed < 200; seed++) {
    const held = holdOut(1000, seed);
    assert.ok(!offer(held, 3, { isKnown: false }).includes(0));
  }
  const taken = offer(holdOut(1000), 5000).length;
  assert.ok(taken > 400 && taken < 600, `${taken} of 5000`);
});

test("what is taken is held, each at its own row, and never more than the limit of a class", () => {
  const held = holdOut(7);
  const first = offer(held, 40);
  assert.deepEqual(numbersOf(held), first);
  offer(held, 2000, { from: 100 });
  offer(held, 2000, { classId: 1, from: 10_000 });
  assert.deepEqual([numbersOf(held).length, numbersOf(held, 1).length], [7, 7]);
  assert.equal(new Set(numbersOf(held)).size, 7);
  assert.ok(numbersOf(held, 1).every((number) => number >= 10_000));
});

test("within a task each candidate is as likely to be held as any other, early or late", () => {
  const numbers = Array.from({ length: 300 }, (_, seed) => {
    const held = holdOut(5, seed);
    offer(held, 1000);
    return numbersOf(held);
  }).flat();
  const mean = numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
  assert.ok(Math.abs(mean - 500) < 40, `mean place ${mean}`); // 1500 draws: standard error 7.5
});

test("older tasks keep their samples: later ones take from the task that has most", () => {
  const held = holdOut(9);
  for (const task of [0, 1, 2]) offer(held, 20_000, { task, from: task * 20_000 });
  const counts = [0, 1, 2].map((task) => tasksOf(held).filter((of) => of === task).length);
  assert.equal(
    counts.reduce((a, b) => a + b),
    9,
  );
  assert.ok(
    counts.every((count) => count >= 2),
    counts.join(),
  );
});

test("a smaller limit takes from the largest task first; a larger one lets more in; 0 drops all", () => {
  const held = holdOut(6);
  offer(held, 2000, { task: 0 });
  offer(held, 200, { task: 1, from: 5000 });
  const before = numbersOf(held);
  held.tune(2);
  assert.equal(numbersOf(held).length, 2);
  assert.ok(numbersOf(held).every((number) => before.includes(number)));
  held.tune(4);
  offer(held, 500, { from: 9000 });
  assert.equal(numbersOf(held).length, 4);
  held.tune(0);
  assert.deepEqual([held.samples.stored, held.isInUse], [0, true]); // its generator has drawn
});

test("what is forgotten is not held any more, and the rest stays", () => {
  const held = holdOut(3);
  for (const classId of [0, 1, 2]) offer(held, 300, { classId, from: 1000 * classId });
  const rest = [numbersOf(held), numbersOf(held, 2)];
  held.forget({ of: "entry", id: 1 });
  assert.equal(held.samples.stored, 9);
  held.forget({ of: "class", classId: 1 });
  assert.deepEqual([numbersOf(held), numbersOf(held, 1), numbersOf(held, 2)], [rest[0], [], rest[1]]);
  assert.deepEqual([held.candidates(0) > 0, held.candidates(1)], [true, 0]);
  held.forget({ of: "all" });
  assert.equal(held.samples.stored, 0);
});
