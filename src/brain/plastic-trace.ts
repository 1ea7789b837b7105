// What the layers of a plastic brain did with the rows of a batch, from the passes of a thought. What a layer recalled is computed by its kernel
// as in the pass itself: taken from `(output − x) / gate` it would lose most of its digits to a gate of 0.01, and all of them to one of 0.

import type { LayerPass } from "../backend/backend.ts";
import { type Matrix, rowsOf } from "../tensor/matrix.ts";
import { lengthOf } from "../tensor/vector.ts";
import type { PlasticLayer } from "./plastic-layer.ts";
import type { LayerTrace } from "./trace.ts";

/** A layer and what it did. */
export type Thought = { readonly layer: PlasticLayer; readonly pass: LayerPass };

/**
 * @param inputs float32 [batch, inputDim]: what the first layer was given; each other one was given the output of the one before
 * @param thoughts first layer to last, of the present state
 * @returns for each layer, what it did with each row
 */
export async function traceLayers(
  inputs: Matrix,
  thoughts: readonly Thought[],
  gate: number,
  imaginations: boolean,
): Promise<readonly (readonly LayerTrace[])[]> {
  const traces = [];
  let x = inputs;
  for (const [index, { layer, pass }] of thoughts.entries()) {
    const imagination = await layer.imagine(pass);
    const given = x;
    traces.push(
      Array.from({ length: given.rows }, (_, row) => ({
        index,
        ...firing(layer, pass, row, given.rows),
        gate,
        ...effect(rowsOf(given, row, row + 1).data, rowsOf(imagination, row, row + 1).data, gate),
        ...(imaginations ? { imagination: Array.from(rowsOf(imagination, row, row + 1).data) } : {}),
      })),
    );
    x = pass.output;
  }
  return traces;
}

function firing(layer: PlasticLayer, { winners, activations }: LayerPass, row: number, rows: number) {
  const k = winners.length / rows;
  const fired = winners.subarray(row * k, (row + 1) * k);
  const mature = layer.matureOf(fired);
  return {
    neurons: layer.neurons,
    winners: Array.from(fired),
    activations: Array.from(activations.subarray(row * k, (row + 1) * k)),
    mature: Array.from(mature),
    matureWinners: mature.length,
  };
}

function effect(x: Float32Array, imagination: Float32Array, gate: number) {
  const inputNorm = lengthOf(x, 0, x.length);
  const added = gate * lengthOf(imagination, 0, imagination.length);
  return { inputNorm, contribution: inputNorm === 0 ? 0 : added / inputNorm };
}
