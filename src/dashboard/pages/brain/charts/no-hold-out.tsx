// Why nothing is known of forgetting, and what to do about it.

import type { Brain } from "../../../api/types.ts";
import { Card } from "../../../ui/card.tsx";

export const NoHoldOut = ({ brain }: { readonly brain: Brain }) => (
  <div class="chart-cell chart-wide">
    <Card title="Forgetting">
      {brain.config.holdout === 0 ? (
        <p>
          Forgetting is measured on samples that are kept aside and never learned, and this brain keeps none. Keep 20 of
          each class with <code>PATCH /v1/brains/{brain.id}</code> <code>{'{"config": {"holdout": 20}}'}</code>; what is
          taught from then on counts.
        </p>
      ) : (
        <p>
          This brain keeps {brain.config.holdout} samples of each class aside, and answers them for the first time when
          it has learned enough, or when a task ends: <code>POST /v1/brains/{brain.id}/tasks</code> begins the next one.
        </p>
      )}
    </Card>
  </div>
);
