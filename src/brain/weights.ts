// The arrays that a brain is made of, one by one, as they are at one moment. The decoder of a plastic layer is told as the dense rule would have it
// then: `d(n) = e + (d − e)·0.95ⁿ`, where n are the plasticity steps since its row was last written.

import type { Pieces } from "../tensor/pace.ts";
import type { Tensors } from "../tensor/safetensors.ts";
import { type Distribution, distributionOf, type ReadNumbers } from "./distribution.ts";

/** What a brain thinks with, by the names of its state. */
export type WeightArrays = {
  /** Float32 arrays, and the stamps of decoders. */
  readonly tensors: Tensors;
  /** Plasticity steps of each layer so far; none of a kind without layers. */
  readonly steps: readonly number[];
};

/** How the numbers of one array are distributed. */
export type TensorWeights = { readonly name: string; readonly shape: readonly number[] } & Distribution;

/** An array of the state: its name there, how large it is, how it is read. */
export type Weights = { readonly name: string; readonly shape: readonly number[]; readonly read: ReadNumbers };

const DECODER = /^layers\.(\d+)\.decoder$/;

/** How much of a decoder row is left after a step in which its neuron rests. */
const REST = 0.95;

/**
 * @param arrays only looked at now
 * @param reader by name, what will read the arrays as they are now
 */
export function weightsIn(arrays: WeightArrays, reader: (name: string) => ReadNumbers): readonly Weights[] {
  const numbers = Object.entries(arrays.tensors).filter(([_, { dtype }]) => dtype === "F32");
  return numbers.map(([name, { shape }]) => {
    const [, layer] = DECODER.exec(name) ?? [];
    return { name, shape, read: layer === undefined ? reader(name) : presentDecoder(arrays, Number(layer), reader) };
  });
}

function presentDecoder(
  { tensors, steps }: WeightArrays,
  layer: number,
  reader: (name: string) => ReadNumbers,
): ReadNumbers {
  const [encoder, decoder] = [reader(`layers.${layer}.encoder`), reader(`layers.${layer}.decoder`)];
  const [cols = 1] = tensors[`layers.${layer}.decoder`]?.shape.slice(1) ?? [];
  const stamps = tensors[`layers.${layer}.decoderStep`]?.data.slice() ?? new Int32Array(0);
  const now = steps[layer] ?? 0;
  let room = new Float32Array(0);
  return (target, from) => {
    if (room.length < target.length) room = new Float32Array(target.length);
    const goal = room.subarray(0, target.length);
    decoder(target, from);
    encoder(goal, from);
    for (let at = 0; at < target.length; ) {
      const row = Math.floor((from + at) / cols);
      const end = Math.min(target.length, (row + 1) * cols - from);
      approach(target, goal, at, end, REST ** (now - (stamps[row] ?? now)));
      at = end;
    }
  };
}

/** `d ← e + (d − e) · rest` for a part of two arrays; a row that is up to date keeps its bits. */
function approach(d: Float32Array, e: Float32Array, from: number, to: number, rest: number): void {
  if (rest === 1) return;
  for (let i = from; i < to; i++) {
    const goal = e[i] ?? 0;
    d[i] = goal + ((d[i] ?? 0) - goal) * rest;
  }
}

/** @param bins of each histogram */
export function* distributionsOf(weights: readonly Weights[], bins: number): Pieces<readonly TensorWeights[]> {
  const told: TensorWeights[] = [];
  for (const { name, shape, read } of weights) {
    const count = shape.reduce((product, length) => product * length, 1);
    told.push({ name, shape, ...(yield* distributionOf(read, count, bins)) });
  }
  return told;
}
