// The input that is traced, and beside it, where there is one, the perturbed one.

import { useMemo } from "preact/hooks";
import { type Input, isBlank } from "../../../inputs/input.ts";
import { InputView } from "../../../inputs/input-view.tsx";
import { Button } from "../../../ui/button.tsx";
import { thousandths } from "../../../ui/format.ts";
import { pictureOf, rangeOf } from "../../../ui/picture.ts";

type InputFiguresProps = {
  readonly input: Input;
  readonly perturbed: Input | null;
  readonly onDraw: (values: readonly number[]) => void;
  readonly onClear: () => void;
};

export function InputFigures({ input, perturbed, onDraw, onClear }: InputFiguresProps) {
  const isPicture = pictureOf(input.values.length) !== null;
  const scale = useMemo(() => rangeOf([...input.values, ...(perturbed?.values ?? [])]), [input, perturbed]);
  return (
    <div class="input-figures" data-look={isPicture ? "picture" : "strip"}>
      <figure>
        <InputView input={input} label="The input" scale={scale} onDraw={onDraw} />
        <figcaption>
          <span class="input-source-name" title={input.source}>
            {perturbed === null ? input.source : `Calm: ${input.source}`}
          </span>
          <span class="note">{extentOf(input.values)}</span>
          <Button
            size="small"
            kind="quiet"
            icon="trash"
            label="Clear the input"
            isDisabled={isBlank(input.values)}
            onClick={onClear}
          />
        </figcaption>
      </figure>
      {perturbed === null ? null : (
        <figure data-tone="second">
          <InputView input={perturbed} label="The perturbed input" scale={scale} />
          <figcaption>
            <span class="input-source-name">Perturbed</span>
            <span class="note">{extentOf(perturbed.values)}</span>
          </figcaption>
        </figure>
      )}
    </div>
  );
}

function extentOf(values: readonly number[]): string {
  const least = values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const most = values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  return `${thousandths(least)} to ${thousandths(most)}`;
}
