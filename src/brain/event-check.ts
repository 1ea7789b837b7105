// Events from outside: read without trust, and held against the state that they follow. Invariant: an event that passes is one that a server
// might have logged for such a brain, so that applying it later, at any replay, can neither fail nor leave the bounds.

import { decodeSafetensors, decodeTable, headerLength, PREFIX_BYTES, type Tensors } from "../tensor/safetensors.ts";
import { parseStrictJson } from "../tensor/strict-json.ts";
import { type Blueprint, MAX_LAYERS, MEMORY_INDEXES, MODES, type Tuning } from "./config.ts";
import {
  type BaseName,
  type BrainEvent,
  decodeEvent,
  decodeEventHeader,
  type Merged,
  type Replacing,
  type Restored,
} from "./events.ts";
import { type Fields, fieldsOf, listOf, number, oneOf, StateError, whole } from "./header-fields.ts";
import { checkLabels, checkText, checkTuning, MAX_COUNT, MAX_SEQ, MAX_TRIARCHIC_LOGITS } from "./limits.ts";
import type { Shape } from "./shape.ts";
import { DRIFT_DETECTORS, MAX_TASK_CHARACTERS, MODE_POLICIES, MODE_REASONS, type Watching } from "./watching.ts";

/** What an event is held against. */
export type CheckedHead = { readonly labels: readonly string[]; readonly shape: Shape };

/** Objects and lists inside each other: in the file's header, and in the event's fields. */
const MAX_TABLE_DEPTH = 3;
const MAX_EVENT_DEPTH = 4;

/** Ids of remembered samples are so many to an event (episodic-memory.ts). */
const MAX_ROWS = 65_536;

/** Of a brain's id. */
const MAX_ID_CHARACTERS = 63;

const LEARNED_TENSORS = ["inputs", "classes"];

/**
 * Reads an event and holds it against the head that it follows.
 * @param blueprint the brain's as it was created
 * @throws StateError, and SafetensorsError, JsonError, FormatError where it cannot be read
 */
export function checkEvent(bytes: Uint8Array, blueprint: Blueprint, head: CheckedHead): BrainEvent | Replacing {
  const json = bytes.subarray(PREFIX_BYTES, PREFIX_BYTES + headerLength(bytes));
  parseStrictJson(new TextDecoder().decode(json), MAX_TABLE_DEPTH);
  const { metadata } = decodeTable(json);
  parseStrictJson(metadata.event ?? "null", MAX_EVENT_DEPTH);
  const fields = fieldsOf(decodeEventHeader(metadata), "event");
  checkTensors(fields.type === "learned", decodeSafetensors(bytes).tensors);
  if (fields.type === "restored") return restoredOf(fields);
  if (fields.type === "merged") return mergedOf(fields);
  checkFields(fields, { blueprint, head });
  const event = decodeEvent(bytes);
  if (event.type === "learned") checkSamples(event, blueprint, head);
  return event;
}

function checkTensors(isLearned: boolean, tensors: Tensors): void {
  const names = Object.keys(tensors);
  const unknown = names.find((name) => !isLearned || !LEARNED_TENSORS.includes(name));
  if (unknown !== undefined) throw new StateError(`tensor ${JSON.stringify(unknown)} is none of such an event`);
}

function restoredOf({ checkpoint, from }: Fields): Restored {
  if (typeof checkpoint !== "string") throw new StateError("checkpoint is not text");
  const source = from === undefined ? {} : { from: whole(from, "from", 0, MAX_SEQ) };
  return { type: "restored", checkpoint, ...source };
}

function mergedOf({ source, sourceSeq, base, newLabels, samples, remembered }: Fields): Merged {
  return {
    type: "merged",
    source: checkText(source, "source", MAX_ID_CHARACTERS),
    sourceSeq: whole(sourceSeq, "sourceSeq", 0, MAX_SEQ),
    ...(base === undefined ? {} : { base: baseOf(base) }),
    newLabels: textsOf(newLabels, "newLabels"),
    samples: whole(samples, "samples", 0, MAX_COUNT),
    remembered: whole(remembered, "remembered", 0, MAX_COUNT),
  };
}

function baseOf(value: unknown): BaseName {
  const { brain, seq } = fieldsOf(value, "base");
  return { brain: checkText(brain, "base.brain", MAX_ID_CHARACTERS), seq: whole(seq, "base.seq", 0, MAX_SEQ) };
}

function textsOf(value: unknown, where: string): string[] {
  return listOf(value, where).map((text) => {
    if (typeof text !== "string") throw new StateError(`${where} are not all text`);
    return text;
  });
}

type Context = { readonly blueprint: Blueprint; readonly head: CheckedHead };
type EventCheck = (fields: Fields, context: Context) => void;

const isLayer: EventCheck = ({ index }, { head }) => void whole(index, "index", 0, head.shape.layers.length - 1);

/** What may stand in an event of each type; the samples of a lesson aside. */
const CHECKS: Readonly<Record<BrainEvent["type"], EventCheck>> = {
  learned: checkLesson,
  modeChanged: ({ mode, reason }) => {
    oneOf(mode, "mode", MODES);
    if (reason !== undefined) oneOf(reason, "reason", MODE_REASONS);
  },
  consolidated: () => {},
  taskStarted: ({ name }) => {
    if (name !== null) checkText(name, "name", MAX_TASK_CHARACTERS);
  },
  forgot: checkForgotten,
  tuned: ({ tuning }, { blueprint: { kind, config } }) =>
    kind === "plastic"
      ? checkTuning(settingsOf(tuning, TUNING, "tuning"), config.memorySize, "tuning")
      : checkTuning(settingsOf(tuning, WATCHING_CHECKS, "tuning"), 0, "tuning"),
  layerAdded: ({ index }, { head: { shape } }) => {
    const { length } = shape.layers;
    if (length >= MAX_LAYERS) throw new StateError(`there are ${length} layers already`);
    whole(index, "index", 0, length);
  },
  layerReplaced: isLayer,
  layerTuned: (fields, context) => {
    isLayer(fields, context);
    checkTuning(settingsOf(fields.settings, LAYER_SETTINGS, "settings"), 0, "settings");
  },
  layerRemoved: (fields, context) => {
    isLayer(fields, context);
    if (context.head.shape.layers.length === 1) throw new StateError("the last layer stays");
  },
  layerRenewed: isLayer,
};

