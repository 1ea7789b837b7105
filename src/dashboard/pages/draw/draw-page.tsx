// Drawing for a brain that learns from it: first, for which one.

import { useEffect, useId, useState } from "preact/hooks";
import { get, pathOf } from "../../api/client.ts";
import { useResource } from "../../api/resource.ts";
import type { Brain } from "../../api/types.ts";
import type { PageParts } from "../../app/app.tsx";
import { brainHref, drawHref } from "../../app/router.ts";
import { Button, LinkButton } from "../../ui/button.tsx";
import { Empty, Loaded } from "../../ui/states.tsx";
import { tellFailure } from "../../ui/toasts.tsx";
import { Desk } from "./desk.tsx";
import "./draw.css";
import { createBrain, drawableBrains, isDrawable, likelyBrain, rememberBrain } from "./drawable.ts";

const open = (id: string): void => {
  location.hash = drawHref(id);
};

export function DrawPage({ brain: wanted, live }: PageParts & { readonly brain: string | null }) {
  const list = useResource("drawable", drawableBrains);
  const id = wanted ?? (list.data === null ? null : (likelyBrain(list.data)?.id ?? null));
  return (
    <main class="page" tabIndex={-1}>
      <header class="page-head">
        <h1>Draw</h1>
        <BrainChoice brains={list.data ?? []} chosen={id} />
      </header>
      {id === null ? (
        <Loaded resource={list} lines={8}>
          {() => (
            <Empty title="No brain takes drawings yet">
              <p>
                One that does takes a square picture: 784 numbers, for instance, are one of 28 × 28. A new one knows
                nothing; ten drawings later it tells your digits apart.
              </p>
            </Empty>
          )}
        </Loaded>
      ) : (
        <ChosenBrain key={id} id={id} live={live} />
      )}
    </main>
  );
}

type BrainChoiceProps = { readonly brains: readonly Brain[]; readonly chosen: string | null };

function BrainChoice({ brains, chosen }: BrainChoiceProps) {
  const [isBusy, setBusy] = useState(false);
  const id = useId();
  const ids = brains.map((brain) => brain.id);
  const options = chosen === null || ids.includes(chosen) ? ids : [chosen, ...ids];
  const create = (): void => {
    setBusy(true);
    createBrain(ids)
      .then((brain) => open(brain.id), tellFailure)
      .finally(() => setBusy(false));
  };
  return (
    <>
      {chosen === null ? null : (
        <div class="draw-choice">
          <label for={id}>Brain</label>
          <select id={id} value={chosen} onChange={({ currentTarget }) => open(currentTarget.value)}>
            {options.map((option) => (
              <option key={option} value={option}>
                {option}
              </option>
            ))}
          </select>
        </div>
      )}
      <div class="page-actions">
        {chosen === null ? null : <LinkButton href={brainHref(chosen)}>Watch it learn</LinkButton>}
        <Button icon="plus" label="New brain for drawings" isBusy={isBusy} onClick={create}>
          New brain
        </Button>
      </div>
    </>
  );
}

function ChosenBrain({ id, live }: PageParts & { readonly id: string }) {
  const resource = useResource(id, (signal) => get<Brain>(pathOf(id), { signal }));
  const { reload } = resource;
  useEffect(
    () => live.listen({ brains: [id], topics: ["events"], maxPerSecond: 2 }, { onMessage: reload, onGap: reload }),
    [live, id, reload],
  );
  return (
    <Loaded resource={resource} lines={8}>
      {(brain) => {
        if (!isDrawable(brain)) {
          return (
            <Empty title="This brain takes no drawings">
              <p>{`Its inputs are ${brain.config.inputDim} numbers, which are no square picture. Choose another one.`}</p>
            </Empty>
          );
        }
        rememberBrain(id);
        const isConnected = live.connection.value === "open";
        return <Desk brain={brain} isConnected={isConnected} onChange={reload} />;
      }}
    </Loaded>
  );
}
