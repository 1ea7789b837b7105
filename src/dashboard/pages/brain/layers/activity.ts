// A layer's neurons by how much they do. `active` and `dead` are told; between them are those that rest. Mature is another matter: neurons
// of any activity are. Pure.

import type { Layer } from "../../../api/types.ts";
import type { Part } from "../../../ui/part.ts";

export const ACTIVITIES = [
  { label: "active", color: "--series-1", hint: "Fire now and then: frequency above 0.01." },
  { label: "resting", color: "--ramp-2", hint: "Fire seldom: frequency from 0.001 to 0.01." },
  { label: "idle", color: "--line-strong", hint: "Have not fired for long: frequency below 0.001." },
] as const;

/** @param neurons of the layer */
export function activityOf({ active, dead }: Pick<Layer, "active" | "dead">, neurons: number): Part[] {
  const values = { active, resting: Math.max(0, neurons - active - dead), idle: dead };
  return ACTIVITIES.map((activity) => ({ ...activity, value: values[activity.label] }));
}
