// The head of a phase or an evaluation set: its name, how much it is, and what can be done with it.

import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";

type PartHeadProps = {
  /** What it is, for its name's field: `Phase 1`. */
  readonly title: string;
  readonly name: string;
  readonly error: string | undefined;
  readonly size: string;
  readonly onName: (name: string) => void;
  /** Buttons. */
  readonly children: ComponentChildren;
};

export function PartHead({ title, name, error, size, onName, children }: PartHeadProps) {
  const id = useId();
  return (
    <header class="part-head">
      <div class="part-name">
        <label class="hidden" for={id}>
          Name of {title}
        </label>
        <input
          id={id}
          autocomplete="off"
          aria-invalid={error !== undefined}
          aria-describedby={`${id}-error`}
          value={name}
          onInput={({ currentTarget }) => onName(currentTarget.value)}
        />
        <span id={`${id}-error`} class="note note-wrong">
          {error}
        </span>
      </div>
      <span class="note part-size">{size}</span>
      <span class="part-actions">{children}</span>
    </header>
  );
}
