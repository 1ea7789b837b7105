// How a brain's state travels: one safetensors file, the header as JSON in its metadata, the arrays as tensors.
// Of a plastic brain:
//   layers.<i>.encoder, layers.<i>.decoder       F32 [hiddenDim, inputDim]; the decoder transposed, each row as of its stamp
//   layers.<i>.decoderStep                       I32 [hiddenDim], the stamps
//   layers.<i>.frequency, layers.<i>.maturity    F32 [hiddenDim]
//   memory.keys, memory.classes                  F32 [stored, inputDim], I32 [stored]
//   memory.ids, memory.seqs                      U32 [stored, 2]: uint64 as two words, the low one first
//   memory.classSeen, memory.classShrunk         U32 [labels, 2], I32 [labels] (0 or 1), under the policy "class-balanced"
//   normalization.mean, normalization.variance   F32 [inputDim], unless the normalization is "none"
//   memory.contexts                              I32 [stored]: 1 of a sample taught in panic, under the readouts "analytic" and "blend"; as are
//   readout.sums                                 F64 [f(f + 1)/2]: Σφφᵀ, its lower triangle row by row, of f features in units of 2⁻¹²
//   readout.counts, readout.classSums            U32 [2 · labels, 2], F64 [2 · labels, f]: two columns a class, the second of panic
//   readout.weights                              F32 [2 · solved classes, f]
// Of a triarchic brain:
//   projection, utility                          F32 [hiddenDim, inputDim], F32 [hiddenDim]
//   core, overlay, importance                    F32 [labels, hiddenDim]
// Of any kind, behind these, what was measured of it: measures/measures-tensors.ts

import type { Metadata } from "../tensor/safetensors.ts";
import { readoutHeader } from "./analytic/readout-state.ts";
import type { LayerHeader, PlasticHeader, StateHeader } from "./brain.ts";
import {
  type Blueprint,
  KINDS,
  MEMORY_INDEXES,
  MEMORY_POLICIES,
  MODES,
  NORMALIZATIONS,
  type PlasticConfig,
  READOUTS,
  type Reward,
  STORED_DEFAULTS,
  storedDirections,
} from "./config.ts";
import { ENCODED_DEFAULTS, readEncoded } from "./encoder-identity.ts";
import { type Upgrades, upgrade } from "./formats.ts";
import {
  type Fields,
  fieldsOf,
  INT32_MAX,
  labelsOf,
  listOf,
  number,
  oneOf,
  StateError,
  UINT32_MAX,
  whole,
  wordsOf,
} from "./header-fields.ts";
import { measuresIn } from "./measures/measures-header.ts";
import { freshSettings, type LayerSettings } from "./shape.ts";
import { triarchicConfigOf, triarchicHeader } from "./triarchic-header.ts";
import { readWatching, WATCHING_DEFAULTS } from "./watching.ts";

/** Where the header lies in a file's metadata. */
export const HEADER_KEY = "brain";

/** @returns the header as file metadata; equal headers give equal text, whatever the order of their keys */
export const encodeHeader = (header: StateHeader): Metadata => ({
  [HEADER_KEY]: JSON.stringify(withoutDefaults(header), sortKeys),
});

/** What was added within a format is written only where it says something: other states keep their bytes, and their digests. */
function withoutDefaults(header: StateHeader): object {
  const added = new Map(ADDED);
  if (header.kind === "plastic") added.set("directions", storedDirections(header.config.readout));
  const config = Object.entries(header.config).filter(([name, value]) => added.get(name) !== value);
  return { ...header, config: Object.fromEntries(config) };
}

const { memoryIndex, readout } = STORED_DEFAULTS;
/** Settings that were added within a format, with what they are where they are not written. */
const ADDED: ReadonlyMap<string, unknown> = new Map(
  Object.entries({ memoryIndex, readout, ...ENCODED_DEFAULTS, ...WATCHING_DEFAULTS }),
);

const sortKeys = (_key: string, value: unknown): unknown =>
  typeof value === "object" && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
    : value;

/**
 * Reads what `encodeHeader`, of this version or an older one, wrote, checking every field.
 * @throws StateError; FormatError when a newer version wrote it
 */
export function decodeHeader(metadata: Metadata): StateHeader {
  const text = metadata[HEADER_KEY];
  if (text === undefined) throw new StateError(`metadata has no "${HEADER_KEY}"`);
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw new StateError("header is not JSON");
  }
  const header = fieldsOf(parsed, "header");
  const kind = oneOf(header.kind, "kind", KINDS);
  const what = `a ${kind} brain's state`;
  return kind === "plastic"
    ? plasticHeader(upgrade(what, header.format, PLASTIC_FORMAT, header, PLASTIC_UPGRADES))
    : triarchicHeader(upgrade(what, header.format, TRIARCHIC_FORMAT, header, {}));
}

/** The formats that are written. A change of one needs a step here, and a fixture of the old one (test/fixtures/formats). */
const PLASTIC_FORMAT = 2;
const TRIARCHIC_FORMAT = 1;

