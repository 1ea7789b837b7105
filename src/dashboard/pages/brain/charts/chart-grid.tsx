// The charts of a brain in their order, and why one is not there that people look for.

import { useComputed } from "@preact/signals";
import type { Brain } from "../../../api/types.ts";
import { Chart, CursorTime } from "../../../charts/chart.tsx";
import type { ChartSpec } from "../../../charts/source.ts";
import { Button } from "../../../ui/button.tsx";
import { Card } from "../../../ui/card.tsx";
import { Empty } from "../../../ui/states.tsx";
import { catalogueOf } from "./catalogue.ts";
import type { LiveHistory } from "./live-history.ts";
import { NoHoldOut } from "./no-hold-out.tsx";
import type { Settings } from "./settings.ts";

type GridProps = { readonly brain: Brain; readonly history: LiveHistory; readonly settings: Settings };

export function ChartGrid({ brain, history, settings }: GridProps) {
  const catalogue = useComputed(() =>
    catalogueOf(new Set(history.names.value.split(",")), history.taskNames.value),
  ).value;
  const { accuracy, forgetting, tasks, memory, novelty, calibration, energies, latency, queue, layers } = catalogue;
  if (history.names.value === "") return <Nothing history={history} settings={settings} />;
  return (
    <div class="chart-grid">
      <ChartCard spec={accuracy} history={history} isWide />
      {forgetting === null && tasks === null && accuracy !== null ? (
        <NoHoldOut brain={brain} />
      ) : (
        <>
          <ChartCard spec={tasks} history={history} />
          <ChartCard spec={forgetting} history={history} />
        </>
      )}
      {[novelty, calibration, memory, energies, latency, queue].map((spec) =>
        spec === null ? null : <ChartCard key={spec.id} spec={spec} history={history} />,
      )}
      {layers.length === 0 ? null : <LayersCard layers={layers} history={history} />}
    </div>
  );
}

type ChartCardProps = { readonly spec: ChartSpec | null; readonly history: LiveHistory; readonly isWide?: boolean };

const ChartCard = ({ spec, history, isWide = false }: ChartCardProps) =>
  spec === null ? null : (
    <div class={isWide ? "chart-cell chart-wide" : "chart-cell"}>
      <Card title={spec.title} note={spec.note} actions={<CursorTime source={history} />}>
        <Chart spec={spec} source={history} />
      </Card>
    </div>
  );

const LayersCard = ({ layers, history }: { readonly layers: readonly ChartSpec[]; readonly history: LiveHistory }) => (
  <div class="chart-cell chart-wide">
    <Card
      title="Neurons by layer"
      note="Active: fire now and then. Mature: fixed in mode plastic. Dead: have not fired for long."
      actions={<CursorTime source={history} />}
    >
      <div class="layer-charts">
        {layers.map((spec) => (
          <section key={spec.id} aria-label={spec.title}>
            <h3>{spec.title}</h3>
            <Chart spec={spec} source={history} />
          </section>
        ))}
      </div>
    </Card>
  </div>
);

function Nothing({ history, settings }: Omit<GridProps, "brain">) {
  const numbers = history.latest.value;
  const isNew = (numbers.samples ?? 0) === 0;
  return (
    <Card title={isNew ? "No numbers yet" : "Nothing was measured then"}>
      <Empty title={isNew ? "This brain has not learned anything yet" : "Nothing happened in this window"}>
        <p>
          {isNew
            ? "Teach it, by POST …/learn or on the page Draw: its numbers appear here as they come."
            : "What comes appears here by itself; what was before is in a longer window."}
        </p>
        {isNew ? null : (
          <Button
            onClick={() => {
              history.reset();
              settings.window.value = "all";
            }}
          >
            Show all there is
          </Button>
        )}
      </Empty>
    </Card>
  );
}
