// The form of a new curriculum: phases and evaluation sets in their order, what they come to, and the request that they are.

import { useEffect, useRef, useState } from "preact/hooks";
import { change } from "../../../../api/change.ts";
import type { Brain, Curriculum } from "../../../../api/types.ts";
import { brainHref, curriculumHref } from "../../../../app/router.ts";
import { Button, LinkButton } from "../../../../ui/button.tsx";
import { Confirm } from "../../../../ui/dialog.tsx";
import { FormError } from "../../../../ui/form-error.tsx";
import { plural } from "../../../../ui/format.ts";
import { tell } from "../../../../ui/toasts.tsx";
import { useFocusOnError, useForm } from "../../../../ui/use-form.ts";
import { curriculaPath } from "../paths.ts";
import {
  EMPTY_PLAN,
  type EvaluationDraft,
  freeKey,
  moved,
  type PhaseDraft,
  type PlanDraft,
  withCopy,
  withEvaluationRenamed,
  withNewEvaluation,
  withNewPhase,
} from "./draft.ts";
import { type Choices, datasetIn } from "./edit.ts";
import { sizeOf } from "./estimate.ts";
import { EvaluationCard } from "./evaluation-card.tsx";
import { keepDraft } from "./kept-draft.ts";
import { PhaseCard } from "./phase-card.tsx";
import { bodyOf, pointersOf } from "./request.ts";
import { RequestView } from "./request-view.tsx";
import { TextField } from "./text-field.tsx";

type PlanFormProps = { readonly brain: Brain; readonly start: PlanDraft; readonly choices: Choices };

