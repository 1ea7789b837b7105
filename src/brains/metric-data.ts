// What is asked of the history of a brain's numbers, and answered, as plain data.

import type { Marker } from "../metrics/points.ts";

export type MetricsRequest = {
  /** An hour before `to` when left out. */
  readonly from?: Date;
  /** Now when left out. */
  readonly to?: Date;
  /** Seconds between points; as few points as a chart has room for when left out. */
  readonly stepS?: number;
  /** Names, or beginnings of names before `.*`; all when left out. */
  readonly names?: readonly string[];
};

/** One number over the points, null where it was not measured. */
export type MetricSeries = {
  readonly min: readonly (number | null)[];
  readonly max: readonly (number | null)[];
  readonly last: readonly (number | null)[];
  readonly mean: readonly (number | null)[];
};

export type MetricMarker = Omit<Marker, "timeMs"> & {
  /** ISO 8601, UTC. */
  readonly time: string;
};

export type MetricsAnswer = {
  readonly brain: string;
  readonly seq: number;
  readonly from: string;
  readonly to: string;
  readonly stepSeconds: number;
  /** The coarsest of what the points are made of. */
  readonly resolutionSeconds: number;
  readonly names: readonly string[];
  readonly times: readonly string[];
  readonly seqs: { readonly first: readonly (number | null)[]; readonly last: readonly (number | null)[] };
  readonly series: { readonly [name: string]: MetricSeries };
  readonly markers: readonly MetricMarker[];
};
