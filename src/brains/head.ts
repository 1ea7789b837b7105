// The small part of a brain's state that the gateway keeps: enough to check a change and to number it, before a host computes it.
// Invariant: `advance` says of a head what `apply` makes of the whole state.

import type { BrainEvent } from "../brain/events.ts";
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
    case "consolidated":
      return { ...head, seq };
  }
}

/**
 * Finds the class of each label; unknown ones get the next indexes in order of appearance.
 * @returns classes int32 [labels.length], and the labels that are new
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
  return { classes, newLabels };
}
