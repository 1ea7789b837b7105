// What came of the streams as tables: a row for each brain; of several streams the mean, the least and the most.

import { spread, type Table } from "../cifar10/tables.ts";
import type { Compared, Few } from "./courses.ts";
import type { Outcome, Pool, Stream } from "./stream.ts";

/** @param ordered what the streams are called that come group by group */
export function comparedTable(title: string, ordered: string, compared: Compared, pool: Pool): Table {
  const rows = learnersOf(compared.ordered).map((learner) => {
    const own = (outcomes: readonly Outcome[]) => outcomes.filter((outcome) => outcome.learner === learner);
    const inTurn = own(compared.ordered);
    const mixed = own(compared.mixed);
    const all = [...inTurn, ...mixed];
    const lost = inTurn.map((outcome) => lossOf(outcome, mixed, pool));
    return [
      learner,
      spread(accuraciesOf(inTurn)),
      spread(accuraciesOf(mixed)),
      points(range(accuraciesOf(inTurn))),
      points(range(accuraciesOf(mixed))),
      points(range(accuraciesOf(all))),
      spread(lost, points),
      spread(all.map(({ calibration }) => calibration)),
      mean(all.map(({ seconds }) => seconds)).toFixed(0),
    ];
  });
  const head = [
    "",
    ordered,
    "shuffled",
    "range",
    "… shuffled",
    "… of both",
    "old classes lose",
    "calibration error",
    "seconds",
  ];
  return { title: `${title}. Accuracy, %: mean (least–most)`, head, rows };
}

/** Points by which classes of the first half of the stream are known less than after shuffled ones. */
export function lossOf({ stream, ofClass }: Outcome, mixed: readonly Outcome[], { judgedOf }: Pool): number {
  const old = firstHalf(stream);
  const known = (shares: Outcome["ofClass"]): number =>
    old.reduce((sum, label) => sum + (shares[label] ?? 0) * (judgedOf.get(label) ?? 0), 0) /
    old.reduce((sum, label) => sum + (judgedOf.get(label) ?? 0), 0);
  return mean(mixed.map((outcome) => known(outcome.ofClass))) - known(ofClass);
}

const firstHalf = ({ groups }: Stream): readonly string[] => groups.slice(0, Math.floor(groups.length / 2)).flat();

export function fewTable(title: string, few: readonly Few[]): Table {
  const rows = learnersOf(few.flatMap(({ outcomes }) => outcomes)).map((learner) => [
    learner,
    ...few.flatMap(({ outcomes }) => {
      const own = outcomes.filter((outcome) => outcome.learner === learner);
      return [spread(accuraciesOf(own)), spread(own.map(({ calibration }) => calibration))];
    }),
  ]);
  const head = ["", ...few.flatMap(({ perClass }) => [`${perClass} a class`, "calibration error"])];
  return { title: `${title}. Accuracy, %: mean (least–most) of the draws`, head, rows };
}

const learnersOf = (outcomes: readonly Outcome[]): string[] => [...new Set(outcomes.map(({ learner }) => learner))];
const accuraciesOf = (outcomes: readonly Outcome[]): number[] => outcomes.map(({ accuracy }) => accuracy);
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const range = (values: readonly number[]): number => Math.max(...values) - Math.min(...values);
/** Percentage points; a hundredth of one matters where nothing should depend on the order. */
const points = (share: number): string => (100 * share).toFixed(2);
