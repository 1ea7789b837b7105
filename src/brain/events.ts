// The events that a brain is a fold over: `state(n) = apply(state(n−1), event(n))`. An event holds all that `apply` needs, so that applying
// it again anywhere gives the same state. Names are past tense: an event is logged before anybody hears of it.

import type { Matrix } from "../tensor/matrix.ts";
import {
  decodeSafetensors,
  encodeSafetensors,
  f32,
  i32,
  type Metadata,
  SafetensorsError,
  type Tensors,
} from "../tensor/safetensors.ts";
import type { LearningMode, Mode, Tuning } from "./config.ts";
import { type Upgrades, upgrade } from "./formats.ts";
import type { Fields } from "./header-fields.ts";
import type { LayerSettings } from "./shape.ts";
import type { ModeReason, Watching } from "./watching.ts";

/** Samples with their classes were taught, one plasticity step. */
export type Learned = {
  readonly type: "learned";
  /** float32 [batch, inputDim] */
  readonly inputs: Matrix;
  /** int32 [batch]: index of each sample's class in the brain's labels, after `newLabels` joined them. */
  readonly classes: Int32Array;
  /** Classes that this event adds, in the order of their indexes. */
  readonly newLabels: readonly string[];
  readonly mode: LearningMode;
  /** Whether the samples are offered to the episodic memory. */
  readonly memorize: boolean;
  /** Whether it takes each of them where its policy would leave that to chance: in panic, but for lessons from before there was this. */
  readonly isAdmitted?: boolean;
  /** Of a plastic brain: whether idle neurons may be born again in this step; as the layers say when absent. */
  readonly neurogenesis?: boolean;
};

export type ModeChanged = {
  readonly type: "modeChanged";
  readonly mode: Mode;
  /** Where the brain's policy changed it, and nobody else. */
  readonly reason?: ModeReason;
};

export type Consolidated = { readonly type: "consolidated" };

/** What is taught from here on is another task, for the measures. */
export type TaskStarted = { readonly type: "taskStarted"; readonly name: string | null };

/** The configuration was changed where it may be; a learning rate or neurogenesis given here is every layer's from now on. */
export type Tuned = { readonly type: "tuned"; readonly tuning: Partial<Tuning> };

/** A fresh layer, drawn from the brain's generator, took the place `index`; those from there on moved up by one. */
export type LayerAdded = { readonly type: "layerAdded"; readonly index: number };

/** The layer gave its place to a fresh one. */
export type LayerReplaced = { readonly type: "layerReplaced"; readonly index: number };

/** The layer was frozen, unfrozen, or given a rate or neurogenesis of its own. */
export type LayerTuned = {
  readonly type: "layerTuned";
  readonly index: number;
  readonly settings: Partial<LayerSettings>;
};

export type LayerRemoved = { readonly type: "layerRemoved"; readonly index: number };

/** The layer's idle neurons were born again, by the threshold of panic. */
export type LayerRenewed = { readonly type: "layerRenewed"; readonly index: number };

export type LayerEvent = LayerAdded | LayerReplaced | LayerTuned | LayerRemoved | LayerRenewed;

/** Samples were taken out of the episodic memory: all, those of a class, or one. */
export type Forgot = {
  readonly type: "forgot";
  readonly samples:
    | { readonly of: "all" }
    | { readonly of: "class"; readonly classId: number }
    | { readonly of: "entry"; readonly id: number };
};

/** The events that the fold applies. */
export type BrainEvent = Learned | ModeChanged | Consolidated | TaskStarted | Forgot | Tuned | LayerEvent;

/**
 * The state was replaced by a checkpoint's. Logged like the others but no part of the fold: the log stores a copy of the checkpoint at the
 * event's `seq`, and recovery starts from there.
 */
export type Restored = {
  readonly type: "restored";
  readonly checkpoint: string;
  /** The event whose state it is; the first logs do not say. */
  readonly from?: number;
};

/**
 * The state was replaced by that of a brain which knows what another one knew as well. As `Restored` no part of the fold: what came may be as large as a
 * brain, so it is in the checkpoint at the event's `seq`, and here is what a reader of the log wants to know.
 */
export type Merged = {
  readonly type: "merged";
  /** The other brain's id, and which of its states it was. */
  readonly source: string;
  readonly sourceSeq: number;
  /** The state since which what the other one learned was added; all that it knew without one. */
  readonly base?: BaseName;
  /** Classes that came, in the order of their indexes. */
  readonly newLabels: readonly string[];
} & MergeCounts;

/** A state that two brains came from, by the id of a brain that was in it. */
export type BaseName = { readonly brain: string; readonly seq: number };

/** What came from another brain. */
export type MergeCounts = {
  /** Samples that are counted in now: those that the other's sums are of, or, without sums, those that its memory stands for; since the base, where there is one. */
  readonly samples: number;
  /** Of the samples in its memory, how many are in this one now. */
  readonly remembered: number;
};

/** Events whose state is in a checkpoint at their `seq`: no replay crosses them. */
export type Replacing = Restored | Merged;
export const REPLACING = ["restored", "merged"] as const satisfies readonly Replacing["type"][];
export const isReplacing = (type: string): boolean => REPLACING.some((replacing) => replacing === type);

