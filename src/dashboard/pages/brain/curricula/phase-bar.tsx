// How far a curriculum is: a piece of the bar for each phase, as long as it has steps.

import type { Curriculum } from "../../../api/types.ts";
import { whole } from "../../../ui/format.ts";
import { phaseShares, progressText, shareOf } from "./curricula.ts";

type PhaseBarProps = { readonly curriculum: Curriculum; readonly label: string };

export function PhaseBar({ curriculum, label }: PhaseBarProps) {
  const { state, progress, phases } = curriculum;
  return (
    <div
      class="phase-bar"
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(1000 * shareOf(progress)) / 10}
      aria-valuetext={progressText(progress, phases.length)}
      data-state={state}
    >
      {phaseShares(curriculum).map(({ name, steps, done }) => (
        <span
          key={name}
          class="phase-bar-piece"
          title={`${name}: ${whole(done)} of ${whole(steps)} steps`}
          style={{ flexGrow: Math.max(1, steps) }}
        >
          <span style={{ width: `${steps === 0 ? 0 : (100 * done) / steps}%` }} />
        </span>
      ))}
    </div>
  );
}
