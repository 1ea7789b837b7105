// What neurons did, as cells of a matrix and in words: for one input, or for two that are compared. Pure.

import { thousandths } from "../../../ui/format.ts";
import { activationsOf, type Firing } from "./overlap.ts";

/** Of one input: coloured by how strongly it fired. Of two: by which of them it fired for. */
export type CellTone = "activation" | "both" | "first" | "second";

export type Cell = {
  readonly neuron: number;
  readonly tone: CellTone;
  /** How strongly it fired among those that did: 0 the weakest, 1 the strongest. */
  readonly share: number;
  readonly isMature: boolean;
};

/** Who fired, and which of them are mature where the part of the brain has such. */
export type Fired = Firing & { readonly mature?: readonly number[] };

/** @returns a cell for each neuron that fired for `first` or `second`, ascending */
export function cellsOf(first: Fired, second: Fired | null): Cell[] {
  const mature = new Set([...(first.mature ?? []), ...(second?.mature ?? [])]);
  const all = [...first.activations, ...(second?.activations ?? [])];
  const [least, most] = [Math.min(...all), Math.max(...all)];
  const [ofFirst, ofSecond] = [activationsOf(first), second === null ? null : activationsOf(second)];
  const neurons = [...new Set([...first.winners, ...(second?.winners ?? [])])].sort((a, b) => a - b);
  return neurons.map((neuron) => {
    const activation = Math.max(ofFirst.get(neuron) ?? least, ofSecond?.get(neuron) ?? least);
    return {
      neuron,
      tone: toneOf(ofFirst.has(neuron), ofSecond?.has(neuron) ?? null),
      share: most === least ? 1 : (activation - least) / (most - least),
      isMature: mature.has(neuron),
    };
  });
}

function toneOf(isOfFirst: boolean, isOfSecond: boolean | null): CellTone {
  if (isOfSecond === null) return "activation";
  if (isOfFirst && isOfSecond) return "both";
  return isOfFirst ? "first" : "second";
}

/** @returns what a neuron did, in a few words */
export function describer(first: Fired, second: Fired | null): (neuron: number) => string {
  const [ofFirst, ofSecond] = [activationsOf(first), second === null ? null : activationsOf(second)];
  const mature = new Set([...(first.mature ?? []), ...(second?.mature ?? [])]);
  const ranks = new Map(strongest(first, first.winners.length).map(({ neuron }, rank) => [neuron, rank + 1]));
  return (neuron) => {
    const [one, other] = [ofFirst.get(neuron), ofSecond?.get(neuron)];
    if (one === undefined && other === undefined) return `Neuron ${neuron} is silent`;
    const age = mature.has(neuron) ? "; mature" : "";
    if (ofSecond === null)
      return `Neuron ${neuron}: ${thousandths(one)}, number ${ranks.get(neuron)} of ${ranks.size}${age}`;
    return `Neuron ${neuron}: calm ${said(one)}, perturbed ${said(other)}${age}`;
  };
}

const said = (activation: number | undefined): string =>
  activation === undefined ? "silent" : thousandths(activation);

/** @returns the `count` neurons that fired most strongly, strongest first */
export const strongest = ({ winners, activations }: Firing, count: number) =>
  winners
    .map((neuron, index) => ({ neuron, activation: activations[index] ?? 0 }))
    .sort((a, b) => b.activation - a.activation || a.neuron - b.neuron)
    .slice(0, count);
