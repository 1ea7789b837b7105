// A brain's numbers as charts: live, of the window that is chosen, with what happened beside them.

import { useEffect, useMemo, useRef } from "preact/hooks";
import { Failure, Loading } from "../../../ui/states.tsx";
import type { TabParts } from "../brain-page.tsx";
import { ChartGrid } from "./chart-grid.tsx";
import "./charts-tab.css";
import { EventList } from "./event-list.tsx";
import { LatestFigures } from "./latest-figures.tsx";
import { LiveHistory } from "./live-history.ts";
import { keptSettings, type Settings } from "./settings.ts";
import { Toolbar } from "./toolbar.tsx";

export function ChartsTab({ brain, live, onChange }: TabParts) {
  const mode = useRef(brain.mode);
  mode.current = brain.mode;
  const change = useRef(onChange);
  change.current = onChange;
  const kept = useMemo(keptSettings, []);
  const history = useMemo(
    () =>
      new LiveHistory({
        brain: brain.id,
        createdMs: Date.parse(brain.createdAt),
        settings: kept.settings,
        modeNow: () => mode.current,
        onChange: () => change.current(),
      }),
    [brain.id, brain.createdAt, kept],
  );
  useEffect(() => history.start(live), [history, live]);
  useEffect(() => kept.close, [kept]);
  return (
    <div class="charts">
      <LatestFigures brain={brain} history={history} />
      <Toolbar history={history} settings={kept.settings} />
      <Body brain={brain} history={history} settings={kept.settings} />
      <p class="hidden" role="status" aria-live="polite">
        {history.announcement}
      </p>
    </div>
  );
}

type BodyProps = Pick<TabParts, "brain"> & { readonly history: LiveHistory; readonly settings: Settings };

function Body({ brain, history, settings }: BodyProps) {
  const error = history.error.value;
  if (!history.isReady.value) {
    return error === null ? <Loading lines={12} /> : <Failure error={error} onRetry={history.retry} />;
  }
  return (
    <>
      <ChartGrid brain={brain} history={history} settings={settings} />
      <EventList history={history} />
    </>
  );
}
