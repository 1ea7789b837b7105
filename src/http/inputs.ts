// From the arrays of a request to the matrix that the brain computes on, in one pass. What a JSON schema cannot say is checked here: rows
// of one length, and numbers that float32 can hold.

import { counted, invalid } from "../errors.ts";
import type { Matrix } from "../tensor/matrix.ts";
import { MAX_FLOAT32 } from "../tensor/vector.ts";

/**
 * @param rows at least one row, each of at least one finite number (the schema has seen to it)
 * @returns float32 [rows, length of a row]
 * @throws EngramError `validation`, pointing at the row or number that does not fit
 */
export function toMatrix(rows: readonly (readonly number[])[]): Matrix {
  const cols = rows[0]?.length ?? 0;
  rows.forEach((row, index) => {
    if (row.length !== cols)
      throw invalid(`#/inputs/${index}`, `has ${counted(row.length, "number")}, the first row has ${cols}`);
  });
  const data = new Float32Array(rows.length * cols);
  let at = 0;
  for (const row of rows) {
    for (const value of row) {
      data[at] = value;
      // A finite number beyond float32's range turns into an infinity as it is stored.
      if (!Number.isFinite(data[at])) throw tooLarge(at, cols, value);
      at++;
    }
  }
  return { rows: rows.length, cols, data };
}

const tooLarge = (at: number, cols: number, value: number) =>
  invalid(`#/inputs/${Math.floor(at / cols)}/${at % cols}`, `is ${value}, beyond float32 (±${MAX_FLOAT32})`);
