// From a request to a brain's configuration: the caller's wishes over the defaults, and what no server should be asked for refused.

import { PLASTIC_DEFAULTS, type PlasticConfig, stateBytes } from "../brain/config.ts";
import { invalid } from "../errors.ts";
import type { ConfigWishes } from "./api.ts";
import { checkNeighbors } from "./tuning.ts";

const MEGABYTE = 1024 * 1024;

/** A state travels to a host as one array of bytes, which may have 2³² elements. */
const MAX_STATE_MB = 4000;

/** @returns how large a brain of this configuration is, and too large for what; null when it fits */
export function excessOf(config: PlasticConfig, budgetMb: number): string | null {
  const needsMb = stateBytes(config) / MEGABYTE;
  if (needsMb <= Math.min(budgetMb, MAX_STATE_MB)) return null;
  const bound =
    needsMb > MAX_STATE_MB
      ? `no brain may be over ${MAX_STATE_MB} MB`
      : `this server's memory budget is ${budgetMb} MB`;
  return `a brain of ${Math.ceil(needsMb)} MB; ${bound}`;
}

/**
 * @param wishes what the caller set, each value in its own range already
 * @param seed for the brain's generator unless the caller chose one, uint32
 * @throws EngramError validation, when values do not go together or the brain would not fit `budgetMb`
 */
export function completeConfig(wishes: ConfigWishes, seed: number, budgetMb: number): PlasticConfig {
  const reward = { ...PLASTIC_DEFAULTS.reward, ...wishes.reward };
  const config = { ...PLASTIC_DEFAULTS, seed, ...wishes, reward };
  if (config.winners > config.hiddenDim) {
    throw invalid(
      "#/config/winners",
      `is ${config.winners}, more than the ${config.hiddenDim} neurons of a layer (hiddenDim)`,
    );
  }
  checkNeighbors(config);
  const excess = excessOf(config, budgetMb);
  if (excess !== null) throw invalid("#/config", `makes ${excess}`);
  return config;
}
