// All neurons of one part of a brain as cells: silent ones quiet, those that fired in colour. One neuron at a time is looked at more closely,
// under the pointer or by the arrow keys, which go from one that fired to the next.

import { useState } from "preact/hooks";
import { cssOf } from "../../../ui/color.ts";
import { plural } from "../../../ui/format.ts";
import { muchRamp, tokenOf } from "../../../ui/tokens.ts";
import { useCanvas } from "../../../ui/use-canvas.ts";
import type { Cell } from "./cells.ts";
import { cornerOf, gridOf, neuronAt, nextOf } from "./neuron-grid.ts";
import "./neuron-matrix.css";

type NeuronMatrixProps = {
  /** Of which part of the brain, e.g. `Neurons of layer 0`. */
  readonly label: string;
  readonly neurons: number;
  /** Those that fired, ascending. */
  readonly cells: readonly Cell[];
  /** @returns what a neuron did, in a few words */
  readonly describe: (neuron: number) => string;
};

/** From one cell to the next at most, in the page's pixels: few neurons need no more. */
const LARGEST_CELL = 18;
/** Of the whole, in the page's pixels. */
const LARGEST_WIDTH = 352;

/** Whole pixels for each cell, where there are some: then nothing is left over at the edge. */
const widthFor = (columns: number): number =>
  columns * Math.max(1, Math.min(LARGEST_CELL, Math.floor(LARGEST_WIDTH / columns)));

/** The weakest of those that fired still stands out from the silent ones. */
const LEAST_SHARE = 0.25;

export function NeuronMatrix({ label, neurons, cells, describe }: NeuronMatrixProps) {
  const [looked, setLooked] = useState<number | null>(null);
  const canvas = useCanvas(
    (context, size) => {
      const grid = gridOf(neurons, size.width);
      context.fillStyle = tokenOf("--ramp-0");
      for (let neuron = 0; neuron < neurons; neuron++) {
        const { x, y } = cornerOf(grid, neuron);
        context.fillRect(x, y, grid.cell, grid.cell);
      }
      const ramp = muchRamp();
      const colors = { both: tokenOf("--tone-both"), first: tokenOf("--tone-first"), second: tokenOf("--tone-second") };
      for (const { neuron, tone, share, isMature } of cells) {
        const { x, y } = cornerOf(grid, neuron);
        context.fillStyle = tone === "activation" ? cssOf(ramp(LEAST_SHARE + (1 - LEAST_SHARE) * share)) : colors[tone];
        context.fillRect(x, y, grid.cell, grid.cell);
        if (isMature && grid.cell >= 3) {
          const hole = Math.max(1, Math.round(grid.cell / 3));
          const edge = Math.floor((grid.cell - hole) / 2);
          context.fillStyle = tokenOf("--surface");
          context.fillRect(x + edge, y + edge, hole, hole);
        }
      }
    },
    [neurons, cells],
  );
  const fired = cells.map(({ neuron }) => neuron);
  const isThere = looked !== null && looked < neurons;
  const { columns, rows } = gridOf(neurons, 1);
  const onKeyDown = (event: KeyboardEvent): void => {
    const next = nextByKey(event.key, fired, looked);
    if (next === undefined) return;
    event.preventDefault();
    setLooked(next);
  };
  return (
    <div class="neurons">
      {/* As a slider it tells screen readers which neuron is looked at. */}
      <div
        class="neurons-frame"
        style={{ aspectRatio: `${columns} / ${rows}`, maxWidth: `${widthFor(columns)}px` }}
        role="slider"
        tabIndex={0}
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={neurons - 1}
        aria-valuenow={isThere ? looked : 0}
        aria-valuetext={isThere ? describe(looked) : `${plural(cells.length, "neuron")} of ${neurons} fired`}
        onKeyDown={onKeyDown}
        onPointerMove={({ offsetX, offsetY, currentTarget }) => {
          const pixels = canvas.current?.width ?? 0;
          const scale = pixels / currentTarget.clientWidth;
          setLooked(neuronAt(gridOf(neurons, pixels), neurons, offsetX * scale, offsetY * scale));
        }}
        onPointerLeave={() => setLooked(null)}
        onBlur={() => setLooked(null)}
      >
        <canvas ref={canvas} class="neurons-canvas" />
        {isThere ? <Looked neuron={looked} neurons={neurons} canvas={canvas.current} /> : null}
      </div>
      <p class="neurons-line note" aria-hidden="true">
        {isThere ? describe(looked) : "Point at a neuron to see what it did."}
      </p>
    </div>
  );
}

type LookedProps = { readonly neuron: number; readonly neurons: number; readonly canvas: HTMLCanvasElement | null };

/** A ring around the neuron that is looked at. */
function Looked({ neuron, neurons, canvas }: LookedProps) {
  if (canvas === null) return null;
  const grid = gridOf(neurons, canvas.width);
  const share = (pixels: number): string => `${(100 * pixels) / canvas.width}%`;
  const { x, y } = cornerOf(grid, neuron);
  const size = share(grid.cell);
  return <span class="neurons-looked" style={{ left: share(x), top: share(y), width: size, height: size }} />;
}

function nextByKey(key: string, fired: readonly number[], looked: number | null): number | null | undefined {
  switch (key) {
    case "ArrowRight":
    case "ArrowDown":
      return nextOf(fired, looked, 1);
    case "ArrowLeft":
    case "ArrowUp":
      return nextOf(fired, looked, -1);
    case "Home":
      return nextOf(fired, null, 1);
    case "End":
      return nextOf(fired, null, -1);
    default:
      return undefined;
  }
}
