// The operations that a host offers, as typed request and result headers; what travels in a frame's body stands beside each.
// Changes of one brain, and looks at it, are carried out in the order in which they were sent; predictions may pass those that have no result yet.

import type { MemoryPage, MemoryPageRequest, MemorySummary, Merge, Prediction } from "../brain/brain.ts";
import type { Blueprint, Mode } from "../brain/config.ts";
import type { StateDifference } from "../brain/difference.ts";
import type { EncoderIdentity } from "../brain/encoder-identity.ts";
import type { LayerStats } from "../brain/layer-stats.ts";
import type { Applied } from "../brain/measures/findings.ts";
import type { MeasuresReport } from "../brain/measures/report.ts";
import type { Shape } from "../brain/shape.ts";
import type { NotFromBase } from "../brain/since.ts";
import type { Trace, TraceRequest } from "../brain/trace.ts";
import type { TensorWeights } from "../brain/weights.ts";

type Operation<Request, Result> = { readonly request: Request; readonly result: Result };
type OfBrain<Fields = unknown> = { readonly brain: string } & Fields;

export type HostOperations = {
  /** A new brain, at seq 0. */
  create: Operation<OfBrain<{ readonly blueprint: Blueprint }>, null>;
  /** Begins to take in a state of `byteLength` bytes (a safetensors file); `loadPart` bodies follow in order, the header whole in the first, `loadEnd` makes the brain. */
  loadBegin: Operation<OfBrain<{ readonly seq: number; readonly byteLength: number }>, null>;
  /** Body: the next bytes of the state. */
  loadPart: Operation<OfBrain, null>;
  /** `seq` where it was not known before. */
  loadEnd: Operation<OfBrain<{ readonly seq?: number }>, null>;
  /** Body: an encoded event; `seq` is one more than the brain's. */
  apply: Operation<OfBrain<{ readonly seq: number }>, Applied>;
  /** Body: float32 [rows, cols]. `isAtRest`: by all that can be solved of the state, which may take a moment. */
  predict: Operation<
    OfBrain<{
      readonly rows: number;
      readonly cols: number;
      readonly topK: number;
      readonly explain: boolean;
      readonly isAtRest?: boolean;
    }>,
    StateHead & { readonly predictions: readonly Prediction[] }
  >;
  /** Makes features of images or texts, of `sizes` bytes each, which stand one behind the other in the body. Result body: float32 [sizes.length, dimension]. */
  encode: Operation<
    OfBrain<{ readonly encoder: EncoderIdentity; readonly sizes: readonly number[] }>,
    "encoded" | NotEncoded
  >;
  /** What the brain does with each input. Body: float32 [rows, cols]. */
  trace: Operation<
    OfBrain<{ readonly rows: number; readonly cols: number } & TraceRequest>,
    StateHead & { readonly traces: readonly Trace[] }
  >;
  /** What each layer is like. */
  layers: Operation<OfBrain, StateHead & { readonly layers: readonly LayerStats[] }>;
  /** All that is measured of the brain. */
  measures: Operation<OfBrain, StateHead & { readonly measures: MeasuresReport }>;
  /** How the numbers of its arrays are distributed, in histograms of so many bins. */
  weights: Operation<OfBrain<{ readonly bins: number }>, StateHead & { readonly tensors: readonly TensorWeights[] }>;
  /** How the weights of `other`, a brain in the same host, differ from this one's. */
  compare: Operation<OfBrain<{ readonly other: string }>, StateDifference>;
  /** The brain takes in what `other`, in the same host, knows; its next `seq`. */
  merge: Operation<OfBrain<{ readonly other: string; readonly seq: number }>, Merge>;
  /**
   * The same of what `other` has learned since it was as `base` is, which is in the same host, too; nothing where one of the two did not come from that.
   * `hasTakenIn`: the brain has taken that state in before, and need not have come from it.
   */
  mergeSince: Operation<
    OfBrain<{ readonly other: string; readonly base: string; readonly hasTakenIn: boolean; readonly seq: number }>,
    Merge | NotFromBase
  >;
  memorySummary: Operation<OfBrain, StateHead & MemorySummary>;
  /** Result body: the keys where they were asked for, float32 [entries, inputDim]. */
  memoryPage: Operation<OfBrain<MemoryPageRequest>, StateHead & Omit<MemoryPage, "keys">>;
  /**
   * Keeps the present state, while the brain goes on, under a name that the asker has made up, until `snapshotEnd`; and describes it: a
   * safetensors file whose body is cut into chunks. Result body: the file's header, then each chunk's SHA-256 (32 bytes).
   */
  snapshotBegin: Operation<OfBrain<{ readonly snapshot: string; readonly chunkBytes: number }>, SnapshotHead>;
  /** Result body: the chunk's bytes. */
  snapshotChunk: Operation<OfBrain<{ readonly snapshot: string; readonly index: number }>, null>;
  snapshotEnd: Operation<OfBrain<{ readonly snapshot: string }>, null>;
  /** Forgets the brain; its waiting requests are answered first. */
  unload: Operation<OfBrain, null>;
};

