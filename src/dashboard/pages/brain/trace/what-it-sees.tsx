// What a brain makes of the inputs that are traced: its prediction and why, and who fires on the way to it.

import type { Resource } from "../../../api/resource.ts";
import type { Trace } from "../../../api/types.ts";
import { Card } from "../../../ui/card.tsx";
import { whole } from "../../../ui/format.ts";
import { Empty, Failure, Loading } from "../../../ui/states.tsx";
import type { TabParts } from "../brain-page.tsx";
import { StaleHint } from "../stale-hint.tsx";
import { useHasChanged } from "../use-has-changed.ts";
import { BaseTrace } from "./base-trace.tsx";
import { Contributions } from "./contributions.tsx";
import { LayerTraces } from "./layer-traces.tsx";
import { Legend } from "./legend.tsx";
import { Neighbors } from "./neighbors.tsx";
import { Predictions } from "./predictions.tsx";
import type { Traced } from "./use-traces.ts";

type WhatItSeesProps = Pick<TabParts, "brain" | "live"> & {
  readonly traced: Resource<Traced>;
  readonly isAsked: boolean;
  /** What to do while there is no input. */
  readonly invitation: string;
};

export function WhatItSees({ brain, live, traced, isAsked, invitation }: WhatItSeesProps) {
  const answer = traced.data;
  const hasChanged = useHasChanged(live, brain.id, answer?.seq ?? null);
  const [first = null, second = null] = answer?.traces ?? [];
  return (
    <div class="trace-sees">
      <Card
        title="Prediction"
        note={answer === null ? "What the brain makes of it" : `As of seq ${whole(answer.seq)}, mode ${answer.mode}`}
        actions={hasChanged ? <StaleHint onReload={traced.reload} /> : undefined}
      >
        <div class="trace-answer" aria-busy={traced.isLoading}>
          {traced.error === null ? null : <Failure error={traced.error} onRetry={traced.reload} />}
          {first === null ? (
            <Awaited isAsked={isAsked && traced.error === null} invitation={invitation} />
          ) : (
            <Answer brain={brain} first={first} second={second} />
          )}
        </div>
      </Card>
      {first === null ? null : (
        <Card
          title={first.layers === undefined ? "In the sparse base" : "Through the layers"}
          note={`Each cell is a neuron.${first.layers === undefined ? "" : " What a layer recalls is shown before its gate."}`}
          actions={<Legend isCompared={second !== null} hasMature={first.layers !== undefined} />}
        >
          {first.layers === undefined ? (
            <BaseTrace first={first} second={second} />
          ) : (
            <LayerTraces first={first.layers} second={second?.layers ?? null} />
          )}
        </Card>
      )}
    </div>
  );
}

const Awaited = ({ isAsked, invitation }: { readonly isAsked: boolean; readonly invitation: string }) =>
  isAsked ? (
    <Loading lines={8} />
  ) : (
    <Empty title="No input yet">
      <p>{invitation}: then you see what the brain makes of it, and how.</p>
    </Empty>
  );

type AnswerProps = Pick<TabParts, "brain"> & { readonly first: Trace; readonly second: Trace | null };

function Answer({ brain, first, second }: AnswerProps) {
  const predictions = { first: first.prediction, second: second?.prediction ?? null };
  return (
    <>
      <Predictions {...predictions} />
      {brain.kind === "plastic" ? <Neighbors brain={brain} {...predictions} /> : <Contributions {...predictions} />}
    </>
  );
}
