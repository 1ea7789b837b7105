// What the clients know: of every call whether it was answered and what with. What was acknowledged must be found after a crash; what was
// under way may be found or not, whole or not at all; nothing else may be found.

import type { BrainEvent, Restored } from "../../src/brain/events.ts";
import type { Stamp } from "../support/client.ts";
import type { Retry } from "./calls.ts";

/** An event as the log has it, with the names of all classes after it. */
export type Recorded = { readonly event: BrainEvent | Restored; readonly labels: readonly string[] };

/** A change that somebody asked for. */
export type Change = {
  readonly what: string;
  /** Whether the recorded event is what was asked for. */
  readonly isThis: (recorded: Recorded) => boolean;
  /** The event that an audit found it to be, though nobody had been told. */
  keptAs?: number;
};

/** What a server said of a state: it must be what the oracle says. */
export type Claim = { readonly seq: number } & (
  | { readonly of: "digest"; readonly digest: string }
  | { readonly of: "head"; readonly step: number; readonly mode: string }
  | {
      readonly of: "predictions";
      readonly inputs: readonly (readonly number[])[];
      readonly topK: number;
      readonly predictions: unknown;
    }
);

/** `unsure`: asked for, and no answer came. */
type Certainty = "no" | "unsure" | "yes";

export type LedgerTracked = { readonly input: readonly number[]; label: Certainty; settledSeq: number | null };

export class BrainLedger {
  readonly id: string;
  readonly kind: "plastic" | "triarchic";
  /** Where a fork came from. */
  readonly origin: { readonly brain: BrainLedger; readonly seq: number } | null;
  exists: Certainty = "unsure";
  isDeleted: Certainty = "no";
  /** Whether the oracle has followed it. */
  isAudited = false;
  readonly acknowledged = new Map<number, Change>();
  /** Answered without their number. */
  readonly must = new Set<Change>();
  readonly unsure = new Set<Change>();
  readonly retries = new Set<Retry>();
  readonly claims: Claim[] = [];
  readonly checkpoints = new Map<string, { readonly seq: number; readonly digest: string; isDeleted: Certainty }>();
  readonly tracked = new Map<string, LedgerTracked>();
  #seen: number;

  constructor(id: string, kind: BrainLedger["kind"], origin: BrainLedger["origin"] = null) {
    this.id = id;
    this.kind = kind;
    this.origin = origin;
    this.#seen = origin?.seq ?? 0;
  }

  /** Whether a call about it should be answered. */
  get isUsable(): boolean {
    return this.exists === "yes" && this.isDeleted === "no";
  }

  /** The newest state that an answer named. */
  get seen(): number {
    return this.#seen;
  }

  /** @throws when the state is older than `atLeast`, which an answer named before the call was made */
  see({ seq }: Stamp, atLeast: number): void {
    if (seq < atLeast) throw new Error(`${this.id}: an answer of state ${seq} after one of state ${atLeast}`);
    this.#seen = Math.max(this.#seen, seq);
  }

  acknowledge(seq: number, change: Change): void {
    const other = this.acknowledged.get(seq);
    if (other !== undefined) throw new Error(`${this.id}: ${seq} was given to ${other.what} and to ${change.what}`);
    this.acknowledged.set(seq, change);
  }
}

export class Ledger {
  readonly #brains = new Map<string, BrainLedger>();

  get all(): readonly BrainLedger[] {
    return [...this.#brains.values()];
  }

  get usable(): readonly BrainLedger[] {
    return this.all.filter(({ isUsable }) => isUsable);
  }

  get(id: string): BrainLedger | undefined {
    return this.#brains.get(id);
  }

  add(brain: BrainLedger): void {
    this.#brains.set(brain.id, brain);
  }
}
