// What travels, typed by the API's own schemas: the page knows nothing that they do not say.

import type { Static } from "typebox";
import type { BrainList as BrainListSchema, Brain as BrainSchema } from "../../http/schemas/brain.ts";
import type {
  CheckpointList as CheckpointListSchema,
  Checkpoint as CheckpointSchema,
  RestoreAnswer as RestoreAnswerSchema,
} from "../../http/schemas/checkpoint.ts";
import type { BrainMode } from "../../http/schemas/common.ts";
import type { CurriculumHistorySchema, CurriculumList as CurriculumListSchema } from "../../http/schemas/curriculum.ts";
import type { DatasetList as DatasetListSchema, DatasetSamples } from "../../http/schemas/datasets.ts";
import type { EncoderList as EncoderListSchema } from "../../http/schemas/encoder.ts";
import type { EventList as EventListSchema, History as HistorySchema } from "../../http/schemas/history.ts";
import type {
  LayerList as LayerListSchema,
  LayerRenewAnswer as LayerRenewAnswerSchema,
} from "../../http/schemas/layers.ts";
import type {
  ConsolidateAnswer as ConsolidateAnswerSchema,
  LearnAnswer as LearnAnswerSchema,
} from "../../http/schemas/learn.ts";
import type { MeasuresAnswer, TaskAnswer as TaskAnswerSchema } from "../../http/schemas/measures.ts";
import type {
  ForgetAnswer as ForgetAnswerSchema,
  MemoryEntryAnswer as MemoryEntryAnswerSchema,
  MemoryEntryList as MemoryEntryListSchema,
  Memory as MemorySchema,
} from "../../http/schemas/memory.ts";
import type { MetricHistory as MetricHistorySchema } from "../../http/schemas/metric-history.ts";
import type { PredictAnswer as PredictAnswerSchema } from "../../http/schemas/predict.ts";
import type { ProblemSchema } from "../../http/schemas/problem.ts";
import type { StreamMessage as StreamMessageSchema } from "../../http/schemas/stream.ts";
import type { Topic } from "../../http/schemas/subscribe.ts";
import type { TraceAnswer as TraceAnswerSchema } from "../../http/schemas/trace.ts";
import type { WeightsAnswer as WeightsAnswerSchema } from "../../http/schemas/weights.ts";

export type Mode = Static<typeof BrainMode>;
export type Brain = Static<typeof BrainSchema>;
export type BrainList = Static<typeof BrainListSchema>;
export type Checkpoint = Static<typeof CheckpointSchema>;
export type CheckpointList = Static<typeof CheckpointListSchema>;
export type RestoreAnswer = Static<typeof RestoreAnswerSchema>;
export type ConsolidateAnswer = Static<typeof ConsolidateAnswerSchema>;
export type EventList = Static<typeof EventListSchema>;
export type BrainEvent = EventList["events"][number];
export type ForgetAnswer = Static<typeof ForgetAnswerSchema>;
export type History = Static<typeof HistorySchema>;
export type LayerList = Static<typeof LayerListSchema>;
export type LearnAnswer = Static<typeof LearnAnswerSchema>;
export type Layer = LayerList["layers"][number];
export type LayerRenewAnswer = Static<typeof LayerRenewAnswerSchema>;
export type Measures = Static<typeof MeasuresAnswer>;
export type Memory = Static<typeof MemorySchema>;
export type MemoryEntryList = Static<typeof MemoryEntryListSchema>;
export type MemoryEntryAnswer = Static<typeof MemoryEntryAnswerSchema>;
export type MetricHistory = Static<typeof MetricHistorySchema>;
export type Marker = MetricHistory["markers"][number];
export type PredictAnswer = Static<typeof PredictAnswerSchema>;
export type Prediction = PredictAnswer["predictions"][number];
export type Problem = Static<typeof ProblemSchema>;
export type TaskAnswer = Static<typeof TaskAnswerSchema>;
export type StreamMessage = Static<typeof StreamMessageSchema>;
export type ServerNumbers = Extract<StreamMessage, { readonly type: "server" }>;
export type TraceAnswer = Static<typeof TraceAnswerSchema>;
export type Trace = TraceAnswer["traces"][number];
export type LayerTrace = NonNullable<Trace["layers"]>[number];
export type Weights = Static<typeof WeightsAnswerSchema>;
export type Tensor = Weights["tensors"][number];
export type { Topic };
export type EncoderList = Static<typeof EncoderListSchema>;
export type InputKind = EncoderList["encoders"][number]["kind"];
export type DatasetList = Static<typeof DatasetListSchema>;
export type Dataset = DatasetList["datasets"][number];
export type SamplesAnswer = Static<typeof DatasetSamples>;
export type Sample = SamplesAnswer["samples"][number];
export type CurriculumList = Static<typeof CurriculumListSchema>;
export type Curriculum = CurriculumList["curricula"][number];
export type CurriculumHistory = Static<typeof CurriculumHistorySchema>;
export type CurriculumMessage = Extract<StreamMessage, { readonly type: "curriculum" }>;
export type Plan = Curriculum["plan"];
export type Phase = Plan["phases"][number];
export type EvaluationSet = Plan["evaluations"][number];
export type Transform = NonNullable<Phase["transform"]>[number];
export type PhaseReport = Curriculum["phases"][number];
