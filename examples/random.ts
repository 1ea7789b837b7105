// Chance that is the same for the same seed, so that an experiment can be repeated sample by sample.

/** Uniform on [0, 1): mulberry32. */
export function generatorOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** @returns the same things in random order */
export function shuffled<Thing>(things: readonly Thing[], random: () => number): Thing[] {
  return things
    .map((thing) => ({ thing, at: random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ thing }) => thing);
}

/**
 * @param labels of rows
 * @returns `perClass` rows of each class, drawn without putting back, in ascending order
 * @throws Error when a class has too few
 */
export function drawnRows(labels: readonly (string | number)[], perClass: number, seed: number): number[] {
  const ofClass = new Map<string | number, number[]>();
  labels.forEach((label, row) => {
    const own = ofClass.get(label);
    if (own === undefined) ofClass.set(label, [row]);
    else own.push(row);
  });
  const random = generatorOf(seed);
  const drawn = [...ofClass].flatMap(([label, rows]) => {
    if (rows.length < perClass) throw new Error(`class ${label} has ${rows.length} rows, not ${perClass}`);
    return shuffled(rows, random).slice(0, perClass);
  });
  return drawn.sort((a, b) => a - b);
}
