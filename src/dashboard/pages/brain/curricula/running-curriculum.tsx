// In the head of a brain's page: the curriculum that runs, or waits to, with the way to it. Nothing where none does.

import type { LiveStream } from "../../../api/live-stream.ts";
import type { Curriculum } from "../../../api/types.ts";
import { curriculumHref } from "../../../app/router.ts";
import { hasEnded, progressText, shareOf, titleOf } from "./curricula.ts";
import { useCurricula } from "./use-curricula.ts";
import "./running-curriculum.css";

/** The newest are told first, and one that runs may be behind others that wait. */
const LOOKED_AT = 10;

export function RunningCurriculum({ brain, live }: { readonly brain: string; readonly live: LiveStream }) {
  const { data } = useCurricula(live, brain, { limit: LOOKED_AT });
  const curricula = data?.curricula ?? [];
  const shown =
    curricula.find(({ state }) => state === "running") ?? curricula.findLast(({ state }) => !hasEnded(state));
  return shown === undefined ? null : <Running curriculum={shown} />;
}

function Running({ curriculum }: { readonly curriculum: Curriculum }) {
  const { id, brain, state, progress, phases } = curriculum;
  const text = state === "queued" ? "waits to begin" : progressText(progress, phases.length);
  return (
    <a class="running" href={curriculumHref(brain, id)} title={titleOf(curriculum)}>
      <span class="running-bar" aria-hidden="true">
        <span style={{ width: `${100 * shareOf(progress)}%` }} />
      </span>
      Training: {text}
    </a>
  );
}
