// What a plastic brain's state brings to another one that takes it in. Invariant: classes are told by their names, since each brain numbers them in the order
// in which it met them; the arrays are read, not taken over.

import type { Tensors } from "../tensor/safetensors.ts";
import { WholeNumbers } from "../tensor/whole-numbers.ts";
import type { ArrivingSums } from "./analytic/analytic-readout.ts";
import { readSums } from "./analytic/readout-create.ts";
import type { BrainState, PlasticHeader } from "./brain.ts";
import type { Arriving } from "./episodic-memory.ts";
import { allOf } from "./joining.ts";
import { TensorReader } from "./tensor-reader.ts";

/** The other's classes in the ids of the brain that takes them in. */
export type ClassMap = {
  /** Those that it does not have yet; their ids follow its own. */
  readonly newLabels: readonly string[];
  readonly idOf: (classId: number) => number;
};

/** @param labels by class id, of the brain that takes in @param arriving the other's */
export function classMap(labels: readonly string[], arriving: readonly string[]): ClassMap {
  const known = new Set(labels);
  const newLabels = arriving.filter((label) => !known.has(label));
  const idsByLabel = new Map([...labels, ...newLabels].map((label, id) => [label, id]));
  const ids = arriving.map((label) => idsByLabel.get(label) ?? 0);
  return { newLabels, idOf: (classId) => ids[classId] ?? 0 };
}

/** Reads what is remembered and what was added up. @throws StateError when the tensors do not fit the header */
export async function readArriving(
  { header, tensors }: BrainState<PlasticHeader>,
  idOf: ClassMap["idOf"],
): Promise<{ readonly memory: Arriving; readonly sums: ArrivingSums | null }> {
  const reader = new TensorReader({ ...tensors });
  const memory = await readMemory(header, tensors, reader, idOf);
  return { memory, sums: header.readout === undefined ? null : readSums(header, reader) };
}

async function readMemory(
  { config, labels, seen, memory: { stored, experience } }: PlasticHeader,
  tensors: Tensors,
  reader: TensorReader,
  idOf: ClassMap["idOf"],
): Promise<Arriving> {
  const keys = {
    rows: stored,
    cols: config.inputDim,
    data: await reader.floats("memory.keys", [stored, config.inputDim]),
  };
  const classes = reader.ints("memory.classes", [stored], 0, labels.length - 1);
  const ids = reader.wholes("memory.ids", stored);
  const contexts = tensors["memory.contexts"]?.data;
  const rows = [...allOf(stored)].sort((a, b) => ids.get(a) - ids.get(b));
  const seenByClass = seenIn(reader, labels.length, classes);
  const seenOf = new Map(labels.map((_, classId) => [idOf(classId), seenByClass.get(classId)]));
  return {
    keys,
    rows,
    classes: Int32Array.from(rows, (row) => idOf(classes[row] ?? 0)),
    contexts: Uint8Array.from(rows, (row) => contexts?.[row] ?? 0),
    seen,
    experience,
    seenOf: (classId) => seenOf.get(classId) ?? 0,
  };
}

/** Samples that a memory has seen of each class; those that it holds where its policy does not say. */
function seenIn(reader: TensorReader, labels: number, classes: Int32Array): WholeNumbers {
  if (reader.has("memory.classSeen")) return reader.wholes("memory.classSeen", labels);
  const seen = WholeNumbers.zeros(labels);
  for (const classId of classes) seen.set(classId, seen.get(classId) + 1);
  return seen;
}
