// The small part of a brain's state that the gateway keeps: enough to check a change and to number it, before a host computes it.
// Invariant: `advance` says of a head what `apply` makes of the whole state.

import type { BrainEvent } from "../brain/events.ts";
import { MAX_LABEL_BYTES } from "../brain/limits.ts";
import { reshape } from "../brain/shape.ts";
import { invalid } from "../errors.ts";
import type { Head } from "../store/event-log.ts";

/** @returns the head of the state after `event` */
export function advance(head: Head, event: BrainEvent): Head {
  const seq = head.seq + 1;
  switch (event.type) {
    case "learned": {
      const labels = event.newLabels.length === 0 ? head.labels : [...head.labels, ...event.newLabels];
      return { ...head, seq, step: head.step + 1, labels };
    }
    case "modeChanged":
      return { ...head, seq, mode: event.mode };
    default:
      return { ...head, seq, shape: reshape(head.shape, event) };
  }
}

/**
 * Finds the class of each label; unknown ones get the next indexes in order of appearance.
 * @returns classes int32 [labels.length], and the labels that are new
 * @throws EngramError validation, when the brain would have more labels than it can hold
 */
export function classify(head: Head, labels: readonly string[]): { classes: Int32Array; newLabels: readonly string[] } {
  const indexes = new Map(head.labels.map((label, index) => [label, index]));
  const newLabels: string[] = [];
  const classes = Int32Array.from(labels, (label) => {
    const known = indexes.get(label);
    if (known !== undefined) return known;
    const index = indexes.size;
    indexes.set(label, index);
    newLabels.push(label);
    return index;
  });
  if (newLabels.length > 0) checkLabelBytes([...head.labels, ...newLabels], "#/labels");
  return { classes, newLabels };
}

/** @param pointer to what brings the labels @throws EngramError validation, when they are more than a brain can hold */
export function checkLabelBytes(labels: readonly string[], pointer: string): void {
  const bytes = labels.reduce((sum, label) => sum + Buffer.byteLength(label), 0);
  if (bytes <= MAX_LABEL_BYTES) return;
  throw invalid(pointer, `would give the brain ${bytes} bytes of labels; it holds ${MAX_LABEL_BYTES}`);
}
