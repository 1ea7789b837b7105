// A brain's numbers as its charts show them: the window from the history, then what the stream tells, and the newest points from the history again
// every few seconds, since only that has latencies and what a slow reader's stream leaves out. Invariants: whatever comes, it holds one window of
// points; what is drawn changes at most once a frame, and not while nobody looks.

import { computed, effect, signal } from "@preact/signals";
import { get, pathOf } from "../../../api/client.ts";
import type { LiveStream } from "../../../api/live-stream.ts";
import type { Measures, MetricHistory, StreamMessage } from "../../../api/types.ts";
import { TIME_AXIS } from "../../../charts/axes.ts";
import { Shown } from "../../../charts/shown.ts";
import type { ChartSource, Cursor, Picture } from "../../../charts/source.ts";
import type { Numbers } from "../../../charts/timeline.ts";
import { MAX_POINTS, readingEveryMs, type Span, spanOf, stepFor, windowOf } from "../../../charts/windows.ts";
import type { Settings } from "./settings.ts";

export type LiveHistoryParts = {
  readonly brain: string;
  readonly createdMs: number;
  readonly settings: Settings;
  /** The mode that the brain is in now. */
  readonly modeNow: () => string;
  /** Something about the brain itself changed. */
  readonly onChange: () => void;
};

const TICK_MS = 1000;
/** After a first reading that failed. */
const RETRY_MS = 5000;
const MOST_PER_SECOND = 10;
/** Nothing about the brain but its numbers and what is kept of it. */
const NO_CHANGE: ReadonlySet<string> = new Set(["learned", "measured", "checkpointed", "drift", "taskStarted"]);
/** After these the tasks are others. */
const TASK_CHANGES: ReadonlySet<string> = new Set(["taskStarted", "consolidated", "created", "restored"]);
const LEAST_ZOOM_MS = 2000;

export class LiveHistory implements ChartSource {
  readonly version = signal(0);
  readonly cursor = signal<Cursor | null>(null);
  readonly announcement = signal("");
  /** The brain's numbers now; those of the pause while paused. */
  readonly latest = signal<Numbers>({});
  /** What tasks are called, by ordinal. */
  readonly taskNames = signal<ReadonlyMap<number, string>>(new Map());
  readonly isReady = signal(false);
  readonly isReading = signal(false);
  /** Why the latest reading failed; null when it did not. */
  readonly error = signal<Error | null>(null);
  readonly isPaused = signal(false);
  /** Changes of the brain since the pause. */
  readonly missed = signal(0);
  readonly zoomed = signal<Span | null>(null);
  /** Names of what was measured in the window, with commas between: another text is another set. */
  readonly names = computed(() => {
    void this.version.value;
    return this.#shown.timeline.names().toSorted().join(",");
  });
  readonly #parts: LiveHistoryParts;
  #shown = new Shown(TICK_MS, 1);
  /** What is being read, and hears meanwhile. */
  #coming: Shown | null = null;
  #reading = new AbortController();
  #readToMs = 0;
  #readAtMs = 0;
  /** How much the server's clock is before ours. */
  #aheadMs = 0;
  #pausedMs: number | null = null;
  #seq = 0;
  #frame = 0;

  constructor(parts: LiveHistoryParts) {
    this.#parts = parts;
  }

