// Layer surgery, checked before it is committed: each function drafts the event that a caller wants, or says why it cannot be.
// Invariant: what is committed names a layer that is there, leaves at least one, and keeps the brain within its bounds.

import { MAX_LAYERS } from "../brain/config.ts";
import type { LayerAdded, LayerRemoved, LayerRenewed, LayerReplaced, LayerTuned } from "../brain/events.ts";
import { effectiveConfig, type LayerSettings } from "../brain/shape.ts";
import { EngramError, invalid } from "../errors.ts";
import type { BrainRow } from "../store/brain-table.ts";
import type { Head } from "../store/event-log.ts";
import { excessOf } from "./excess.ts";
import { frozen } from "./frozen.ts";

/**
 * @param index where the layer goes; at the end without one
 * @throws EngramError brain-frozen, validation, layer-limit
 */
export function draftAdding(row: BrainRow, head: Head, index: number | undefined, budgetMb: number): LayerAdded {
  if (head.mode === "inference") throw frozen(row.id);
  if (row.kind !== "plastic") throw new EngramError("layer-limit", `Brain ${row.id} is ${row.kind}: it has no layers.`);
  const { length } = head.shape.layers;
  if (index !== undefined && index > length) {
    throw invalid(
      "#/index",
      `is ${index}; brain ${row.id} has ${length} layers, so a new one can go to 0 to ${length}`,
    );
  }
  if (length >= MAX_LAYERS) {
    throw new EngramError(
      "layer-limit",
      `Brain "${row.id}" has ${length} layers already, as many as a brain may have.`,
    );
  }
  const config = { ...effectiveConfig(row.config, head.shape), layers: length + 1 };
  const excess = excessOf({ kind: row.kind, config }, budgetMb);
  if (excess !== null) throw new EngramError("layer-limit", `One more layer makes "${row.id}" ${excess}.`);
  return { type: "layerAdded", index: index ?? length };
}

/** @throws EngramError brain-frozen, layer-not-found */
export function draftReplacing({ id }: BrainRow, head: Head, index: number): LayerReplaced {
  if (head.mode === "inference") throw frozen(id);
  layerAt(id, head, index);
  return { type: "layerReplaced", index };
}

/** Tuning teaches nothing, so it is fine in every mode. @throws EngramError layer-not-found */
export function draftLayerTuning(
  { id }: BrainRow,
  head: Head,
  index: number,
  settings: Partial<LayerSettings>,
): LayerTuned {
  layerAt(id, head, index);
  return { type: "layerTuned", index, settings };
}

/** @throws EngramError brain-frozen, layer-not-found, last-layer */
export function draftRemoving({ id }: BrainRow, head: Head, index: number): LayerRemoved {
  if (head.mode === "inference") throw frozen(id);
  layerAt(id, head, index);
  if (head.shape.layers.length === 1) {
    throw new EngramError("last-layer", `Brain "${id}" has one layer left, and needs it; replace it instead.`);
  }
  return { type: "layerRemoved", index };
}

/** @throws EngramError brain-frozen, layer-not-found, layer-frozen */
export function draftRenewing({ id }: BrainRow, head: Head, index: number): LayerRenewed {
  if (head.mode === "inference") throw frozen(id);
  if (layerAt(id, head, index).isFrozen) {
    throw new EngramError("layer-frozen", `Layer ${index} of brain "${id}" is frozen; unfreeze it first.`);
  }
  return { type: "layerRenewed", index };
}

function layerAt(id: string, { shape: { layers } }: Head, index: number): LayerSettings {
  const layer = layers[index];
  if (layer === undefined) {
    const there =
      layers.length === 0 ? "none" : layers.length === 1 ? "one layer, 0" : `layers 0 to ${layers.length - 1}`;
    throw new EngramError("layer-not-found", `Brain "${id}" has no layer ${index}; it has ${there}.`);
  }
  return layer;
}
