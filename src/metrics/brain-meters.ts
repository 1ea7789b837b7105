// What Prometheus is told of single brains: of those alone that the server's owner has named, since each costs some fifteen series.
// Invariant: a brain that is gone has no series, and a number that a brain has not got has none either.

import { Counter, Gauge, type Registry, Summary } from "prom-client";
import type { Numbers } from "../brain/measures/findings.ts";
import type { AnsweredCall } from "./calls.ts";
import type { FeedMessage } from "./feed.ts";

const OPERATIONS: readonly AnsweredCall["operation"][] = ["predict", "learn"];

/** Which of a brain's numbers, and as what. */
const GAUGES = [
  ["accuracyWindow", "accuracy_ratio", "Share of its latest samples that it knew before it learned them."],
  ["holdoutAccuracy", "holdout_accuracy_ratio", "Share of the samples kept for that which it knows."],
  ["forgetting", "forgetting_ratio", "What it has lost of what it knew best, over its tasks."],
  ["backwardTransfer", "backward_transfer_ratio", "What later tasks have given to earlier ones."],
  [
    "calibrationError",
    "calibration_error_ratio",
    "How far its confidence in its latest answers was from how often it was right.",
  ],
  ["driftError", "drift_error_ratio", "Share of its latest samples that it erred on, as the drift detector sees it."],
  ["novelty", "novelty_ratio", "How new its latest samples were to it."],
  ["memoryFill", "memory_fill_ratio", "Share of its memory that is taken."],
] as const;

export class BrainMeters {
  readonly #brains: ReadonlySet<string>;
  /** Those of them that were deleted: a call that ends later must not bring a series back. */
  readonly #gone = new Set<string>();
  readonly #gauges: readonly { readonly number: string; readonly gauge: Gauge }[];
  readonly #seq: Gauge;
  readonly #drifts: Counter;
  readonly #calls: Summary;

  /** @param brains ids of those that are told of */
  constructor(registry: Registry, brains: readonly string[]) {
    this.#brains = new Set(brains);
    const of = (name: string, help: string, ...labels: string[]) => ({
      name: `engram_brain_${name}`,
      help: `${help} Of brains in ENGRAM_METRICS_BRAINS.`,
      labelNames: ["brain", ...labels],
      registers: [registry],
    });
    this.#gauges = GAUGES.map(([number, name, help]) => ({ number, gauge: new Gauge(of(name, help)) }));
    this.#seq = new Gauge(of("seq", "Number of its last change."));
    this.#drifts = new Counter(of("drift_events_total", "How often a drift was noticed."));
    // Without quantiles: sum and count make a mean over any time.
    const help = "Time from the admission of a call to its answer.";
    this.#calls = new Summary({ ...of("call_duration_seconds", help, "operation"), percentiles: [] });
  }

  note(message: FeedMessage): void {
    const { brain } = message;
    if (!this.#brains.has(brain)) return;
    if (message.type === "deleted") {
      this.#gone.add(brain);
      this.#forget(brain);
      return;
    }
    if (message.type === "created") this.#gone.delete(brain);
    this.#seq.set({ brain }, message.seq);
    this.#drifts.inc({ brain }, message.type === "drift" ? 1 : 0);
    if (message.type === "measured") this.#measure(brain, message.numbers);
  }

  answered({ brain, operation, durationMs }: AnsweredCall): void {
    if (this.#brains.has(brain) && !this.#gone.has(brain)) this.#calls.observe({ brain, operation }, durationMs / 1000);
  }

  #measure(brain: string, numbers: Numbers): void {
    for (const { number, gauge } of this.#gauges) {
      const value = numbers[number] ?? null;
      if (value === null) gauge.remove({ brain });
      else gauge.set({ brain }, value);
    }
  }

  #forget(brain: string): void {
    for (const metric of [this.#seq, this.#drifts, ...this.#gauges.map(({ gauge }) => gauge)]) metric.remove({ brain });
    for (const operation of OPERATIONS) this.#calls.remove({ brain, operation });
  }
}
