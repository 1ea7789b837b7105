// Deletes a brain, once its id was typed.

import { useState } from "preact/hooks";
import { change } from "../../../api/change.ts";
import { pathOf } from "../../../api/client.ts";
import type { Brain } from "../../../api/types.ts";
import { brainsHref } from "../../../app/router.ts";
import { Button } from "../../../ui/button.tsx";
import { Dialog } from "../../../ui/dialog.tsx";
import { Field } from "../../../ui/field.tsx";
import { FormError } from "../../../ui/form-error.tsx";
import { tell } from "../../../ui/toasts.tsx";
import { useForm } from "../../../ui/use-form.ts";

const NO_FIELDS: readonly string[] = [];

export function DeleteDialog({ brain, onClose }: { readonly brain: Brain; readonly onClose: () => void }) {
  const [typed, setTyped] = useState("");
  const { errors, isBusy, submit } = useForm(NO_FIELDS);
  const isSure = typed.trim() === brain.id;
  const remove = (event: Event): void => {
    event.preventDefault();
    if (!isSure) return;
    void submit(async () => {
      await change<void>("DELETE", pathOf(brain.id));
      tell(`${brain.id} is deleted.`);
      location.hash = brainsHref;
    });
  };
  return (
    <Dialog title={`Delete ${brain.id}?`} onClose={onClose}>
      <form onSubmit={remove} noValidate>
        <div class="dialog-body">
          <p>The brain goes for good, with its history and all of its checkpoints. This cannot be undone.</p>
          <p class="note">To keep a copy, download it first.</p>
          <Field label={`Type ${brain.id} to confirm`}>
            {(attributes) => (
              <input
                {...attributes}
                value={typed}
                autocomplete="off"
                autocapitalize="off"
                spellcheck={false}
                onInput={({ currentTarget }) => setTyped(currentTarget.value)}
              />
            )}
          </Field>
          <FormError errors={errors} />
        </div>
        <footer class="dialog-foot">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" kind="danger" isBusy={isBusy} isDisabled={!isSure}>
            Delete for good
          </Button>
        </footer>
      </form>
    </Dialog>
  );
}
