// Events in words: what happened, and the facts about it. Pure. What this page does not know yet is told by its own name.

import { bytes, milliseconds, NOTHING, percent, plural, whole } from "../ui/format.ts";
import type { Mark } from "./marks.ts";

/** `tone`: which colour it has; a mode's own, of a warning, or that of all others. */
export type MarkWording = { readonly title: string; readonly details: string; readonly tone: string };

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

const plain = (title: string, details = ""): MarkWording => ({ title, details, tone: "plain" });

const WORDINGS: { readonly [type: string]: (facts: Facts) => MarkWording } = {
  modeChanged: (facts) => {
    const mode = text(facts, "mode") ?? NOTHING;
    return { title: `Mode ${mode}`, details: REASONS[text(facts, "reason") ?? ""] ?? "set by a call", tone: mode };
  },
  consolidated: (facts) =>
    plain(
      "Consolidated",
      `${count(facts, "matured", "neuron")} matured, ${whole(number(facts, "mature"))} are mature now`,
    ),
  taskStarted: (facts) => plain(`Task ${text(facts, "name") ?? "without a name"}`, "begins"),
  forgot: (facts) => plain("Forgot", `${count(facts, "forgotten", "sample")} on purpose`),
  tuned: (facts) => plain("Tuned", tuningText(facts.tuning)),
  drift: (facts) => ({
    title: "Drift",
    details: `${text(facts, "detector") ?? "detector"}: ${percent(number(facts, "error"))} errors, ${percent(number(facts, "before"))} before`,
    tone: "warn",
  }),
  restored: (facts) =>
    plain("Restored", `to the state of seq ${whole(number(facts, "from"))}, ${text(facts, "checkpoint") ?? ""}`),
  checkpointed: (facts) =>
    plain("Checkpoint", `${bytes(number(facts, "sizeBytes"))} in ${milliseconds(number(facts, "durationMs"))}`),
  quarantined: (facts) => ({
    title: "Quarantined",
    details: `computing it ended ${count(facts, "deaths", "compute process")}`.replace(/processs$/, "processes"),
    tone: "bad",
  }),
  layerAdded: (facts) => plain(layerTitle(facts, "added"), `${count(facts, "layers", "layer")} now`),
  layerReplaced: (facts) => plain(layerTitle(facts, "replaced"), "it begins anew"),
  layerRemoved: (facts) => plain(layerTitle(facts, "removed"), `${count(facts, "layers", "layer")} left`),
  layerTuned: ({ index, ...settings }) => plain(layerTitle({ index }, "tuned"), tuningText(settings)),
  layerRenewed: (facts) => plain(layerTitle(facts, "renewed"), `${count(facts, "recycled", "neuron")} born again`),
};

const layerTitle = (facts: Facts, what: string): string => `Layer ${whole(number(facts, "index"))} ${what}`;

/** What is tuned, as `name value`; what has parts of its own by its name alone. */
function tuningText(tuning: unknown): string {
  if (typeof tuning !== "object" || tuning === null) return "";
  return Object.entries(tuning)
    .map(([name, value]) => (typeof value === "object" && value !== null ? name : `${name} ${String(value)}`))
    .join(", ");
}

export function wordingOf({ type, details }: Mark): MarkWording {
  return WORDINGS[type]?.(details) ?? plain(type, tuningText(details));
}
