// Digits as people draw them, on the draw page's pad: as lines between places on the sheet, (0, 0) its upper left corner, (1, 1) its lower right one.

import type { Page } from "playwright-core";

type Place = readonly [number, number];
export type Drawing = readonly (readonly Place[])[];

export const THREE: Drawing = [
  [
    [0.3, 0.25],
    [0.5, 0.18],
    [0.65, 0.3],
    [0.45, 0.47],
    [0.66, 0.66],
    [0.5, 0.82],
    [0.3, 0.75],
  ],
];
export const FOUR: Drawing = [
  [
    [0.35, 0.2],
    [0.3, 0.5],
    [0.7, 0.5],
  ],
  [
    [0.62, 0.2],
    [0.6, 0.85],
  ],
];
export const SEVEN: Drawing = [
  [
    [0.3, 0.25],
    [0.7, 0.25],
    [0.45, 0.8],
  ],
];

/** @returns where a place of the sheet is in the window */
export async function padPlaces(page: Page): Promise<(place: Place) => { readonly x: number; readonly y: number }> {
  const pad = page.getByRole("application", { name: "Drawing pad" });
  await pad.scrollIntoViewIfNeeded();
  const box = await pad.boundingBox();
  if (box === null) throw new Error("there is no drawing pad in sight");
  return ([x, y]) => ({ x: box.x + x * box.width, y: box.y + y * box.height });
}

/** Draws with the mouse. */
export async function draw(page: Page, drawing: Drawing): Promise<void> {
  const placeOf = await padPlaces(page);
  for (const stroke of drawing) {
    for (const [index, place] of stroke.entries()) {
      const { x, y } = placeOf(place);
      await page.mouse.move(x, y, { steps: index === 0 ? 1 : 6 });
      if (index === 0) await page.mouse.down();
    }
    await page.mouse.up();
  }
}
