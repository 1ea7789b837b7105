// What goes into the service layer and what comes out of it, as plain data.

import type { MemoryEntry, MemorySummary, Prediction } from "../brain/brain.ts";
import type { Blueprint, LearningMode, Mode, PlasticConfig, Reward, TriarchicConfig, Tuning } from "../brain/config.ts";
import type { InputKind } from "../brain/encoder-identity.ts";
import type {
  ConsolidateOutcome,
  ForgetOutcome,
  LayerRenewOutcome,
  LayersOutcome,
  LayerTuneOutcome,
  LearnOutcome,
  MemoryFill,
  Merged,
  TaskOutcome,
} from "../brain/events.ts";
import type { LayerStats } from "../brain/layer-stats.ts";
import type { MeasuresReport } from "../brain/measures/report.ts";
import type { Trace, TraceRequest } from "../brain/trace.ts";
import type { TensorWeights } from "../brain/weights.ts";
import type { EncoderInfo } from "../encoders/encoder.ts";
import type { Calibration } from "../metrics/calibration.ts";
import type { Evaluation } from "../metrics/evaluation.ts";
import type { Origin } from "../store/brain-table.ts";
import type { Matrix } from "../tensor/matrix.ts";
import type { ResidencyStatus } from "./residency-status.ts";

export type Tags = { readonly [key: string]: string };

/** A part of a configuration, as callers give it: what is left out stays, or takes its default. */
type Wishes<Config extends { readonly reward: Reward }> = Partial<Omit<Config, "reward">> & {
  readonly reward?: Partial<Reward>;
};
/** An encoder is asked for by its name. */
type EncoderWish = { readonly encoder?: string };
export type ConfigWishes = Wishes<Omit<PlasticConfig, "encoder">> & EncoderWish;
export type TriarchicWishes = Partial<Omit<TriarchicConfig, "encoder">> & EncoderWish;
export type TuningWishes = Wishes<Tuning>;

/** What a caller may ask for: a kind, and as much of its configuration as he likes. */
export type Wish =
  | { readonly kind: "plastic"; readonly config?: ConfigWishes }
  | { readonly kind: "triarchic"; readonly config?: TriarchicWishes };

export type CreateBrain = Wish & {
  /** The brain's slug; generated when absent. */
  readonly id?: string;
  readonly name?: string | null;
  readonly tags?: Tags;
};

/** Its configuration is the one in force now: tuned, and with the layers that there are. */
export type BrainInfo = Blueprint & {
  readonly id: string;
  readonly name: string | null;
  readonly mode: Mode;
  readonly seq: number;
  readonly step: number;
  readonly labels: readonly string[];
  readonly tags: Tags;
  readonly status: ResidencyStatus;
  /** Null when it was created here, empty. */
  readonly origin: Origin | null;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  readonly updatedAt: string;
};

/** By name. */
export type EncoderList = { readonly encoders: readonly EncoderInfo[] };

export type PatchBrain = { readonly name?: string | null; readonly tags?: Tags; readonly config?: TuningWishes };

export type Page = { readonly limit: number; readonly cursor?: string };

/** Which state of which brain gave an answer. */
export type StateStamp = { readonly brain: string; readonly seq: number; readonly step: number; readonly mode: Mode };

/** Images (files) or texts (UTF-8), for the brain's encoder. */
export type RawInputs = { readonly kind: InputKind; readonly items: readonly Uint8Array[] };

/** Inputs as callers send them; features with the digest of the encoder that made them, where one did. */
export type Inputs = (Matrix & { readonly encodedBy?: string }) | RawInputs;

/** What a brain computes on. */
export type Computable = { /** float32 [n, inputDim] */ readonly inputs: Matrix; readonly signal?: AbortSignal };

/** A request as callers make it. */
export type Given<Request extends Computable> = Omit<Request, "inputs"> & {
  readonly inputs: Inputs;
  readonly signal?: AbortSignal;
};

export type PredictRequest = {
  readonly inputs: Matrix;
  readonly topK: number;
  /** Whether the predictions are to say where they come from. */
  readonly explain?: boolean;
  /** Whether labels may follow: each prediction then gets an id, and is durable before the answer. */
  readonly track?: boolean;
  /** Aborted when nobody waits for the answer any more: what is not computed by then never is. */
  readonly signal?: AbortSignal;
};
export type PredictAnswer = StateStamp & { readonly predictions: readonly (Prediction & { readonly id?: string })[] };

export type TraceInputs = Pick<PredictRequest, "inputs" | "topK" | "signal"> &
  Partial<Pick<TraceRequest, "imaginations">>;
