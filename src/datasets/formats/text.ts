// Text that arrives as bytes. Invariant: what is not UTF-8 is refused, never repaired, since a repaired text would be another sample.

import { isUtf8 } from "node:buffer";
import { MAX_TEXT_CHARACTERS } from "../../brain/limits.ts";
import { atLine, type Faults } from "./faults.ts";

/** @returns what is wrong with a sample that is a text; null where nothing is */
export function textFault(text: string): string | null {
  if (text.length === 0) return "the text is empty";
  if (text.length <= MAX_TEXT_CHARACTERS || [...text].length <= MAX_TEXT_CHARACTERS) return null;
  return `the text has more than ${MAX_TEXT_CHARACTERS} characters`;
}

/** Passes pieces of a text on. @throws EngramError `dataset-invalid` with the line that is not UTF-8 */
export async function* utf8Of(pieces: AsyncIterable<Uint8Array>, faults: Faults): AsyncGenerator<Uint8Array> {
  let line = 1;
  /** The beginning of a character that a piece ends with. */
  let begun: Uint8Array = new Uint8Array(0);
  for await (const piece of pieces) {
    const bytes = begun.length === 0 ? piece : Buffer.concat([begun, piece]);
    const end = endOfCharacters(bytes);
    const whole = bytes.subarray(0, end);
    if (!isUtf8(whole)) faults.fail(atLine(line + soundLinesOf(whole)), NOT_UTF8);
    line += newlinesIn(piece);
    begun = bytes.subarray(end);
    yield piece;
  }
  if (begun.length > 0) faults.fail(atLine(line), NOT_UTF8);
}

export const NOT_UTF8 = "is not UTF-8 text";

const NEWLINE = 0x0a;

/** @returns where a character begins whose other bytes are still to come; the end where there is none (RFC 3629, section 3) */
function endOfCharacters(bytes: Uint8Array): number {
  for (let count = 1; count <= 3; count++) {
    const byte = bytes.at(-count) ?? 0;
    if (byte < 0x80) break;
    if (byte < 0xc0) continue;
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
    return length > count ? bytes.length - count : bytes.length;
  }
  return bytes.length;
}

function newlinesIn(bytes: Uint8Array): number {
  let count = 0;
  for (let at = bytes.indexOf(NEWLINE); at >= 0; at = bytes.indexOf(NEWLINE, at + 1)) count++;
  return count;
}

function soundLinesOf(bytes: Uint8Array): number {
  let from = 0;
  for (let count = 0; ; count++) {
    const to = bytes.indexOf(NEWLINE, from);
    if (to < 0 || !isUtf8(bytes.subarray(from, to))) return count;
    from = to + 1;
  }
}
