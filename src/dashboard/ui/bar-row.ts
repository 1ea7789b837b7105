// What `Bars` shows of one name.

export type BarRow = {
  readonly label: string;
  /** One after the other: the same place has the same tone in each row. */
  readonly values: readonly (number | null)[];
};
