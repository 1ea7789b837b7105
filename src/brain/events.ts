// The events that a brain is a fold over: `state(n) = apply(state(n−1), event(n))`. An event holds all that `apply` needs, so that applying
// it again anywhere gives the same state. Names are past tense: an event is logged before anybody hears of it.

import type { Matrix } from "../tensor/matrix.ts";
import { decodeSafetensors, encodeSafetensors, f32, i32, SafetensorsError } from "../tensor/safetensors.ts";
import type { LearningMode, Mode } from "./config.ts";

/** Samples with their classes were taught, one plasticity step. */
export type Learned = {
  readonly type: "learned";
  /** float32 [batch, inputDim] */
  readonly inputs: Matrix;
  /** int32 [batch]: index of each sample's class in the brain's labels, after `newLabels` joined them. */
  readonly classes: Int32Array;
  /** Classes that this event adds, in the order of their indexes. */
  readonly newLabels: readonly string[];
  readonly mode: LearningMode;
  /** Whether the samples enter the episodic memory. */
  readonly memorize: boolean;
};

export type ModeChanged = { readonly type: "modeChanged"; readonly mode: Mode };

export type Consolidated = { readonly type: "consolidated" };

/** The events that the fold applies. */
export type BrainEvent = Learned | ModeChanged | Consolidated;

/**
 * The state was replaced by a checkpoint's. Logged like the others but no part of the fold: the log stores a copy of the checkpoint at the
 * event's `seq`, and recovery starts from there.
 */
export type Restored = { readonly type: "restored"; readonly checkpoint: string };

/** What applying an event did, for its answer and the stream. */
export type LearnOutcome = {
  readonly type: "learned";
  readonly samples: number;
  /** Share of the samples that the brain knew before it learned them, 0 to 1. */
  readonly accuracy: number;
  /** Mean reward that reached the synapses. */
  readonly reward: number;
  /** Neurons born again in this step, all layers. */
  readonly recycled: number;
  readonly memory: MemoryFill;
};
export type MemoryFill = { readonly stored: number; readonly capacity: number };
export type ModeOutcome = { readonly type: "modeChanged"; readonly mode: Mode };
export type ConsolidateOutcome = {
  readonly type: "consolidated";
  /** Neurons that became mature by this consolidation, all layers. */
  readonly matured: number;
  /** Mature neurons now, all layers. */
  readonly mature: number;
};
export type Outcome = LearnOutcome | ModeOutcome | ConsolidateOutcome;
export type OutcomeOf<E extends BrainEvent> = Extract<Outcome, { type: E["type"] }>;

const FORMAT = "1";

/** @returns the event as safetensors bytes, for the log and the hosts */
export function encodeEvent(event: BrainEvent | Restored): Uint8Array {
  const { type } = event;
  switch (type) {
    case "learned": {
      const { inputs, classes, newLabels, mode, memorize } = event;
      const tensors = { inputs: f32(inputs.data, inputs.rows, inputs.cols), classes: i32(classes, inputs.rows) };
      return encodeSafetensors(tensors, metadata({ type, newLabels, mode, memorize }));
    }
    case "modeChanged":
      return encodeSafetensors({}, metadata({ type, mode: event.mode }));
    case "consolidated":
      return encodeSafetensors({}, metadata({ type }));
    case "restored":
      return encodeSafetensors({}, metadata({ type, checkpoint: event.checkpoint }));
  }
}

const metadata = (fields: object) => ({ format: FORMAT, event: JSON.stringify(fields) });

/**
 * Reads what `encodeEvent` wrote of an event that the fold applies.
 * @throws SafetensorsError when the bytes are something else
 */
export function decodeEvent(bytes: Uint8Array): BrainEvent {
  const { tensors, metadata } = decodeSafetensors(bytes);
  if (metadata.format !== FORMAT || metadata.event === undefined) {
    throw new SafetensorsError(`event format ${metadata.format} is not ${FORMAT}`);
  }
  // Our own encoder wrote this JSON, and the log's checksum has vouched for it.
  const fields = JSON.parse(metadata.event) as Omit<Learned, "inputs" | "classes"> | ModeChanged | Consolidated;
  if (fields.type !== "learned") return fields;
  const { inputs, classes } = tensors;
  const [rows, cols] = inputs?.shape ?? [];
  if (
    !(inputs?.data instanceof Float32Array && classes?.data instanceof Int32Array) ||
    rows === undefined ||
    cols === undefined
  ) {
    throw new SafetensorsError("a learned event needs inputs [batch, inputDim] and classes [batch]");
  }
  return { ...fields, inputs: { rows, cols, data: inputs.data }, classes: classes.data };
}
