// What a brain is made of: its layers side by side, and how their numbers are distributed.

import type { TabParts } from "../brain-page.tsx";
import { Distributions } from "./distributions.tsx";
import { LayerTable } from "./layer-table.tsx";
import "./layers.css";

export const LayersTab = (parts: TabParts) => (
  <div class="layers-tab">
    {/* A triarchic brain has no layers. */}
    {parts.brain.kind === "plastic" ? <LayerTable {...parts} /> : null}
    <Distributions brain={parts.brain} live={parts.live} />
  </div>
);
