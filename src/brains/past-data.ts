// What goes into the service layer and what comes out of it of a brain's past: checkpoints, files, earlier states, the log. Plain data.

import type { StateDifference, StateSummary } from "../brain/difference.ts";
import type { EventSummary, EventType } from "../brain/event-summary.ts";
import type { ArrivingFile } from "../byte-source.ts";
import type { CreateBrain, EvaluateRequest, Given, Page, StateStamp } from "./api-data.ts";

export type CheckpointReason = "requested" | "automatic" | "restored" | "merged";

export type CheckpointsPage = Page & { readonly reason?: CheckpointReason };

export type CheckpointInfo = {
  readonly id: string;
  readonly brain: string;
  readonly seq: number;
  readonly step: number;
  readonly name: string | null;
  readonly reason: CheckpointReason;
  readonly sizeBytes: number;
  /** SHA-256 over the state, hexadecimal: equal states of one backend have equal digests. */
  readonly digest: string;
  readonly createdAt: string;
};

/** A file to be taken away. */
export type DownloadFile = {
  readonly name: string;
  /** Its bytes, once; reading them ends with an error when they turn out to be damaged. */
  readonly open: () => Promise<AsyncIterable<Uint8Array>>;
};
export type StateFile = DownloadFile & {
  readonly byteLength: number;
  /** Of the state, hexadecimal. */
  readonly digest: string;
};

export type ImportBrain = Pick<CreateBrain, "id" | "name" | "tags"> & { readonly file: ArrivingFile };

export type RestoreAnswer = StateStamp & {
  readonly checkpoint: string;
  /** The `seq` whose state it is. */
  readonly from: number;
};

export type ForkBrain = Pick<CreateBrain, "id" | "name" | "tags"> & {
  /** The state to begin with; the present one when absent. */
  readonly seq?: number;
};

export type CompareRequest = {
  readonly from: number;
  /** The present state when absent. */
  readonly to?: number;
  /** On which both are judged. */
  readonly samples?: Given<EvaluateRequest>;
};
export type CompareAnswer = Omit<StateDifference, "from" | "to"> & {
  readonly brain: string;
  readonly from: StateSummary & { readonly seq: number };
  readonly to: StateSummary & { readonly seq: number };
  /** All arrays together. */
  readonly weights: { readonly compared: number; readonly changed: number };
  readonly evaluation: {
    readonly samples: number;
    /** Shares of the samples that either state knows, and to which both say the same. */
    readonly from: number;
    readonly to: number;
    readonly agreement: number;
  } | null;
};

/** What of a brain's past can be had back, and why. */
export type HistoryAnswer = StateStamp & {
  /** The states that can be had back, ascending; times are ISO 8601, UTC. */
  readonly ranges: readonly {
    readonly from: number;
    readonly to: number;
    readonly fromAt: string;
    readonly toAt: string;
  }[];
  /** `from` and `to` are null when it is empty; `bytes` are those of the payloads. */
  readonly log: {
    readonly from: number | null;
    readonly to: number | null;
    readonly events: number;
    readonly bytes: number;
  };
  /** `bytes` as they are stored: what several checkpoints share counts once. */
  readonly checkpoints: { readonly count: number; readonly bytes: number };
  readonly policy: {
    readonly everyEvents: number;
    readonly everySeconds: number;
    readonly keep: number;
    readonly historyDays: number;
  };
};

export type EventsRequest = Page & {
  readonly before?: number;
  readonly after?: number;
  readonly since?: Date;
  readonly until?: Date;
  readonly type?: EventType;
};
export type EventEntry = {
  readonly seq: number;
  /** ISO 8601, UTC. */
  readonly time: string;
  readonly bytes: number;
} & EventSummary;
export type EventsAnswer = {
  readonly brain: string;
  readonly events: readonly EventEntry[];
  readonly nextCursor: string | null;
};
