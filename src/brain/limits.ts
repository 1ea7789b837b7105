// Between which bounds a brain's settings may lie, whoever asks: a request (http/schemas/ takes its ranges from here) or a state that
// arrives in a file. Invariant: with settings within these bounds nothing that a brain computes leaves float32.

import type { StateHeader } from "./brain.ts";
import {
  type Blueprint,
  type Kind,
  MAX_LAYERS,
  PLASTIC_DEFAULTS,
  type PlasticConfig,
  type ReadoutName,
  type TriarchicConfig,
  type Tuning,
} from "./config.ts";
import { StateError, UINT32_MAX } from "./header-fields.ts";

/** Both bounds are allowed, but for `above`, which is not. */
export type Range = { readonly least?: number; readonly above?: number; readonly most: number };

const RATE: Range = { above: 0, most: 1 };
const SHARE: Range = { least: 0, most: 1 };
const MAX_INPUT_DIM = 65_536;
const MAX_HIDDEN_DIM = 1_048_576;
const SEED: Range = { least: 0, most: UINT32_MAX };

/** A hold-out is looked at whole, again and again. */
export const HOLDOUT: Range = { least: 0, most: 1000 };

type NumberKey<T> = { [K in keyof T]: T[K] extends number ? K : never }[keyof T];

export const PLASTIC_LIMITS = {
  inputDim: { least: 1, most: MAX_INPUT_DIM },
  hiddenDim: { least: 1, most: MAX_HIDDEN_DIM },
  winners: { least: 1, most: MAX_HIDDEN_DIM },
  layers: { least: 1, most: MAX_LAYERS },
  memorySize: { least: 1, most: 10_000_000 },
  neighbors: { least: 1, most: 10_000 },
  directions: { least: 0, most: 1024 },
  learningRate: RATE,
  gate: SHARE,
  holdout: HOLDOUT,
  seed: SEED,
} as const satisfies Record<NumberKey<PlasticConfig>, Range>;

export const REWARD_LIMITS: Range = { least: -1, most: 1 };
export const REJECT_BELOW_LIMITS: Range = SHARE;

export const TRIARCHIC_LIMITS = {
  inputDim: { least: 1, most: MAX_INPUT_DIM },
  hiddenDim: { least: 2, most: MAX_HIDDEN_DIM },
  winners: { least: 2, most: MAX_HIDDEN_DIM },
  noveltyThreshold: SHARE,
  utilityDecay: SHARE,
  contextLearningRate: SHARE,
  contextDecay: SHARE,
  coreLearningRate: SHARE,
  consolidationRate: { least: 0, most: 1000 },
  holdout: HOLDOUT,
  seed: SEED,
} as const satisfies Record<NumberKey<TriarchicConfig>, Range>;

/** A readout of sums grows with the square of the features, and solves for every class. */
export const MAX_READOUT_INPUT_DIM = 2048;
export const MAX_READOUT_CLASSES = 4096;

/** @returns the readout of a new brain whose creator names none: the default, where it can hold so many features */
export const readoutFor = (inputDim: number): ReadoutName =>
  inputDim > MAX_READOUT_INPUT_DIM ? "memory" : PLASTIC_DEFAULTS.readout;

/** A label's characters (code points), and all labels of a brain together in bytes of UTF-8. */
export const MAX_LABEL_CHARACTERS = 256;
/**
 * Labels travel in the headers of states (of at most 16 MiB, where a quotation mark takes four bytes), and every lesson looks them up.
 */
export const MAX_LABEL_BYTES = 1024 * 1024;

/** Characters of an input that is a text. */
export const MAX_TEXT_CHARACTERS = 8_000;

/** A triarchic brain computes a logit for every class: a host joins 256 rows, and three float32 arrays of so many take 200 MB. */
export const MAX_TRIARCHIC_CLASSES = 65_536;
/** As before, of one call: its rows times the classes. */
export const MAX_TRIARCHIC_LOGITS = 2 ** 24;

/** No control characters and no halves of surrogate pairs: neither can be stored as text in PostgreSQL. The inside of a class. */
const UNPRINTABLE = "\\u0000-\\u001f\\u007f-\\u009f\\ud800-\\udfff";

/** One character of any text that is stored, as a part of a regular expression. */
export const TEXT_PATTERN = `[^${UNPRINTABLE}]`;

/** Text of at least one visible character, as a regular expression. */
export const VISIBLE_TEXT_PATTERN = `^${TEXT_PATTERN}*[^\\s${UNPRINTABLE}]${TEXT_PATTERN}*$`;
const VISIBLE_TEXT = new RegExp(VISIBLE_TEXT_PATTERN, "u");

/** Counters of a state that arrives are below this, so that no life is long enough for them to leave the whole numbers. */
export const MAX_COUNT = 2 ** 52;

/** As `MAX_COUNT`, of `seq`: ids of remembered samples are 2¹⁶ to a `seq` (episodic-memory.ts). */
export const MAX_SEQ = 2 ** 36;

/** As `MAX_COUNT`, of a layer's steps, which are stored as int32. */
const MAX_STEPS = 2 ** 30;

