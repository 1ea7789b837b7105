// One brain: what it is, what can be done to it, and a tab for each way to look at it.

import type { FunctionComponent } from "preact";
import { useEffect } from "preact/hooks";
import { CallFailed, get, pathOf } from "../../api/client.ts";
import { useResource } from "../../api/resource.ts";
import type { Brain, StreamMessage } from "../../api/types.ts";
import type { PageParts } from "../../app/app.tsx";
import { BRAIN_TABS, type BrainTab, brainHref, brainsHref, type TabItem } from "../../app/router.ts";
import { LinkButton } from "../../ui/button.tsx";
import { Empty, Loaded } from "../../ui/states.tsx";
import { ChartsTab } from "./charts/charts-tab.tsx";
import { CheckpointsTab } from "./checkpoints/checkpoints-tab.tsx";
import { ClassesTab } from "./classes/classes-tab.tsx";
import { Controls, RoomForControls } from "./controls/controls.tsx";
import { CurriculaTab } from "./curricula/curricula-tab.tsx";
import { LayersTab } from "./layers/layers-tab.tsx";
import { TraceTab } from "./trace/trace-tab.tsx";

/** What each tab is given. */
export type TabParts = PageParts & {
  readonly brain: Brain;
  /** What of the tab's things is meant; null: all of them. */
  readonly item: TabItem | null;
  /** Something about the brain itself was changed: it is read anew. */
  readonly onChange: () => void;
};

const TABS: Record<BrainTab, { readonly title: string; readonly Tab: FunctionComponent<TabParts> }> = {
  charts: { title: "Charts", Tab: ChartsTab },
  classes: { title: "Classes and tasks", Tab: ClassesTab },
  layers: { title: "Layers and weights", Tab: LayersTab },
  trace: { title: "Trace an input", Tab: TraceTab },
  curricula: { title: "Training", Tab: CurriculaTab },
  checkpoints: { title: "Checkpoints", Tab: CheckpointsTab },
};

type BrainPageProps = PageParts & { readonly brain: string; readonly tab: BrainTab; readonly item: TabItem | null };

export function BrainPage({ brain, tab, item, live }: BrainPageProps) {
  const resource = useResource(brain, (signal) => get<Brain>(pathOf(brain), { signal }));
  const { reload } = resource;
  useEffect(() => {
    const wish = { brains: [brain], topics: ["events"] as const, maxPerSecond: 10 };
    const onMessage = ({ type }: StreamMessage): void => {
      if (type !== "learned") reload();
    };
    return live.listen(wish, { onMessage, onGap: reload });
  }, [brain, live, reload]);
  const { Tab } = TABS[tab];
  if (resource.error instanceof CallFailed && resource.error.code === "brain-not-found") {
    return (
      <main class="page" tabIndex={-1}>
        <Empty title={resource.error.message}>
          <LinkButton href={brainsHref}>All brains</LinkButton>
        </Empty>
      </main>
    );
  }
  return (
    <main class="page" tabIndex={-1}>
      <header class="page-head">
        <h1>{resource.data?.name || brain}</h1>
        {resource.data === null ? (
          <RoomForControls />
        ) : (
          <Controls brain={resource.data} live={live} onChange={resource.reload} />
        )}
      </header>
      <nav class="tabs" aria-label="Views of this brain">
        {BRAIN_TABS.map((each) => (
          <a key={each} href={brainHref(brain, each)} aria-current={each === tab ? "page" : undefined}>
            {TABS[each].title}
          </a>
        ))}
      </nav>
      <Loaded resource={resource} lines={8}>
        {(data) => <Tab brain={data} item={item} live={live} onChange={resource.reload} />}
      </Loaded>
    </main>
  );
}
