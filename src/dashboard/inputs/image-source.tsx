// An image file as an input: chosen, dropped or pasted, cut to the square in its middle, and scaled to the brain's own size.

import { useCallback, useState } from "preact/hooks";
import { Button } from "../ui/button.tsx";
import { Choice } from "../ui/choice.tsx";
import { LAYOUTS, type Layout, type Picture, pictureOf } from "../ui/picture.ts";
import { ImageDrop } from "./image-drop.tsx";
import { middleSquare, numbersOf } from "./image-numbers.ts";
import type { SourceParts } from "./input-sources.tsx";

const LAYOUT_HINTS: Readonly<Record<Layout, string>> = {
  planes: "All of red, then all of green, then all of blue.",
  interleaved: "Red, green and blue of one pixel, then of the next.",
};

export function ImageSource({ brain, onPick }: SourceParts) {
  const [file, setFile] = useState<File | null>(null);
  const [isInverted, setInverted] = useState(false);
  const [layout, setLayout] = useState<Layout>("planes");
  const [error, setError] = useState<string | null>(null);
  const picture = pictureOf(brain.config.inputDim, layout);

  const read = useCallback(
    async (chosen: File, how: { readonly isInverted: boolean; readonly picture: Picture }): Promise<void> => {
      try {
        const values = await valuesOf(chosen, how.picture, how.isInverted);
        setError(null);
        onPick({ values, source: chosen.name, layout: how.picture.layout });
      } catch {
        setError(`The browser cannot read ${chosen.name} as an image.`);
      }
    },
    [onPick],
  );
  const take = (chosen: File): void => {
    if (picture === null) return;
    setFile(chosen);
    void read(chosen, { isInverted, picture });
  };
  if (picture === null) return null;

  const size = `${picture.width} × ${picture.height} ${picture.channels === 1 ? "grey" : "colour"} pixels`;
  return (
    <div class="input-source">
      <ImageDrop onTake={take} />
      <p class="note">Its middle square becomes {size}, from 0 (black) to 1 (white).</p>
      {error === null ? null : (
        <p class="note note-wrong" role="alert">
          {error}
        </p>
      )}
      <div class="input-row">
        {picture.channels === 1 ? null : (
          <Choice
            label="Order of the colours"
            options={LAYOUTS.map((each) => ({ value: each, label: each, hint: LAYOUT_HINTS[each] }))}
            value={layout}
            onChange={(next) => {
              setLayout(next);
              if (file !== null) void read(file, { isInverted, picture: { ...picture, layout: next } });
            }}
          />
        )}
        <Button
          size="small"
          isPressed={isInverted}
          label="Light on dark instead of dark on light, or the other way round"
          onClick={() => {
            setInverted(!isInverted);
            if (file !== null) void read(file, { isInverted: !isInverted, picture });
          }}
        >
          Invert
        </Button>
      </div>
    </div>
  );
}

/** @throws DOMException for what is no image */
async function valuesOf(file: File, picture: Picture, isInverted: boolean): Promise<number[]> {
  const bitmap = await createImageBitmap(file);
  const { width, height } = picture;
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext("2d");
  if (context === null) throw new Error("this browser draws nothing off screen");
  context.fillStyle = "#ffffff";
  context.fillRect(0, 0, width, height);
  context.imageSmoothingQuality = "high";
  const { x, y, side } = middleSquare(bitmap.width, bitmap.height);
  context.drawImage(bitmap, x, y, side, side, 0, 0, width, height);
  bitmap.close();
  return numbersOf(context.getImageData(0, 0, width, height).data, picture, isInverted);
}
