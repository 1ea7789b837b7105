// Looking into a brain while it thinks: an input, what the brain makes of it, and its way through the layers; and, beside it, a perturbed one.
// Both are traced in one call, so that what differs is the input alone.

import { useComputed, useSignal } from "@preact/signals";
import { useMemo } from "preact/hooks";
import type { Trace } from "../../../api/types.ts";
import { blankOf, isBlank } from "../../../inputs/input.ts";
import { InputSources } from "../../../inputs/input-sources.tsx";
import { lastInputOf } from "../../../inputs/last-input.ts";
import { Card } from "../../../ui/card.tsx";
import { whole } from "../../../ui/format.ts";
import { pictureOf } from "../../../ui/picture.ts";
import { Empty, Failure, Loading } from "../../../ui/states.tsx";
import type { TabParts } from "../brain-page.tsx";
import { StaleHint } from "../stale-hint.tsx";
import { useHasChanged } from "../use-has-changed.ts";
import { BaseTrace } from "./base-trace.tsx";
import { Contributions } from "./contributions.tsx";
import { InputFigures } from "./input-figures.tsx";
import { LayerTraces } from "./layer-traces.tsx";
import { Legend } from "./legend.tsx";
import { Neighbors } from "./neighbors.tsx";
import { PerturbControls } from "./perturb-controls.tsx";
import { type Chosen, perturbed } from "./perturbations.ts";
import { Predictions } from "./predictions.tsx";
import "./trace.css";
import { useTraces } from "./use-traces.ts";

export function TraceTab({ brain, live }: TabParts) {
  const input = lastInputOf(brain);
  const chosen = useSignal<Chosen | null>(null);
  const other = useComputed(() =>
    chosen.value === null ? null : { ...input.value, values: perturbed(input.value, chosen.value) },
  );
  const calm = input.value;
  const second = other.value;
  const inputs = useMemo(() => {
    if (isBlank(calm.values)) return [];
    return second === null ? [calm.values] : [calm.values, second.values];
  }, [calm, second]);
  const traced = useTraces(brain.id, inputs);
  const answer = traced.data?.answer ?? null;
  const hasChanged = useHasChanged(live, brain.id, answer?.seq ?? null);
  const [first = null, perturbedTrace = null] = answer?.traces ?? [];

  return (
    <div class="trace">
      <Card title="Input" note={`${whole(brain.config.inputDim)} numbers`}>
        <div class="trace-input">
          <InputFigures
            input={calm}
            perturbed={second}
            onDraw={(values) => {
              input.value = { values, source: "Drawn", layout: calm.layout };
            }}
            onClear={() => {
              input.value = blankOf(brain.config.inputDim);
            }}
          />
          <PerturbControls
            inputDim={brain.config.inputDim}
            chosen={chosen.value}
            onChange={(next) => {
              chosen.value = next;
            }}
          />
          <InputSources brain={brain} input={input} />
        </div>
      </Card>
      <div class="trace-sees">
        <Card
          title="Prediction"
          note={answer === null ? "What the brain makes of it" : `As of seq ${whole(answer.seq)}, mode ${answer.mode}`}
          actions={hasChanged ? <StaleHint onReload={traced.reload} /> : undefined}
        >
          <div class="trace-answer" aria-busy={traced.isLoading}>
            {traced.error === null ? null : <Failure error={traced.error} onRetry={traced.reload} />}
            {first === null ? (
              <Awaited
                isAsked={inputs.length > 0 && traced.error === null}
                canDraw={takesDrawings(brain.config.inputDim)}
              />
            ) : (
              <Answer brain={brain} first={first} second={perturbedTrace} />
            )}
          </div>
        </Card>
        {first === null ? null : (
          <Card
            title={first.layers === undefined ? "In the sparse base" : "Through the layers"}
            note={`Each cell is a neuron.${first.layers === undefined ? "" : " What a layer recalls is shown before its gate."}`}
            actions={<Legend isCompared={perturbedTrace !== null} hasMature={first.layers !== undefined} />}
          >
            {first.layers === undefined ? (
              <BaseTrace first={first} second={perturbedTrace} />
            ) : (
              <LayerTraces first={first.layers} second={perturbedTrace?.layers ?? null} />
            )}
          </Card>
        )}
      </div>
    </div>
  );
}

const takesDrawings = (inputDim: number): boolean => pictureOf(inputDim)?.channels === 1;

const Awaited = ({ isAsked, canDraw }: { readonly isAsked: boolean; readonly canDraw: boolean }) =>
  isAsked ? (
    <Loading lines={8} />
  ) : (
    <Empty title="No input yet">
      <p>
        {canDraw ? "Draw one, or take one" : "Take one"} from what is offered beside: then you see what the brain makes
        of it, and how.
      </p>
    </Empty>
  );

type AnswerProps = Pick<TabParts, "brain"> & { readonly first: Trace; readonly second: Trace | null };

function Answer({ brain, first, second }: AnswerProps) {
  const predictions = { first: first.prediction, second: second?.prediction ?? null };
  return (
    <>
      <Predictions {...predictions} />
      {brain.kind === "plastic" ? (
        <Neighbors brain={brain.id} inputDim={brain.config.inputDim} {...predictions} />
      ) : (
        <Contributions {...predictions} />
      )}
    </>
  );
}
