import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { ProbeChoice } from "../../../src/brain/analytic/probe-choice.ts";
import { Random } from "../../../src/brain/random.ts";
import { gatheredRows, type Matrix, rowsOf } from "../../../src/tensor/matrix.ts";

const ROWS = 400;
const COLS = 64;
const MOST = 50;

function keys(): Matrix {
  const random = Random.seeded(3);
  return { rows: ROWS, cols: COLS, data: Float32Array.from({ length: ROWS * COLS }, () => random.uniform()) };
}

/** Numbers of the rows that are chosen, ascending, when they come in this order. */
function chosen(all: Matrix, order: readonly number[]): number[] {
  const choice = new ProbeChoice(MOST);
  const offered = gatheredRows(all, order);
  for (let at = 0; at < ROWS; at += 80) choice.offer(at, rowsOf(offered, at, at + 80), new Uint8Array(80));
  return Array.from(choice.slots, (slot) => order[slot] ?? -1).sort((a, b) => a - b);
}

const order = (step: number): number[] => Array.from({ length: ROWS }, (_, i) => (i * step) % ROWS);

describe("which samples are left out", () => {
  test("are the same ones in any order of lessons", () => {
    const all = keys();
    const first = chosen(all, order(1));
    assert.equal(new Set(first).size, MOST);
    for (const step of [3, 7, 399]) assert.deepEqual(chosen(all, order(step)), first);
  });

  test("are spread over the classes as by chance", () => {
    // Class by class, so that what came early or late would show.
    const perClass = new Array(4).fill(0);
    for (const row of chosen(keys(), order(1))) perClass[Math.floor((4 * row) / ROWS)] += 1;
    // Binomial: 12.5 expected, a deviation of 3.1.
    for (const count of perClass) assert.ok(count >= 4 && count <= 22, `${perClass}`);
  });

  test("do not change where the largest features of a sample change places", () => {
    const all = keys();
    const swapped = { ...all, data: all.data.slice() };
    for (let row = 0; row < ROWS; row++) {
      const own = rowsOf(swapped, row, row + 1).data;
      const [a = 0, b = 0] = Array.from(own.keys()).sort((x, y) => (own[y] ?? 0) - (own[x] ?? 0));
      [own[a], own[b]] = [own[b] ?? 0, own[a] ?? 0];
    }
    assert.notDeepEqual(swapped.data, all.data);
    assert.deepEqual(chosen(swapped, order(1)), chosen(all, order(1)));
  });

  test("are as many of panic as of the rest, and each makes up for what the other lacks", () => {
    const all = keys();
    const ofPanic = (panics: number): number => {
      const choice = new ProbeChoice(MOST);
      choice.offer(
        0,
        all,
        Uint8Array.from({ length: ROWS }, (_, row) => Number(row < panics)),
      );
      const { slots } = choice;
      assert.equal(new Set(slots).size, MOST);
      return slots.filter((slot) => slot < panics).length;
    };
    assert.deepEqual([0, 4, 200, ROWS - 10, ROWS].map(ofPanic), [0, 4, 25, 40, 50]);
  });
});
