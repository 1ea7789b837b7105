// How well answers agree with the truth: accuracy, the confusion matrix, and what it says per class. Pure arithmetic over two lists.
// Invariant: row i of `counts` plus `unanswered[i]` is the support of `labels[i]`.

export type ClassScore = {
  readonly label: string;
  /** Samples that truly are of this class. */
  readonly support: number;
  /** Share of the answers naming this class that are right; null when no answer names it. */
  readonly precision: number | null;
  /** Share of the class's samples that were named right; null when there are none. */
  readonly recall: number | null;
  /** Harmonic mean of precision and recall: `2·tp / (2·tp + fp + fn)`. */
  readonly f1: number;
};

export type Confusion = {
  /** The classes of rows and columns. */
  readonly labels: readonly string[];
  /** `counts[i][j]`: samples of class i that were taken for class j. */
  readonly counts: readonly (readonly number[])[];
  /** `unanswered[i]`: samples of class i that got no answer, the matrix's last column. */
  readonly unanswered: readonly number[];
};

export type Evaluation = {
  readonly samples: number;
  readonly accuracy: number;
  /** Every class that is true or answered somewhere: true ones first, each group in order of appearance. */
  readonly classes: readonly ClassScore[];
  /** null when more than `MAX_CONFUSION_LABELS` classes occur: it grows with their square. */
  readonly confusion: Confusion | null;
};

/** A matrix of 512² cells is about half a megabyte of JSON. */
export const MAX_CONFUSION_LABELS = 512;

/**
 * Compares answers with the truth; no answer (null) is wrong.
 * @param truth [samples] at least one
 * @param answers [samples]
 */
export function evaluate(truth: readonly string[], answers: readonly (string | null)[]): Evaluation {
  const indexes = new Map<string, number>();
  const indexOf = (label: string): number => {
    const known = indexes.get(label) ?? indexes.size;
    indexes.set(label, known);
    return known;
  };
  const rows = Int32Array.from(truth, indexOf);
  const columns = Int32Array.from(answers, (answer) => (answer === null ? -1 : indexOf(answer)));
  const labels = [...indexes.keys()];
  const tally = (classes: Int32Array): Int32Array => {
    const totals = new Int32Array(labels.length);
    for (const index of classes) if (index >= 0) totals[index] = (totals[index] ?? 0) + 1;
    return totals;
  };
  const hits = rows.filter((row, sample) => row === columns[sample]);
  const [supports, answered, right] = [tally(rows), tally(columns), tally(hits)];
  return {
    samples: truth.length,
    accuracy: hits.length / truth.length,
    classes: labels.map((label, index) =>
      scoreOf(label, supports[index] ?? 0, answered[index] ?? 0, right[index] ?? 0),
    ),
    confusion: labels.length > MAX_CONFUSION_LABELS ? null : confusionOf(labels, rows, columns),
  };
}

/** Every class listed is true or answered somewhere, so the F1's denominator `support + answered` is positive. */
const scoreOf = (label: string, support: number, answered: number, right: number): ClassScore => ({
  label,
  support,
  precision: answered === 0 ? null : right / answered,
  recall: support === 0 ? null : right / support,
  f1: (2 * right) / (support + answered),
});

function confusionOf(labels: readonly string[], rows: Int32Array, columns: Int32Array): Confusion {
  const counts = labels.map(() => labels.map(() => 0));
  const unanswered = labels.map(() => 0);
  rows.forEach((row, sample) => {
    const column = columns[sample] ?? -1;
    const cells = column < 0 ? unanswered : counts[row];
    const at = column < 0 ? row : column;
    if (cells !== undefined) cells[at] = (cells[at] ?? 0) + 1;
  });
  return { labels, counts, unanswered };
}
