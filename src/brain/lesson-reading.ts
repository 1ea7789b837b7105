// What a lesson reads of a plastic brain before it changes anything, in pieces of rows between which predictions may go on: its thoughts, layer by layer,
// then the neighbours of each. Invariant: a row's result is the same in any batch, so that pieces give the bits that the whole would; what
// is kept between two pieces is the reading's own, no scratch memory of a backend.

import { type Matrix, rowsOf, unitRows } from "../tensor/matrix.ts";
import { type Pace, piecesOf } from "../tensor/pace.ts";
import type { Ballot } from "./ballot.ts";
import type { Mode } from "./config.ts";
import type { EpisodicMemory } from "./episodic-memory.ts";
import type { PlasticStack, Thinking } from "./plastic-stack.ts";

/** The parts of a brain that are read. */
export type Readable = {
  readonly stack: PlasticStack;
  readonly gate: number;
  readonly memory: EpisodicMemory;
  /** Rows of a piece. */
  readonly pieceRows: number;
};

export type LessonReading = Thinking & {
  /** float32 [batch, inputDim] at unit length: the thoughts, normalised. */
  readonly keys: Matrix;
  /** What the nearest of all that is remembered say of each row. */
  readonly ballots: readonly Ballot[];
};

/**
 * @param inputs float32 [batch, inputDim], finite, at least one
 * @param normalize what stands between the stack and the memory, for all thoughts together
 * @param pace asked after every piece
 */
export async function readLesson(
  { stack, gate, memory, pieceRows }: Readable,
  inputs: Matrix,
  mode: Mode,
  normalize: (thoughts: Matrix) => Matrix,
  pace: Pace,
): Promise<LessonReading> {
  const { passes, thoughts } = await stack.think(inputs, mode, gate, pieceRows, pace);
  const keys = unitRows(normalize(thoughts));
  const ballots: Ballot[] = [];
  for (const [from, to] of piecesOf(keys.rows, pieceRows)) {
    ballots.push(...(await memory.ask(rowsOf(keys, from, to))));
    await pace();
  }
  return { passes, thoughts, keys, ballots };
}
