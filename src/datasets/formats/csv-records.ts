// The records of a CSV file (RFC 4180, and what programs write besides: a byte order mark, other line ends, spaces around cells, empty lines), by
// `csv-parse`. Invariant: a record's line is the one on which it begins, counted as an editor does.

import { CsvError, type Parser, parse } from "csv-parse";
import { MAX_FEATURES } from "../limits.ts";
import { atLine, type Faults } from "./faults.ts";

export type CsvRecord = { readonly line: number; readonly cells: readonly string[] };

/** Holds 65,536 numbers of 60 characters. */
const MAX_RECORD_BYTES = 4 * 1024 * 1024;

/** Features, and a label: to look at each of a million commas would take long. */
const MAX_COLUMNS = MAX_FEATURES + 1;

/**
 * @param pieces UTF-8
 * @returns the records that each piece brings to their end, without empty ones
 * @throws EngramError `dataset-invalid` where a record cannot be read
 */
export async function* recordsOf(pieces: AsyncIterable<Uint8Array>, faults: Faults): AsyncGenerator<CsvRecord[]> {
  const parser = parse({
    bom: true,
    trim: true,
    relax_column_count: true,
    record_delimiter: ["\r\n", "\n", "\r"],
    max_record_size: MAX_RECORD_BYTES,
  });
  // What it fails with is told to who writes, and to who reads its end.
  parser.on("error", () => {});
  let line = 1;
  const numbered = (cells: string[]): CsvRecord[] => {
    if (cells.length > MAX_COLUMNS) {
      faults.fail(atLine(line), `has ${cells.length} columns, at most ${MAX_COLUMNS} are allowed`);
    }
    const record = { line, cells };
    line += 1 + lineEndsIn(cells);
    return cells.length === 1 && cells[0] === "" ? [] : [record];
  };
  for await (const piece of pieces) {
    const written = new Promise<Error | null>((resolve) => parser.write(piece, (error) => resolve(error ?? null)));
    // At once: one that has failed keeps its records until the next tick only.
    yield drained(parser).flatMap(numbered);
    const failure = await written;
    if (failure !== null) faults.fail(atLine(line), reasonOf(failure));
  }
  try {
    parser.end();
    for await (const cells of parser) yield numbered(cells);
  } catch (error) {
    if (error instanceof CsvError) faults.fail(atLine(line), reasonOf(error));
    throw error;
  }
}

/** Without the pause that iterating makes between any two records. */
function drained(parser: Parser): string[][] {
  const records: string[][] = [];
  for (;;) {
    // Arrays of text: no option makes others of them.
    const record = parser.read() as string[] | null;
    if (record === null) return records;
    records.push(record);
  }
}

const lineEndsIn = (cells: readonly string[]): number =>
  cells.reduce((sum, cell) => (/[\r\n]/.test(cell) ? sum + cell.split(/\r\n|\r|\n/).length - 1 : sum), 0);

function reasonOf(error: Error): string {
  switch (error instanceof CsvError ? error.code : "") {
    case "CSV_QUOTE_NOT_CLOSED":
      return "a quotation mark is opened and never closed";
    case "CSV_INVALID_CLOSING_QUOTE":
      return "a quotation mark inside a quoted cell is not doubled";
    case "INVALID_OPENING_QUOTE":
      return "a cell with a quotation mark in it is not quoted";
    case "CSV_MAX_RECORD_SIZE":
      return `is over ${MAX_RECORD_BYTES} bytes; is a quotation mark never closed?`;
    default:
      return error.message;
  }
}
