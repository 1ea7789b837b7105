// A brain's past: its checkpoints, any state that can be had back, and what was done to it.

import { useState } from "preact/hooks";
import { get, pathOf } from "../../../api/client.ts";
import { useResource } from "../../../api/resource.ts";
import type { History } from "../../../api/types.ts";
import type { TabParts } from "../brain-page.tsx";
import { useFollowing } from "../use-following.ts";
import { Changes } from "./changes.tsx";
import { CheckpointList } from "./checkpoint-list.tsx";
import { GoBack } from "./go-back.tsx";
import { RestoreDialog, type Target } from "./restore-dialog.tsx";
import "./checkpoints.css";

const EVERY_MS = 2_000;

export function CheckpointsTab({ brain, live, onChange }: TabParts) {
  const { id } = brain;
  const history = useResource(`${id} history`, (signal) => get<History>(pathOf(id, "history"), { signal }));
  useFollowing(live, id, EVERY_MS, [history]);
  const [target, setTarget] = useState<Target | null>(null);
  return (
    <div class="past">
      <CheckpointList brain={brain} live={live} history={history} onRestore={setTarget} />
      <GoBack brain={brain} history={history} onRestore={setTarget} />
      <Changes brain={brain} live={live} ranges={history.data?.ranges ?? []} onRestore={setTarget} />
      {target === null ? null : (
        <RestoreDialog brain={brain} target={target} onClose={() => setTarget(null)} onDone={onChange} />
      )}
    </div>
  );
}
