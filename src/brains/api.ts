// What the service layer offers to whoever calls it (routes, the CLI): one method a use case, plain data in and out.
// Every method rejects with an `EngramError` when the caller is at fault or a part is away, and then nothing has changed.

import type { Mode } from "../brain/config.ts";
import type { LayerSettings } from "../brain/shape.ts";
import type { KeyClaim } from "../store/idempotency-keys.ts";
import type {
  BrainInfo,
  ConsolidateAnswer,
  CreateBrain,
  EncoderList,
  EvaluateAnswer,
  EvaluateRequest,
  FeedbackAnswer,
  FeedbackRequest,
  FeedbackSummary,
  ForgetAnswer,
  Given,
  Health,
  LayerChangeAnswer,
  LayerRenewAnswer,
  LayersAnswer,
  LayerTuneAnswer,
  LearnAnswer,
  LearnRequest,
  MeasuresAnswer,
  MemoryAnswer,
  MemoryEntriesAnswer,
  MemoryEntriesRequest,
  MemoryEntryAnswer,
  MergeAnswer,
  MergeRequest,
  Page,
  PatchBrain,
  PredictAnswer,
  PredictRequest,
  StateStamp,
  TaskAnswer,
  TraceAnswer,
  TraceInputs,
  WeightsAnswer,
  WeightsRequest,
} from "./api-data.ts";
import type { MetricsAnswer, MetricsRequest } from "./metric-data.ts";
import type {
  CheckpointInfo,
  CheckpointsPage,
  CompareAnswer,
  CompareRequest,
  DownloadFile,
  EventsAnswer,
  EventsRequest,
  ForkBrain,
  HistoryAnswer,
  ImportBrain,
  RestoreAnswer,
  StateFile,
} from "./past-data.ts";
import type { Terms } from "./terms.ts";

export type * from "./api-data.ts";
export type * from "./metric-data.ts";
export type * from "./past-data.ts";

export interface Brains {
  create(request: CreateBrain, terms?: Terms): Promise<BrainInfo>;
  /** The encoders that brains can be created with. */
  listEncoders(): Promise<EncoderList>;
  list(page: Page): Promise<{ readonly brains: readonly BrainInfo[]; readonly nextCursor: string | null }>;
  get(id: string): Promise<BrainInfo>;
  update(id: string, patch: PatchBrain, terms?: Terms): Promise<BrainInfo>;
  remove(id: string, terms?: Terms): Promise<void>;
  /**
   * Keeps something that belongs to the brain and changes nothing of it; once, however often the same is asked for.
   * @param keep commits the claim, if there is one, and its answer as `known` with what it keeps
   */
  keepWith<Answer>(id: string, terms: Terms, keep: (uid: string, claim?: KeyClaim) => Promise<Answer>): Promise<Answer>;
  /** Has a quarantined brain tried again. */
  liftQuarantine(id: string): Promise<void>;

  predict(id: string, request: Given<PredictRequest>, terms?: Terms): Promise<PredictAnswer>;
  learn(id: string, request: Given<LearnRequest>, terms?: Terms): Promise<LearnAnswer>;
  feedback(id: string, request: FeedbackRequest, terms?: Terms): Promise<FeedbackAnswer>;
  feedbackSummary(id: string): Promise<FeedbackSummary>;
  evaluate(id: string, request: Given<EvaluateRequest>): Promise<EvaluateAnswer>;
  setMode(id: string, mode: Mode, terms?: Terms): Promise<StateStamp>;
  consolidate(id: string, terms?: Terms): Promise<ConsolidateAnswer>;

  measures(id: string): Promise<MeasuresAnswer>;
  /** Begins a task, unless the current one has learned nothing: that one takes the name then. */
  startTask(id: string, name: string | null, terms?: Terms): Promise<TaskAnswer>;

  /** What the brain does with each input on the way to its prediction. */
  trace(id: string, request: Given<TraceInputs>): Promise<TraceAnswer>;
  /** How the numbers are distributed that the brain is made of. */
  weights(id: string, request: WeightsRequest): Promise<WeightsAnswer>;

  listLayers(id: string): Promise<LayersAnswer>;
  /** Adds a fresh layer before the one at `index`; at the end without one. */
  addLayer(id: string, index?: number, terms?: Terms): Promise<LayerChangeAnswer>;
  replaceLayer(id: string, index: number, terms?: Terms): Promise<LayerChangeAnswer>;
  tuneLayer(id: string, index: number, settings: Partial<LayerSettings>, terms?: Terms): Promise<LayerTuneAnswer>;
  removeLayer(id: string, index: number, terms?: Terms): Promise<LayerChangeAnswer>;
  /** Forces neurogenesis. */
  renewLayer(id: string, index: number, terms?: Terms): Promise<LayerRenewAnswer>;

  memory(id: string): Promise<MemoryAnswer>;
  memoryEntries(id: string, request: MemoryEntriesRequest): Promise<MemoryEntriesAnswer>;
  /** One of them, with its key. @throws EngramError no-memory, memory-entry-not-found */
  memoryEntry(id: string, entry: string): Promise<MemoryEntryAnswer>;
  /** Forgets the samples of the class `label`, or all. */
  forget(id: string, label?: string, terms?: Terms): Promise<ForgetAnswer>;
  forgetEntry(id: string, entry: string, terms?: Terms): Promise<ForgetAnswer>;

  createCheckpoint(id: string, name: string | null, terms?: Terms): Promise<CheckpointInfo>;
  listCheckpoints(
    id: string,
    page: CheckpointsPage,
  ): Promise<{ readonly checkpoints: readonly CheckpointInfo[]; readonly nextCursor: string | null }>;
  getCheckpoint(id: string, checkpoint: string): Promise<CheckpointInfo>;
  deleteCheckpoint(id: string, checkpoint: string): Promise<void>;
  restore(id: string, checkpoint: string, terms?: Terms): Promise<RestoreAnswer>;

  checkpointFile(id: string, checkpoint: string): Promise<StateFile>;
  /** Makes a brain of the state in a file. */
  importState(request: ImportBrain, terms?: Terms): Promise<BrainInfo>;
  /** The whole brain, as far back as its history is kept. */
  exportBrain(id: string): Promise<DownloadFile>;
  /** Makes a brain of an archive that `exportBrain` gave. */
  importArchive(request: ImportBrain, terms?: Terms): Promise<BrainInfo>;

  /** Restores the state after event `seq`. */
  restoreTo(id: string, seq: number, terms?: Terms): Promise<RestoreAnswer>;
  fork(id: string, request: ForkBrain, terms?: Terms): Promise<BrainInfo>;
  /** Has the brain take in what another one, left as it is, knows. */
  merge(id: string, request: MergeRequest, terms?: Terms): Promise<MergeAnswer>;
  compare(id: string, request: CompareRequest): Promise<CompareAnswer>;
  history(id: string): Promise<HistoryAnswer>;
  /** The log, the newest event first. */
  events(id: string, request: EventsRequest): Promise<EventsAnswer>;
  /** The history of the brain's numbers. */
  metrics(id: string, request: MetricsRequest): Promise<MetricsAnswer>;

  health(): Promise<Health>;
}
