// A brain's mode, in the colour that it has everywhere.

import type { Mode } from "../api/types.ts";

export const MODE_HINTS: Record<Mode, string> = {
  inference: "Learns nothing.",
  plastic: "Learns; mature neurons are fixed.",
  panic: "Adapts fast; mature neurons change too.",
};

export const ModeBadge = ({ mode }: { readonly mode: Mode }) => (
  <span class="badge" data-mode={mode} title={MODE_HINTS[mode]}>
    {mode}
  </span>
);