const PLASTIC_UPGRADES: Upgrades<Fields> = {
  // Rewards and `rejectBelow` became part of the configuration, rates and neurogenesis each layer's own.
  1: (header) => {
    const { reward, rejectBelow } = STORED_DEFAULTS;
    const config = { ...fieldsOf(header.config, "config"), reward, rejectBelow };
    const settings = freshSettings(configOf(config));
    const layers = listOf(header.layers, "layers").map((layer, index) => ({
      ...fieldsOf(layer, `layers.${index}`),
      ...settings,
    }));
    return { ...header, config, layers };
  },
};

/**
 * Reads a brain's kind and configuration as it was created, checking every field.
 * @throws StateError
 */
export function decodeBlueprint(kind: unknown, config: unknown): Blueprint {
  return oneOf(kind, "kind", KINDS) === "plastic"
    ? { kind: "plastic", config: configOf(config) }
    : { kind: "triarchic", config: triarchicConfigOf(config) };
}

function plasticHeader(header: Fields): PlasticHeader {
  const config = configOf(header.config);
  const seen = whole(header.seen, "seen");
  return {
    format: PLASTIC_FORMAT,
    kind: "plastic",
    config,
    mode: oneOf(header.mode, "mode", MODES),
    step: whole(header.step, "step"),
    labels: labelsOf(header.labels),
    random: wordsOf(header.random),
    seen,
    memory: countersOf(header.memory, seen, config.memorySize),
    layers: layersOf(header.layers, config),
    ...(config.readout === "memory" ? {} : { readout: readoutHeader(header.readout) }),
    ...measuresIn(header),
  };
}

function configOf(value: unknown): PlasticConfig {
  const config = fieldsOf(value, "config");
  const size = (key: keyof PlasticConfig): number => whole(config[key], `config.${key}`, 1);
  const hiddenDim = size("hiddenDim");
  const readout = oneOf(config.readout ?? STORED_DEFAULTS.readout, "config.readout", READOUTS);
  return {
    inputDim: size("inputDim"),
    hiddenDim,
    winners: whole(config.winners, "config.winners", 1, hiddenDim),
    layers: size("layers"),
    memorySize: size("memorySize"),
    memoryPolicy: oneOf(config.memoryPolicy ?? STORED_DEFAULTS.memoryPolicy, "config.memoryPolicy", MEMORY_POLICIES),
    memoryIndex: oneOf(config.memoryIndex ?? STORED_DEFAULTS.memoryIndex, "config.memoryIndex", MEMORY_INDEXES),
    readout,
    directions: whole(config.directions ?? storedDirections(readout), "config.directions"),
    neighbors: size("neighbors"),
    learningRate: number(config.learningRate, "config.learningRate"),
    gate: number(config.gate, "config.gate"),
    neurogenesis: oneOf(config.neurogenesis, "config.neurogenesis", [true, false]),
    normalization: oneOf(config.normalization, "config.normalization", NORMALIZATIONS),
    reward: rewardOf(config.reward),
    rejectBelow: config.rejectBelow === null ? null : number(config.rejectBelow, "config.rejectBelow"),
    ...readEncoded(config),
    ...readWatching(config),
    seed: whole(config.seed, "config.seed", 0, UINT32_MAX),
  };
}

function rewardOf(value: unknown): Reward {
  const { right, wrong } = fieldsOf(value, "config.reward");
  return { right: number(right, "config.reward.right"), wrong: number(wrong, "config.reward.wrong") };
}

/** States written before samples could be forgotten lack the counters: there nothing was. */
function countersOf(value: unknown, seen: number, memorySize: number): PlasticHeader["memory"] {
  if (value === undefined) return { stored: Math.min(seen, memorySize), lastId: seen, experience: seen };
  const counters = fieldsOf(value, "memory");
  const experience = whole(counters.experience, "memory.experience", 0, seen);
  return {
    stored: whole(counters.stored, "memory.stored", 0, Math.min(experience, memorySize)),
    lastId: whole(counters.lastId, "memory.lastId"),
    experience,
  };
}

function layersOf(value: unknown, config: PlasticConfig): readonly LayerHeader[] {
  const layers = listOf(value, "layers").map((entry, index) => {
    const where = `layers.${index}`;
    const { steps, recycled, ...settings } = fieldsOf(entry, where);
    return {
      steps: whole(steps, `${where}.steps`, 0, INT32_MAX),
      recycled: whole(recycled, `${where}.recycled`),
      ...settingsOf(settings, where),
    };
  });
  if (layers.length !== config.layers) {
    throw new StateError(`layers lists ${layers.length} layers, config has ${config.layers}`);
  }
  return layers;
}

const settingsOf = ({ isFrozen, learningRate, neurogenesis }: Fields, where: string): LayerSettings => ({
  isFrozen: oneOf(isFrozen, `${where}.isFrozen`, [true, false]),
  learningRate: number(learningRate, `${where}.learningRate`),
  neurogenesis: oneOf(neurogenesis, `${where}.neurogenesis`, [true, false]),
});