export type OperationName = keyof HostOperations;
export type RequestOf<Op extends OperationName> = HostOperations[Op]["request"];
export type ResultOf<Op extends OperationName> = HostOperations[Op]["result"];

/** The state that gave an answer. */
export type StateHead = { readonly seq: number; readonly step: number; readonly mode: Mode };

export type SnapshotHead = StateHead & {
  readonly labels: readonly string[];
  readonly shape: Shape;
  /** Length of the file's header, which stands first in the result body. */
  readonly headerBytes: number;
  /** Length of the whole file. */
  readonly byteLength: number;
  /** SHA-256 of header and chunk hashes, hexadecimal. */
  readonly digest: string;
};

/** No encoder of that identity can be had, or it cannot take input `index`; why, for people. */
export type NotEncoded =
  | { readonly unavailable: string }
  | { readonly unreadable: { readonly index: number; readonly reason: string } };

/** Why a host refused: what the gateway can act upon. Anything else is a bug and ends the host. */
export type HostFailure = "not-resident" | "damaged" | "cancelled";

export type RequestFrame = {
  [Op in OperationName]: { readonly id: number; readonly op: Op } & RequestOf<Op>;
}[OperationName];

/** Nobody waits for the result of request `cancel` any more: what has no effect need not be done. */
export type CancelFrame = { readonly cancel: number };

/** The backend that a host computes with; where it is another than asked for, why. */
export type Computing = { readonly backend: string; readonly fallback?: string };

/**
 * A piece of work for one brain: bringing its state here, applying event `seq`, what `Brain.catchUp` does in the state after event `seq`, or anything else that changes
 * nothing.
 */
export type Piece = {
  readonly brain: string;
  readonly op: "load" | "apply" | "catchUp" | "read";
  readonly seq?: number;
};

/** What a host did since its last report. */
export type LoadReport = {
  readonly elapsedMs: number;
  /** Of that: time in which anything was computed. */
  readonly busyMs: number;
  /** By brain, as the host knows it. */
  readonly brains: { readonly [brain: string]: number };
  /** How often so many rows were predicted together. */
  readonly batches: { readonly [rows: number]: number };
  /** Resident memory of the process. */
  readonly memoryBytes: number;
};

export type ReplyFrame =
  | { readonly hello: Computing & { readonly pid: number } }
  /** The host's first and last words: what it was told to compute with cannot be had. */
  | { readonly unavailable: string }
  /** Unasked, every half second or so; its absence is a sign, too (pulse.ts). */
  | { readonly load: LoadReport }
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly failure: HostFailure; readonly message: string };

/** The request was refused by the host, for a reason that it knows. */
export class HostRefusal extends Error {
  readonly failure: HostFailure;

  constructor(failure: HostFailure, message: string) {
    super(message);
    this.failure = failure;
  }
}

/** How a host's process ended, and what it was computing then: nothing where it was idle or nobody knows. */
export type HostEnd = { readonly host: number; readonly reason: string; readonly pieces: readonly Piece[] };

/** The host ended before it answered; what it was asked may or may not have been done. */
export class HostGone extends Error {
  /** Null where no process has ended, e.g. when none starts. */
  readonly end: HostEnd | null;

  constructor(message: string, end: HostEnd | null = null) {
    super(message);
    this.end = end;
  }
}
