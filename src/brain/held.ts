// What a plastic brain's state holds of what it was taught: its remembered samples and its sums, by their names. The arrays are views of the state's.

import type { Matrix } from "../tensor/matrix.ts";
import { type Pace, unpaced } from "../tensor/pace.ts";
import type { WholeNumbers } from "../tensor/whole-numbers.ts";
import type { ArrivingSums } from "./analytic/analytic-readout.ts";
import { CONTEXTS } from "./analytic/class-sums.ts";
import { readSums } from "./analytic/readout-create.ts";
import type { BrainState, PlasticHeader } from "./brain.ts";
import { TensorReader } from "./tensor-reader.ts";

export type Held = {
  readonly header: PlasticHeader;
  /** float32 [stored, inputDim], by slot, as what follows. */
  readonly keys: Matrix;
  readonly classes: Int32Array;
  readonly ids: WholeNumbers;
  /** 1 of each sample taught in panic; null without sums. */
  readonly contexts: Int32Array | null;
  /** Samples that the memory has seen, by class id; null where its policy does not say. */
  readonly classSeen: WholeNumbers | null;
  readonly sums: ArrivingSums | null;
};

/** @param pace asked between pieces. @throws StateError when the tensors do not fit the header; RangeError for another kind of brain */
export async function readHeld({ header, tensors }: BrainState, pace: Pace = unpaced): Promise<Held> {
  if (header.kind !== "plastic") throw new RangeError(`a ${header.kind} brain remembers no samples and has no sums`);
  const { config, labels, memory, readout } = header;
  const { stored } = memory;
  const reader = new TensorReader({ ...tensors }, pace);
  const floats = await reader.floats("memory.keys", [stored, config.inputDim]);
  return {
    header,
    keys: { rows: stored, cols: config.inputDim, data: floats },
    classes: reader.ints("memory.classes", [stored], 0, labels.length - 1),
    ids: reader.wholes("memory.ids", stored),
    contexts: readout === undefined ? null : reader.ints("memory.contexts", [stored], 0, CONTEXTS - 1),
    classSeen: reader.has("memory.classSeen") ? reader.wholes("memory.classSeen", labels.length) : null,
    sums: readout === undefined ? null : readSums(header, reader),
  };
}
