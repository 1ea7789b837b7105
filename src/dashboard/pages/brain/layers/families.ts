// The arrays that a brain is made of, put together by what they are: one family for all layers, on one axis, so that layers can be compared. Pure.

import type { Tensor } from "../../../api/types.ts";

export type Axis = { readonly from: number; readonly to: number };

/** One array of a family. */
export type Member = { readonly title: string; readonly tensor: Tensor };

export type Family = {
  readonly name: string;
  readonly title: string;
  /** What it is, and what to look for. */
  readonly explanation: string;
  readonly axis: Axis;
  readonly members: readonly Member[];
};

type Text = { readonly title: string; readonly explanation: string; readonly axis?: string };

/** In the order in which they are shown. Families of the same `axis` share it. */
const TEXTS: Readonly<Record<string, Text>> = {
  encoder: {
    title: "Encoder",
    explanation:
      "What each neuron looks for. Fresh neurons are a bell around 0, lessons draw tails: a layer without tails has not learned yet.",
    axis: "synapses",
  },
  decoder: {
    title: "Decoder",
    explanation:
      "What each neuron recalls. It follows the encoder, lesson by lesson; a spike at 0 are neurons that are new and recall nothing yet.",
    axis: "synapses",
  },
  frequency: {
    title: "Frequency",
    explanation:
      "How often each neuron fires lately. A large heap at 0 is idle and may be born again; a few far to the right do most of the work.",
  },
  maturity: {
    title: "Maturity",
    explanation:
      "1: mature, and fixed in mode plastic. 0: free to learn. The more stand at 1, the less room is left for what is new.",
  },
  projection: {
    title: "Projection",
    explanation:
      "Neurons of the sparse base, each of them a past input of length 1. A bell around 0 are neurons that no input has taken yet.",
  },
  utility: {
    title: "Utility",
    explanation: "How much each neuron of the base was used lately. Those at 0 make room for new inputs first.",
  },
  readout: {
    title: "Core and overlay",
    explanation:
      "Weights per class and neuron: those of the core last, those of the overlay fade. A wide overlay: much was learned just now.",
  },
  importance: {
    title: "Importance",
    explanation: "How strongly the brake holds each weight of the core. The farther to the right, the less it moves.",
  },
};

const READOUTS: Readonly<Record<string, string>> = { core: "Slow core", overlay: "Fast overlay" };

/** @returns the families that there are; arrays without numbers are left out of axes, and shown as empty */
export function familiesOf(tensors: readonly Tensor[]): Family[] {
  const members = new Map<string, Member[]>();
  for (const tensor of tensors) {
    const { family, title } = placeOf(tensor.name);
    members.set(family, [...(members.get(family) ?? []), { title, tensor }]);
  }
  const axisName = (name: string): string => TEXTS[name]?.axis ?? name;
  return [...members].map(([name, each]) => ({
    name,
    title: TEXTS[name]?.title ?? name,
    explanation: TEXTS[name]?.explanation ?? "",
    axis: axisOf([...members].filter(([other]) => axisName(other) === axisName(name)).flatMap(([, all]) => all)),
    members: each,
  }));
}

/** @param name as files have it: `layers.0.encoder`, `core` */
function placeOf(name: string): { readonly family: string; readonly title: string } {
  const [, layer, family] = /^layers\.(\d+)\.(\w+)$/.exec(name) ?? [];
  if (layer !== undefined && family !== undefined) return { family, title: `Layer ${layer}` };
  const part = READOUTS[name];
  return part === undefined ? { family: name, title: "" } : { family: "readout", title: part };
}

/** @returns an axis that holds all numbers of all members, and has some length */
function axisOf(members: readonly Member[]): Axis {
  const ends = members.flatMap(({ tensor: { min, max } }) => (min === null || max === null ? [] : [min, max]));
  const [from, to] = ends.length === 0 ? [0, 1] : [Math.min(...ends), Math.max(...ends)];
  const margin = Math.max(Math.abs(from), 1) / 2;
  return from === to ? { from: from - margin, to: to + margin } : { from, to };
}
