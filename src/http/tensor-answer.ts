// Answers as safetensors files: what there is of each input as a tensor, all else as JSON text in the metadata. Classes are numbers, whose
// names stand in `classes`, in the order in which the tensors first name them; null is −1.

import type { Contributions, Prediction } from "../brain/brain.ts";
import type { LearnAnswer, PredictAnswer } from "../brains/api.ts";
import { encodeSafetensors, f32, i32, type Metadata, type Tensor, type Tensors, u32 } from "../tensor/safetensors.ts";
import { WholeNumbers } from "../tensor/whole-numbers.ts";

/** @returns the answer as `PredictionTensors` describes it (schemas/predict-tensors.ts) */
export function encodePredictions({ brain, seq, step, mode, predictions }: PredictAnswer): Uint8Array {
  const classes = new Classes();
  const tensors = {
    labels: i32(
      Int32Array.from(predictions, ({ label }) => classes.place(label)),
      predictions.length,
    ),
    confidence: f32(
      Float32Array.from(predictions, ({ confidence }) => confidence),
      predictions.length,
    ),
    novelty: f32(
      Float32Array.from(predictions, ({ novelty }) => novelty),
      predictions.length,
    ),
    ...scoresOf(predictions, classes),
    ...neighborsOf(predictions, classes),
    ...contributionsOf(predictions),
  };
  const ids = predictions.flatMap(({ id }) => id ?? []);
  const tracked = ids.length > 0 ? { ids } : {};
  return encodeSafetensors(tensors, asTexts({ brain, seq, step, mode, classes: classes.names, ...tracked }));
}

/** @returns the answer as `LearnedTensors` describes it (schemas/learn-tensors.ts) */
export function encodeLearned(answer: LearnAnswer): Uint8Array {
  const { brain, seq, step, mode, samples, heldOut, accuracy, reward, recycled, memory, newLabels } = answer;
  const { stored, capacity } = memory;
  const fields = {
    brain,
    seq,
    step,
    mode,
    samples,
    heldOut,
    accuracy,
    reward,
    recycled,
    memory: { stored, capacity },
    newLabels,
  };
  return encodeSafetensors({}, asTexts(fields));
}

const asTexts = (fields: object): Metadata =>
  Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, JSON.stringify(value)]));

/** Classes by the order in which they are first named. */
class Classes {
  readonly #places = new Map<string, number>();

  get names(): readonly string[] {
    return [...this.#places.keys()];
  }

  place(label: string | null): number {
    if (label === null) return NONE;
    const known = this.#places.get(label);
    if (known !== undefined) return known;
    this.#places.set(label, this.#places.size);
    return this.#places.size - 1;
  }
}

const NONE = -1;

function scoresOf(predictions: readonly Prediction[], classes: Classes): Tensors {
  const grid = new Grid(predictions.map(({ scores }) => scores));
  return { scores: grid.floats(({ score }) => score), scoreLabels: grid.places(({ label }) => classes.place(label)) };
}

/** Of explained predictions of a plastic brain. */
function neighborsOf(predictions: readonly Prediction[], classes: Classes): Tensors {
  const rows = predictions.flatMap(({ explanation }) => (explanation?.neighbors ? [explanation.neighbors] : []));
  if (rows.length === 0) return {};
  const grid = new Grid(rows);
  return {
    "neighbors.ids": grid.wholes(({ id }) => id),
    "neighbors.labels": grid.places(({ label }) => classes.place(label)),
    "neighbors.similarity": grid.floats(({ similarity }) => similarity),
    "neighbors.seqs": grid.wholes(({ seq }) => seq ?? 0),
  };
}

/** Of explained predictions of a triarchic brain; their classes are those of the scores. */
function contributionsOf(predictions: readonly Prediction[]): Tensors {
  const rows = predictions.flatMap(({ explanation }) => explanation?.contributions ?? []);
  if (rows.length === 0) return {};
  const part = (name: keyof Contributions) => new Grid(rows.map((row) => row[name])).floats(({ score }) => score);
  return {
    "contributions.combined": part("combined"),
    "contributions.core": part("core"),
    "contributions.overlay": part("overlay"),
  };
}

/** Lists of different lengths as the rows of tensors, each as wide as the longest. */
class Grid<Cell> {
  readonly #rows: readonly (readonly Cell[])[];
  readonly #width: number;

  constructor(rows: readonly (readonly Cell[])[]) {
    this.#rows = rows;
    this.#width = rows.reduce((width, { length }) => Math.max(width, length), 0);
  }

  /** F32 [rows, width]; 0 where there is none */
  floats(numberOf: (cell: Cell) => number): Tensor {
    const data = new Float32Array(this.#size);
    this.#each((cell, at) => {
      data[at] = numberOf(cell);
    });
    return f32(data, this.#rows.length, this.#width);
  }

  /** I32 [rows, width]; −1 where there is none */
  places(numberOf: (cell: Cell) => number): Tensor {
    const data = new Int32Array(this.#size).fill(NONE);
    this.#each((cell, at) => {
      data[at] = numberOf(cell);
    });
    return i32(data, this.#rows.length, this.#width);
  }

  /** U32 [rows, width, 2], low word first; 0 where there is none */
  wholes(numberOf: (cell: Cell) => number): Tensor {
    const numbers = WholeNumbers.zeros(this.#size);
    this.#each((cell, at) => numbers.set(at, numberOf(cell)));
    return u32(numbers.words, this.#rows.length, this.#width, 2);
  }

  get #size(): number {
    return this.#rows.length * this.#width;
  }

  #each(visit: (cell: Cell, at: number) => void): void {
    for (const [index, row] of this.#rows.entries())
      for (const [column, cell] of row.entries()) visit(cell, index * this.#width + column);
  }
}
