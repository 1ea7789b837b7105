// Reads the header of a triarchic brain's state, checking every field.

import type { TriarchicHeader } from "./brain.ts";
import { MODES, TRIARCHIC_RULES, type TriarchicConfig } from "./config.ts";
import { readEncoded } from "./encoder-identity.ts";
import { type Fields, fieldsOf, labelsOf, number, oneOf, UINT32_MAX, whole, wordsOf } from "./header-fields.ts";
import { measuresIn } from "./measures/measures-header.ts";
import { readWatching } from "./watching.ts";

/** @param header of the present format @throws StateError */
export const triarchicHeader = (header: Fields): TriarchicHeader => ({
  format: 1,
  kind: "triarchic",
  config: triarchicConfigOf(header.config),
  mode: oneOf(header.mode, "mode", MODES),
  step: whole(header.step, "step"),
  labels: labelsOf(header.labels),
  random: wordsOf(header.random),
  recycled: whole(header.recycled, "recycled"),
  ...measuresIn(header),
});

/** @throws StateError */
export function triarchicConfigOf(value: unknown): TriarchicConfig {
  const config = fieldsOf(value, "config");
  const rate = (key: keyof TriarchicConfig): number => number(config[key], `config.${key}`);
  const hiddenDim = whole(config.hiddenDim, "config.hiddenDim", 2);
  return {
    inputDim: whole(config.inputDim, "config.inputDim", 1),
    hiddenDim,
    winners: whole(config.winners, "config.winners", 2, hiddenDim),
    noveltyThreshold: rate("noveltyThreshold"),
    utilityDecay: rate("utilityDecay"),
    contextLearningRate: rate("contextLearningRate"),
    contextDecay: rate("contextDecay"),
    coreLearningRate: rate("coreLearningRate"),
    consolidationRate: rate("consolidationRate"),
    rules: oneOf(config.rules, "config.rules", TRIARCHIC_RULES),
    ...readEncoded(config),
    ...readWatching(config),
    seed: whole(config.seed, "config.seed", 0, UINT32_MAX),
  };
}
