// What a brain makes of an input, or of two: the answer, how sure it is, and how new the input is to it.

import type { Prediction } from "../../../api/types.ts";
import { Bars } from "../../../ui/bars.tsx";
import { percent, thousandths } from "../../../ui/format.ts";
import { rowsOf } from "./score-rows.ts";

type PredictionsProps = { readonly first: Prediction; readonly second: Prediction | null };

export function Predictions({ first, second }: PredictionsProps) {
  const both = second === null ? [first] : [first, second];
  const rows = rowsOf(both.map(({ scores }) => scores));
  return (
    <div class="predictions">
      <div class="answers">
        <Answer prediction={first} title={second === null ? null : "Calm"} tone="first" />
        {second === null ? null : <Answer prediction={second} title="Perturbed" tone="second" />}
      </div>
      <section class="says">
        <h3>Scores</h3>
        {rows.length === 0 ? (
          <p class="note">Nothing speaks for any class.</p>
        ) : (
          <Bars label="Score by class" rows={rows} from={0} to={1} format={(value) => percent(value ?? 0)} />
        )}
      </section>
    </div>
  );
}

type AnswerProps = {
  readonly prediction: Prediction;
  readonly title: string | null;
  readonly tone: "first" | "second";
};

const Answer = ({ prediction: { label, confidence, novelty }, title, tone }: AnswerProps) => (
  <section class="answer" data-tone={title === null ? undefined : tone} aria-label={title ?? "Prediction"}>
    {title === null ? null : <h3>{title}</h3>}
    <p class="answer-label">{label ?? "No answer"}</p>
    <dl class="facts">
      <div class="fact" title="The winner's score.">
        <dt>Confidence</dt>
        <dd>{percent(confidence)}</dd>
      </div>
      <div class="fact" title="1 less the similarity to the most similar thing that the brain knows.">
        <dt>Novelty</dt>
        <dd>{thousandths(novelty)}</dd>
      </div>
    </dl>
  </section>
);
