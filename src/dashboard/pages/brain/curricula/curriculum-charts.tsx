// The numbers of a curriculum over its steps, with the phases marked and named in each chart; all have one cursor and one window.

import { useEffect, useMemo } from "preact/hooks";
import type { Curriculum } from "../../../api/types.ts";
import { Chart, CursorTime } from "../../../charts/chart.tsx";
import type { ChartSpec } from "../../../charts/source.ts";
import { Button } from "../../../ui/button.tsx";
import { Card } from "../../../ui/card.tsx";
import { Choice } from "../../../ui/choice.tsx";
import { Empty, Failure, Loading } from "../../../ui/states.tsx";
import { chartSpecsOf, isWide } from "./chart-specs.ts";
import { hasEnded } from "./curricula.ts";
import { StepHistory } from "./step-history.ts";

const SMOOTHINGS = [
  { value: "0", label: "As measured" },
  { value: "8", label: "Smoothed" },
  { value: "32", label: "Smoother" },
] as const;

export function CurriculumCharts({ curriculum }: { readonly curriculum: Curriculum }) {
  const { id } = curriculum;
  // Phases and their steps stay as they were planned.
  const history = useMemo(() => new StepHistory(curriculum), [id]);
  useEffect(() => () => history.close(), [history]);
  useEffect(() => history.follow(curriculum), [history, curriculum]);
  const error = history.error.value;
  const specs = chartSpecsOf(history.names.value);
  if (!history.isRead.value) {
    return (
      <div class="card">
        {error === null ? <Loading lines={10} /> : <Failure error={error} onRetry={history.retry} />}
      </div>
    );
  }
  return (
    <div class="curriculum-charts">
      {error === null ? null : <Failure error={error} onRetry={history.retry} />}
      {specs.length === 0 ? <Nothing curriculum={curriculum} /> : <Charts specs={specs} history={history} />}
      <p class="hidden" role="status" aria-live="polite">
        {history.announcement}
      </p>
    </div>
  );
}

const Nothing = ({ curriculum: { state } }: { readonly curriculum: Curriculum }) => (
  <section class="card" aria-label="Charts">
    <Empty title="No step yet">
      <p>
        {hasEnded(state)
          ? "It ended before its first step."
          : "Its numbers appear here as it goes through its steps, each phase with its name."}
      </p>
    </Empty>
  </section>
);

function Charts({ specs, history }: { readonly specs: readonly ChartSpec[]; readonly history: StepHistory }) {
  return (
    <>
      <div class="curriculum-tools">
        <Choice
          label="Smoothing"
          options={SMOOTHINGS}
          value={SMOOTHINGS.find(({ value }) => Number(value) === history.halfLife.value)?.value ?? "8"}
          onChange={(value) => history.smooth(Number(value))}
        />
        {history.zoomed.value === null ? null : (
          <Button size="small" icon="restore" onClick={history.reset}>
            All steps
          </Button>
        )}
        <p class="note">Drag across a chart to zoom, double-click to see all again.</p>
      </div>
      <div class="chart-grid">
        {specs.map((spec) => (
          <div key={spec.id} class={isWide(spec) ? "chart-cell chart-wide" : "chart-cell"}>
            <Card title={spec.title} note={spec.note} actions={<CursorTime source={history} />}>
              <Chart spec={spec} source={history} />
            </Card>
          </div>
        ))}
      </div>
    </>
  );
}
