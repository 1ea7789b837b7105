// What the steps of a curriculum measured, as its charts show it: read whole once, then what is new, now and then while it runs.
// Invariant: what is drawn changes at most once a frame.

import { signal } from "@preact/signals";
import { get } from "../../../api/client.ts";
import type { Curriculum, CurriculumHistory } from "../../../api/types.ts";
import type { ChartSource, Cursor, Picture, Stretch } from "../../../charts/source.ts";
import { STEP_AXIS, STEP_MS } from "../../../charts/step-axis.ts";
import type { Span } from "../../../charts/windows.ts";
import { curriculumPath } from "./paths.ts";
import { endInSight, marksOf, Steps, stretchesOf } from "./steps.ts";

const EVERY_MS = 2_000;
/** Steps of one answer, the most that there are. */
const LIMIT = 10_000;
const LEAST_ZOOM_MS = 2 * STEP_MS;
const USUAL_HALF_LIFE = 8;

export class StepHistory implements ChartSource {
  readonly version = signal(0);
  readonly cursor = signal<Cursor | null>(null);
  readonly announcement = signal("");
  readonly zoomed = signal<Span | null>(null);
  readonly halfLife = signal(USUAL_HALF_LIFE);
  /** Of what was measured, in the order in which it came. */
  readonly names = signal<readonly string[]>([]);
  readonly isRead = signal(false);
  readonly error = signal<Error | null>(null);
  readonly #path: string;
  readonly #stretches: readonly Stretch[];
  readonly #steps: Steps;
  readonly #closing = new AbortController();
  #latest: Curriculum;
  /** How far the curriculum was when it was read last. */
  #readStamp = "";
  #isReading = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #frame = 0;

  constructor(curriculum: Curriculum) {
    this.#path = curriculumPath(curriculum.brain, curriculum.id, "history");
    this.#stretches = stretchesOf(curriculum.phases);
    this.#steps = new Steps(curriculum.progress.total);
    this.#latest = curriculum;
  }

  picture = (): Picture => ({
    timeline: this.#steps.timeline,
    span: this.zoomed.peek() ?? this.#whole,
    marks: marksOf(this.#stretches),
    mode: null,
    halfLife: this.halfLife.peek(),
    axis: STEP_AXIS,
    stretches: this.#stretches,
  });

  zoom = ({ fromMs, toMs }: Span): void => {
    const [from, to] = [Math.max(0, fromMs), Math.min(toMs, this.#whole.toMs)];
    if (to - from < LEAST_ZOOM_MS) return;
    this.zoomed.value = { fromMs: from, toMs: to };
    this.#changed();
  };

  reset = (): void => {
    this.zoomed.value = null;
    this.#changed();
  };

  smooth(halfLife: number): void {
    this.halfLife.value = halfLife;
    this.#changed();
  }

  /** @param curriculum as it is now: what is new of it is read, soon */
  follow(curriculum: Curriculum): void {
    this.#latest = curriculum;
    this.#steps.takeReports(curriculum.phases);
    if (this.#isReading || this.#timer !== undefined || this.#readStamp === stampOf(curriculum)) return;
    if (!this.isRead.peek()) void this.#read();
    else this.#timer = setTimeout(() => void this.#read(), EVERY_MS);
  }

  retry = (): void => void this.#read();

  close(): void {
    this.#closing.abort();
    clearTimeout(this.#timer);
    cancelAnimationFrame(this.#frame);
  }

  get #whole(): Span {
    return { fromMs: 0, toMs: endInSight(this.#stretches, this.#latest.progress) };
  }

  async #read(): Promise<void> {
    const { signal } = this.#closing;
    this.#timer = undefined;
    this.#isReading = true;
    this.#readStamp = stampOf(this.#latest);
    try {
      let read = LIMIT;
      while (read === LIMIT) {
        const query = { from: this.#steps.from, limit: LIMIT };
        const history = await get<CurriculumHistory>(this.#path, { query, signal });
        if (signal.aborted) return;
        this.#steps.take(history);
        read = history.index.length;
      }
      this.error.value = null;
      this.isRead.value = true;
      const names = this.#steps.timeline.names();
      if (names.join() !== this.names.peek().join()) this.names.value = names;
      this.#changed();
    } catch (error) {
      if (!signal.aborted) this.error.value = error instanceof Error ? error : new Error(String(error));
    }
    this.#isReading = false;
    if (this.isRead.peek()) this.follow(this.#latest);
  }

  #changed(): void {
    if (this.#frame !== 0) return;
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0;
      this.version.value++;
    });
  }
}

/** Another one is another history. */
const stampOf = ({ state, progress: { phase, done } }: Curriculum): string => `${state} ${phase} ${done}`;
