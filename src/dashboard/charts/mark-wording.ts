// Events in words: what happened, and the facts about it. Pure. What this page does not know yet is told by its own name.

import { bytes, milliseconds, NOTHING, percent, plural, whole } from "../ui/format.ts";
import type { Mark } from "./marks.ts";

export type MarkWording = { readonly title: string; readonly details: string };

type Facts = Mark["details"];

const number = (facts: Facts, name: string): number | null => {
  const value = facts[name];
  return typeof value === "number" ? value : null;
};
const text = (facts: Facts, name: string): string | null => {
  const value = facts[name];
  return typeof value === "string" ? value : null;
};
const count = (facts: Facts, name: string, one: string): string => {
  const value = number(facts, name);
  return value === null ? `${NOTHING} ${one}s` : plural(value, one);
};

const REASONS: { readonly [reason: string]: string } = {
  drift: "by itself: the error rose",
  recovered: "by itself: the error fell again",
  settled: "by itself: the error stays as it is",
};

const words = (title: string, details = ""): MarkWording => ({ title, details });

const WORDINGS: { readonly [type: string]: (facts: Facts) => MarkWording } = {
  modeChanged: (facts) => {
    const reason = REASONS[text(facts, "reason") ?? ""] ?? "set by a call";
    return words(`Mode ${text(facts, "mode") ?? NOTHING}`, reason);
  },
  consolidated: (facts) =>
    words(
      "Consolidated",
      `${count(facts, "matured", "neuron")} matured, ${whole(number(facts, "mature"))} are mature now`,
    ),
  taskStarted: (facts) => words(`Task ${text(facts, "name") ?? "without a name"}`, "begins"),
  phaseStarted: (facts) => words(`Phase ${text(facts, "name") ?? "without a name"}`, "begins"),
  forgot: (facts) => words("Forgot", `${count(facts, "forgotten", "sample")} on purpose`),
  tuned: (facts) => words("Tuned", tuningText(facts.tuning)),
  drift: (facts) =>
    words(
      "Drift",
      `${text(facts, "detector") ?? "detector"}: ${percent(number(facts, "error"))} errors, ${percent(number(facts, "before"))} before`,
    ),
  restored: (facts) =>
    words("Restored", `to the state of seq ${whole(number(facts, "from"))}, ${text(facts, "checkpoint") ?? ""}`),
  merged: (facts) => {
    const since = seqOf(facts.base);
    const samples = `${count(facts, "samples", "sample")} of ${text(facts, "source") ?? "another brain"}`;
    return words("Merged", since === null ? samples : `${samples}, learned since seq ${whole(since)}`);
  },
  checkpointed: (facts) =>
    words("Checkpoint", `${bytes(number(facts, "sizeBytes"))} in ${milliseconds(number(facts, "durationMs"))}`),
  quarantined: (facts) =>
    words(
      "Quarantined",
      `computing it ended ${plural(number(facts, "deaths") ?? 0, "compute process", "compute processes")}`,
    ),
  layerAdded: (facts) => words(layerTitle(facts, "added"), `${count(facts, "layers", "layer")} now`),
  layerReplaced: (facts) => words(layerTitle(facts, "replaced"), "it begins anew"),
  layerRemoved: (facts) => words(layerTitle(facts, "removed"), `${count(facts, "layers", "layer")} left`),
  layerTuned: ({ index, ...settings }) => words(layerTitle({ index }, "tuned"), tuningText(settings)),
  layerRenewed: (facts) => words(layerTitle(facts, "renewed"), `${count(facts, "recycled", "neuron")} born again`),
};

const layerTitle = (facts: Facts, what: string): string => `Layer ${whole(number(facts, "index"))} ${what}`;

/** Of a state that is named by its brain and `seq`. */
const seqOf = (state: unknown): number | null =>
  typeof state === "object" && state !== null && "seq" in state && typeof state.seq === "number" ? state.seq : null;

/** What is tuned, as `name value`; what has parts of its own by its name alone. */
function tuningText(tuning: unknown): string {
  if (typeof tuning !== "object" || tuning === null) return "";
  return Object.entries(tuning)
    .map(([name, value]) => (typeof value === "object" && value !== null ? name : `${name} ${String(value)}`))
    .join(", ");
}

/** @returns which colour it has: a mode's own, of a warning, or `plain` as most */
export function toneOf({ type, details }: Mark): string {
  switch (type) {
    case "modeChanged":
      return text(details, "mode") ?? "plain";
    case "drift":
      return "warn";
    case "quarantined":
      return "bad";
    default:
      return "plain";
  }
}

export const wordingOf = ({ type, details }: Mark): MarkWording =>
  WORDINGS[type]?.(details) ?? words(type, tuningText(details));
