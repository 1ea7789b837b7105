// The log of changes, newest first: what was done to the brain, and the way back to before it.

import { useState } from "preact/hooks";
import type { LiveStream } from "../../../api/live-stream.ts";
import type { Brain, BrainEvent } from "../../../api/types.ts";
import { Ago } from "../../../ui/ago.tsx";
import { Button } from "../../../ui/button.tsx";
import { Card } from "../../../ui/card.tsx";
import { bytes, whole } from "../../../ui/format.ts";
import { useNow } from "../../../ui/now.ts";
import { Empty, Failure, Loading } from "../../../ui/states.tsx";
import { useFollowing } from "../use-following.ts";
import type { Target } from "./restore-dialog.tsx";
import { isKept, type Ranges } from "./states.ts";
import { useStretch } from "./use-stretch.ts";

type ChangesProps = {
  readonly brain: Brain;
  readonly live: LiveStream;
  readonly ranges: Ranges;
  readonly onRestore: (target: Target) => void;
};

const EVERY_MS = 2_000;

type Kind = BrainEvent["type"];

const KINDS: Record<Kind, string> = {
  learned: "Lessons",
  modeChanged: "Modes",
  taskStarted: "Tasks",
  consolidated: "Consolidations",
  tuned: "Tunings",
  forgot: "Forgettings",
  layerAdded: "Layers added",
  layerReplaced: "Layers replaced",
  layerRemoved: "Layers removed",
  layerTuned: "Layers tuned",
  layerRenewed: "Neurogenesis",
  restored: "Restores",
  merged: "Merges",
};

export function Changes({ brain, live, ranges, onRestore }: ChangesProps) {
  const [kind, setKind] = useState<Kind | null>(null);
  const { stretch, error, isLoading, reload, readOlder } = useStretch(brain.id, kind);
  useFollowing(live, brain.id, EVERY_MS, [{ isLoading, reload }]);
  const nowMs = useNow(10_000);
  return (
    <Card
      title="Changes"
      note="What was done to the brain, newest first."
      actions={
        <label>
          <span class="hidden">Kind of change</span>
          <select value={kind ?? ""} onChange={({ currentTarget: { value } }) => setKind(kindOf(value))}>
            <option value="">All changes</option>
            {Object.entries(KINDS).map(([type, title]) => (
              <option key={type} value={type}>
                {title}
              </option>
            ))}
          </select>
        </label>
      }
    >
      {error === null ? null : <Failure error={error} onRetry={reload} />}
      {stretch === null && error === null ? <Loading lines={8} /> : null}
      {stretch !== null && stretch.events.length === 0 ? (
        <Empty title={kind === null ? "No change yet" : "No change of this kind"} />
      ) : null}
      {stretch !== null && stretch.events.length > 0 ? (
        <div class="wide">
          <table class="changes">
            <thead>
              <tr>
                <th scope="col" class="number">
                  Seq
                </th>
                <th scope="col">When</th>
                <th scope="col">What</th>
                <th scope="col" class="number">
                  Size
                </th>
                <th scope="col">
                  <span class="hidden">What can be done</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {stretch.events.map((event) => (
                <tr key={event.seq} data-kind={event.type}>
                  <td class="number">{whole(event.seq)}</td>
                  <td class="changes-time">
                    <Ago time={event.time} nowMs={nowMs} />
                  </td>
                  <td class="changes-what">{event.summary}</td>
                  <td class="number note">{bytes(event.bytes)}</td>
                  <td class="row-actions">
                    {isKept(ranges, event.seq - 1) ? (
                      <Button
                        size="small"
                        kind="quiet"
                        icon="restore"
                        label={`Go back to before change ${whole(event.seq)}`}
                        onClick={() => onRestore({ seq: event.seq - 1, time: null })}
                      />
                    ) : null}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      ) : null}
      {stretch?.hasOlder === true ? (
        <div class="past-more">
          <Button size="small" icon="down" isBusy={isLoading} onClick={readOlder}>
            Older
          </Button>
        </div>
      ) : null}
    </Card>
  );
}

const kindOf = (value: string): Kind | null => {
  // The select holds the keys of KINDS, and nothing for all.
  return value === "" ? null : (value as Kind);
};
