// Which column of a CSV file is what, by its first record. Invariant: the label's column is not among the features.

import { counted, invalid } from "../../errors.ts";
import type { ReadingOptions } from "../api.ts";
import { atLine, type Faults, quoted } from "./faults.ts";

export type Columns = {
  /** Null where the first record is a sample. */
  readonly names: readonly string[] | null;
  readonly count: number;
  readonly label: number;
  /** Where the samples are texts. */
  readonly text: number | null;
  /** Else. */
  readonly features: readonly number[];
};

/** Names by which a label's column is known, the surest first. */
const LABEL_NAMES = ["label", "class", "target"];

/**
 * @param line where the record stands
 * @throws EngramError `validation` where an option names no column, `dataset-invalid` where columns are missing
 */
export function columnsOf(first: readonly string[], line: number, options: ReadingOptions, faults: Faults): Columns {
  if (first.length < 2) {
    const hint = /[;\t]/.test(first[0] ?? "") ? "; columns are parted by commas" : "";
    faults.fail(atLine(line), `has one column, a sample has a label and at least one more${hint}`);
  }
  const hasHeader = isHeader(first, options);
  const names = hasHeader ? first : null;
  const label = columnFor("labelColumn", options.labelColumn, names, first.length) ?? knownLabel(first);
  const text = columnFor("textColumn", options.textColumn, names, first.length);
  if (text === label) throw invalid("?textColumn", "is the column of the labels");
  const others = first.map((_, column) => column).filter((column) => column !== label);
  const features = text === null ? others : [];
  if (hasHeader) checkNames(first, features, line, faults);
  return { names, count: first.length, label, text, features };
}

/**
 * The first record is a header when a column is chosen by name, or when all features in it are words. Beside a label that is called so some
 * of them may be numbers, or all where they count (as pandas writes columns that have no names). Of texts, when the label is called so.
 */
function isHeader(first: readonly string[], { labelColumn, textColumn }: ReadingOptions): boolean {
  if (isName(labelColumn) || isName(textColumn)) return true;
  const label = labelColumn === undefined ? knownLabel(first) : Number(labelColumn) - 1;
  const isCalledSo = LABEL_NAMES.includes((first[label] ?? "").toLowerCase());
  if (textColumn !== undefined) return isCalledSo;
  const features = first.filter((_, column) => column !== label);
  if (!isCalledSo) return features.every(isWord);
  return features.some(isWord) || [0, 1].some((from) => features.every((cell, index) => cell === String(from + index)));
}

/** A mistake in a number is none: a sample that has one must not pass for a header. */
const isWord = (cell: string): boolean => cell === "" || (Number.isNaN(Number(cell)) && !NOT_FINITE.test(cell));
const NOT_FINITE = /^[+-]?(nan|n\/?a|inf|infinity)$/i;

const COLUMN_NUMBER = /^[1-9]\d{0,5}$/;
const isName = (column: string | undefined): boolean => column !== undefined && !COLUMN_NUMBER.test(column);

function knownLabel(first: readonly string[]): number {
  const names = first.map((cell) => cell.toLowerCase());
  const found = LABEL_NAMES.map((name) => names.indexOf(name)).find((column) => column >= 0);
  return found ?? first.length - 1;
}

/** A name counts before a number. */
function columnFor(
  option: string,
  wanted: string | undefined,
  names: readonly string[] | null,
  count: number,
): number | null {
  if (wanted === undefined) return null;
  const named = names?.indexOf(wanted) ?? -1;
  if (named >= 0) {
    if (names?.lastIndexOf(wanted) !== named) throw invalid(`?${option}`, `${quoted(wanted)} names several columns`);
    return named;
  }
  if (!isName(wanted)) {
    if (Number(wanted) <= count) return Number(wanted) - 1;
    throw invalid(`?${option}`, `is ${wanted}, the file has ${counted(count, "column")}`);
  }
  throw invalid(`?${option}`, `${quoted(wanted)} is no column; there are ${listOf(names ?? [])}`);
}

const SHOWN_NAMES = 10;

const listOf = (names: readonly string[]): string =>
  names.slice(0, SHOWN_NAMES).map(quoted).join(", ") + (names.length > SHOWN_NAMES ? ", …" : "");

/** A column of row numbers would be a feature that tells the classes apart in a sorted file, and nowhere else. */
function checkNames(names: readonly string[], features: readonly number[], line: number, faults: Faults): void {
  const nameless = features.find((column) => names[column] === "");
  if (nameless === undefined) return;
  const hint = nameless === 0 ? " (row numbers? pandas leaves them out with index=False)" : "";
  faults.fail(atLine(line), `column ${nameless + 1} has no name${hint}`);
}
