// Asks before a brain is consolidated, and tells what came of it.

import { change } from "../../../api/change.ts";
import { pathOf } from "../../../api/client.ts";
import type { Brain, ConsolidateAnswer } from "../../../api/types.ts";
import { Confirm } from "../../../ui/dialog.tsx";
import { plural, whole } from "../../../ui/format.ts";
import { useAction } from "../../../ui/use-action.ts";

type DialogParts = { readonly brain: Brain; readonly onClose: () => void; readonly onDone: () => void };

export function ConsolidateDialog({ brain, onClose, onDone }: DialogParts) {
  const { run } = useAction();
  const consolidate = () =>
    run(async () => {
      const answer = await change<ConsolidateAnswer>("POST", pathOf(brain.id, "consolidate"));
      onDone();
      if (brain.kind === "triarchic") return "The overlay has moved into the core.";
      return `${plural(answer.matured, "neuron")} matured; ${whole(answer.mature)} are mature now.`;
    });
  return (
    <Confirm title="Consolidate?" action="Consolidate" onClose={onClose} onConfirm={() => void consolidate()}>
      {brain.kind === "triarchic" ? (
        <p>What the fast overlay has learned moves into the slow core, where it lasts.</p>
      ) : (
        <p>
          Neurons that were busy lately become mature: in mode <em>plastic</em> they stay as they are from now on, so
          that what they know is kept. New things are learned by the others; in <em>panic</em> mature neurons change as
          well.
        </p>
      )}
      <p class="note">It ends the task as well. It can be undone by going back to seq {whole(brain.seq)}.</p>
    </Confirm>
  );
}
