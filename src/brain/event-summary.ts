// What an event did, in a few words and facts, from the header of its bytes alone: for people who read the log.

import { decodeSafetensorsHeader } from "../tensor/safetensors.ts";
import { type BaseName, decodeEventHeader, type EventHeader } from "./events.ts";
import { FormatError } from "./formats.ts";
import type { ModeReason } from "./watching.ts";

export type EventType = EventHeader["type"];

export type EventDetails = {
  readonly samples?: number;
  readonly mode?: string;
  /** Why the brain's policy changed the mode. */
  readonly reason?: ModeReason;
  /** Of a task. */
  readonly name?: string;
  /** The first of them. */
  readonly newLabels?: readonly string[];
  readonly newLabelCount?: number;
  readonly memorize?: boolean;
  /** Where the lesson said it, and not the layers. */
  readonly neurogenesis?: boolean;
  /** Of a layer. */
  readonly index?: number;
  /** What was tuned. */
  readonly settings?: { readonly [name: string]: unknown };
  readonly forgot?: "all" | "class" | "entry";
  readonly checkpoint?: string;
  /** The brain that was merged into this one, and the `seq` of its state. */
  readonly source?: string;
  readonly sourceSeq?: number;
  /** The state since which what it had learned was taken in. */
  readonly base?: BaseName;
  /** The other brain's samples that are remembered now. */
  readonly remembered?: number;
  /** The `seq` whose state was restored. */
  readonly from?: number;
};

export type EventSummary = {
  readonly type: EventType;
  readonly summary: string;
  readonly details: EventDetails;
};

type Described = Omit<EventSummary, "type">;
type Describers = {
  readonly [Type in EventType]: (event: Extract<EventHeader, { type: Type }>, samples: number) => Described;
};

const LISTED_LABELS = 20;

const DESCRIBERS: Describers = {
  learned: ({ mode, newLabels, memorize, neurogenesis }, samples) => {
    const memory = memorize ? "" : ", not memorized";
    const births = neurogenesis === undefined ? "" : `, ${neurogenesis ? "with" : "without"} neurogenesis`;
    return {
      summary: `learned ${count(samples, "sample")} in mode ${mode}${births}${memory}${listing(newLabels)}`,
      details: {
        samples,
        mode,
        ...labelDetails(newLabels),
        memorize,
        ...(neurogenesis === undefined ? {} : { neurogenesis }),
      },
    };
  },
  modeChanged: ({ mode, reason }) =>
    reason === undefined
      ? { summary: `mode set to ${mode}`, details: { mode } }
      : { summary: `mode set to ${mode} by the policy: ${reason}`, details: { mode, reason } },
  taskStarted: ({ name }) =>
    name === null
      ? { summary: "a task started", details: {} }
      : { summary: `task ${JSON.stringify(name)} started`, details: { name } },
  consolidated: () => ({ summary: "active neurons made mature", details: {} }),
  forgot: ({ samples: { of } }) => ({ summary: FORGOTTEN[of], details: { forgot: of } }),
  tuned: ({ tuning }) => ({ summary: `tuned ${namesOf(tuning)}`, details: { settings: tuning } }),
  layerAdded: ({ index }) => ({ summary: `layer ${index} added`, details: { index } }),
  layerReplaced: ({ index }) => ({ summary: `layer ${index} replaced by a fresh one`, details: { index } }),
  layerTuned: ({ index, settings }) => ({
    summary: `layer ${index}: set ${namesOf(settings)}`,
    details: { index, settings },
  }),
  layerRemoved: ({ index }) => ({ summary: `layer ${index} removed`, details: { index } }),
  layerRenewed: ({ index }) => ({ summary: `idle neurons of layer ${index} born again`, details: { index } }),
  restored: ({ checkpoint, from }) => ({
    summary: from === undefined ? `restored checkpoint ${checkpoint}` : `went back to the state of seq ${from}`,
    details: { checkpoint, ...(from === undefined ? {} : { from }) },
  }),
  merged: ({ source, sourceSeq, base, newLabels, samples, remembered }) => {
    const what =
      base === undefined ? `knew at seq ${sourceSeq}` : `learned from ${nameOf(base, source)} to seq ${sourceSeq}`;
    return {
      summary: `took in what brain ${source} ${what}: ${count(samples, "sample")}${listing(newLabels)}`,
      details: { source, sourceSeq, ...(base && { base }), samples, remembered, ...labelDetails(newLabels) },
    };
  },
};

const nameOf = ({ brain, seq }: BaseName, source: string): string =>
  brain === source ? `seq ${seq}` : `seq ${seq} of ${brain}`;

function listing(newLabels: readonly string[]): string {
  if (newLabels.length === 0) return "";
  const more = newLabels.length > LISTED_LABELS ? ", …" : "";
  return `, ${count(newLabels.length, "new label")}: ${newLabels.slice(0, LISTED_LABELS).join(", ")}${more}`;
}

const labelDetails = (newLabels: readonly string[]) => ({
  newLabels: newLabels.slice(0, LISTED_LABELS),
  newLabelCount: newLabels.length,
});

const FORGOTTEN = { all: "forgot all samples", class: "forgot the samples of a class", entry: "forgot a sample" };

/** Every type of event that a log may hold. */
// The keys of the table are those of its type.
export const EVENT_TYPES = Object.keys(DESCRIBERS) as readonly EventType[];

/**
 * @param header the event's bytes up to the end of their safetensors header
 * @returns what the event did; no details when the header is cut off
 */
export function summarizeEvent(type: EventType, header: Uint8Array): EventSummary {
  // The table has for each type what takes events of that type, which the compiler cannot follow.
  const describe = DESCRIBERS[type] as (event: EventHeader, samples: number) => Described;
  try {
    const { metadata, shapes } = decodeSafetensorsHeader(header);
    return { type, ...describe(decodeEventHeader(metadata), shapes.inputs?.[0] ?? 0) };
  } catch (error) {
    const summary = error instanceof FormatError ? error.message : "its details are too long to be listed";
    return { type, summary, details: {} };
  }
}

const count = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? "" : "s"}`;
const namesOf = (settings: object): string => Object.keys(settings).join(", ");
