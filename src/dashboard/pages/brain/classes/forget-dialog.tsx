// Asks before a class is forgotten.

import { change } from "../../../api/change.ts";
import { pathOf } from "../../../api/client.ts";
import type { Brain, ForgetAnswer } from "../../../api/types.ts";
import { Confirm } from "../../../ui/dialog.tsx";
import { plural, whole } from "../../../ui/format.ts";
import { useAction } from "../../../ui/use-action.ts";
import type { ClassRow } from "./class-rows.ts";

type ForgetDialogProps = {
  readonly brain: Brain;
  readonly row: ClassRow;
  readonly onClose: () => void;
  readonly onDone: () => void;
};

export function ForgetDialog({ brain, row, onClose, onDone }: ForgetDialogProps) {
  const { run } = useAction();
  const forget = () =>
    run(async () => {
      const { forgotten } = await change<ForgetAnswer>("DELETE", pathOf(brain.id, "memory"), undefined, {
        label: row.label,
      });
      onDone();
      return `${plural(forgotten, "sample")} of ${row.label} forgotten.`;
    });
  return (
    <Confirm
      title={`Forget ${row.label}?`}
      action="Forget"
      isDangerous
      onClose={onClose}
      onConfirm={() => void forget()}
    >
      <p>
        {row.remembered === null ? "All remembered samples" : plural(row.remembered, "remembered sample")} of the class{" "}
        <strong>{row.label}</strong> leave the memory, and so does what is held out of it. It is not predicted any more
        until it is taught again. The synapses stay as they are.
      </p>
      <p class="note">It can be undone by going back to seq {whole(brain.seq)}.</p>
    </Confirm>
  );
}
