// The part of a brain's make-up that changes while it lives: what is tuned, and each layer's settings. The gateway keeps it in the
// head to check changes against. Invariant: `reshape` says of a shape what `apply` makes of the whole brain.

import type { StateHeader } from "./brain.ts";
import { type Blueprint, PLASTIC_DEFAULTS, type PlasticConfig, type Tuning } from "./config.ts";
import type { BrainEvent } from "./events.ts";
import { type Watching, watchingOf } from "./watching.ts";

export type LayerSettings = {
  /** A frozen layer thinks and changes in nothing: it neither learns, nor matures, nor recycles, in any mode. */
  readonly isFrozen: boolean;
  readonly learningRate: number;
  readonly neurogenesis: boolean;
};

/** A triarchic brain has no layers, and of what is tunable only how it is watched: the rest is `UNTUNED`, for good. */
export type Shape = { readonly tuning: Tuning; readonly layers: readonly LayerSettings[] };

/** @returns the tunable part of a configuration */
export const tuningOf = ({
  learningRate,
  gate,
  memoryIndex,
  neighbors,
  neurogenesis,
  reward,
  rejectBelow,
  ...others
}: PlasticConfig): Tuning => ({
  learningRate,
  gate,
  memoryIndex,
  neighbors,
  neurogenesis,
  reward,
  rejectBelow,
  ...watchingOf(others),
});

/** @returns the settings of a layer that joins a brain tuned like this */
export const freshSettings = ({ learningRate, neurogenesis }: Tuning): LayerSettings => ({
  isFrozen: false,
  learningRate,
  neurogenesis,
});

/** @returns what tuning the brain changes in every layer: a rate or neurogenesis of the brain's is every layer's */
export function settingsIn({ learningRate, neurogenesis }: Partial<Tuning>): Partial<LayerSettings> {
  return {
    ...(learningRate === undefined ? {} : { learningRate }),
    ...(neurogenesis === undefined ? {} : { neurogenesis }),
  };
}

const UNTUNED: Tuning = tuningOf({ ...PLASTIC_DEFAULTS, seed: 0 });

const watched = (config: Watching): Shape => ({ tuning: { ...UNTUNED, ...watchingOf(config) }, layers: [] });

/** @returns the shape of a brain as it is created */
export function initialShape({ kind, config }: Blueprint): Shape {
  if (kind === "triarchic") return watched(config);
  const tuning = tuningOf(config);
  return { tuning, layers: Array.from({ length: config.layers }, () => freshSettings(tuning)) };
}

/** @returns the shape of a brain in this state */
export function shapeOf(header: StateHeader): Shape {
  if (header.kind === "triarchic") return watched(header.config);
  const { config, layers } = header;
  return {
    tuning: tuningOf(config),
    layers: layers.map(({ isFrozen, learningRate, neurogenesis }) => ({ isFrozen, learningRate, neurogenesis })),
  };
}

/** @returns the shape after `event`; the same object when the event leaves it as it is */
export function reshape(shape: Shape, event: BrainEvent): Shape {
  const { tuning, layers } = shape;
  switch (event.type) {
    case "tuned": {
      const change = settingsIn(event.tuning);
      return { tuning: { ...tuning, ...event.tuning }, layers: layers.map((layer) => ({ ...layer, ...change })) };
    }
    case "layerAdded":
      return { tuning, layers: layers.toSpliced(event.index, 0, freshSettings(tuning)) };
    case "layerReplaced":
      return { tuning, layers: layers.with(event.index, freshSettings(tuning)) };
    case "layerTuned":
      return {
        tuning,
        layers: layers.map((layer, index) => (index === event.index ? { ...layer, ...event.settings } : layer)),
      };
    case "layerRemoved":
      return { tuning, layers: layers.toSpliced(event.index, 1) };
    default:
      return shape;
  }
}

/** @returns the configuration in force: as created, but tuned, and with the layers that there are */
export const effectiveConfig = (created: PlasticConfig, { tuning, layers }: Shape): PlasticConfig => ({
  ...created,
  ...tuning,
  layers: layers.length,
});

/** @returns the kind, and the configuration in force */
export const effectiveBlueprint = ({ kind, config }: Blueprint, shape: Shape): Blueprint =>
  kind === "plastic"
    ? { kind, config: effectiveConfig(config, shape) }
    : { kind, config: { ...config, ...watchingOf(shape.tuning) } };
