// What happens to brains, as it happens: the service publishes, streams subscribe. A listener must not throw and must not wait.

import type { MemoryFill, Merged, Outcome } from "../brain/events.ts";
import type { Drift, Numbers } from "../brain/measures/findings.ts";

/** What every message carries: which brain, the `seq` of its state after the event, learn steps so far, when. */
export type Stamp = { readonly brain: string; readonly seq: number; readonly step: number; readonly time: string };

/** Where a curriculum is, and how it goes. */
export type CurriculumStatus = {
  readonly curriculum: string;
  readonly name: string | null;
  readonly state: "queued" | "running" | "completed" | "cancelled" | "failed";
  /** The phase under way, from 0; null before the first and behind the last. */
  readonly phase: number | null;
  readonly phaseName: string | null;
  /** From 1. */
  readonly epoch: number | null;
  /** Steps done of the phase, and all of it. */
  readonly phaseStep: number | null;
  readonly phaseSteps: number | null;
  /** Steps of all phases. */
  readonly done: number;
  readonly total: number;
  readonly samplesPerSecond: number | null;
  readonly secondsLeft: number | null;
  readonly waiting: string | null;
};

/** What another brain brought, and the memory now; names of classes may be many, and are in the log. */
export type MergedMessage = Omit<Merged, "newLabels"> & { readonly memory: MemoryFill };

export type FeedMessage = Stamp &
  (
    | { readonly type: "created" }
    | { readonly type: "deleted" }
    | Outcome
    /** The brain's numbers after an event. */
    | { readonly type: "measured"; readonly numbers: Numbers }
    | ({ readonly type: "drift" } & Drift)
    | {
        readonly type: "checkpointed";
        readonly checkpoint: string;
        readonly sizeBytes: number;
        readonly durationMs: number;
      }
    | { readonly type: "restored"; readonly checkpoint: string; readonly from: number }
    | MergedMessage
    /** How far a curriculum is. */
    | ({ readonly type: "curriculum" } & CurriculumStatus)
    /** `event`: the one that ended its hosts; null where that was another piece of work. */
    | { readonly type: "quarantined"; readonly event: number | null; readonly deaths: number }
  );

export type FeedListener = (message: FeedMessage) => void;

/** In-process publish and subscribe, in the order of publication. */
export class Feed {
  readonly #listeners = new Set<FeedListener>();

  publish(message: FeedMessage): void {
    for (const listener of this.#listeners) listener(message);
  }

  /** @returns the function that ends the subscription */
  subscribe(listener: FeedListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
