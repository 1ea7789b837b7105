// How samples divide among classes: a bar each, which is pressed to see the samples of its class alone.

import { useState } from "preact/hooks";
import type { Dataset } from "../../api/types.ts";
import { Button } from "../../ui/button.tsx";
import { Card } from "../../ui/card.tsx";
import { percent, plural, whole } from "../../ui/format.ts";

type ClassBarsProps = {
  readonly classes: Dataset["classes"];
  /** null: all. */
  readonly chosen: string | null;
  readonly onChoose: (label: string | null) => void;
};

const SLICE = 40;

export function ClassBars({ classes, chosen, onChoose }: ClassBarsProps) {
  const [shown, setShown] = useState(SLICE);
  const most = Math.max(1, ...classes.map(({ samples }) => samples));
  const all = classes.reduce((sum, { samples }) => sum + samples, 0);
  return (
    <Card title="Classes" note="Press one to see its samples alone.">
      <ul class="class-bars">
        {classes.slice(0, shown).map(({ label, samples }) => (
          <li key={label}>
            <button
              type="button"
              class="class-bar"
              aria-pressed={chosen === label}
              title={`${label}: ${plural(samples, "sample")}, ${percent(samples / all)} of all`}
              onClick={() => onChoose(chosen === label ? null : label)}
            >
              <span class="class-bar-label">{label}</span>
              <span class="class-bar-track" aria-hidden="true">
                <span class="class-bar-fill" style={{ width: `${(100 * samples) / most}%` }} />
              </span>
              <span class="class-bar-count">{whole(samples)}</span>
            </button>
          </li>
        ))}
      </ul>
      {shown < classes.length ? (
        <div class="datasets-more">
          <Button size="small" onClick={() => setShown(shown + 5 * SLICE)}>
            Show more of {plural(classes.length, "class", "classes")}
          </Button>
        </div>
      ) : null}
    </Card>
  );
}
