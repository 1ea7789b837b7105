// A trace of features, of a brain without an encoder; and, beside it, of the same features perturbed. Both are traced in one call, so that what
// differs is the input alone.

import { useComputed, useSignal } from "@preact/signals";
import { useMemo } from "preact/hooks";
import { blankOf, isBlank } from "../../../inputs/input.ts";
import { InputSources } from "../../../inputs/input-sources.tsx";
import { lastInputOf } from "../../../inputs/last-input.ts";
import { Card } from "../../../ui/card.tsx";
import { whole } from "../../../ui/format.ts";
import { pictureOf } from "../../../ui/picture.ts";
import type { TabParts } from "../brain-page.tsx";
import { InputFigures } from "./input-figures.tsx";
import { PerturbControls } from "./perturb-controls.tsx";
import { type Chosen, perturbed } from "./perturbations.ts";
import { useTraces } from "./use-traces.ts";
import { WhatItSees } from "./what-it-sees.tsx";

export function TraceOfNumbers({ brain, live }: TabParts) {
  const { inputDim } = brain.config;
  const input = lastInputOf(brain);
  const chosen = useSignal<Chosen | null>(null);
  const other = useComputed(() =>
    chosen.value === null ? null : { ...input.value, values: perturbed(input.value, chosen.value) },
  );
  const calm = input.value;
  const second = other.value;
  const asked = useMemo(() => {
    if (isBlank(calm.values)) return null;
    return { inputs: second === null ? [calm.values] : [calm.values, second.values] };
  }, [calm, second]);
  const traced = useTraces(brain.id, asked);
  return (
    <div class="trace">
      <Card title="Input" note={`${whole(inputDim)} numbers`}>
        <div class="trace-input">
          <InputFigures
            input={calm}
            perturbed={second}
            onDraw={(values) => {
              input.value = { values, source: "Drawn", layout: calm.layout };
            }}
            onClear={() => {
              input.value = blankOf(inputDim);
            }}
          />
          <PerturbControls
            inputDim={inputDim}
            chosen={chosen.value}
            onChange={(next) => {
              chosen.value = next;
            }}
          />
          <InputSources brain={brain} input={input} />
        </div>
      </Card>
      <WhatItSees
        brain={brain}
        live={live}
        traced={traced}
        isAsked={asked !== null}
        invitation={`${takesDrawings(inputDim) ? "Draw one, or take one" : "Take one"} from what is offered beside`}
      />
    </div>
  );
}

const takesDrawings = (inputDim: number): boolean => pictureOf(inputDim)?.channels === 1;
