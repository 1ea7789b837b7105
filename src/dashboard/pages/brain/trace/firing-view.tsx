// Who fired in one part of a brain, for one input or for two: the matrix of its neurons, what both have in common, and the strongest as a table.

import { useMemo } from "preact/hooks";
import { percent, thousandths, whole } from "../../../ui/format.ts";
import { StackedBar } from "../../../ui/stacked-bar.tsx";
import { cellsOf, describer, type Fired } from "./cells.ts";
import { NeuronMatrix } from "./neuron-matrix.tsx";
import { overlapOf } from "./overlap.ts";
import { Strongest } from "./strongest.tsx";

type FiringViewProps = {
  readonly label: string;
  readonly neurons: number;
  readonly first: Fired;
  readonly second: Fired | null;
};

export function FiringMatrix({ label, neurons, first, second }: FiringViewProps) {
  const cells = useMemo(() => cellsOf(first, second), [first, second]);
  const describe = useMemo(() => describer(first, second), [first, second]);
  return (
    <div class="firing">
      <NeuronMatrix label={label} neurons={neurons} cells={cells} describe={describe} />
      <Strongest first={first} second={second} />
    </div>
  );
}

/** How far the same neurons fire for both. */
export function OverlapView({ first, second }: { readonly first: Fired; readonly second: Fired }) {
  const { shared, lost, gained, jaccard, similarity } = useMemo(() => overlapOf(first, second), [first, second]);
  const jaccardHint = "Neurons that fire for both, among all that fire for either.";
  const similarityHint = "Cosine of both activations: 1 when the same neurons fire equally strongly.";
  return (
    <div class="overlap">
      <StackedBar
        label="Winners"
        parts={[
          { label: "lost", value: lost.length, color: "--tone-first", hint: "Fire for the calm input alone." },
          { label: "shared", value: shared.length, color: "--tone-both", hint: "Fire for both." },
          { label: "new", value: gained.length, color: "--tone-second", hint: "Fire for the perturbed input alone." },
        ]}
      />
      <dl class="facts">
        <Fact label="Overlap (Jaccard)" values={[percent(jaccard, 0)]} hint={jaccardHint} />
        <Fact label="Similarity of activations" values={[thousandths(similarity)]} hint={similarityHint} />
      </dl>
    </div>
  );
}

type FactProps = { readonly label: string; readonly values: readonly string[]; readonly hint?: string };

/** A number with its name; where two are compared, one for each. */
export const Fact = ({ label, values, hint }: FactProps) => (
  <div class="fact" title={hint}>
    <dt>{label}</dt>
    {values.map((value, index) => (
      // Two at most, each with its place.
      <dd key={index} data-tone={values.length > 1 ? ["first", "second"][index] : undefined}>
        {value}
      </dd>
    ))}
  </div>
);

export const winnersOf = ({ winners }: Fired, neurons: number): string =>
  `${whole(winners.length)} of ${whole(neurons)}`;