const OF_ALL_KINDS: readonly string[] = ["learned", "modeChanged", "consolidated", "taskStarted", "tuned"];

function checkFields(fields: Fields, context: Context): void {
  const type = oneOf(fields.type, "type", Object.keys(CHECKS));
  const { kind } = context.blueprint;
  if (kind !== "plastic" && !OF_ALL_KINDS.includes(type)) throw new StateError(`a ${kind} brain cannot be ${type}`);
  // The keys of the table are the types.
  CHECKS[type as BrainEvent["type"]](fields, context);
}

type Check = (value: unknown, where: string) => void;
const isBoolean: Check = (value, where) => void oneOf(value, where, [true, false]);
const isReward: Check = (value, where) => {
  const { right, wrong, ...others } = fieldsOf(value, where);
  number(right, `${where}.right`);
  number(wrong, `${where}.wrong`);
  settingsOf(others, {}, where);
};

const WATCHING_CHECKS: Readonly<Record<keyof Watching, Check>> = {
  holdout: (value, where) => void whole(value, where),
  driftDetector: (value, where) => void oneOf(value, where, DRIFT_DETECTORS),
  modePolicy: (value, where) => void oneOf(value, where, MODE_POLICIES),
};

/** Of what is tunable, the type of each; ranges are `checkTuning`'s to check. */
const TUNING: Readonly<Record<keyof Tuning, Check>> = {
  learningRate: number,
  gate: number,
  memoryIndex: (value, where) => void oneOf(value, where, MEMORY_INDEXES),
  neighbors: (value, where) => void whole(value, where, 1),
  neurogenesis: isBoolean,
  reward: isReward,
  rejectBelow: (value, where) => void (value === null || number(value, where)),
  ...WATCHING_CHECKS,
};
const LAYER_SETTINGS: Readonly<Record<string, Check>> = {
  isFrozen: isBoolean,
  learningRate: number,
  neurogenesis: isBoolean,
};

/** @throws StateError for a name that is not known, and for what its check refuses */
function settingsOf(value: unknown, checks: Readonly<Record<string, Check>>, where: string): Partial<Tuning> {
  const settings = fieldsOf(value, where);
  for (const [name, inner] of Object.entries(settings)) {
    const check = Object.hasOwn(checks, name) ? checks[name] : undefined;
    if (check === undefined) throw new StateError(`${where}.${name.slice(0, 40)} is not known`);
    check(inner, `${where}.${name}`);
  }
  // Each name is one of those that were just checked, each value of its type.
  return settings as Partial<Tuning>;
}

function checkForgotten({ samples }: Fields, { head: { labels } }: Context): void {
  const { of, classId, id } = fieldsOf(samples, "samples");
  const what = oneOf(of, "samples.of", ["all", "class", "entry"]);
  if (what === "class") whole(classId, "samples.classId", 0, labels.length - 1);
  if (what === "entry") whole(id, "samples.id", 0);
}

function checkLesson(
  { mode, memorize, isAdmitted = false, neurogenesis, newLabels }: Fields,
  { blueprint, head: { labels } }: Context,
): void {
  oneOf(mode, "mode", ["plastic", "panic"]);
  oneOf(memorize, "memorize", [true, false]);
  oneOf(isAdmitted, "isAdmitted", [true, false]);
  if (neurogenesis !== undefined) {
    oneOf(neurogenesis, "neurogenesis", [true, false]);
    if (blueprint.kind !== "plastic")
      throw new StateError(`neurogenesis is nothing that a ${blueprint.kind} brain has`);
  }
  const added = textsOf(newLabels, "newLabels");
  if (added.length === 0) return;
  const all = [...labels, ...added];
  if (new Set(all).size !== all.length) throw new StateError("newLabels has a label that is there already");
  checkLabels(all, blueprint.kind, labels.length);
}

function checkSamples(
  { inputs, classes, newLabels }: Extract<BrainEvent, { type: "learned" }>,
  { kind, config }: Blueprint,
  { labels }: CheckedHead,
): void {
  const { rows, cols, data } = inputs;
  if (cols !== config.inputDim || data.length !== rows * cols) {
    throw new StateError(`inputs are [${rows}, ${cols}], the brain takes ${config.inputDim} (inputDim)`);
  }
  if (rows < 1 || rows > MAX_ROWS || classes.length !== rows) {
    throw new StateError(`${rows} inputs have ${classes.length} classes; an event has from 1 to ${MAX_ROWS} of both`);
  }
  if (!data.every(Number.isFinite)) throw new StateError("inputs has numbers that are not finite");
  const known = labels.length + newLabels.length;
  if (!classes.every((classId) => classId >= 0 && classId < known)) {
    throw new StateError(`classes has numbers outside 0 to ${known - 1}`);
  }
  if (kind === "triarchic" && rows * known > MAX_TRIARCHIC_LOGITS) throw new StateError(`${rows} inputs are too many`);
}
