// Which brains may take in what another one knows. Invariant: those that pass hold sums of the same features and keys that mean the same, so that the sums
// may be added and the keys compared.

import type { Blueprint, PlasticConfig } from "./config.ts";

/** What features and keys are made by: inputs go through the layers, and directions are drawn from the seed. */
const SAME = [
  "inputDim",
  "readout",
  "directions",
  "seed",
  "hiddenDim",
  "winners",
  "layers",
  "gate",
  "normalization",
] as const satisfies readonly (keyof PlasticConfig)[];

/**
 * @param own and `other`: each with its configuration in force
 * @returns what keeps them from being merged, in words that follow the other brain's id; none where nothing does
 */
export function mergeObstacles(own: Blueprint, other: Blueprint): readonly string[] {
  if (own.kind !== other.kind) return [`is ${other.kind}, and this brain ${own.kind}`];
  if (own.kind !== "plastic" || other.kind !== "plastic") {
    return [
      `is ${own.kind}: two such brains were shaped by the order of what they learned and have no sum; teach one of them the other's samples`,
    ];
  }
  const obstacles = SAME.filter((name) => own.config[name] !== other.config[name]).map(
    (name) => `has ${name} ${JSON.stringify(other.config[name])}, this brain ${JSON.stringify(own.config[name])}`,
  );
  const [encoder, otherEncoder] = [own.config.encoder, other.config.encoder];
  if (encoder?.digest !== otherEncoder?.digest) {
    obstacles.push(`has ${named(otherEncoder)}, this brain ${named(encoder)}`);
  }
  if (own.config.normalization !== "none" && obstacles.length === 0) {
    obstacles.push(
      `has normalization ${JSON.stringify(own.config.normalization)}, by statistics of its own: what it remembers means nothing here`,
    );
  }
  return obstacles;
}

/** What a brain has for life: layers and `gate` may have changed since. */
const FOR_LIFE = SAME.filter((name) => name !== "layers" && name !== "gate");

/**
 * @param source with its configuration in force @param base of the state that it is said to have come from
 * @returns what shows that it has not, in words that follow the name of the base's brain; nothing where nothing does
 */
export function baseObstacles(source: Blueprint, base: Blueprint): readonly string[] {
  if (source.kind !== "plastic" || base.kind !== "plastic") return [`is ${base.kind}, and the source ${source.kind}`];
  return FOR_LIFE.filter((name) => source.config[name] !== base.config[name]).map(
    (name) => `has ${name} ${JSON.stringify(base.config[name])}, the source ${JSON.stringify(source.config[name])}`,
  );
}

const named = (encoder: PlasticConfig["encoder"]): string =>
  encoder === null ? "no encoder" : `encoder ${encoder.name} (${encoder.digest.slice(0, 12)})`;
