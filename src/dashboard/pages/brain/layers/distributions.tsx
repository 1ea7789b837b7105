// How the numbers are distributed that a brain is made of: read when asked for, since looking through millions of them takes its time.

import { useMemo, useState } from "preact/hooks";
import { get, pathOf } from "../../../api/client.ts";
import { useResource } from "../../../api/resource.ts";
import type { Tensor, Weights } from "../../../api/types.ts";
import { Button } from "../../../ui/button.tsx";
import { Card } from "../../../ui/card.tsx";
import { Choice } from "../../../ui/choice.tsx";
import { brief, percent, plural, whole } from "../../../ui/format.ts";
import { Loaded } from "../../../ui/states.tsx";
import type { TabParts } from "../brain-page.tsx";
import { StaleHint } from "../stale-hint.tsx";
import { useHasChanged } from "../use-has-changed.ts";
import { type Axis, type Family, familiesOf } from "./families.ts";
import { HistogramView } from "./histogram-view.tsx";

const BINS = 60;
const COUNTS = [
  { value: "linear", label: "Linear" },
  { value: "log", label: "Logarithmic" },
] as const;
type Counts = (typeof COUNTS)[number]["value"];

export function Distributions({ brain, live }: Pick<TabParts, "brain" | "live">) {
  const weights = useResource(`weights ${brain.id}`, (signal) =>
    get<Weights>(pathOf(brain.id, "weights"), { query: { bins: BINS }, signal }),
  );
  const [counts, setCounts] = useState<Counts>("linear");
  const hasChanged = useHasChanged(live, brain.id, weights.data?.seq ?? null);
  return (
    <Card
      title="Distributions"
      note={
        weights.data === null
          ? "How the numbers are distributed that the brain is made of"
          : `As of seq ${whole(weights.data.seq)}. What stands under each other has one axis.`
      }
      actions={
        <>
          {hasChanged ? (
            <StaleHint onReload={weights.reload} />
          ) : (
            <Button size="small" icon="restore" isBusy={weights.isLoading} onClick={weights.reload}>
              Reload
            </Button>
          )}
          <Choice label="Counts" options={COUNTS} value={counts} onChange={setCounts} />
        </>
      }
    >
      <Loaded resource={weights} lines={12}>
        {({ tensors }) => <Families tensors={tensors} isLog={counts === "log"} />}
      </Loaded>
    </Card>
  );
}

function Families({ tensors, isLog }: { readonly tensors: readonly Tensor[]; readonly isLog: boolean }) {
  const families = useMemo(() => familiesOf(tensors), [tensors]);
  return (
    <div class="families">
      {families.map((family) => (
        <FamilyView key={family.name} family={family} isLog={isLog} />
      ))}
    </div>
  );
}

const FamilyView = ({ family, isLog }: { readonly family: Family; readonly isLog: boolean }) => (
  <section class="family">
    <h3>{family.title}</h3>
    <p class="note family-text">{family.explanation}</p>
    {family.members.map(({ title, tensor }) => (
      <TensorView
        key={tensor.name}
        family={family.title}
        title={title}
        tensor={tensor}
        axis={family.axis}
        isLog={isLog}
      />
    ))}
  </section>
);

type TensorViewProps = {
  readonly family: string;
  readonly title: string;
  readonly tensor: Tensor;
  readonly axis: Axis;
  readonly isLog: boolean;
};

function TensorView({ family, title, tensor, axis, isLog }: TensorViewProps) {
  const { shape, count, min, max, mean, standardDeviation, zeros, histogram } = tensor;
  return (
    <div class="tensor">
      <h4>
        {title === "" ? null : title}
        <span class="note" title={plural(count, "number")}>
          {shape.map(whole).join(" × ")}
        </span>
      </h4>
      {histogram === null ? (
        <p class="note tensor-empty">Nothing yet: it comes with the first class.</p>
      ) : (
        <HistogramView
          label={`${family}${title === "" ? "" : `, ${title}`}`}
          histogram={histogram}
          axis={axis}
          isLog={isLog}
        />
      )}
      <dl class="tensor-figures">
        <TensorFigure label="min" value={brief(min)} />
        <TensorFigure label="mean" value={brief(mean)} />
        <TensorFigure label="max" value={brief(max)} />
        <TensorFigure label="σ" value={brief(standardDeviation)} />
        <TensorFigure label="zeros" value={percent(count === 0 ? null : zeros / count, 0)} />
      </dl>
    </div>
  );
}

const TensorFigure = ({ label, value }: { readonly label: string; readonly value: string }) => (
  <div>
    <dt>{label}</dt>
    <dd>{value}</dd>
  </div>
);
