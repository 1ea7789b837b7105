// Some of many, or all: a button each that is pressed or not.

import { useId } from "preact/hooks";
import { whole } from "./format.ts";
import "./toggles.css";

type TogglesProps = {
  readonly label: string;
  readonly hint?: string | undefined;
  readonly all: readonly string[];
  /** null: all of them, also those that come. */
  readonly chosen: readonly string[] | null;
  /** Whether the order in which they were pressed means something: then each tells its place. */
  readonly isOrdered?: boolean;
  readonly error?: string | undefined;
  readonly onToggle: (label: string) => void;
  /** null: all. */
  readonly onChoose: (chosen: readonly string[] | null) => void;
};

export function Toggles({ label, hint, all, chosen, isOrdered = false, error, onToggle, onChoose }: TogglesProps) {
  const id = useId();
  const count = chosen?.length ?? all.length;
  return (
    // biome-ignore lint/a11y/useSemanticElements: its heading holds buttons, which no legend may
    <div class="toggles" role="group" aria-labelledby={`${id}-label`} aria-describedby={`${id}-notes`}>
      <div class="toggles-head">
        <span id={`${id}-label`}>{label}</span>
        <span class="note">{chosen === null ? "all" : `${whole(count)} of ${whole(all.length)}`}</span>
        {chosen === null ? null : (
          <button type="button" aria-label={`${label}: all`} onClick={() => onChoose(null)}>
            all
          </button>
        )}
        {count === 0 ? null : (
          <button type="button" aria-label={`${label}: none`} onClick={() => onChoose([])}>
            none
          </button>
        )}
      </div>
      <div class="toggles-list">
        {all.map((each) => {
          const place = (chosen ?? all).indexOf(each);
          return (
            <button
              key={each}
              type="button"
              class="toggle"
              aria-pressed={place !== -1}
              title={each}
              onClick={() => onToggle(each)}
            >
              {each}
              {isOrdered && place !== -1 ? <span class="toggle-place">{whole(place + 1)}</span> : null}
            </button>
          );
        })}
      </div>
      <div id={`${id}-notes`} class={error === undefined ? "note" : "note note-wrong"}>
        {error ?? hint}
      </div>
    </div>
  );
}
