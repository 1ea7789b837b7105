// What the parts of the form are given.

import type { Dataset } from "../../../../api/types.ts";

export type Choices = {
  /** Those that the brain takes first. */
  readonly fitting: readonly Dataset[];
  readonly others: readonly Dataset[];
};

/** What is wrong, by pointer. */
export type Errors = ReadonlyMap<string, string>;

export const datasetIn = ({ fitting, others }: Choices, id: string): Dataset | undefined =>
  [...fitting, ...others].find((dataset) => dataset.id === id);