/** What applying an event did, for its answer and the stream. */
export type LearnOutcome = {
  readonly type: "learned";
  readonly samples: number;
  /** Of these, how many were kept for measuring and not learned. */
  readonly heldOut: number;
  /** Share of the samples that the brain knew before it learned them, 0 to 1. */
  readonly accuracy: number;
  /** Mean reward that reached the synapses, of the samples learned; 0 where none was. */
  readonly reward: number;
  /** Neurons born again in this step, all layers. */
  readonly recycled: number;
  readonly memory: MemoryFill;
};
export type MemoryFill = { readonly stored: number; readonly capacity: number };
export type ModeOutcome = ModeChanged;
export type TaskOutcome = TaskStarted;
export type ConsolidateOutcome = {
  readonly type: "consolidated";
  /** Neurons that became mature by this consolidation, all layers. */
  readonly matured: number;
  /** Mature neurons now, all layers. */
  readonly mature: number;
};
export type ForgetOutcome = { readonly type: "forgot"; readonly forgotten: number; readonly memory: MemoryFill };
export type TuneOutcome = {
  readonly type: "tuned";
  /** All that is tunable of the brain's kind, as it is now. */
  readonly tuning: Tuning | Watching;
};
/** A layer came, went or was exchanged. */
export type LayersOutcome = {
  [Type in (LayerAdded | LayerReplaced | LayerRemoved)["type"]]: {
    readonly type: Type;
    readonly index: number;
    /** Layers now. */
    readonly layers: number;
  };
}[(LayerAdded | LayerReplaced | LayerRemoved)["type"]];
/** The layer's settings now. */
export type LayerTuneOutcome = { readonly type: "layerTuned"; readonly index: number } & LayerSettings;
export type LayerRenewOutcome = {
  readonly type: "layerRenewed";
  readonly index: number;
  /** Neurons born again. */
  readonly recycled: number;
};
export type Outcome =
  | LearnOutcome
  | ModeOutcome
  | ConsolidateOutcome
  | TaskOutcome
  | ForgetOutcome
  | TuneOutcome
  | LayersOutcome
  | LayerTuneOutcome
  | LayerRenewOutcome;
export type OutcomeOf<E extends BrainEvent> = Extract<Outcome, { type: E["type"] }>;

/** The newest format that `encodeEvent` writes. Another one needs a step in `UPGRADES`, and a fixture (test/fixtures/formats). */
const FORMAT = 4;

/** An event as it is written: its fields, and a lesson's arrays; without the arrays where only the header was read. */
type Written = { readonly fields: Fields; readonly tensors: Tensors };
const UPGRADES: Upgrades<Written> = { 1: (written) => written, 2: (written) => written, 3: (written) => written };

/** A server that does not know what an event says would come to another state: it has to refuse such an event, and reads all others. */
function formatOf(event: BrainEvent | Replacing): number {
  if (event.type === "merged") return 4;
  if (event.type !== "learned") return 1;
  if (event.neurogenesis !== undefined) return 3;
  return event.isAdmitted ? 2 : 1;
}

/** @returns the event as safetensors bytes, for the log and the hosts */
export function encodeEvent(event: BrainEvent | Replacing): Uint8Array {
  if (event.type !== "learned") return encodeSafetensors({}, metadataOf(event, event));
  const { type, inputs, classes, newLabels, mode, memorize, isAdmitted, neurogenesis } = event;
  const tensors = { inputs: f32(inputs.data, inputs.rows, inputs.cols), classes: i32(classes, inputs.rows) };
  return encodeSafetensors(tensors, metadataOf(event, { type, newLabels, mode, memorize, isAdmitted, neurogenesis }));
}

const metadataOf = (event: BrainEvent | Replacing, fields: object): Metadata => ({
  format: String(formatOf(event)),
  event: JSON.stringify(fields),
});

/**
 * Reads what `encodeEvent`, of this version or an older one, wrote of an event that the fold applies.
 * @throws SafetensorsError when the bytes are something else; FormatError when a newer version wrote them
 */
export function decodeEvent(bytes: Uint8Array): BrainEvent {
  const { metadata, tensors } = decodeSafetensors(bytes);
  const written = readWritten(metadata, tensors);
  // Our own encoder wrote the JSON, the log's checksum has vouched for it, and it is of the present format now.
  const fields = written.fields as Omit<Learned, "inputs" | "classes"> | Exclude<BrainEvent, Learned>;
  if (fields.type !== "learned") return fields;
  const { inputs, classes } = written.tensors;
  const [rows, cols] = inputs?.shape ?? [];
  if (
    !(inputs?.data instanceof Float32Array && classes?.data instanceof Int32Array) ||
    rows === undefined ||
    cols === undefined
  ) {
    throw new SafetensorsError("a learned event needs inputs [batch, inputDim] and classes [batch]");
  }
  return { ...fields, inputs: { rows, cols, data: inputs.data }, classes: classes.data };
}

/** An event's fields without a lesson's arrays. */
export type EventHeader = Omit<Learned, "inputs" | "classes"> | Exclude<BrainEvent, Learned> | Replacing;

/**
 * Reads the metadata of an event's header alone.
 * @throws SafetensorsError, FormatError
 */
export const decodeEventHeader = (metadata: Metadata): EventHeader =>
  // As above.
  readWritten(metadata, {}).fields as EventHeader;

function readWritten({ format, event }: Metadata, tensors: Tensors): Written {
  if (format === undefined || event === undefined) throw new SafetensorsError("metadata has no event");
  return upgrade("an event of the log", Number(format), FORMAT, { fields: JSON.parse(event), tensors }, UPGRADES);
}