/**
 * Holds a header from outside against the bounds that requests are held against, and its counters against those of a long life.
 * @throws StateError
 */
export function checkLimits(header: StateHeader): void {
  checkNumber(header.step, "step", { most: MAX_COUNT });
  checkLabels(header.labels, header.kind);
  checkBlueprint(header);
  if (hasSums(header) && header.labels.length > MAX_READOUT_CLASSES) {
    throw new StateError(`labels are ${header.labels.length}, a readout of sums has ${MAX_READOUT_CLASSES} at most`);
  }
  if (header.kind === "triarchic") {
    checkNumber(header.recycled, "recycled", { most: MAX_COUNT });
    return;
  }
  const { memory, layers } = header;
  checkNumber(header.seen, "seen", { most: MAX_COUNT });
  checkNumber(memory.lastId, "memory.lastId", { most: MAX_COUNT });
  for (const [index, { steps, recycled, learningRate }] of layers.entries()) {
    checkNumber(steps, `layers.${index}.steps`, { most: MAX_STEPS });
    checkNumber(recycled, `layers.${index}.recycled`, { most: MAX_COUNT });
    checkNumber(learningRate, `layers.${index}.learningRate`, RATE);
  }
}

/** Whether a brain has a readout of sums. */
export const hasSums = ({ kind, config }: Blueprint): boolean => kind === "plastic" && config.readout !== "memory";

/** Holds a configuration against the bounds that requests are held against. @throws StateError */
export function checkBlueprint({ kind, config }: Blueprint): void {
  if (kind === "triarchic") checkNumbers(config, TRIARCHIC_LIMITS, "config");
  else {
    checkNumbers(config, PLASTIC_LIMITS, "config");
    if (config.readout !== "memory") {
      checkNumber(config.inputDim, `config.inputDim under readout ${config.readout}`, { most: MAX_READOUT_INPUT_DIM });
    }
    checkTuning(config, config.memorySize, "config");
  }
}

/** Holds what is tunable against its bounds. @param where its place, for the message @throws StateError */
export function checkTuning(tuning: Partial<Tuning>, memorySize: number, where: string): void {
  const { learningRate, gate, neighbors, reward, rejectBelow = null, holdout } = tuning;
  if (learningRate !== undefined) checkNumber(learningRate, `${where}.learningRate`, RATE);
  if (gate !== undefined) checkNumber(gate, `${where}.gate`, SHARE);
  if (neighbors !== undefined) {
    checkNumber(neighbors, `${where}.neighbors`, PLASTIC_LIMITS.neighbors);
    if (neighbors > memorySize) throw new StateError(`${where}.neighbors is more than config.memorySize`);
  }
  if (reward !== undefined) checkNumbers(reward, { right: REWARD_LIMITS, wrong: REWARD_LIMITS }, `${where}.reward`);
  if (rejectBelow !== null) checkNumber(rejectBelow, `${where}.rejectBelow`, REJECT_BELOW_LIMITS);
  if (holdout !== undefined) checkNumber(holdout, `${where}.holdout`, HOLDOUT);
}

/**
 * Holds labels against the rules that taught ones are held against.
 * @param labels all of a brain
 * @param checked of these, the first ones that were checked before
 * @throws StateError
 */
export function checkLabels(labels: readonly string[], kind: Kind, checked = 0): void {
  labels.slice(checked).forEach((label, index) => {
    checkText(label, `labels.${checked + index}`, MAX_LABEL_CHARACTERS);
  });
  const encoder = new TextEncoder();
  const bytes = labels.reduce((sum, label) => sum + encoder.encode(label).length, 0);
  if (bytes > MAX_LABEL_BYTES) throw new StateError(`labels take ${bytes} bytes, a brain holds ${MAX_LABEL_BYTES}`);
  if (kind === "triarchic" && labels.length > MAX_TRIARCHIC_CLASSES) {
    throw new StateError(`labels are ${labels.length}, a triarchic brain has ${MAX_TRIARCHIC_CLASSES} at most`);
  }
}

/** @param most characters (code points) @returns the text @throws StateError unless it is text that one can see */
export function checkText(text: unknown, where: string, most: number): string {
  if (typeof text !== "string") throw new StateError(`${where} is not text`);
  if (!VISIBLE_TEXT.test(text)) throw new StateError(`${where} is blank or has control characters`);
  if ([...text].length > most) throw new StateError(`${where} has more than ${most} characters`);
  return text;
}

function checkNumbers(values: object, limits: Readonly<Record<string, Range>>, where: string): void {
  const numbers: Readonly<Record<string, unknown>> = { ...values };
  for (const [name, range] of Object.entries(limits)) checkNumber(Number(numbers[name]), `${where}.${name}`, range);
}

/** @throws StateError for a number out of its range; NaN is out of every one */
function checkNumber(value: number, where: string, { least = 0, above, most }: Range): void {
  const isIn = (above === undefined ? value >= least : value > above) && value <= most;
  if (!isIn) {
    throw new StateError(
      `${where} is ${value}, not ${above === undefined ? `from ${least}` : `above ${above}, up`} to ${most}`,
    );
  }
}
