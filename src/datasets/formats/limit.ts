// How much an upload may unpack to.

import { EngramError } from "../../errors.ts";

const MEGABYTE = 1024 * 1024;

export const tooLarge = (maxBytes: number): EngramError => {
  const most = maxBytes >= MEGABYTE ? `${Math.floor(maxBytes / MEGABYTE)} MiB` : `${maxBytes} bytes`;
  return new EngramError("body-too-large", `The dataset takes more than ${most} (ENGRAM_MAX_DATASET_MB).`);
};
