// What of a curriculum is to be written down: how far it is, the lines of its steps, the keys that are behind it. Invariant: they are written
// together or not at all, and what could not be written is written with what follows.

import type { Advance, CurriculumRow, CurriculumTable, StepRow } from "../store/curriculum-table.ts";
import type { CurriculumState } from "./api.ts";
import { keyPrefix } from "./keys.ts";
import type { Progress } from "./progress.ts";
import { toProgress, toState } from "./stored.ts";

/** The curriculum is gone, with its brain. */
export class CurriculumGone extends Error {}

/** So old may what is not written down become. */
const WRITE_EVERY_MS = 500;

/** Where it is in its life. */
export type Life = Pick<CurriculumRow, "error" | "startedAt" | "endedAt"> & { readonly state: CurriculumState };

export class Ledger {
  readonly #table: CurriculumTable;
  readonly #of: Pick<CurriculumRow, "id" | "brainUid">;
  #life: Life;
  #progress: Progress;
  #steps: StepRow[] = [];
  #passedKeys: string[] = [];
  #writtenMs = performance.now();
  /** One at a time. */
  #writing: Promise<void> = Promise.resolve();

  constructor(row: CurriculumRow, table: CurriculumTable) {
    const { id, brainUid, error, startedAt, endedAt } = row;
    this.#table = table;
    this.#of = { id, brainUid };
    this.#life = { state: toState(row.state), error, startedAt, endedAt };
    this.#progress = toProgress(row.progress);
  }

  get life(): Life {
    return this.#life;
  }

  get progress(): Progress {
    return this.#progress;
  }

  /** Whether it is time to write. */
  get isDue(): boolean {
    return performance.now() - this.#writtenMs >= WRITE_EVERY_MS;
  }

  /** Whether anything was measured that is not written down. */
  get isBehind(): boolean {
    return this.#steps.length > 0;
  }

  /** @param step its line; of one that has a line already, numbers to add to it */
  note(progress: Progress, step?: StepRow): void {
    this.#progress = progress;
    if (step !== undefined) this.#steps.push(step);
  }

  live(life: Partial<Life>): void {
    this.#life = { ...this.#life, ...life };
  }

  /** The change under this key is behind the progress that is noted next. */
  pass(key: string): void {
    this.#passedKeys.push(key);
  }

  /** @throws CurriculumGone; EngramError `database-unavailable`, `storage-full` */
  write(): Promise<void> {
    const turn = this.#writing.then(() => this.#write());
    this.#writing = turn.catch(() => {}); // who asked for it hears of it
    return turn;
  }

  async #write(): Promise<void> {
    const steps = mergedSteps(this.#steps);
    const [count, keys] = [this.#steps.length, this.#passedKeys.length];
    const advance: Advance = {
      ...this.#of,
      ...this.#life,
      progress: this.#progress,
      steps,
      passedKeys: this.#passedKeys,
      ...(this.#life.state === "completed" ? { passedPrefix: keyPrefix(this.#of.id) } : {}),
    };
    if (!(await this.#table.advance(advance))) throw new CurriculumGone();
    this.#writtenMs = performance.now();
    this.#steps.splice(0, count);
    this.#passedKeys.splice(0, keys);
  }
}

/** One statement writes a line once. */
function mergedSteps(steps: readonly StepRow[]): readonly StepRow[] {
  const byIndex = new Map<number, StepRow>();
  for (const step of steps) {
    const earlier = byIndex.get(step.index);
    byIndex.set(
      step.index,
      earlier === undefined ? step : { ...earlier, numbers: { ...earlier.numbers, ...step.numbers } },
    );
  }
  return [...byIndex.values()];
}
