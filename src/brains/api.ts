// What the service layer offers to whoever calls it (routes, the CLI): one method a use case, plain data in and out.
// Every method rejects with an `EngramError` when the caller is at fault or a part is away, and then nothing has changed.

import type { Prediction } from "../brain/brain.ts";
import type { Kind, LearningMode, Mode, PlasticConfig } from "../brain/config.ts";
import type { ConsolidateOutcome, LearnOutcome } from "../brain/events.ts";
import type { Evaluation } from "../metrics/evaluation.ts";
import type { Matrix } from "../tensor/matrix.ts";

export type Tags = { readonly [key: string]: string };

export type CreateBrain = {
  /** The brain's slug; generated when absent. */
  readonly id?: string;
  readonly name?: string | null;
  readonly kind: Kind;
  readonly config?: Partial<PlasticConfig>;
  readonly tags?: Tags;
};

export type BrainInfo = {
  readonly id: string;
  readonly name: string | null;
  readonly kind: Kind;
  readonly config: PlasticConfig;
  readonly mode: Mode;
  readonly seq: number;
  readonly step: number;
  readonly labels: readonly string[];
  readonly tags: Tags;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  readonly updatedAt: string;
};

export type PatchBrain = { readonly name?: string | null; readonly tags?: Tags };

export type Page = { readonly limit: number; readonly cursor?: string };

/** Which state of which brain gave an answer. */
export type StateStamp = { readonly brain: string; readonly seq: number; readonly step: number; readonly mode: Mode };

export type PredictRequest = { readonly inputs: Matrix; readonly topK: number };
export type PredictAnswer = StateStamp & { readonly predictions: readonly Prediction[] };

export type LearnRequest = {
  readonly inputs: Matrix;
  readonly labels: readonly string[];
  /** For this call alone; the brain's mode otherwise. */
  readonly mode?: LearningMode;
  readonly memorize: boolean;
};
export type LearnAnswer = StateStamp & Omit<LearnOutcome, "type"> & { readonly newLabels: readonly string[] };

export type EvaluateRequest = { readonly inputs: Matrix; readonly labels: readonly string[] };
export type EvaluateAnswer = StateStamp & Evaluation;

export type ConsolidateAnswer = StateStamp & Omit<ConsolidateOutcome, "type">;

export type CheckpointReason = "requested" | "automatic" | "restored";

export type CheckpointInfo = {
  readonly id: string;
  readonly brain: string;
  readonly seq: number;
  readonly step: number;
  readonly name: string | null;
  readonly reason: CheckpointReason;
  readonly sizeBytes: number;
  /** SHA-256 over the state, hexadecimal: equal states of one backend have equal digests. */
  readonly digest: string;
  readonly createdAt: string;
};

export type RestoreAnswer = StateStamp & { readonly checkpoint: string };

/** `up` or why not, per part. */
export type Health = { readonly ready: boolean; readonly checks: { readonly [part: string]: string } };

export interface Brains {
  create(request: CreateBrain): Promise<BrainInfo>;
  list(page: Page): Promise<{ readonly brains: readonly BrainInfo[]; readonly nextCursor: string | null }>;
  get(id: string): Promise<BrainInfo>;
  update(id: string, patch: PatchBrain): Promise<BrainInfo>;
  remove(id: string): Promise<void>;

  predict(id: string, request: PredictRequest): Promise<PredictAnswer>;
  learn(id: string, request: LearnRequest): Promise<LearnAnswer>;
  evaluate(id: string, request: EvaluateRequest): Promise<EvaluateAnswer>;
  setMode(id: string, mode: Mode): Promise<StateStamp>;
  consolidate(id: string): Promise<ConsolidateAnswer>;

  createCheckpoint(id: string, name: string | null): Promise<CheckpointInfo>;
  listCheckpoints(
    id: string,
    page: Page,
  ): Promise<{ readonly checkpoints: readonly CheckpointInfo[]; readonly nextCursor: string | null }>;
  getCheckpoint(id: string, checkpoint: string): Promise<CheckpointInfo>;
  deleteCheckpoint(id: string, checkpoint: string): Promise<void>;
  restore(id: string, checkpoint: string): Promise<RestoreAnswer>;

  health(): Promise<Health>;
}
