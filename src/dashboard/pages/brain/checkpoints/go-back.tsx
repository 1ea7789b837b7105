// Any state that is kept, by its number: what it was and when, before one goes back to it.

import { useEffect, useState } from "preact/hooks";
import { get, pathOf } from "../../../api/client.ts";
import { type Resource, useResource } from "../../../api/resource.ts";
import type { Brain, EventList, History } from "../../../api/types.ts";
import { Button } from "../../../ui/button.tsx";
import { Card } from "../../../ui/card.tsx";
import { Field } from "../../../ui/field.tsx";
import { dateTime, plural, whole } from "../../../ui/format.ts";
import { Loaded } from "../../../ui/states.tsx";
import type { Target } from "./restore-dialog.tsx";
import { isKept, nearestKept, rangesText } from "./states.ts";

type GoBackProps = {
  readonly brain: Brain;
  readonly history: Resource<History>;
  readonly onRestore: (target: Target) => void;
};

export const GoBack = ({ brain, history, onRestore }: GoBackProps) => (
  <Card
    title="Any state"
    note={
      history.data === null
        ? "Every change of the last days can be undone."
        : `Every change of the last ${plural(history.data.policy.historyDays, "day")} can be undone.`
    }
  >
    <Loaded resource={history} lines={3}>
      {({ ranges }) => <Chooser brain={brain} ranges={ranges} onRestore={onRestore} />}
    </Loaded>
  </Card>
);

type ChooserProps = Pick<GoBackProps, "brain" | "onRestore"> & { readonly ranges: History["ranges"] };

function Chooser({ brain, ranges, onRestore }: ChooserProps) {
  const [typed, setTyped] = useState<string | null>(null);
  const first = ranges[0]?.from ?? 0;
  const last = ranges.at(-1)?.to ?? brain.seq;
  const text = typed ?? String(Math.max(first, last - 1));
  const seq = Number(text.replaceAll(",", ""));
  const isThere = text.trim() !== "" && Number.isInteger(seq) && isKept(ranges, seq);
  const state = useStateOf(brain, isThere ? seq : null);
  const error = isThere ? undefined : `Not kept. There are ${rangesText(ranges, whole)}.`;
  return (
    <form
      class="go-back"
      onSubmit={(event) => {
        event.preventDefault();
        if (isThere) onRestore({ seq, time: state?.time ?? null });
      }}
    >
      <Field label="Seq" hint={`Kept: ${rangesText(ranges, whole)}`} error={error}>
        {(attributes) => (
          <input
            {...attributes}
            inputMode="numeric"
            autocomplete="off"
            value={text}
            onInput={({ currentTarget }) => setTyped(currentTarget.value)}
          />
        )}
      </Field>
      <input
        class="go-back-slider"
        type="range"
        aria-label="Seq"
        min={first}
        max={last}
        value={isThere ? seq : last}
        onInput={({ currentTarget }) => setTyped(String(nearestKept(ranges, currentTarget.valueAsNumber) ?? last))}
      />
      <p class="go-back-state" aria-live="polite">
        {state === null ? (
          <span class="note">{isThere && seq === brain.seq ? "The state it is in." : " "}</span>
        ) : (
          <>
            <span>{dateTime(state.time)}</span> <span class="note">{state.summary}</span>
          </>
        )}
      </p>
      <Button type="submit" icon="restore" isDisabled={!isThere || seq === brain.seq}>
        Go back…
      </Button>
    </form>
  );
}

type StateOf = { readonly time: string; readonly summary: string };

/** Nobody wants to know of every state that a slider passes. */
const SETTLE_MS = 250;

/** @returns which change led to the state, and when; null where it is not known (yet) */
function useStateOf(brain: Brain, seq: number | null): StateOf | null {
  const [settled, setSettled] = useState(seq);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(seq), SETTLE_MS);
    return () => clearTimeout(timer);
  }, [seq]);
  const { data } = useResource(`${brain.id} state ${settled}`, async (signal): Promise<StateOf | null> => {
    if (settled === null) return null;
    if (settled === 0) return { time: brain.createdAt, summary: "created" };
    const query = { limit: 1, before: settled + 1, after: settled - 1 };
    const { events } = await get<EventList>(pathOf(brain.id, "events"), { query, signal });
    return events[0] ?? null;
  });
  return settled === seq ? data : null;
}
