// What a new brain is to be, as somebody fills it in, and what is sent of it: only what was filled in; the rest is the server's.

import type { Brain } from "../../api/types.ts";

export type Kind = Brain["kind"];
export type Readout = Extract<Brain, { kind: "plastic" }>["config"]["readout"];

type Setting = {
  readonly label: string;
  readonly hint: string;
  /** What the server takes for it; none where the kind has no such setting. Shown, never sent. */
  readonly defaults: { readonly [K in Kind]?: string };
};

/** Those that matter most, in the order in which they are asked for. */
export const SETTINGS = {
  inputDim: {
    label: "Input size",
    hint: "Numbers of an input",
    defaults: { plastic: "512", triarchic: "512" },
  },
  hiddenDim: {
    label: "Neurons",
    hint: "Of each layer, or of the base",
    defaults: { plastic: "4096", triarchic: "8192" },
  },
  winners: {
    label: "Winners",
    hint: "Neurons that fire for an input",
    defaults: { plastic: "128", triarchic: "32" },
  },
  layers: { label: "Layers", hint: "One on top of the other", defaults: { plastic: "4" } },
  memorySize: { label: "Memory", hint: "Samples it remembers", defaults: { plastic: "60000" } },
  neighbors: { label: "Neighbors", hint: "Memories that are asked", defaults: { plastic: "20" } },
  holdout: {
    label: "Hold-out",
    hint: "Samples of a class kept to measure forgetting; 0: none",
    defaults: { plastic: "0", triarchic: "0" },
  },
} as const satisfies { readonly [name: string]: Setting };

export type SettingName = keyof typeof SETTINGS;

// Object.keys tells of no other keys than those that the table was written with.
export const SETTING_NAMES = Object.keys(SETTINGS) as readonly SettingName[];

/** @returns what the server takes for a setting; null where the kind has none such */
export function defaultOf(name: SettingName, kind: Kind): string | null {
  const { defaults }: Setting = SETTINGS[name];
  return defaults[kind] ?? null;
}

export type Draft = {
  readonly kind: Kind;
  readonly id: string;
  /** Name of an encoder; empty: callers send features. */
  readonly encoder: string;
  readonly modePolicy: "" | "fixed" | "auto";
  /** Of plastic brains. */
  readonly readout: "" | Readout;
  /** As typed; empty: left to the server. */
  readonly settings: { readonly [Name in SettingName]?: string };
};

export const EMPTY_DRAFT: Draft = {
  kind: "plastic",
  id: "",
  encoder: "",
  modePolicy: "",
  readout: "",
  settings: {},
};

/** Who may answer; the first is the server's choice for inputs that it can hold. */
export const READOUT_CHOICES: readonly { readonly value: Readout; readonly label: string }[] = [
  { value: "blend", label: "Sums and memory" },
  { value: "analytic", label: "Sums" },
  { value: "memory", label: "Memory" },
];

type Preset = { readonly title: string; readonly settings: { readonly [K in Kind]: Draft["settings"] } };

/** Sizes that go with what is learned. */
export const PRESETS: readonly Preset[] = [
  {
    title: "28 × 28 images",
    settings: {
      plastic: {
        inputDim: "784",
        hiddenDim: "1024",
        winners: "32",
        layers: "2",
        memorySize: "5000",
        neighbors: "15",
        holdout: "20",
      },
      triarchic: { inputDim: "784", hiddenDim: "4096", winners: "32", holdout: "20" },
    },
  },
  {
    title: "512 features",
    settings: { plastic: { inputDim: "512", holdout: "20" }, triarchic: { inputDim: "512", holdout: "20" } },
  },
];

/** @returns the body of `POST /v1/brains` */
export function bodyOf({ kind, id, encoder, modePolicy, readout, settings }: Draft): object {
  const filledIn = SETTING_NAMES.flatMap((name) => {
    const text = (settings[name] ?? "").trim();
    const isTheEncoders = encoder !== "" && name === "inputDim";
    return text === "" || isTheEncoders || defaultOf(name, kind) === null ? [] : [[name, numberOr(text)] as const];
  });
  const named = encoder === "" ? {} : { encoder };
  const chosen = {
    ...(modePolicy === "" ? {} : { modePolicy }),
    ...(kind === "triarchic" || readout === "" ? {} : { readout }),
  };
  const config = { ...named, ...Object.fromEntries(filledIn), ...chosen };
  return { ...(id.trim() === "" ? {} : { id: id.trim() }), kind, config };
}

/** What is no number is sent as it is: the server says what is wrong with it, where it is shown. */
function numberOr(text: string): number | string {
  const number = Number(text.replaceAll(/[ ,_]/g, ""));
  return Number.isFinite(number) ? number : text;
}