export type TraceAnswer = StateStamp & { /** One per input. */ readonly traces: readonly Trace[] };

export type WeightsRequest = {
  /** Of each histogram. */
  readonly bins: number;
  /** Aborted when nobody waits for the answer any more. */
  readonly signal?: AbortSignal;
};
export type WeightsAnswer = StateStamp & { readonly tensors: readonly TensorWeights[] };

export type LearnRequest = {
  readonly inputs: Matrix;
  readonly labels: readonly string[];
  /** For this call alone; the brain's mode otherwise. */
  readonly mode?: LearningMode;
  readonly memorize: boolean;
  /** Of plastic brains: whether idle neurons may be born again, for this call alone; as the layers say when absent. */
  readonly neurogenesis?: boolean;
};
export type LearnAnswer = StateStamp & Omit<LearnOutcome, "type"> & { readonly newLabels: readonly string[] };

export type FeedbackItem = { readonly id: string; readonly label: string };
export type FeedbackRequest = {
  readonly items: readonly FeedbackItem[];
  /** For this call alone; the brain's mode otherwise. */
  readonly mode?: LearningMode;
};
export type FeedbackStatus = "learned" | "duplicate" | "unknown" | "expired";
export type FeedbackResult = {
  readonly id: string;
  readonly status: FeedbackStatus;
  /** What was predicted then, of learned ones and duplicates. */
  readonly predicted?: string | null;
  /** Whether that was right by the label that counted. */
  readonly correct?: boolean;
};
export type FeedbackAnswer = StateStamp & {
  /** In the order of the items. */
  readonly results: readonly FeedbackResult[];
  readonly counts: { readonly [status in FeedbackStatus]: number };
  /** Share of the learned ones that had been predicted right; null without any. */
  readonly accuracy: number | null;
  /** What learning them did; null when there was nothing to learn. */
  readonly learn: Omit<LearnAnswer, keyof StateStamp> | null;
};

export type FeedbackSummary = StateStamp & {
  readonly pending: number;
  readonly settled: number;
  readonly expired: number;
  /** ISO 8601, UTC. */
  readonly oldestPendingAt: string | null;
  readonly ttlHours: number;
  /** Share of the settled ones that had been predicted right; null without any. */
  readonly accuracy: number | null;
};

export type EvaluateRequest = { readonly inputs: Matrix; readonly labels: readonly string[] };
export type EvaluateAnswer = StateStamp & Evaluation & { readonly calibration: Calibration };

export type ConsolidateAnswer = StateStamp & Omit<ConsolidateOutcome, "type">;

export type MeasuresAnswer = StateStamp & MeasuresReport;
export type TaskAnswer = StateStamp & Omit<TaskOutcome, "type">;

export type LayersAnswer = StateStamp & { readonly layers: readonly ({ readonly index: number } & LayerStats)[] };
export type LayerChangeAnswer = StateStamp & Omit<LayersOutcome, "type">;
export type LayerTuneAnswer = StateStamp & Omit<LayerTuneOutcome, "type">;
export type LayerRenewAnswer = StateStamp & Omit<LayerRenewOutcome, "type">;

export type MemoryAnswer = StateStamp & MemorySummary;
export type MemoryEntriesRequest = Page & { readonly label?: string; readonly withKeys: boolean };
type MemoryEntryWithKey = MemoryEntry & { readonly key?: readonly number[] };
export type MemoryEntryAnswer = StateStamp & { readonly entry: MemoryEntryWithKey };
export type MemoryEntriesAnswer = StateStamp & {
  readonly entries: readonly MemoryEntryWithKey[];
  readonly nextCursor: string | null;
};
export type ForgetAnswer = StateStamp & Omit<ForgetOutcome, "type">;

export type MergeRequest = {
  /** The other brain's id. */
  readonly source: string;
  /** What it has learned since this state alone; all that it knows when left out. */
  readonly base?: MergeBase;
};
/** A state that both brains came from. */
export type MergeBase = {
  /** The id of a brain that was in it; the other one when left out. */
  readonly brain?: string;
  /** The one that the other brain began with here, as its `origin` says, when left out. */
  readonly seq?: number;
};
export type MergeAnswer = StateStamp & Omit<Merged, "type"> & { readonly memory: MemoryFill };

/** `up` or why not, per part. */
export type Health = {
  readonly ready: boolean;
  readonly checks: { readonly [part: string]: string };
  /** What each compute process that is up computes with; `fallback`: why that is not what was asked for. */
  readonly hosts: { readonly [host: string]: { readonly backend: string; readonly fallback?: string } };
};
