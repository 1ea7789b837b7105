// What differs between two states of a brain, in figures that a person can read. Pure: both states are looked at and left alone.
// Arrays are compared as they are stored (a decoder row as of its stamp), over the leading rows that both states have.

import type { Tensor } from "../tensor/safetensors.ts";
import type { BrainState } from "./brain.ts";
import type { Mode } from "./config.ts";
import { MEASURES_PREFIX } from "./measures/measures-tensors.ts";

/** One array of weights in two states. */
export type TensorDifference = {
  readonly name: string;
  /** Null where the state has no such array. */
  readonly from: readonly number[] | null;
  readonly to: readonly number[] | null;
  /** Numbers that both states have. */
  readonly compared: number;
  /** Of these, those that are not the same. */
  readonly changed: number;
  /** Mean and largest |to − from| of those compared; 0 without any. */
  readonly meanChange: number;
  readonly maxChange: number;
};

/** A class in two states: how many of its samples are remembered, null where the state does not know it. */
export type ClassDifference = { readonly label: string; readonly from: number | null; readonly to: number | null };

/** A setting with another value, `layers.0.isFrozen` say; null where the state does not have it. */
export type SettingDifference = { readonly name: string; readonly from: Setting; readonly to: Setting };
type Setting = string | number | boolean | null;

/** Where one of the two states stands. */
export type StateSummary = { readonly step: number; readonly mode: Mode; readonly classes: number };

export type StateDifference = {
  readonly from: StateSummary;
  readonly to: StateSummary;
  readonly settings: readonly SettingDifference[];
  /** Every class of either state, in the order in which they were met. */
  readonly classes: readonly ClassDifference[];
  /** Every array of weights of either state, by name. */
  readonly tensors: readonly TensorDifference[];
};

/** Remembered samples move from slot to slot: comparing them number by number says nothing. What is measured is no part of the brain's mind. */
const isWeights = ([name, { dtype }]: [string, Tensor]): boolean =>
  dtype === "F32" && !name.startsWith("memory.") && !name.startsWith(MEASURES_PREFIX);

/** @returns what `from` and `to`, two states of one brain, have in common and what not */
export function differenceOf(from: BrainState, to: BrainState): StateDifference {
  return {
    from: summaryOf(from),
    to: summaryOf(to),
    settings: joined(settingsOf(from), settingsOf(to))
      .map(([name, before, after]) => ({ name, from: before ?? null, to: after ?? null }))
      .filter((setting) => setting.from !== setting.to),
    classes: joined(samplesOf(from), samplesOf(to)).map(([label, before, after]) => ({
      label,
      from: before ?? null,
      to: after ?? null,
    })),
    tensors: joined(weightsOf(from), weightsOf(to)).map(([name, before, after]) => ({
      name,
      ...compare(before, after),
    })),
  };
}

const summaryOf = ({ header: { step, mode, labels } }: BrainState): StateSummary => ({
  step,
  mode,
  classes: labels.length,
});

/** Every name of `from`, then those of `to` alone, each with what both have of it. */
function joined<T>(
  from: ReadonlyMap<string, T>,
  to: ReadonlyMap<string, T>,
): readonly (readonly [name: string, from: T | undefined, to: T | undefined])[] {
  return [...new Set([...from.keys(), ...to.keys()])].map((name) => [name, from.get(name), to.get(name)] as const);
}

function settingsOf({ header }: BrainState): ReadonlyMap<string, Setting> {
  const layers =
    header.kind === "plastic" ? header.layers.map(({ steps: _, recycled: __, ...settings }) => settings) : [];
  return new Map(flattened("", { ...header.config, layers: undefined }).concat(flattened("layers", layers)));
}

/** The plain values inside `value`, each under the names that lead to it. */
function flattened(path: string, value: unknown): (readonly [string, Setting])[] {
  if (typeof value !== "object" || value === null) return isSetting(value) ? [[path, value]] : [];
  return Object.entries(value).flatMap(([name, inner]) => flattened(path === "" ? name : `${path}.${name}`, inner));
}

const isSetting = (value: unknown): value is Setting =>
  value === null || ["string", "number", "boolean"].includes(typeof value);

/** Remembered samples per class; none where a kind of brain has no such memory. */
function samplesOf({ header: { labels }, tensors }: BrainState): ReadonlyMap<string, number> {
  const counts = new Int32Array(labels.length);
  for (const classId of tensors["memory.classes"]?.data ?? []) counts[classId] = (counts[classId] ?? 0) + 1;
  return new Map(labels.map((label, classId) => [label, counts[classId] ?? 0]));
}

const weightsOf = ({ tensors }: BrainState): ReadonlyMap<string, Tensor> =>
  new Map(Object.entries(tensors).filter(isWeights));

function compare(from: Tensor | undefined, to: Tensor | undefined): Omit<TensorDifference, "name"> {
  const shapes = { from: from?.shape ?? null, to: to?.shape ?? null };
  const compared = from !== undefined && to !== undefined && haveSameRows(from, to) ? shorter(from, to) : 0;
  let changed = 0;
  let total = 0;
  let maxChange = 0;
  for (let i = 0; i < compared; i++) {
    const change = Math.abs((to?.data[i] ?? 0) - (from?.data[i] ?? 0));
    if (change === 0) continue;
    changed++;
    total += change;
    if (change > maxChange) maxChange = change;
  }
  return { ...shapes, compared, changed, meanChange: compared === 0 ? 0 : total / compared, maxChange };
}

/** Whether rows are of one length: then their numbers lie at the same places, however many rows follow. */
const haveSameRows = (a: Tensor, b: Tensor): boolean => a.shape.slice(1).join() === b.shape.slice(1).join();

const shorter = (a: Tensor, b: Tensor): number => Math.min(a.data.length, b.data.length);
