// CSV files as features, or as texts: a record a sample.

import { counted } from "../../errors.ts";
import type { ReadingOptions } from "../api.ts";
import { type Columns, columnsOf } from "./csv-columns.ts";
import { type CsvRecord, recordsOf } from "./csv-records.ts";
import { atCell, atLine, Faults, invalidFile, type Place } from "./faults.ts";
import { Labels } from "./labels.ts";
import { numberIn } from "./numbers.ts";
import { piecesOf } from "./pieces.ts";
import { Batcher, itemOf, type SampleBatch, type SampleHead } from "./sample.ts";
import { refuseShape, shapeFor } from "./shape.ts";
import { textFault, utf8Of } from "./text.ts";

/**
 * @returns batches of features or texts
 * @throws EngramError `dataset-invalid` with lines and columns, `validation` where options do not fit the file
 */
export async function* readCsv(bytes: AsyncIterable<Uint8Array>, options: ReadingOptions): AsyncGenerator<SampleBatch> {
  const faults = new Faults();
  let table: Table | undefined;
  for await (const records of recordsOf(utf8Of(piecesOf(bytes), faults), faults)) {
    for (const record of records) {
      if (table === undefined) {
        const columns = columnsOf(record.cells, record.line, options, faults);
        table = new Table(columns, record.line, options, faults);
        if (columns.names !== null) continue;
      }
      const full = table.add(record);
      if (full !== null && faults.isEmpty) yield full;
    }
  }
  faults.throwIfAny();
  const rest = table?.take() ?? null;
  if (table === undefined || table.rows === 0) throw invalidFile("The file has no samples.");
  if (rest !== null) yield rest;
}

/** The samples of a file whose columns are known. */
class Table {
  rows = 0;
  readonly #columns: Columns;
  readonly #firstLine: number;
  readonly #faults: Faults;
  readonly #labels = new Labels();
  readonly #batcher: Batcher;

  constructor(columns: Columns, firstLine: number, options: ReadingOptions, faults: Faults) {
    this.#columns = columns;
    this.#firstLine = firstLine;
    this.#faults = faults;
    this.#batcher = new Batcher(headOf(columns, options));
  }

  take(): SampleBatch | null {
    return this.#batcher.take();
  }

  /** @returns a full batch */
  add({ line, cells }: CsvRecord): SampleBatch | null {
    this.rows++;
    const { count, label, text, features } = this.#columns;
    if (cells.length !== count) {
      const what = `has ${counted(cells.length, "column")}, line ${this.#firstLine} has ${count}`;
      this.#faults.add(atLine(line), what);
      return null;
    }
    const name = cells[label] ?? "";
    const fault = this.#labels.fault(name);
    if (fault !== null) this.#faults.add(this.#cell(line, label), fault);
    const item = text === null ? this.#features(line, cells, features) : this.#text(line, cells, text);
    return this.#faults.isEmpty ? this.#batcher.add(name, item) : null;
  }

  #features(line: number, cells: readonly string[], features: readonly number[]): Uint8Array {
    const row = new Float32Array(features.length);
    for (let at = 0; at < features.length; at++) {
      const column = features[at] ?? 0;
      const value = numberIn(cells[column] ?? "");
      if (typeof value === "number") row[at] = value;
      else this.#faults.add(this.#cell(line, column), value);
    }
    return itemOf(row);
  }

  #text(line: number, cells: readonly string[], column: number): Uint8Array {
    const text = cells[column] ?? "";
    const fault = textFault(text);
    if (fault !== null) this.#faults.add(this.#cell(line, column), fault);
    return Buffer.from(text);
  }

  #cell(line: number, column: number): Place {
    return atCell(line, this.#columns.names?.[column] || column + 1);
  }
}

function headOf({ text, features }: Columns, { shape }: ReadingOptions): SampleHead {
  if (text === null) return { kind: "features", shape: shapeFor([features.length], shape) };
  refuseShape(shape, "texts");
  return { kind: "texts", shape: null };
}
