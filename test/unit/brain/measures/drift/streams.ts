// Seeded streams of errors, for the tests of what finds drift in them.

import { Random } from "../../../../../src/brain/random.ts";

/** So many samples of this error rate. */
export type Part = readonly [samples: number, errorRate: number];

export function errorsOf(parts: readonly Part[], seed: number): Uint8Array {
  const random = Random.seeded(seed);
  return Uint8Array.from(
    parts.flatMap(([samples, rate]) => Array.from({ length: samples }, () => Number(random.uniform() < rate))),
  );
}
