// Numbers as bars around zero, in their order. Where there are more than the place has pixels, each column shows the least and the largest of
// those it stands for: no peak is lost.

import { columnsOf } from "./columns.ts";
import { rangeOf, type Scale } from "./picture.ts";
import "./strip.css";
import { tokenOf } from "./tokens.ts";
import { useCanvas } from "./use-canvas.ts";

type StripProps = {
  readonly values: readonly number[];
  /** What is to be seen, for those who do not see it. */
  readonly label: string;
  /** The ends of its height, with 0 between them; left out: the least and the largest number. */
  readonly scale?: Scale | undefined;
};

export function Strip({ values, label, scale }: StripProps) {
  const canvas = useCanvas(
    (context, { width, height, ratio }) => {
      const { from, to } = scale ?? rangeOf(values);
      const yOf = (value: number): number => ((to - value) / (to - from)) * (height - 1);
      const columns = columnsOf(values, width);
      const pitch = width / columns.length;
      const gap = pitch > 4 * ratio ? Math.round(ratio) : 0;
      for (const [index, { least, most }] of columns.entries()) {
        const top = yOf(Math.max(0, most));
        const bottom = yOf(Math.min(0, least));
        context.fillStyle = tokenOf(most > -least ? "--series-1" : "--series-2");
        const left = Math.round(index * pitch);
        const right = Math.round((index + 1) * pitch) - gap;
        context.fillRect(left, top, Math.max(1, right - left), Math.max(1, bottom - top));
      }
      context.fillStyle = tokenOf("--line-strong");
      context.fillRect(0, Math.round(yOf(0)), width, Math.max(1, Math.round(ratio)));
    },
    [values, scale],
  );
  return <canvas ref={canvas} class="strip" role="img" aria-label={label} />;
}
