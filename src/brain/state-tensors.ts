// Which tensors a state has, by its header alone: what a file from outside is held against before a host sees any of it, and number by
// number while it passes. Invariant: `tensorsOf(state.header)` names exactly the tensors of every state, in the order in which they lie.

import type { TensorData } from "../tensor/safetensors.ts";
import { MAX_FLOAT32 } from "../tensor/vector.ts";
import { readoutSpecs } from "./analytic/readout-state.ts";
import type { LayerHeader, PlasticHeader, StateHeader, TriarchicHeader } from "./brain.ts";
import { StateError } from "./header-fields.ts";
import { MAX_COUNT, MAX_SEQ } from "./limits.ts";
import { measuresSpecs } from "./measures/measures-specs.ts";
import { floats, ints, type TensorSpec, wholes } from "./tensor-spec.ts";

/**
 * Synapses have about unit length. Much longer ones are no brain's, and some lengths more would take what it computes out of float32.
 */
const MAX_SYNAPSE = 1000;

/** Keys are stored at unit length. */
const MAX_KEY = 1.001;

/** What a readout has learned; far more than any brain learns, and far from float32's end. */
const MAX_READOUT = 1e12;

/** @returns the tensors of a state with this header */
export const tensorsOf = (header: StateHeader): readonly TensorSpec[] => [
  ...(header.kind === "plastic" ? plasticTensors(header) : triarchicTensors(header)),
  ...(header.measures === undefined
    ? []
    : measuresSpecs(header.measures, header.labels.length, header.config.inputDim)),
];

function plasticTensors({ config, layers, memory, labels, readout }: PlasticHeader): TensorSpec[] {
  const { inputDim, normalization, memoryPolicy } = config;
  const { stored, lastId } = memory;
  const statistic = (name: string, least: number) => floats(`normalization.${name}`, [inputDim], least, MAX_FLOAT32);
  const tally: TensorSpec[] = [
    { ...wholes("memory.classSeen", labels.length, 0, MAX_COUNT), isOptional: true },
    { ...ints("memory.classShrunk", [labels.length], 0, 1), isOptional: true },
  ];
  return [
    ...layers.flatMap((layer, index) => layerTensors(config, layer, `layers.${index}`)),
    floats("memory.keys", [stored, inputDim], -MAX_KEY, MAX_KEY),
    ints("memory.classes", [stored], 0, labels.length - 1),
    { ...wholes("memory.ids", stored, 1, lastId), isOptional: true },
    { ...wholes("memory.seqs", stored, 0, MAX_SEQ), isOptional: true },
    ...(memoryPolicy === "class-balanced" ? tally : []),
    ...(normalization === "none" ? [] : [statistic("mean", -MAX_FLOAT32), statistic("variance", 0)]),
    ...(readout === undefined ? [] : readoutSpecs(readout, { config, stored, labels: labels.length })),
  ];
}

function layerTensors(
  { inputDim, hiddenDim }: PlasticHeader["config"],
  { steps }: LayerHeader,
  layer: string,
): TensorSpec[] {
  return [
    floats(`${layer}.encoder`, [hiddenDim, inputDim], -MAX_SYNAPSE, MAX_SYNAPSE),
    floats(`${layer}.decoder`, [hiddenDim, inputDim], -MAX_SYNAPSE, MAX_SYNAPSE),
    ints(`${layer}.decoderStep`, [hiddenDim], 0, steps),
    floats(`${layer}.frequency`, [hiddenDim], 0, MAX_FLOAT32),
    floats(`${layer}.maturity`, [hiddenDim], 0, 1),
  ];
}

function triarchicTensors({ config: { hiddenDim, inputDim }, labels }: TriarchicHeader): TensorSpec[] {
  const perClass = [labels.length, hiddenDim];
  return [
    floats("projection", [hiddenDim, inputDim], -MAX_SYNAPSE, MAX_SYNAPSE),
    floats("utility", [hiddenDim], 0, MAX_FLOAT32),
    floats("core", perClass, -MAX_READOUT, MAX_READOUT),
    floats("overlay", perClass, -MAX_READOUT, MAX_READOUT),
    floats("importance", perClass, 0, 1),
  ];
}

const WORD = 2 ** 32;

/**
 * @param numbers a piece of the tensor; of U32 [n, 2] whole pairs
 * @returns the largest of them, −Infinity of none
 * @throws StateError when one is not within the tensor's bounds: NaN and the infinities never are
 */
export function checkNumbers({ name, dtype, least, most }: TensorSpec, numbers: TensorData): number {
  const step = dtype === "U32" ? 2 : 1;
  let largest = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < numbers.length; i += step) {
    const low = numbers[i] ?? 0;
    const value = step === 1 ? low : low + WORD * (numbers[i + 1] ?? 0);
    if (!(value >= least && value <= most)) throw new StateError(`${name} has ${value}, not from ${least} to ${most}`);
    if (value > largest) largest = value;
  }
  return largest;
}
