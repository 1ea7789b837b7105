// The floors through the experiment's course: taught the same rows, judged on the same rows.

import { setImmediate as breathe } from "node:timers/promises";
import { type Figures, figuresOf, type Known, recovery, type Sizes } from "./figures.ts";
import { type Floor, type FloorName, floorOf } from "./floors.ts";
import type { RowSets, Rows, SetName } from "./source.ts";

/** Rows of the storm that are asked before any of them is taught. */
const PER_STEP = 32;
/** Rows that are answered between two turns of others. */
const AT_ONCE = 64;

/** @returns the same figures as of a brain */
export async function runFloor(name: FloorName, taught: RowSets, judged: RowSets, sizes: Sizes): Promise<Figures> {
  const floor = floorOf(name, taught.vehicles.cols);
  floor.learn(taught.vehicles);
  const first = await knownTo(floor, judged, ["vehicles"]);
  floor.learn(taught.animals);
  const second = await knownTo(floor, judged, ["vehicles", "animals", "storm"]);
  const accuracies: number[] = [];
  let recovered: number | null = null;
  for (const part of partsOf(shuffled(taught.storm), PER_STEP)) {
    // What comes after the recovery need not be asked.
    if (recovered === null) {
      accuracies.push(await shareKnown(floor, part));
      recovered = recovery(accuracies, PER_STEP, second);
    }
    floor.learn(part);
  }
  const third = await knownTo(floor, judged, ["vehicles", "animals", "storm"]);
  return figuresOf({ first, second, third }, recovered, sizes);
}

async function knownTo(floor: Floor, judged: RowSets, sets: readonly SetName[]): Promise<Known> {
  const known: { [name in SetName]?: number } = {};
  for (const name of sets) known[name] = await shareKnown(floor, judged[name]);
  return known;
}

async function shareKnown(floor: Floor, rows: Rows): Promise<number> {
  let right = 0;
  for (const part of partsOf(rows, AT_ONCE)) {
    right += floor.answer(part).filter((answer, row) => answer === part.labels[row]).length;
    await breathe();
  }
  return right / Math.max(1, rows.labels.length);
}

function partsOf({ cols, data, labels }: Rows, size: number): Rows[] {
  const parts: Rows[] = [];
  for (let from = 0; from < labels.length; from += size) {
    const to = from + size;
    parts.push({ cols, data: data.subarray(from * cols, to * cols), labels: labels.slice(from, to) });
  }
  return parts;
}

/** The rows in an order that tells nothing, always the same: a step through them that has no factor in common with their number. */
function shuffled({ cols, data, labels }: Rows): Rows {
  const rows = labels.length;
  let stride = Math.max(1, Math.round(rows * 0.618));
  while (commonFactor(stride, rows) > 1) stride++;
  const order = labels.map((_, at) => (at * stride) % rows);
  const moved = new Float32Array(data.length);
  order.forEach((row, to) => {
    moved.set(data.subarray(row * cols, (row + 1) * cols), to * cols);
  });
  return { cols, data: moved, labels: order.map((row) => labels[row] ?? "") };
}

const commonFactor = (a: number, b: number): number => (b === 0 ? a : commonFactor(b, a % b));
