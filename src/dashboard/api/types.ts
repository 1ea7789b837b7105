// What travels, typed by the API's own schemas: the page knows nothing that they do not say.

import type { Static } from "typebox";
import type { BrainList as BrainListSchema, Brain as BrainSchema } from "../../http/schemas/brain.ts";
import type {
  CheckpointList as CheckpointListSchema,
  Checkpoint as CheckpointSchema,
} from "../../http/schemas/checkpoint.ts";
import type { BrainMode } from "../../http/schemas/common.ts";
import type { LayerList as LayerListSchema } from "../../http/schemas/layers.ts";
import type { MeasuresAnswer } from "../../http/schemas/measures.ts";
import type { MemoryEntryList as MemoryEntryListSchema, Memory as MemorySchema } from "../../http/schemas/memory.ts";
import type { MetricHistory as MetricHistorySchema } from "../../http/schemas/metric-history.ts";
import type { PredictAnswer as PredictAnswerSchema } from "../../http/schemas/predict.ts";
import type { ProblemSchema } from "../../http/schemas/problem.ts";
import type { StreamMessage as StreamMessageSchema, Topic } from "../../http/schemas/stream.ts";

export type Mode = Static<typeof BrainMode>;
export type Brain = Static<typeof BrainSchema>;
export type BrainList = Static<typeof BrainListSchema>;
export type Checkpoint = Static<typeof CheckpointSchema>;
export type CheckpointList = Static<typeof CheckpointListSchema>;
export type LayerList = Static<typeof LayerListSchema>;
export type Measures = Static<typeof MeasuresAnswer>;
export type Memory = Static<typeof MemorySchema>;
export type MemoryEntryList = Static<typeof MemoryEntryListSchema>;
export type MetricHistory = Static<typeof MetricHistorySchema>;
export type Marker = MetricHistory["markers"][number];
export type PredictAnswer = Static<typeof PredictAnswerSchema>;
export type Prediction = PredictAnswer["predictions"][number];
export type Problem = Static<typeof ProblemSchema>;
export type StreamMessage = Static<typeof StreamMessageSchema>;
export type { Topic };
