// The states that are kept whole: go back to one, take one home, let one go.

import { useRef, useState } from "preact/hooks";
import { change } from "../../../api/change.ts";
import { get, pathOf } from "../../../api/client.ts";
import { download } from "../../../api/download.ts";
import type { LiveStream } from "../../../api/live-stream.ts";
import { type Resource, useResource } from "../../../api/resource.ts";
import type { Brain, Checkpoint, History, CheckpointList as Page } from "../../../api/types.ts";
import { Ago } from "../../../ui/ago.tsx";
import { Button } from "../../../ui/button.tsx";
import { Card } from "../../../ui/card.tsx";
import { Confirm } from "../../../ui/dialog.tsx";
import { bytes, plural, whole } from "../../../ui/format.ts";
import { useNow } from "../../../ui/now.ts";
import { Empty, Loaded } from "../../../ui/states.tsx";
import { useAction } from "../../../ui/use-action.ts";
import { useFollowing } from "../use-following.ts";
import type { Target } from "./restore-dialog.tsx";

type CheckpointListProps = {
  readonly brain: Brain;
  readonly live: LiveStream;
  readonly history: Resource<History>;
  readonly onRestore: (target: Target) => void;
};

const PAGE = 50;
const EVERY_MS = 2_000;

const REASONS: Record<Checkpoint["reason"], string> = {
  requested: "Asked for: kept until it is deleted.",
  automatic: "By the server's schedule: the newest are kept.",
  restored: "A restore, fork or import begins with it.",
  merged: "What a merge with another brain led to.",
};

export function CheckpointList({ brain, live, history, onRestore }: CheckpointListProps) {
  const wanted = useRef(PAGE);
  const list = useResource(`${brain.id} checkpoints`, (signal) => readSome(brain.id, wanted.current, signal));
  useFollowing(live, brain.id, EVERY_MS, [list]);
  const [doomed, setDoomed] = useState<Checkpoint | null>(null);
  const { isBusy, run } = useAction();
  const nowMs = useNow(10_000);
  const kept = history.data?.checkpoints;
  const remove = (checkpoint: Checkpoint) =>
    run(async () => {
      await change<void>("DELETE", pathOf(brain.id, "checkpoints", checkpoint.id));
      list.reload();
      history.reload();
      return "The checkpoint is deleted.";
    });
  const save = (checkpoint: Checkpoint) =>
    run(async () => {
      await download(pathOf(brain.id, "checkpoints", checkpoint.id, "file"));
      return null;
    });
  return (
    <Card
      title="Checkpoints"
      note={
        kept === undefined
          ? "Whole states of the brain."
          : `${plural(kept.count, "whole state")}, ${bytes(kept.bytes)} together: what several share is stored once.`
      }
    >
      <Loaded resource={list} lines={4}>
        {({ checkpoints, nextCursor }) =>
          checkpoints.length === 0 ? (
            <Empty title="No checkpoint yet">
              <p>
                The server makes one by itself once the brain has changed; the button Checkpoint makes one that stays.
              </p>
            </Empty>
          ) : (
            <>
              <div class="wide">
                <table class="checkpoints">
                  <thead>
                    <tr>
                      <th scope="col">Name</th>
                      <th scope="col">Reason</th>
                      <th scope="col" class="number">
                        Seq
                      </th>
                      <th scope="col" class="number">
                        Step
                      </th>
                      <th scope="col" class="number">
                        Size
                      </th>
                      <th scope="col">Made</th>
                      <th scope="col">
                        <span class="hidden">What can be done</span>
                      </th>
                    </tr>
                  </thead>
                  <tbody>
                    {checkpoints.map((checkpoint) => (
                      <tr key={checkpoint.id}>
                        <td class="checkpoints-name">{checkpoint.name ?? <span class="note">without a name</span>}</td>
                        <td>
                          <span class="badge" title={REASONS[checkpoint.reason]}>
                            {checkpoint.reason}
                          </span>
                        </td>
                        <td class="number">{whole(checkpoint.seq)}</td>
                        <td class="number">{whole(checkpoint.step)}</td>
                        <td class="number">{bytes(checkpoint.sizeBytes)}</td>
                        <td>
                          <Ago time={checkpoint.createdAt} nowMs={nowMs} />
                        </td>
                        <td class="row-actions">
                          <Button
                            size="small"
                            icon="restore"
                            isDisabled={checkpoint.seq === brain.seq}
                            onClick={() => onRestore(targetOf(checkpoint))}
                          >
                            Go back
                          </Button>
                          <Button
                            size="small"
                            kind="quiet"
                            icon="down"
                            label={`Download the state of seq ${checkpoint.seq}`}
                            onClick={() => void save(checkpoint)}
                          />
                          <Button
                            size="small"
                            kind="quiet"
                            icon="trash"
                            label={`Delete the checkpoint of seq ${checkpoint.seq}`}
                            isDisabled={isBusy}
                            onClick={() => setDoomed(checkpoint)}
                          />
                        </td>
                      </tr>
                    ))}
                  </tbody>
                </table>
              </div>
              {nextCursor === null ? null : (
                <div class="past-more">
                  <Button
                    size="small"
                    isBusy={list.isLoading}
                    onClick={() => {
                      wanted.current += PAGE;
                      list.reload();
                    }}
                  >
                    Show more
                  </Button>
                </div>
              )}
            </>
          )
        }
      </Loaded>
      {doomed === null ? null : (
        <Confirm
          title={`Delete the checkpoint of seq ${whole(doomed.seq)}?`}
          action="Delete"
          isDangerous
          onClose={() => setDoomed(null)}
          onConfirm={() => void remove(doomed)}
        >
          <p>
            {doomed.name === null ? "It" : <strong>{doomed.name}</strong>} goes for good. The state itself can still be
            had back as long as the log of changes reaches it.
          </p>
        </Confirm>
      )}
    </Card>
  );
}

const targetOf = ({ id, name, seq, createdAt }: Checkpoint): Target => ({
  seq,
  time: createdAt,
  checkpoint: { id, name },
});

/** The most that the API gives at once. */
const LARGEST_PAGE = 200;

/** @returns the newest `wanted`, and where to go on */
async function readSome(brain: string, wanted: number, signal: AbortSignal): Promise<Page> {
  const checkpoints: Checkpoint[] = [];
  let nextCursor: string | null = null;
  do {
    const limit = Math.min(LARGEST_PAGE, wanted - checkpoints.length);
    const query = { limit, ...(nextCursor === null ? {} : { cursor: nextCursor }) };
    const page: Page = await get<Page>(pathOf(brain, "checkpoints"), { query, signal });
    checkpoints.push(...page.checkpoints);
    nextCursor = page.nextCursor;
  } while (nextCursor !== null && checkpoints.length < wanted);
  return { checkpoints, nextCursor };
}
