// A text cut into its lines. Invariant: of a line no more is held than it may have.

import { atLine, type Faults } from "./faults.ts";

export type Line = { readonly number: number; readonly bytes: Uint8Array };

const NEWLINE = 0x0a;
const RETURN = 0x0d;

/**
 * @returns lines without their ends; the bytes may be a view that is good until the next line is asked for
 * @throws EngramError `dataset-invalid` for a line of more than `maxBytes`
 */
export async function* linesOf(
  pieces: AsyncIterable<Uint8Array>,
  maxBytes: number,
  faults: Faults,
): AsyncGenerator<Line> {
  let number = 1;
  let begun: Uint8Array[] = [];
  let held = 0;
  const lineWith = (end: Uint8Array): Line => {
    const bytes = begun.length === 0 ? end : Buffer.concat([...begun, end]);
    begun = [];
    held = 0;
    return { number: number++, bytes: bytes.at(-1) === RETURN ? bytes.subarray(0, -1) : bytes };
  };
  for await (const piece of pieces) {
    let from = 0;
    for (let to = piece.indexOf(NEWLINE); to >= 0; to = piece.indexOf(NEWLINE, from)) {
      yield lineWith(piece.subarray(from, to));
      from = to + 1;
    }
    if (from === piece.length) continue;
    begun.push(piece.subarray(from));
    held += piece.length - from;
    if (held > maxBytes) faults.fail(atLine(number), `is over ${maxBytes} bytes`);
  }
  if (held > 0) yield lineWith(new Uint8Array(0));
}
