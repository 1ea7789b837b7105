// What the tests of measures share: brains that are measured, whole states as text, and a way there and back through a file.

import type { Backend } from "../../../../src/backend/backend.ts";
import { selectBackend } from "../../../../src/backend/select.ts";
import type { Brain } from "../../../../src/brain/brain.ts";
import type { Blueprint } from "../../../../src/brain/config.ts";
import { createBrain } from "../../../../src/brain/create.ts";
import type { BrainEvent } from "../../../../src/brain/events.ts";
import type { Applied } from "../../../../src/brain/measures/findings.ts";
import { MeasuredBrain } from "../../../../src/brain/measures/measured-brain.ts";
import { newMeasuring, restoreMeasuring } from "../../../../src/brain/measures/measuring.ts";
import { restoreBrain } from "../../../../src/brain/restore.ts";
import { decodeHeader, encodeHeader } from "../../../../src/brain/state.ts";
import { tensorsOf } from "../../../../src/brain/state-tensors.ts";
import { decodeSafetensors, encodeSafetensors } from "../../../../src/tensor/safetensors.ts";

export const reference: Backend = await selectBackend("reference", { threads: 1 });

export async function newMeasured(blueprint: Blueprint, wrap = (brain: Brain) => brain): Promise<MeasuredBrain> {
  return new MeasuredBrain(wrap(await createBrain(blueprint, reference)), newMeasuring(blueprint), 0);
}

/** Applies an event and makes the evaluation that it makes due. */
export async function applyWhole(measured: MeasuredBrain, event: BrainEvent): Promise<Applied> {
  const applied = await measured.apply(event, measured.seq + 1);
  while (measured.isEvaluating) await measured.evaluatePiece();
  return applied;
}

export async function live(measured: MeasuredBrain, life: readonly BrainEvent[]): Promise<MeasuredBrain> {
  for (const event of life) await applyWhole(measured, event);
  return measured;
}

/** The bytes of its state as a file. */
export async function fileOf(measured: MeasuredBrain): Promise<Uint8Array> {
  const { header, tensors } = await measured.state();
  return encodeSafetensors(tensors, encodeHeader(header));
}

/** A brain out of the bytes of a state. */
export async function fromFile(file: Uint8Array, seq: number): Promise<MeasuredBrain> {
  const { metadata, tensors } = decodeSafetensors(file);
  const header = decodeHeader(metadata);
  const { measuring, state } = await restoreMeasuring({ header, tensors: { ...tensors } }, seq);
  return new MeasuredBrain(await restoreBrain(state, reference), measuring, seq);
}

/** The names of a state's tensors, as its header implies them. */
export const impliedNames = (file: Uint8Array): string[] =>
  tensorsOf(decodeHeader(decodeSafetensors(file).metadata)).map(({ name }) => name);
