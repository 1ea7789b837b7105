// A brain's measures as plain numbers by name, small enough to be told after every event.

import type { Brain } from "../brain.ts";
import { accuracyOf, type Tally } from "./answers.ts";
import type { Numbers } from "./findings.ts";
import type { Measures } from "./measures.ts";
import { backwardTransfer, forgetting, forwardTransfer } from "./transfer.ts";

/** What the numbers tell of. */
export type Watched = {
  readonly brain: Pick<Brain, "energies" | "layers" | "memory">;
  readonly measures: Measures;
  /** The drift detector's; null where there is none. */
  readonly driftError: number | null;
};

/** @param call what of the lesson just learned was right; null after any other event */
export function numbersOf({ brain, measures, driftError }: Watched, call: Tally | null): Numbers {
  const { prequential, holdOut } = measures;
  return {
    samples: prequential.tally.samples,
    accuracy: prequential.accuracy,
    accuracyWindow: accuracyOf(prequential.window),
    accuracyFaded: prequential.accuracyFaded,
    accuracyBatch: call === null ? null : accuracyOf(call),
    calibrationError: measures.calibration.error,
    novelty: prequential.novelty,
    reward: measures.reward,
    recycled: measures.recycled,
    driftError,
    heldOut: holdOut.samples.stored,
    holdoutAccuracy: measures.holdoutAccuracy,
    ...transfersOf(measures),
    ...memoryNumbers(brain),
    ...energyNumbers(brain),
    ...layerNumbers(brain),
    ...taskNumbers(measures),
  };
}

/** What the tasks did to each other; null with fewer than two that can be compared. */
export function transfersOf({ tasks, results }: Measures) {
  const matrix = results.matrix(tasks.ordinals);
  const later = tasks.from === 0 ? tasks.all.slice(1) : tasks.all;
  return {
    forgetting: forgetting(matrix),
    backwardTransfer: backwardTransfer(matrix),
    forwardTransfer: forwardTransfer(later.map(({ first }) => (first === null ? null : accuracyOf(first)))),
  };
}

function memoryNumbers({ memory }: Watched["brain"]): Numbers {
  if (memory === null) return {};
  const { stored, capacity } = memory.fill;
  return { memoryStored: stored, memoryFill: stored / capacity };
}

function energyNumbers({ energies }: Watched["brain"]): Numbers {
  return energies === null ? {} : { coreEnergy: energies.core, contextEnergy: energies.overlay };
}

function layerNumbers(brain: Watched["brain"]): Numbers {
  const numbers: Record<string, number> = {};
  for (const [index, { mature, active, dead }] of brain.layers().entries()) {
    numbers[`layers.${index}.mature`] = mature;
    numbers[`layers.${index}.active`] = active;
    numbers[`layers.${index}.dead`] = dead;
  }
  return numbers;
}

/** Of the tasks that the hold-out has samples of. */
function taskNumbers({ tasks, results }: Measures): Numbers {
  const numbers: Record<string, number> = {};
  for (const ordinal of tasks.ordinals) {
    const accuracy = results.ofTask(ordinal);
    if (accuracy !== null) numbers[`tasks.${ordinal}.accuracy`] = accuracy;
  }
  return numbers;
}
