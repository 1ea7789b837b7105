// Which samples of a dataset are meant: those of some classes, so many of each at most.

import type { DatasetInfo } from "../datasets/api.ts";
import type { Selection } from "./api.ts";

export type Chosen = Pick<Selection, "classes" | "samplesPerClass">;

/** @returns how many samples are meant */
export const selectedCount = (selection: Chosen, { classes }: Pick<DatasetInfo, "classes">): number =>
  mostOf(selection, classes).reduce((sum, most, index) => sum + Math.min(most, classes[index]?.samples ?? 0), 0);

/**
 * @param classIds uint32 [rows]: each sample's class
 * @returns the samples that are meant, ascending: uint32 [selectedCount]
 */
export function selectedRows(
  selection: Chosen,
  { classes }: Pick<DatasetInfo, "classes">,
  classIds: Uint32Array,
): Uint32Array {
  const left = mostOf(selection, classes);
  const rows = new Uint32Array(selectedCount(selection, { classes }));
  let count = 0;
  for (let row = 0; row < classIds.length; row++) {
    const classId = classIds[row] ?? 0;
    const wanted = left[classId] ?? 0;
    if (wanted === 0) continue;
    left[classId] = wanted - 1;
    rows[count++] = row;
  }
  return rows;
}

/** How many of each of the dataset's classes are wanted at most. */
function mostOf({ classes: wanted, samplesPerClass }: Chosen, classes: DatasetInfo["classes"]): number[] {
  const labels = wanted === undefined ? null : new Set(wanted);
  return classes.map(({ label }) => (labels?.has(label) === false ? 0 : (samplesPerClass ?? Number.POSITIVE_INFINITY)));
}
