// A labelled input of a form, with what is wrong with it beside it.

import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";

type FieldProps = {
  readonly label: string;
  readonly hint?: string | undefined;
  readonly error?: string | undefined;
  /** @param attributes for the input itself: they tie it to its label, hint and error */
  readonly children: (attributes: {
    readonly id: string;
    readonly "aria-describedby": string;
    readonly "aria-invalid": boolean;
  }) => ComponentChildren;
};

export function Field({ label, hint, error, children }: FieldProps) {
  const id = useId();
  const notes = `${id}-notes`;
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {children({ id, "aria-describedby": notes, "aria-invalid": error !== undefined })}
      <div id={notes} class={error === undefined ? "note" : "note note-wrong"}>
        {error ?? hint}
      </div>
    </div>
  );
}
