// Says what cannot be told without a hold-out, and switches it on.

import { change } from "../../../api/change.ts";
import { pathOf } from "../../../api/client.ts";
import type { Brain } from "../../../api/types.ts";
import { Button } from "../../../ui/button.tsx";
import { useAction } from "../../../ui/use-action.ts";

/** Of each class: a share of 20 samples is told to 11 points, one over ten classes to 3.5 (docs/measures.md). */
const SAMPLES = 20;

export function HoldOutNotice({ brain, onDone }: { readonly brain: Brain; readonly onDone: () => void }) {
  const { isBusy, run } = useAction();
  const switchOn = () =>
    run(async () => {
      await change<Brain>("PATCH", pathOf(brain.id), { config: { holdout: SAMPLES } });
      onDone();
      return `From now on up to ${SAMPLES} samples of each class are held out.`;
    });
  return (
    <div class="hold-out">
      <div>
        <strong>Nothing is held out</strong>
        <p class="note">
          What a brain forgets can only be told on samples that it never learns from. One in ten is set aside, until
          there are {SAMPLES} of each class.
        </p>
      </div>
      <Button size="small" isBusy={isBusy} onClick={() => void switchOn()}>
        Hold out {SAMPLES} of each class
      </Button>
    </div>
  );
}
