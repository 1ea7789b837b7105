// Long work in small pieces, so that other work can run in between. Work that is cut up is a generator that yields between its pieces;
// who runs it says when the next piece may begin, or runs it at once. Invariant: what comes out does not depend on the pauses.

/** Work that yields about every hundred microseconds. */
export type Pieces<T> = Generator<undefined, T, undefined>;

/** Asked between two pieces: what to wait for, or nothing. */
export type Pace = () => Promise<void> | undefined;

export const unpaced: Pace = () => undefined;

/** Runs the work without a pause. */
export function atOnce<T>(pieces: Pieces<T>): T {
  let step = pieces.next();
  while (step.done !== true) step = pieces.next();
  return step.value;
}

/** Runs the work piece by piece. */
export async function paced<T>(pieces: Pieces<T>, pace: Pace): Promise<T> {
  for (let step = pieces.next(); ; step = pieces.next()) {
    if (step.done === true) return step.value;
    const pause = pace();
    if (pause !== undefined) await pause;
  }
}

/** Numbers of a piece that copies or checks them: 128 KiB of float32, which a fresh memory takes page by page. */
const PIECE_NUMBERS = 32_768;

/** @returns the bounds of pieces of `length` numbers */
export function* piecesOf(length: number, size = PIECE_NUMBERS): Generator<readonly [from: number, to: number]> {
  for (let from = 0; from < length; from += size) yield [from, Math.min(from + size, length)];
}

/** Copies `source` to the beginning of `target`. */
export function* copied(target: Float32Array, source: Float32Array): Pieces<void> {
  for (const [from, to] of piecesOf(source.length)) {
    target.set(source.subarray(from, to), from);
    yield;
  }
}
