// The server's own numbers, once a second: a quiet row, unless a compute process is down.

import type { ServerNumbers } from "../../api/types.ts";
import { Figure, Figures } from "../../ui/figure.tsx";
import { decimal, milliseconds, NOTHING, percent, whole } from "../../ui/format.ts";

/** A gateway that could not react for so long is felt by callers. */
const SLOW_MS = 200;

/** @param numbers null while none are told */
export function ServerFigures({ numbers }: { readonly numbers: ServerNumbers | null }) {
  const hosts = numbers?.hosts ?? [];
  const up = hosts.filter(({ isUp }) => isUp).length;
  const busy = hosts.length === 0 ? null : hosts.reduce((sum, { busyShare }) => sum + busyShare, 0) / hosts.length;
  const isDown = up < hosts.length;
  return (
    <Figures>
      <Figure
        label="Brains in memory"
        value={whole(numbers?.residentBrains)}
        hint="Others are stored, and are loaded when they are called."
      />
      <Figure label="Learned" value={rate(numbers?.learnedRowsPerSecond)} note="samples a second" />
      <Figure label="Predicted" value={rate(numbers?.predictedRowsPerSecond)} note="inputs a second" />
      <Figure
        label="Compute processes"
        value={numbers === null ? NOTHING : `${up} of ${hosts.length} up`}
        note={isDown ? "one is being started again" : `${percent(busy, 0)} busy`}
        isWarning={isDown}
        hint="Brains of a process that ended wait until they are back."
      />
      <Figure
        label="Gateway delay"
        value={milliseconds(numbers?.eventLoopLagMs)}
        note="99th percentile"
        isWarning={(numbers?.eventLoopLagMs ?? 0) > SLOW_MS}
        hint="For how long the gateway could not react: 99 of 100 times in the last second it was less."
      />
    </Figures>
  );
}

/** Whole from 10 on: digits behind the point only flicker. */
const rate = (value: number | undefined): string => (value !== undefined && value < 10 ? decimal(value) : whole(value));
