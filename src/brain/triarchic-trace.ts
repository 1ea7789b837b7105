// What the parts of a triarchic brain did with one row of a batch, from the code and the logits that its prediction comes from.

import type { SparseCodes } from "../backend/backend.ts";
import type { Logits } from "./readout.ts";
import type { BaseTrace, LogitEnergies } from "./trace.ts";

/**
 * Of the neurons that were drawn, those that do not fire are left out: the weakest, any as weak as it, and all where none stands out.
 * @param neurons that the base has
 */
export function traceBase({ k, winners, activations, best }: SparseCodes, row: number, neurons: number): BaseTrace {
  const drawn = Array.from({ length: k }, (_, i) => row * k + i);
  const fired = drawn.filter((at) => (activations[at] ?? 0) > 0);
  return {
    neurons,
    winners: fired.map((at) => winners[at] ?? 0),
    activations: fired.map((at) => activations[at] ?? 0),
    similarity: best[row] ?? 0,
  };
}

/** @param classes that there are */
export function energiesOf({ core, overlay }: Logits, row: number, classes: number): LogitEnergies {
  const meanSize = (logits: Float32Array): number => {
    let sum = 0;
    for (let at = row * classes; at < (row + 1) * classes; at++) sum += Math.abs(logits[at] ?? 0);
    return classes === 0 ? 0 : sum / classes;
  };
  return { core: meanSize(core), overlay: meanSize(overlay) };
}