  /** Begins to read and hear. @returns a function that ends it */
  start(live: LiveStream): () => void {
    const wish = {
      brains: [this.#parts.brain],
      topics: ["events", "measures"] as const,
      maxPerSecond: MOST_PER_SECOND,
    };
    const stopListening = live.listen(wish, {
      onMessage: (message) => this.#hear(message),
      onGap: () => this.#readAll(),
    });
    const timer = setInterval(() => this.#tick(), TICK_MS);
    const onVisible = (): void => this.#tick();
    document.addEventListener("visibilitychange", onVisible);
    const stopFollowing = effect(() => {
      void this.#parts.settings.window.value;
      void this.zoomed.value;
      void this.#readWindow();
    });
    const stopSmoothing = effect(() => {
      void this.#parts.settings.halfLife.value;
      this.#changed();
    });
    void this.#readMeasures();
    return () => {
      stopListening();
      clearInterval(timer);
      document.removeEventListener("visibilitychange", onVisible);
      stopFollowing();
      stopSmoothing();
      this.#reading.abort();
      cancelAnimationFrame(this.#frame);
    };
  }

  picture = (): Picture => ({
    timeline: this.#shown.timeline,
    marks: this.#shown.marks,
    span: this.span,
    mode: this.zoomed.peek() === null ? this.#parts.modeNow() : null,
    halfLife: this.#parts.settings.halfLife.peek(),
    axis: TIME_AXIS,
    stretches: [],
  });

  get span(): Span {
    return (
      this.zoomed.peek() ?? spanOf(windowOf(this.#parts.settings.window.peek()), this.#nowMs, this.#parts.createdMs)
    );
  }

  get resolutionS(): number {
    return this.#shown.resolutionS;
  }

  zoom = ({ fromMs, toMs }: Span): void => {
    const [from, to] = [Math.max(fromMs, this.#parts.createdMs - LEAST_ZOOM_MS), Math.min(toMs, this.#nowMs)];
    if (to - from < LEAST_ZOOM_MS) return;
    this.zoomed.value = { fromMs: from, toMs: to };
    this.#changed();
  };

  reset = (): void => {
    this.zoomed.value = null;
  };

  /** Reads all again, after a failure. */
  retry = (): void => this.#readAll();

  pause(): void {
    this.#pausedMs = this.#nowMs;
    this.missed.value = 0;
    this.isPaused.value = true;
  }

  resume(): void {
    this.#pausedMs = null;
    this.isPaused.value = false;
    this.#readAll();
  }

  /** The server's time; while paused, that of the pause. */
  get #nowMs(): number {
    return this.#pausedMs ?? Date.now() + this.#aheadMs;
  }

  get #isLive(): boolean {
    return !this.isPaused.peek() && this.zoomed.peek() === null;
  }

  #hear(message: StreamMessage): void {
    if (!("seq" in message) || message.brain !== this.#parts.brain) return;
    if (!NO_CHANGE.has(message.type)) this.#parts.onChange();
    if (message.type === "created") {
      this.#seq = 0;
      this.#readAll();
      return;
    }
    if (this.isPaused.peek()) {
      this.missed.value = Math.max(0, message.seq - this.#seq);
      return;
    }
    this.#seq = Math.max(this.#seq, message.seq);
    if (TASK_CHANGES.has(message.type)) void this.#readMeasures();
    if (message.type === "measured") this.latest.value = message.numbers;
    this.#coming?.hear(message);
    if (this.#isLive && this.#shown.hear(message)) this.#changed();
  }

  #tick(): void {
    if (document.hidden || !this.#isLive || this.isReading.peek()) return;
    if (!this.isReady.peek()) {
      if (Date.now() - this.#readAtMs >= RETRY_MS) this.#readAll();
      return;
    }
    const { stepMs } = this.#shown.timeline;
    if (Date.now() - this.#readAtMs >= readingEveryMs(stepMs / 1000)) void this.#readNewest();
    else if (stepMs <= 5 * TICK_MS) this.#changed(); // time goes on, also when nothing happens
  }

  #readAll(): void {
    void this.#readMeasures();
    void this.#readWindow();
  }

  async #readWindow(): Promise<void> {
    const span = this.span;
    const stepS = stepFor(span, this.#nowMs);
    const coming = new Shown(1000 * stepS, 2 * MAX_POINTS);
    this.#coming = coming;
    const history = await this.#read(span.fromMs, stepS, this.#isLive ? null : span.toMs);
    if (history === null || this.#coming !== coming) return;
    this.#coming = null;
    coming.read(history);
    this.#shown = coming;
    this.isReady.value = true;
    // Until the brain itself has told, which may have to be loaded for it.
    if (Object.keys(this.latest.peek()).length === 0) this.latest.value = coming.timeline.latest();
    this.#changed();
    // The first reading tells how the server's clock stands to ours; by much, the window was another one.
    if (this.#isLive && Math.abs(this.span.toMs - span.toMs) > 30_000) await this.#readWindow();
  }

  async #readNewest(): Promise<void> {
    const shown = this.#shown;
    const { stepMs } = shown.timeline;
    const span = this.span;
    if (1000 * stepFor(span, this.#nowMs) !== stepMs) return this.#readWindow();
    const history = await this.#read(
      Math.max(span.fromMs, Math.floor(this.#readToMs / stepMs) * stepMs - stepMs),
      stepMs / 1000,
      null,
    );
    if (history === null || this.#shown !== shown || !this.#isLive) return;
    shown.read(history);
    this.#changed();
  }

  /** @param toMs null: now. @returns null where it failed, or nobody waits any more */
  async #read(fromMs: number, step: number, toMs: number | null): Promise<MetricHistory | null> {
    this.#reading.abort();
    this.#reading = new AbortController();
    const { signal } = this.#reading;
    this.isReading.value = true;
    this.#readAtMs = Date.now();
    const query = { from: isoOf(fromMs), step, ...(toMs === null ? {} : { to: isoOf(toMs) }) };
    try {
      const sentMs = Date.now();
      const history = await get<MetricHistory>(pathOf(this.#parts.brain, "metrics"), { query, signal });
      if (signal.aborted) return null;
      if (toMs === null) {
        this.#readToMs = Date.parse(history.to);
        this.#aheadMs = this.#readToMs - (sentMs + Date.now()) / 2;
      }
      if (!this.isPaused.peek()) this.#seq = Math.max(this.#seq, history.seq);
      this.error.value = null;
      return history;
    } catch (error) {
      if (!signal.aborted) this.error.value = error instanceof Error ? error : new Error(String(error));
      return null;
    } finally {
      if (!signal.aborted) this.isReading.value = false;
    }
  }

  /** What is measured now, and what tasks are called. A failure shows where the history fails as well. */
  async #readMeasures(): Promise<void> {
    const measures = await get<Measures>(pathOf(this.#parts.brain, "measures")).catch(() => null);
    if (measures === null || this.isPaused.peek()) return;
    const named = measures.tasks.flatMap(({ task, name }): [number, string][] => (name === null ? [] : [[task, name]]));
    this.latest.value = measures.numbers;
    this.taskNames.value = new Map(named);
  }

  #changed(): void {
    if (this.#frame !== 0) return;
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0;
      if (this.#isLive) this.#shown.dropBefore(this.span.fromMs - this.#shown.timeline.stepMs);
      this.version.value++;
    });
  }
}

const isoOf = (timeMs: number): string => new Date(timeMs).toISOString();
