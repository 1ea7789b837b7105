// How fast a curriculum goes, by what was done lately: a step that takes longer than before shows within half a minute.

const WINDOW_MS = 30_000;
/** Fewer would say nothing. */
const LEAST_MS = 500;

type Mark = { readonly atMs: number; readonly steps: number; readonly samples: number };

export class RecentPace {
  #marks: Mark[] = [];
  #steps = 0;
  #samples = 0;

  /** Begins to count at `nowMs`. */
  begin(nowMs: number): void {
    this.#marks = [{ atMs: nowMs, steps: this.#steps, samples: this.#samples }];
  }

  note(samples: number, nowMs: number): void {
    this.#steps += 1;
    this.#samples += samples;
    const last = this.#marks.at(-1);
    // Marks a second apart are enough to measure by.
    if (last === undefined || nowMs - last.atMs >= 1000) {
      this.#marks.push({ atMs: nowMs, steps: this.#steps, samples: this.#samples });
    }
    while (this.#marks.length > 2 && nowMs - (this.#marks[1]?.atMs ?? nowMs) > WINDOW_MS) this.#marks.shift();
  }

  /** @returns samples and steps a second; null before there is enough to tell */
  at(nowMs: number): { readonly samples: number; readonly steps: number } | null {
    const [first] = this.#marks;
    if (first === undefined || this.#steps === first.steps || nowMs - first.atMs < LEAST_MS) return null;
    const seconds = (nowMs - first.atMs) / 1000;
    return { samples: (this.#samples - first.samples) / seconds, steps: (this.#steps - first.steps) / seconds };
  }
}
