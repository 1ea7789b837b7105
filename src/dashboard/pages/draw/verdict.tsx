// What the brain says of the drawing: its answer, how sure it is, how new the drawing is to it, and the scores of its classes.

import type { Brain, Prediction } from "../../api/types.ts";
import { Card } from "../../ui/card.tsx";
import { NOTHING, percent } from "../../ui/format.ts";
import { pictureOf } from "../../ui/picture.ts";
import { Pixels } from "../../ui/pixels.tsx";
import { Failure } from "../../ui/states.tsx";
import { BARS, type Verdict } from "./use-prediction.ts";

type VerdictProps = {
  readonly brain: Brain;
  /** What the brain sees. */
  readonly picture: readonly number[];
  readonly isEmpty: boolean;
  readonly verdict: Verdict;
};

export function VerdictCard({ brain, picture, isEmpty, verdict: { prediction, error } }: VerdictProps) {
  const shape = pictureOf(picture.length);
  return (
    <Card title="What the brain says">
      <div class="draw-verdict">
        <div class="draw-answer">
          <span class="draw-label" data-long={(prediction?.label?.length ?? 0) > 2}>
            {prediction?.label ?? NOTHING}
          </span>
          <div>
            <p class="draw-sure">{prediction?.label == null ? "" : `${percent(prediction.confidence, 0)} sure`}</p>
            <p class="note">{wordsFor(brain, prediction, isEmpty)}</p>
          </div>
        </div>
        <figure class="draw-seen">
          {shape === null ? null : <Pixels values={picture} picture={shape} label="What the brain sees" />}
          <figcaption class="note">What it sees</figcaption>
        </figure>
      </div>
      <p class="hidden" role="status">
        {prediction === null ? "" : `It says ${prediction.label ?? "nothing"}.`}
      </p>
      <Bars brain={brain} prediction={prediction} />
      {error === null ? null : <Failure error={error instanceof Error ? error : new Error(String(error))} />}
    </Card>
  );
}

const byName = new Intl.Collator("en", { numeric: true }).compare;

/** A class keeps its place while there is room for all of them: what moves is the bar. */
function Bars({ brain, prediction }: { readonly brain: Brain; readonly prediction: Prediction | null }) {
  const scores = new Map(prediction?.scores.map(({ label, score }) => [label, score]));
  const labels = brain.labels.length <= BARS ? [...brain.labels].sort(byName) : [...scores.keys()];
  return (
    <ul class="draw-bars" aria-label="Scores">
      {Array.from({ length: BARS }, (_, row) => {
        const label = labels[row];
        const score = label === undefined ? undefined : scores.get(label);
        const isWinner = label !== undefined && label === prediction?.label;
        return label === undefined ? (
          <li key={row} class="draw-bar" aria-hidden="true" />
        ) : (
          <li key={row} class="draw-bar" data-winner={isWinner}>
            <span class="draw-bar-label">{label}</span>
            <span class="draw-bar-track">
              <span class="draw-bar-fill" style={{ width: `${100 * (score ?? 0)}%` }} />
            </span>
            <span class="number">{prediction === null ? "" : percent(score ?? 0, 0)}</span>
          </li>
        );
      })}
    </ul>
  );
}

/** Up to which novelty which words hold; of drawn digits that a brain knows well it is about 0.1. */
const NOVELTY_WORDS: readonly (readonly [number, string])[] = [
  [0.02, "It has seen just this."],
  [0.2, "Much like what it has seen."],
  [0.4, "Not quite like anything seen so far."],
];

function wordsFor({ labels }: Brain, prediction: Prediction | null, isEmpty: boolean): string {
  if (labels.length === 0) return "It knows nothing yet. Draw, then tell it what that is.";
  if (isEmpty) return "Draw, and it says what it takes that for.";
  if (prediction === null) return "";
  const words = NOVELTY_WORDS.find(([most]) => prediction.novelty <= most)?.[1] ?? "Like nothing seen so far.";
  return `${words} Novelty ${prediction.novelty.toFixed(2)}.`;
}
