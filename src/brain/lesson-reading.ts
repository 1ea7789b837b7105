// What a lesson reads of a plastic brain before it changes anything, in pieces of rows between which predictions may go on: its thoughts, layer by layer,
// then the neighbours of each. Invariant: a row's result is the same in any batch, so that pieces give the bits that the whole would; what
// is kept between two pieces is the reading's own, no scratch memory of a backend.

import type { LayerPass } from "../backend/backend.ts";
import { joinedRows, type Matrix, rowsOf, unitRows } from "../tensor/matrix.ts";
import { type Pace, piecesOf } from "../tensor/pace.ts";
import type { Mode } from "./config.ts";
import type { Ballot, EpisodicMemory } from "./episodic-memory.ts";
import type { PlasticLayer } from "./plastic-layer.ts";
import type { Thought } from "./plastic-trace.ts";

/** The parts of a brain that are read. */
export type Readable = {
  readonly layers: readonly PlasticLayer[];
  readonly gate: number;
  readonly memory: EpisodicMemory;
  /** Rows of a piece. */
  readonly pieceRows: number;
};

export type LessonReading = {
  /** First layer to last, of all rows. */
  readonly passes: readonly Thought[];
  /** float32 [batch, inputDim]: what comes out of the last layer. */
  readonly thoughts: Matrix;
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
  parts: Readable,
  inputs: Matrix,
  mode: Mode,
  normalize: (thoughts: Matrix) => Matrix,
  pace: Pace,
): Promise<LessonReading> {
  const passes = await think(parts, inputs, mode, pace);
  const thoughts = passes.at(-1)?.pass.output ?? inputs;
  const keys = unitRows(normalize(thoughts));
  const ballots: Ballot[] = [];
  for (const [from, to] of piecesOf(keys.rows, parts.pieceRows)) {
    ballots.push(...(await parts.memory.ask(rowsOf(keys, from, to))));
    await pace();
  }
  return { passes, thoughts, keys, ballots };
}

async function think({ layers, gate, pieceRows }: Readable, inputs: Matrix, mode: Mode, pace: Pace) {
  const stack = layers.map((layer) => ({ layer, pieces: [] as LayerPass[] }));
  for (const [from, to] of piecesOf(inputs.rows, pieceRows)) {
    let thoughts = rowsOf(inputs, from, to);
    for (const { layer, pieces } of stack) {
      const pass = await layer.forward(thoughts, mode, gate);
      pieces.push(pass);
      thoughts = pass.output;
      await pace();
    }
  }
  return stack.map(({ layer, pieces }) => ({ layer, pass: joined(pieces) }));
}

/** The pass of all rows together. @param pieces at least one */
function joined(pieces: readonly LayerPass[]): LayerPass {
  const [only] = pieces;
  if (only !== undefined && pieces.length === 1) return only;
  const size = pieces.reduce((sum, { winners }) => sum + winners.length, 0);
  const winners = new Int32Array(size);
  const activations = new Float32Array(size);
  let at = 0;
  for (const piece of pieces) {
    winners.set(piece.winners, at);
    activations.set(piece.activations, at);
    at += piece.winners.length;
  }
  return {
    normalized: joinedRows(pieces.map(({ normalized }) => normalized)),
    winners,
    activations,
    output: joinedRows(pieces.map(({ output }) => output)),
  };
}