export function PlanForm({ brain, start, choices }: PlanFormProps) {
  const [draft, setDraft] = useState(start);
  const { errors, isBusy, submit } = useForm(pointersOf(draft));
  const [isClearing, setIsClearing] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  useFocusOnError(form, errors);
  const keepFocus = useKeptFocus(form);
  useEffect(() => keepDraft(brain.id, draft), [brain.id, draft]);
  const body = bodyOf(draft);
  const newKey = (): number => freeKey(draft);
  const editPhase = (key: number, part: Partial<PhaseDraft>): void =>
    setDraft((now) => ({ ...now, phases: now.phases.map((each) => (each.key === key ? { ...each, ...part } : each)) }));
  const editSet = ({ key, name }: EvaluationDraft, part: Partial<EvaluationDraft>): void =>
    setDraft((now) => {
      const evaluations = now.evaluations.map((each) => (each.key === key ? { ...each, ...part } : each));
      const renamed = part.name === undefined ? now : withEvaluationRenamed(now, name, part.name);
      return { ...renamed, evaluations };
    });
  const send = (event: Event): void => {
    event.preventDefault();
    void submit(async () => {
      const made = await change<Curriculum>("POST", curriculaPath(brain.id), body);
      keepDraft(brain.id, null);
      tell("The curriculum begins as soon as it is its turn.");
      location.hash = curriculumHref(brain.id, made.id);
    });
  };
  return (
    <form ref={form} class="plan" onSubmit={send} noValidate>
      <div class="plan-parts">
        <section class="plan-section" aria-label="Phases">
          <header class="plan-head">
            <h2>Phases</h2>
            <p class="note">One after the other. What is left empty has its usual value.</p>
          </header>
          <ol class="plan-list">
            {draft.phases.map((phase, place) => (
              <PhaseCard
                key={phase.key}
                brain={brain}
                phase={phase}
                place={place}
                count={draft.phases.length}
                choices={choices}
                evaluations={draft.evaluations.map(({ name }) => name)}
                errors={errors.fields}
                newKey={newKey}
                onEdit={(part) => editPhase(phase.key, part)}
                onMove={(by) => {
                  keepFocus(phase.key, by < 0 ? "up" : "down");
                  setDraft({ ...draft, phases: moved(draft.phases, place, place + by) });
                }}
                onCopy={() => setDraft(withCopy(draft, place))}
                onRemove={() => setDraft({ ...draft, phases: draft.phases.filter(({ key }) => key !== phase.key) })}
              />
            ))}
          </ol>
          <Button icon="plus" onClick={() => setDraft(withNewPhase(draft))}>
            Add a phase
          </Button>
        </section>
        <section class="plan-section" aria-label="Evaluation sets">
          <header class="plan-head">
            <h2>Evaluation sets</h2>
            <p class="note">The brain is judged on them before and after each phase. It learns nothing from them.</p>
          </header>
          {draft.evaluations.length === 0 ? null : (
            <ol class="plan-list">
              {draft.evaluations.map((set, place) => (
                <EvaluationCard
                  key={set.key}
                  set={set}
                  place={place}
                  choices={choices}
                  errors={errors.fields}
                  newKey={newKey}
                  onEdit={(part) => editSet(set, part)}
                  onRemove={() =>
                    setDraft({
                      ...withEvaluationRenamed(draft, set.name, null),
                      evaluations: draft.evaluations.filter(({ key }) => key !== set.key),
                    })
                  }
                />
              ))}
            </ol>
          )}
          <Button icon="plus" onClick={() => setDraft(withNewEvaluation(draft))}>
            Add an evaluation set
          </Button>
        </section>
      </div>
      <aside class="plan-side" aria-label="The curriculum as a whole">
        <section class="card plan-whole">
          <TextField
            label="Name (optional)"
            usual="Old world, new world"
            value={draft.name}
            error={errors.fields.get("#/name")}
            onChange={(name) => setDraft({ ...draft, name })}
          />
          <p class="plan-size">{sizeText(draft, choices)}</p>
          {["#/phases", "#/evaluations"].map((pointer) =>
            errors.fields.has(pointer) ? (
              <p key={pointer} class="note note-wrong" role="alert">
                {errors.fields.get(pointer)}
              </p>
            ) : null,
          )}
          <FormError errors={errors} />
          <div class="plan-do">
            <Button type="submit" kind="primary" icon="play" isBusy={isBusy}>
              Start
            </Button>
            <LinkButton href={brainHref(brain.id, "curricula")}>Back</LinkButton>
            <Button kind="quiet" size="small" onClick={() => setIsClearing(true)}>
              Clear
            </Button>
          </div>
          {isClearing ? (
            <Confirm
              title="Begin anew?"
              action="Clear the form"
              onClose={() => setIsClearing(false)}
              onConfirm={() => setDraft(EMPTY_PLAN)}
            >
              <p>All phases and evaluation sets that you filled in here go.</p>
            </Confirm>
          ) : null}
        </section>
        <RequestView brain={brain.id} body={body} />
      </aside>
    </form>
  );
}

function sizeText({ phases }: PlanDraft, choices: Choices): string {
  const sizes = phases.map((phase) => {
    const dataset = datasetIn(choices, phase.dataset);
    return dataset === undefined ? null : sizeOf(phase, dataset);
  });
  const known = sizes.filter((size) => size !== null);
  const steps = known.reduce((sum, size) => sum + size.steps, 0);
  const text = `${plural(phases.length, "phase")}, ${plural(steps, "step")}`;
  return known.length < phases.length ? `${text} so far` : text;
}

type Direction = "up" | "down";

/** A card that is moved takes its focus along: browsers drop it. @returns what says which card's button is to have it */
function useKeptFocus(form: { readonly current: HTMLElement | null }): (key: number, direction: Direction) => void {
  const wanted = useRef<{ readonly key: number; readonly direction: Direction } | null>(null);
  useEffect(() => {
    if (wanted.current === null) return;
    const { key, direction } = wanted.current;
    wanted.current = null;
    const buttons = form.current?.querySelectorAll<HTMLButtonElement>(`[data-key="${key}"] .part-actions button`) ?? [];
    const [up, down] = buttons;
    const [first, second] = direction === "up" ? [up, down] : [down, up];
    if (first?.disabled === false) first.focus();
    else second?.focus();
  });
  return (key, direction) => {
    wanted.current = { key, direction };
  };
}
