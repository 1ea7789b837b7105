// What brains went through, as tables: over the seeds the mean, the least and the most.

import { asText, percent, spread, type Table } from "../cifar10/tables.ts";
import { BLOCK, type Result } from "./trial.ts";

/** A brain's name and what came of it, seed by seed. */
export type Line = { readonly name: string; readonly results: readonly Result[] };

/** @param shift its name @param shifted samples after it */
export function tablesOf(lines: readonly Line[], shift: string, shifted: number): string {
  const events: Table = {
    title:
      "Samples after the shift; errors before they were learned; held-out accuracies, %. Mean (least–most) over the seeds.",
    head: [
      "",
      "drift found",
      "back to 90 %",
      "errors in 1,000",
      "panic ended",
      "clean before",
      "clean after",
      `${shift} after`,
    ],
    rows: lines.map(({ name, results }) => [
      name,
      counts(results, shifted, ({ driftAfter }) => driftAfter),
      counts(results, shifted, ({ recoveredAfter }) => recoveredAfter),
      spread(
        results.map(({ errors }) => errors),
        whole,
      ),
      results.some(({ panicAfter }) => panicAfter !== null)
        ? counts(results, shifted, ({ plasticAfter }) => plasticAfter)
        : "",
      spread(results.map(({ heldOut }) => heldOut.cleanBefore)),
      spread(results.map(({ heldOut }) => heldOut.cleanAfter)),
      spread(results.map(({ heldOut }) => heldOut.shiftedAfter)),
    ]),
  };
  const blocks = Math.ceil(shifted / BLOCK);
  const stream: Table = {
    title: `Share of the stream that was known before it was learned, %: the last 1,000 before the shift, then ${BLOCK} by ${BLOCK}. Mean over the seeds.`,
    head: ["", "before", ...Array.from({ length: blocks }, (_, at) => `to ${Math.min(shifted, (at + 1) * BLOCK)}`)],
    rows: lines.map(({ name, results }) => [
      name,
      percent(mean(results.map(({ accuracyBefore }) => accuracyBefore))),
      ...Array.from({ length: blocks }, (_, at) => percent(mean(results.map(({ known }) => known[at] ?? 0)))),
    ]),
  };
  return `${asText(events)}\n${asText(stream)}`;
}

/** What did not come counts as the whole stream. */
function counts(results: readonly Result[], shifted: number, of: (result: Result) => number | null): string {
  const isOpen = results.some((result) => of(result) === null);
  return `${isOpen ? "≥ " : ""}${spread(
    results.map((result) => of(result) ?? shifted),
    whole,
  )}`;
}

const whole = (value: number): string => value.toFixed(0);
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
