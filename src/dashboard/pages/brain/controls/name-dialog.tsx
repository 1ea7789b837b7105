// Something new that may have a name.

import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { Button } from "../../../ui/button.tsx";
import { Dialog } from "../../../ui/dialog.tsx";
import { Field } from "../../../ui/field.tsx";
import { FormError } from "../../../ui/form-error.tsx";
import { useForm } from "../../../ui/use-form.ts";

type NameDialogProps = {
  readonly title: string;
  readonly action: string;
  readonly hint: string;
  readonly placeholder: string;
  readonly onClose: () => void;
  /** Does it; null: without a name. */
  readonly onName: (name: string | null) => Promise<void>;
  /** What it is, in a sentence or two. */
  readonly children: ComponentChildren;
};

export function NameDialog({ title, action, hint, placeholder, onClose, onName, children }: NameDialogProps) {
  const [name, setName] = useState("");
  const { errors, isBusy, submit } = useForm(["#/name"]);
  const send = (event: Event): void => {
    event.preventDefault();
    void submit(async () => {
      await onName(name.trim() === "" ? null : name.trim());
      onClose();
    });
  };
  return (
    <Dialog title={title} onClose={onClose}>
      <form onSubmit={send} noValidate>
        <div class="dialog-body">
          <p>{children}</p>
          <Field label="Name (optional)" hint={hint} error={errors.fields.get("#/name")}>
            {(attributes) => (
              <input
                {...attributes}
                value={name}
                placeholder={placeholder}
                autocomplete="off"
                onInput={({ currentTarget }) => setName(currentTarget.value)}
              />
            )}
          </Field>
          <FormError errors={errors} />
        </div>
        <footer class="dialog-foot">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" kind="primary" isBusy={isBusy}>
            {action}
          </Button>
        </footer>
      </form>
    </Dialog>
  );
}
