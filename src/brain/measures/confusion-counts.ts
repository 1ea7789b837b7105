// For which class samples of each class were taken, test-then-train. Beyond 512 classes it is not kept any more, for it grows with their
// square. Invariant: row i sums to the samples of class i, those without an answer included; a cell stops at 2³¹ − 1.

import { INT32_MAX } from "../header-fields.ts";
import type { Answers } from "./answers.ts";

/** A matrix of 512² cells is about half a megabyte of JSON. */
export const MAX_CONFUSION_LABELS = 512;

/** `count` samples of class `truth` were taken for class `answer`, −1 for none. */
export type ConfusionCell = { readonly truth: number; readonly answer: number; readonly count: number };

export class ConfusionCounts {
  #classes = 0;
  /** Classes that there is room for. */
  #room = 0;
  /** int32 [room, room + 1]: by true class and answer, the first column for none; null where it is not kept. */
  #counts: Int32Array | null = new Int32Array(0);

  constructor(classes: number, cells: readonly ConfusionCell[] = []) {
    this.addClasses(classes);
    for (const { truth, answer, count } of cells) this.#add(truth, answer, count);
  }

  get isKept(): boolean {
    return this.#counts !== null;
  }

  addClasses(count: number): void {
    this.#classes += count;
    if (this.#classes > MAX_CONFUSION_LABELS) this.#counts = null;
    if (this.#counts === null || this.#classes <= this.#room) return;
    const { cells } = this;
    this.#room = Math.min(MAX_CONFUSION_LABELS, Math.max(this.#classes, 2 * this.#room));
    this.#counts = new Int32Array(this.#room * (this.#room + 1));
    for (const cell of cells) this.#add(cell.truth, cell.answer, cell.count);
  }

  /** @param truth int32 [batch] */
  note({ classes }: Answers, truth: Int32Array): void {
    for (let row = 0; row < truth.length; row++) this.#add(truth[row] ?? 0, classes[row] ?? -1, 1);
  }

  count(truth: number, answer: number): number {
    return this.#counts?.[truth * (this.#room + 1) + answer + 1] ?? 0;
  }

  /** Those above 0, by class and answer. */
  get cells(): readonly ConfusionCell[] {
    const cells: ConfusionCell[] = [];
    const columns = this.#room + 1;
    this.#counts?.forEach((count, at) => {
      if (count > 0) cells.push({ truth: Math.floor(at / columns), answer: (at % columns) - 1, count });
    });
    return cells;
  }

  #add(truth: number, answer: number, count: number): void {
    if (this.#counts === null) return;
    const at = truth * (this.#room + 1) + answer + 1;
    this.#counts[at] = Math.min(INT32_MAX, (this.#counts[at] ?? 0) + count);
  }
}
