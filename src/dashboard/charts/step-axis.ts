// An axis of steps in the place of time: a step is a second of it. Pure.

import { whole } from "../ui/format.ts";
import type { Axis } from "./axes.ts";

/** What one step is on the axis. */
export const STEP_MS = 1000;

const INCREMENTS = Array.from({ length: 9 }, (_, power) => [1, 2, 5].map((digit) => digit * 10 ** power)).flat();

export const STEP_AXIS: Axis = {
  increments: INCREMENTS,
  tick: (timeMs) => whole(timeMs / STEP_MS),
  point: (timeMs, stepMs) => {
    const first = Math.round(timeMs / STEP_MS);
    const last = first + Math.round(stepMs / STEP_MS) - 1;
    return last > first ? `steps ${whole(first)} to ${whole(last)}` : `step ${whole(first)}`;
  },
};
