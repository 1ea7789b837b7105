// Asks before a brain goes back to a state, and says what that means.

import { change } from "../../../api/change.ts";
import { pathOf } from "../../../api/client.ts";
import type { Brain, RestoreAnswer } from "../../../api/types.ts";
import { Button } from "../../../ui/button.tsx";
import { Dialog } from "../../../ui/dialog.tsx";
import { FormError } from "../../../ui/form-error.tsx";
import { dateTime, whole } from "../../../ui/format.ts";
import { tell } from "../../../ui/toasts.tsx";
import { useForm } from "../../../ui/use-form.ts";

/** The state to go back to. */
export type Target = {
  readonly seq: number;
  /** When the brain came into it, where that is known. */
  readonly time: string | null;
  /** The checkpoint that holds it, where somebody chose one. */
  readonly checkpoint?: { readonly id: string; readonly name: string | null };
};

type RestoreDialogProps = {
  readonly brain: Brain;
  readonly target: Target;
  readonly onClose: () => void;
  readonly onDone: () => void;
};

const NO_FIELDS: readonly string[] = [];

export function RestoreDialog({ brain, target, onClose, onDone }: RestoreDialogProps) {
  const { errors, isBusy, submit } = useForm(NO_FIELDS);
  const { seq, time, checkpoint } = target;
  const restore = (event: Event): void => {
    event.preventDefault();
    void submit(async () => {
      const answer = await (checkpoint === undefined
        ? change<RestoreAnswer>("POST", pathOf(brain.id, "restore"), { seq })
        : change<RestoreAnswer>("POST", pathOf(brain.id, "checkpoints", checkpoint.id, "restore")));
      tell(`The state of seq ${whole(answer.from)} is back, as change ${whole(answer.seq)}.`);
      onDone();
      onClose();
    });
  };
  return (
    <Dialog title={`Go back to seq ${whole(seq)}?`} onClose={onClose}>
      <form onSubmit={restore}>
        <div class="dialog-body">
          <dl class="from-to">
            <div>
              <dt>From</dt>
              <dd>
                seq {whole(brain.seq)} <span class="note">now</span>
              </dd>
            </div>
            <div>
              <dt>To</dt>
              <dd>
                seq {whole(seq)} <span class="note">{time === null ? "" : dateTime(time)}</span>
                {checkpoint === undefined || checkpoint.name === null ? null : (
                  <span class="note">{checkpoint.name}</span>
                )}
              </dd>
            </div>
          </dl>
          <p>
            The brain will know what it knew then; what it has learned since is set aside. Its measures go back as well,
            the history of its numbers does not.
          </p>
          <p class="note">
            Going back is a change like any other: it can be undone by going back to seq {whole(brain.seq)}, as long as
            that is kept.
          </p>
          <FormError errors={errors} />
        </div>
        <footer class="dialog-foot">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" kind="primary" icon="restore" isBusy={isBusy}>
            Go back
          </Button>
        </footer>
      </form>
    </Dialog>
  );
}
