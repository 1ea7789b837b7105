// What each step of a phase learns, and each piece of an evaluation judges. Invariant: the samples of a step follow from the phase, the dataset
// and the step's number alone, so that a curriculum goes on anywhere as if it had never been away.

import { setImmediate } from "node:timers/promises";
import type { DatasetInfo, Datasets } from "../datasets/api.ts";
import { type Pace, paced } from "../tensor/pace.ts";
import type { EvaluationSet, Phase } from "./api.ts";
import { epochOrder } from "./order.ts";
import type { Pins } from "./pins.ts";
import { type Labelled, SampleReader } from "./sample-reader.ts";
import { type Chosen, selectedCount } from "./selection.ts";

export type Batch = Labelled & { /** From 1. */ readonly epoch: number };

/** Samples that are judged at once at most: predictions of others need not wait for more. */
export const PIECE_ROWS = 64;

/** The noise of an evaluation is always the same, and that of no epoch. */
const NO_EPOCH = 0;

const breathe: Pace = () => setImmediate();

/** @returns steps of the phase, all epochs; the last one of each epoch may have fewer samples */
export const phaseSteps = (
  phase: Chosen & Pick<Phase, "epochs" | "batchSize">,
  dataset: Pick<DatasetInfo, "classes">,
): number => phase.epochs * Math.ceil(selectedCount(phase, dataset) / phase.batchSize);

export class PhaseBatches {
  readonly #phase: Phase;
  readonly #reader: SampleReader;
  /** Of the epoch that was asked for last. */
  #order: { readonly epoch: number; readonly rows: Promise<Uint32Array> } | null = null;

  private constructor(phase: Phase, reader: SampleReader) {
    this.#phase = phase;
    this.#reader = reader;
  }

  /** @throws EngramError `dataset-not-found`; `curriculum-not-resumable` where the dataset is another one than that of `pins` */
  static async open(phase: Phase, datasets: Pick<Datasets, "open">, pins: Pins = {}): Promise<PhaseBatches> {
    return new PhaseBatches(phase, await SampleReader.open(datasets, phase, phase.seed, pins));
  }

  /** Samples of an epoch. */
  get samples(): number {
    return this.#reader.rows.length;
  }

  get steps(): number {
    return this.#phase.epochs * this.#stepsPerEpoch;
  }

  get #stepsPerEpoch(): number {
    return Math.ceil(this.samples / this.#phase.batchSize);
  }

  /**
   * Steps may be asked for in any order, and more than once.
   * @param step from 0, of all epochs
   * @throws EngramError `validation`, where a sample cannot be had as the phase's transforms would have it
   */
  async batch(step: number): Promise<Batch> {
    if (step < 0 || step >= this.steps) throw new RangeError(`a phase of ${this.steps} steps has no step ${step}`);
    const { batchSize } = this.#phase;
    const epoch = Math.floor(step / this.#stepsPerEpoch) + 1;
    const from = (step % this.#stepsPerEpoch) * batchSize;
    const rows = (await this.#rowsOf(epoch)).subarray(from, from + batchSize);
    return { ...(await this.#reader.read(rows, epoch)), epoch };
  }

  #rowsOf(epoch: number): Promise<Uint32Array> {
    if (this.#order?.epoch !== epoch) this.#order = { epoch, rows: this.#arrange(epoch) };
    return this.#order.rows;
  }

  #arrange(epoch: number): Promise<Uint32Array> {
    const { rows, classIds, info } = this.#reader;
    const labels = info.classes.map(({ label }) => label);
    return paced(epochOrder(this.#phase, rows, { labels, classIds }, epoch), breathe);
  }

  close(): Promise<void> {
    return this.#reader.close();
  }
}

/** An evaluation set in pieces, in the dataset's order. */
export class EvaluationPieces {
  readonly #reader: SampleReader;
  readonly #pieceRows: number;

  constructor(reader: SampleReader, pieceRows: number) {
    this.#reader = reader;
    this.#pieceRows = pieceRows;
  }

  get samples(): number {
    return this.#reader.rows.length;
  }

  get pieces(): number {
    return Math.ceil(this.samples / this.#pieceRows);
  }

  /** @param piece from 0 @throws EngramError as `PhaseBatches.batch` */
  piece(piece: number): Promise<Labelled> {
    if (piece < 0 || piece >= this.pieces) throw new RangeError(`of ${this.pieces} pieces none is number ${piece}`);
    const from = piece * this.#pieceRows;
    return this.#reader.read(this.#reader.rows.subarray(from, from + this.#pieceRows), NO_EPOCH);
  }

  close(): Promise<void> {
    return this.#reader.close();
  }
}

/** @throws EngramError as `PhaseBatches.open` */
export async function openEvaluation(
  set: EvaluationSet,
  datasets: Pick<Datasets, "open">,
  { pins = {}, pieceRows = PIECE_ROWS }: { readonly pins?: Pins; readonly pieceRows?: number } = {},
): Promise<EvaluationPieces> {
  return new EvaluationPieces(await SampleReader.open(datasets, set, 0, pins), pieceRows);
}
