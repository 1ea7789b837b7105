// Which datasets a brain can be taught with: the others are told last, and the server says why they do not do. Pure.

import type { Brain, Dataset } from "../../../../api/types.ts";

/** Features for brains without an encoder, as many as they take; images and texts for those whose encoder takes them. */
export function isFitting({ config: { encoder, inputDim } }: Pick<Brain, "config">, { kind, shape }: Dataset): boolean {
  if (kind === "features") return encoder === null && (shape ?? []).reduce((size, side) => size * side, 1) === inputDim;
  return encoder !== null && kind === `${encoder.kind}s`;
}
