// An input as one looks at it: a picture where it is one, bars otherwise.

import { pictureOf, type Scale } from "../ui/picture.ts";
import { Pixels } from "../ui/pixels.tsx";
import { Strip } from "../ui/strip.tsx";
import { DrawPad } from "./draw-pad.tsx";
import type { Input } from "./input.ts";

type InputViewProps = {
  readonly input: Input;
  readonly label: string;
  /** For bars that are compared with others. */
  readonly scale?: Scale | undefined;
  /** Where it may be drawn on, which grey pictures allow. */
  readonly onDraw?: ((values: readonly number[]) => void) | undefined;
};

export function InputView({ input: { values, layout }, label, scale, onDraw }: InputViewProps) {
  const picture = pictureOf(values.length, layout);
  if (picture === null) return <Strip values={values} label={label} scale={scale} />;
  if (picture.channels === 3 || onDraw === undefined) return <Pixels values={values} picture={picture} label={label} />;
  return <DrawPad values={values} picture={picture} onDraw={onDraw} />;
}
