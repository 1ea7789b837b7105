// How far a curriculum is, how fast, why it stands still; and what can be done with it.

import { useState } from "preact/hooks";
import { change } from "../../../api/change.ts";
import type { Curriculum } from "../../../api/types.ts";
import { brainHref, newCurriculumHref } from "../../../app/router.ts";
import { Button, LinkButton } from "../../../ui/button.tsx";
import { Confirm } from "../../../ui/dialog.tsx";
import { Figure, Figures } from "../../../ui/figure.tsx";
import { ago, dateTime, decimal, NOTHING, percent, whole } from "../../../ui/format.ts";
import { Icon } from "../../../ui/icon.tsx";
import { useNow } from "../../../ui/now.ts";
import { tell } from "../../../ui/toasts.tsx";
import { useAction } from "../../../ui/use-action.ts";
import { hasEnded, shareOf, timeText, titleOf, waitingText } from "./curricula.ts";
import { curriculumPath } from "./paths.ts";
import { PhaseBar } from "./phase-bar.tsx";
import { StateBadge } from "./state-badge.tsx";

type CurriculumHeadProps = { readonly curriculum: Curriculum; readonly onChange: () => void };

export function CurriculumHead({ curriculum, onChange }: CurriculumHeadProps) {
  const { brain, state, error } = curriculum;
  const title = titleOf(curriculum);
  return (
    <section class="card curriculum-head" aria-label={title}>
      <header class="curriculum-name">
        <h2>{title}</h2>
        <StateBadge state={state} />
        <div class="card-actions">
          <LinkButton size="small" icon="back" href={brainHref(brain, "curricula")}>
            All curricula
          </LinkButton>
          <Actions curriculum={curriculum} onChange={onChange} />
        </div>
      </header>
      <PhaseBar curriculum={curriculum} label={`Progress of ${title}`} />
      {error === null ? null : (
        <p class="curriculum-error" role="alert">
          <Icon name="alert" /> {error.detail}
        </p>
      )}
      <ProgressFigures curriculum={curriculum} />
    </section>
  );
}

function ProgressFigures({ curriculum }: { readonly curriculum: Curriculum }) {
  const { state, progress, phases, plan, createdAt, startedAt, endedAt } = curriculum;
  const nowMs = useNow(1_000);
  const { phase, phaseName, epoch, phaseStep, phaseSteps, done, total, samplesPerSecond, secondsLeft, waiting } =
    progress;
  const isOver = hasEnded(state);
  const epochs = phase === null ? undefined : plan.phases[phase]?.epochs;
  const took =
    startedAt === null ? null : ((endedAt === null ? nowMs : Date.parse(endedAt)) - Date.parse(startedAt)) / 1000;
  return (
    <>
      <Figures>
        <Figure
          label="Done"
          value={percent(Math.floor(1000 * shareOf(progress)) / 1000)}
          note={`${whole(done)} of ${whole(total)} steps`}
        />
        <Figure
          label={isOver && phase === null ? "Phases" : "Phase"}
          value={phase === null ? (isOver ? whole(phases.length) : NOTHING) : `${phase + 1} of ${phases.length}`}
          note={phaseName ?? (isOver ? "in all" : "not begun")}
        />
        {isOver ? null : (
          <Figure
            label="Step of the phase"
            value={phaseStep === null ? NOTHING : whole(phaseStep)}
            note={
              phaseSteps === null
                ? undefined
                : `of ${whole(phaseSteps)}, epoch ${epoch ?? NOTHING} of ${epochs ?? NOTHING}`
            }
          />
        )}
        {isOver ? null : (
          <Figure
            label="Speed"
            value={
              samplesPerSecond !== null && samplesPerSecond < 10 ? decimal(samplesPerSecond) : whole(samplesPerSecond)
            }
            note="samples a second"
          />
        )}
        {isOver ? null : (
          <Figure label="Time left" value={timeText(secondsLeft)} hint="At the speed of the last moments." />
        )}
        <Figure label={isOver ? "Took" : "Since it began"} value={timeText(took)} />
        <Figure
          label={isOver ? "Ended" : "Asked for"}
          value={ago(endedAt ?? createdAt, nowMs)}
          hint={dateTime(endedAt ?? createdAt)}
        />
      </Figures>
      {waiting === null || isOver ? null : (
        <p class="curriculum-waiting" role="status">
          <Icon name="pause" /> {waitingText(waiting)}
        </p>
      )}
    </>
  );
}

function Actions({ curriculum, onChange }: CurriculumHeadProps) {
  const { id, brain, state } = curriculum;
  const { isBusy, run } = useAction();
  const [isDoomed, setIsDoomed] = useState(false);
  const post = (what: "cancel" | "resume", done: string) =>
    run(async () => {
      await change<Curriculum>("POST", curriculumPath(brain, id, what));
      onChange();
      return done;
    });
  const remove = () =>
    run(async () => {
      await change<void>("DELETE", curriculumPath(brain, id));
      tell("The curriculum is deleted.");
      location.hash = brainHref(brain, "curricula");
      return null;
    });
  return (
    <>
      {hasEnded(state) ? null : (
        <Button size="small" isBusy={isBusy} onClick={() => void post("cancel", "It ends with the step under way.")}>
          Cancel
        </Button>
      )}
      {state === "cancelled" || state === "failed" ? (
        <Button
          size="small"
          icon="play"
          isBusy={isBusy}
          onClick={() => void post("resume", "It goes on where it was.")}
        >
          Resume
        </Button>
      ) : null}
      <LinkButton size="small" icon="restore" href={newCurriculumHref(brain, id)}>
        Use again
      </LinkButton>
      {hasEnded(state) ? (
        <Button
          size="small"
          kind="quiet"
          icon="trash"
          label="Delete this curriculum"
          onClick={() => setIsDoomed(true)}
        />
      ) : null}
      {isDoomed ? (
        <Confirm
          title="Delete this curriculum?"
          action="Delete"
          isDangerous
          onClose={() => setIsDoomed(false)}
          onConfirm={() => void remove()}
        >
          <p>
            Its plan and what it measured step by step go for good. The brain keeps what it learned, and its own
            history.
          </p>
        </Confirm>
      ) : null}
    </>
  );
}
