// From the arrays of a request to the matrix that the brain computes on, in one pass. What a JSON schema cannot say is checked here: rows
// of one length, and numbers that float32 can hold.

import type { InputKind } from "../brain/encoder-identity.ts";
import type { Inputs, RawInputs } from "../brains/api.ts";
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

/** What a body may be about. */
type Body = {
  readonly inputs?: readonly (readonly number[])[];
  readonly images?: readonly string[];
  readonly texts?: readonly string[];
  readonly encodedBy?: string;
};

/** A body's inputs as the service takes them, and the rest of it. @throws EngramError `validation` unless there is one sort of them */
export function givenIn<B extends Body>(
  body: B,
): Omit<B, "inputs" | "images" | "texts" | "encodedBy"> & { readonly inputs: Inputs } {
  const { inputs, images, texts, encodedBy, ...rest } = body;
  const [first, second] = Object.entries({ inputs, images, texts }).filter(([, value]) => value !== undefined);
  if (first === undefined) throw invalid("#/inputs", "is missing (or images, or texts)");
  if (second !== undefined) throw invalid(`#/${second[0]}`, `does not go with ${first[0]}: a call is about one sort`);
  if (encodedBy !== undefined && inputs === undefined) throw invalid("#/encodedBy", "goes with inputs alone");
  if (images !== undefined) return { ...rest, inputs: rawInputs("image", images, "base64") };
  if (texts !== undefined) return { ...rest, inputs: rawInputs("text", texts, "utf8") };
  return { ...rest, inputs: { ...toMatrix(inputs ?? []), ...(encodedBy === undefined ? {} : { encodedBy }) } };
}

/** What a file's metadata says besides, with its features. */
export function featuresIn<Options extends { readonly encodedBy?: string }>(
  { encodedBy, ...options }: Options,
  features: Matrix,
): Omit<Options, "encodedBy"> & { readonly inputs: Inputs } {
  return { ...options, inputs: { ...features, ...(encodedBy === undefined ? {} : { encodedBy }) } };
}

const rawInputs = (kind: InputKind, items: readonly string[], encoding: BufferEncoding): RawInputs => ({
  kind,
  items: items.map((item) => Buffer.from(item, encoding)),
});
