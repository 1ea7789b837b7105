// Many numbers in few columns, none of them lost out of sight.

export type Column = { readonly least: number; readonly most: number };

/** @returns the least and largest number of each of at most `most` pieces of `values`, which are as even as can be and in order */
export function columnsOf(values: readonly number[], most: number): Column[] {
  const count = Math.max(0, Math.min(values.length, Math.floor(most)));
  return Array.from({ length: count }, (_, column) => {
    const first = Math.floor((column * values.length) / count);
    const end = Math.floor(((column + 1) * values.length) / count);
    let least = Number.POSITIVE_INFINITY;
    let largest = Number.NEGATIVE_INFINITY;
    for (let index = first; index < end; index++) {
      const value = values[index] ?? 0;
      if (value < least) least = value;
      if (value > largest) largest = value;
    }
    return { least, most: largest };
  });
}
