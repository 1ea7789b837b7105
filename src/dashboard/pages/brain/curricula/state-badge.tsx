// How a curriculum, or one of its phases, stands.

import type { PhaseReport } from "../../../api/types.ts";
import type { State } from "./curricula.ts";

const HINTS: Record<State | PhaseReport["state"], string> = {
  queued: "Waits for its turn.",
  pending: "Has not begun.",
  running: "Is under way.",
  completed: "All of it was done.",
  cancelled: "Somebody ended it; it can go on where it was.",
  failed: "Something ended it; it can go on where it was.",
};

export const StateBadge = ({ state }: { readonly state: State | PhaseReport["state"] }) => (
  <span class="badge" data-state={state} title={HINTS[state]}>
    {state}
  </span>
);
