// The curricula of a brain, the newest first, live.

import { useState } from "preact/hooks";
import type { LiveStream } from "../../../api/live-stream.ts";
import type { Brain, Curriculum } from "../../../api/types.ts";
import { curriculumHref, newCurriculumHref } from "../../../app/router.ts";
import { Ago } from "../../../ui/ago.tsx";
import { Button, LinkButton } from "../../../ui/button.tsx";
import { Card } from "../../../ui/card.tsx";
import { percent, plural } from "../../../ui/format.ts";
import { useNow } from "../../../ui/now.ts";
import { Empty, Loaded } from "../../../ui/states.tsx";
import { hasEnded, progressText, shareOf, timeText, titleOf, waitingText } from "./curricula.ts";
import { PhaseBar } from "./phase-bar.tsx";
import { StateBadge } from "./state-badge.tsx";
import { useCurricula } from "./use-curricula.ts";

type CurriculumListProps = { readonly brain: Brain; readonly live: LiveStream };

const PAGE = 20;
const MOST = 200;

export function CurriculumList({ brain, live }: CurriculumListProps) {
  const [limit, setLimit] = useState(PAGE);
  const list = useCurricula(live, brain.id, { limit });
  const nowMs = useNow(5_000);
  return (
    <Card
      title="Curricula"
      note="Phases of teaching and judging, which the server works through beside everything else."
      actions={
        <LinkButton kind="primary" icon="plus" href={newCurriculumHref(brain.id)}>
          New curriculum
        </LinkButton>
      }
    >
      <Loaded resource={list} lines={6}>
        {({ curricula, nextCursor }) =>
          curricula.length === 0 ? (
            <Empty title="This brain has had no curriculum yet">
              <p>
                A curriculum teaches it the samples of datasets in phases: other classes, another order, noise or
                inversion in each. Before and after every phase the brain is judged, so that you see what it learned and
                what it forgot.
              </p>
            </Empty>
          ) : (
            <>
              <ul class="curricula">
                {curricula.map((curriculum) => (
                  <Item key={curriculum.id} curriculum={curriculum} nowMs={nowMs} />
                ))}
              </ul>
              {nextCursor === null || limit >= MOST ? null : (
                <div class="curricula-more">
                  <Button size="small" isBusy={list.isLoading} onClick={() => setLimit(Math.min(MOST, 2 * limit))}>
                    Show more
                  </Button>
                </div>
              )}
            </>
          )
        }
      </Loaded>
    </Card>
  );
}

function howText({ state, progress, phases }: Curriculum): string {
  if (state === "completed") return plural(phases.length, "phase");
  const share = percent(Math.floor(100 * shareOf(progress)) / 100, 0);
  return hasEnded(state) ? `${share} of ${plural(phases.length, "phase")}` : progressText(progress, phases.length);
}

function Item({ curriculum, nowMs }: { readonly curriculum: Curriculum; readonly nowMs: number }) {
  const { id, brain, state, progress, createdAt, endedAt } = curriculum;
  const title = titleOf(curriculum);
  return (
    <li class="curriculum-item">
      <a class="curriculum-title" href={curriculumHref(brain, id)}>
        {title}
      </a>
      <StateBadge state={state} />
      <PhaseBar curriculum={curriculum} label={`Progress of ${title}`} />
      <span class="note curriculum-how">
        {howText(curriculum)}
        {state === "running" && progress.secondsLeft !== null ? `, ${timeText(progress.secondsLeft)} left` : null}
        {progress.waiting === null || hasEnded(state) ? null : `. ${waitingText(progress.waiting)}`}
      </span>
      <span class="note curriculum-when">
        <Ago time={endedAt ?? createdAt} nowMs={nowMs} />
      </span>
    </li>
  );
}
