// A part of a page with a heading of its own.

import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";

type CardProps = {
  readonly title: string;
  /** A line that says what is to be seen here. */
  readonly note?: ComponentChildren;
  /** What stands at the right of the heading: choices, buttons. */
  readonly actions?: ComponentChildren;
  readonly children: ComponentChildren;
};

export function Card({ title, note, actions, children }: CardProps) {
  const id = useId();
  return (
    <section class="card" aria-labelledby={id}>
      <header class="card-head">
        <div>
          <h2 id={id}>{title}</h2>
          {note === undefined ? null : <p class="note">{note}</p>}
        </div>
        {actions === undefined ? null : <div class="card-actions">{actions}</div>}
      </header>
      {children}
    </section>
  );
}
