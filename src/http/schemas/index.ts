// Every named schema: what the app adds, and what the OpenAPI document lists under its components.

import type { TSchema } from "typebox";
import { BrainList, kindSchemas, PatchBrain } from "./brain.ts";
import { Checkpoint, CheckpointList, CreateCheckpoint, RestoreAnswer } from "./checkpoint.ts";
import { BrainId, BrainMode, Label, Nothing, Tags } from "./common.ts";
import { curriculumSchemas } from "./curriculum.ts";
import { curriculumPlanSchemas } from "./curriculum-plan.ts";
import { datasetSchemas } from "./datasets.ts";
import { encoderSchemas } from "./encoder.ts";
import { evaluateBody, evaluateSchemas } from "./evaluate.ts";
import { FeedMessageSchema } from "./feed.ts";
import { feedbackBody, feedbackSchemas } from "./feedback.ts";
import { BrainArchive, StateFile } from "./files.ts";
import { Alive, Checks, Computing, MetricsText, Ready } from "./health.ts";
import { EventList, History } from "./history.ts";
import { layerSchemas } from "./layers.ts";
import { learnBody, learnSchemas } from "./learn.ts";
import { LearnedTensors, learnTensors } from "./learn-tensors.ts";
import { measuresSchemas } from "./measures.ts";
import { memorySchemas } from "./memory.ts";
import { mergeSchemas } from "./merge.ts";
import { MetricCsv, MetricHistory } from "./metric-history.ts";
import { SetMode, StateStamp } from "./mode.ts";
import { predictBody, predictSchemas } from "./predict.ts";
import { PredictionTensors, PredictTensors } from "./predict-tensors.ts";
import { problemSchemas } from "./problem.ts";
import { StreamMessage, streamSchemas } from "./stream.ts";
import { compareBody, timeTravelSchemas } from "./time-travel.ts";
import { traceBody, traceSchemas } from "./trace.ts";
import { weightsSchemas } from "./weights.ts";

/** The schemas that depend on the server's limits, and the one that schemas cannot say of all bodies. */
export type LimitedSchemas = {
  /** Inputs that one call may carry. */
  readonly maxRows: number;
  readonly predictRequest: ReturnType<typeof predictBody>;
  readonly learnRequest: ReturnType<typeof learnBody>;
  readonly lessonTensors: ReturnType<typeof learnTensors>;
  readonly evaluateRequest: ReturnType<typeof evaluateBody>;
  readonly feedbackRequest: ReturnType<typeof feedbackBody>;
  readonly compareRequest: ReturnType<typeof compareBody>;
  readonly traceRequest: ReturnType<typeof traceBody>;
};

/** @param maxRows inputs that one call may carry */
export const limitedSchemas = (maxRows: number): LimitedSchemas => ({
  maxRows,
  predictRequest: predictBody(maxRows),
  learnRequest: learnBody(maxRows),
  lessonTensors: learnTensors(maxRows),
  evaluateRequest: evaluateBody(maxRows),
  feedbackRequest: feedbackBody(maxRows),
  compareRequest: compareBody(maxRows),
  traceRequest: traceBody(maxRows),
});

/** @returns every schema with an `$id` */
export const allSchemas = ({
  predictRequest,
  learnRequest,
  lessonTensors,
  evaluateRequest,
  feedbackRequest,
  compareRequest,
  traceRequest,
}: LimitedSchemas): readonly TSchema[] => [
  BrainId,
  BrainMode,
  Label,
  Tags,
  Nothing,
  ...encoderSchemas,
  ...kindSchemas,
  PatchBrain,
  BrainList,
  predictRequest,
  ...predictSchemas,
  PredictTensors,
  PredictionTensors,
  learnRequest,
  ...learnSchemas,
  lessonTensors,
  LearnedTensors,
  evaluateRequest,
  ...evaluateSchemas,
  feedbackRequest,
  ...feedbackSchemas,
  ...measuresSchemas,
  ...memorySchemas,
  ...mergeSchemas,
  SetMode,
  StateStamp,
  traceRequest,
  ...traceSchemas,
  ...weightsSchemas,
  ...layerSchemas,
  CreateCheckpoint,
  Checkpoint,
  CheckpointList,
  RestoreAnswer,
  StateFile,
  BrainArchive,
  compareRequest,
  ...timeTravelSchemas,
  ...datasetSchemas,
  History,
  EventList,
  MetricHistory,
  MetricCsv,
  ...curriculumPlanSchemas,
  ...curriculumSchemas,
  FeedMessageSchema,
  ...streamSchemas,
  StreamMessage,
  Alive,
  Checks,
  Computing,
  MetricsText,
  Ready,
  ...problemSchemas,
];
