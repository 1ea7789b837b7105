// From a request to a brain's configuration: the caller's wishes over the defaults, and what no server should be asked for refused.

import { PLASTIC_DEFAULTS, type PlasticConfig, stateBytes } from "../brain/config.ts";
import { invalid } from "../errors.ts";

const MEGABYTE = 1024 * 1024;

/** A state travels to a host as one array of bytes, which may have 2³² elements. */
const MAX_STATE_BYTES = 4000 * MEGABYTE;

/**
 * @param wishes what the caller set, each value in its own range already
 * @param seed for the brain's generator unless the caller chose one, uint32
 * @throws EngramError validation, when values do not go together or the brain would not fit `budgetMb`
 */
export function completeConfig(wishes: Partial<PlasticConfig>, seed: number, budgetMb: number): PlasticConfig {
  const config = { ...PLASTIC_DEFAULTS, seed, ...wishes };
  if (config.winners > config.hiddenDim) {
    throw invalid(
      "#/config/winners",
      `is ${config.winners}, more than the ${config.hiddenDim} neurons of a layer (hiddenDim)`,
    );
  }
  if (config.neighbors > config.memorySize) {
    throw invalid(
      "#/config/neighbors",
      `is ${config.neighbors}, more than the ${config.memorySize} samples of the memory (memorySize)`,
    );
  }
  const needsBytes = stateBytes(config);
  if (needsBytes > MAX_STATE_BYTES) {
    throw invalid("#/config", `makes a brain of ${Math.ceil(needsBytes / MEGABYTE)} MB; no brain may be over 4000 MB`);
  }
  const needsMb = needsBytes / MEGABYTE;
  if (needsMb > budgetMb) {
    throw invalid(
      "#/config",
      `makes a brain of ${Math.ceil(needsMb)} MB; this server's memory budget is ${budgetMb} MB`,
    );
  }
  return config;
}
