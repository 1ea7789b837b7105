// The clean samples of the experiment as one pool of ten classes, for streams in any order.

import type { Pool } from "../streams/stream.ts";
import { CLASSES } from "./classes.ts";
import type { Source } from "./source.ts";
import type { Counts } from "./upload-all.ts";

/** Vehicles and animals are of the same dataset, clean and with as many of each class. */
export function poolOf({ config, taught, judged, draw }: Source, counts: Counts): Pool {
  const { dataset, samplesPerClass = Number.POSITIVE_INFINITY } = judged.vehicles;
  const inDataset = counts.get(dataset);
  const judgedOf = new Map(CLASSES.map((label) => [label, Math.min(samplesPerClass, inDataset?.get(label) ?? 0)]));
  return {
    name: "cifar10",
    classes: CLASSES,
    config,
    taught: taught.vehicles,
    judged: judged.vehicles,
    judgedOf,
    isJudgedByClass: true,
    draw,
  };
}

/** Samples of each class that may be drawn. */
export function leastTaught({ classes, taught }: Pool, counts: Counts): number {
  const inDataset = counts.get(taught.dataset);
  return Math.min(
    taught.samplesPerClass ?? Number.POSITIVE_INFINITY,
    ...classes.map((label) => inDataset?.get(label) ?? 0),
  );
}
