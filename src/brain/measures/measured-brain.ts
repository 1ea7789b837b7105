// A brain and what is measured of it, as one fold over the same events. Invariants: a sample counts by what the brain answered before it learned
// it; one that is held out is never learned; the brain is what it would be if it were taught the others alone.

import { gatheredRows } from "../../tensor/matrix.ts";
import type { Pace } from "../../tensor/pace.ts";
import type { RowWatcher } from "../../tensor/watched-matrix.ts";
import type { Brain, BrainState, Merge } from "../brain.ts";
import type { BrainEvent, Learned, LearnOutcome, Outcome } from "../events.ts";
import { type Answers, NO_CLASS, type Tally } from "./answers.ts";
import type { DriftMonitor } from "./drift/drift-monitor.ts";
import type { Applied, Findings } from "./findings.ts";
import type { Measures } from "./measures.ts";
import { measuresState } from "./measures-tensors.ts";
import { begun, blankSince, type Measuring } from "./measuring.ts";
import { numbersOf, type Watched } from "./numbers.ts";
import { type MeasuresReport, reportOf } from "./report.ts";

const NOTHING_NOTICED = { drift: null, advice: null };

export class MeasuredBrain {
  readonly brain: Brain;
  readonly #measures: Measures;
  readonly #drift: DriftMonitor;
  #labels: readonly string[];
  #seq: number;

  /** @param seq of the brain's state */
  constructor(brain: Brain, { measures, drift, labels }: Measuring, seq: number) {
    this.brain = brain;
    this.#measures = measures;
    this.#drift = drift;
    this.#labels = labels;
    this.#seq = seq;
  }

  /** Events applied. */
  get seq(): number {
    return this.#seq;
  }

  /** Whether an evaluation of the hold-out is due, which is made before the next event, and before the state is read. */
  get isEvaluating(): boolean {
    return this.#measures.evaluation !== null;
  }

  /** As `Brain.apply`, with what is noticed. */
  async apply(event: BrainEvent, seq: number, pace?: Pace): Promise<Applied> {
    this.#refuseEvaluating();
    if (event.type === "learned") return this.#learn(event, seq, pace);
    const outcome = await this.brain.apply(event, seq);
    this.#seq = seq;
    this.#note(event, outcome, seq);
    return { outcome, findings: this.#findings(null, NOTHING_NOTICED) };
  }

  /** As `Brain.merge`; what was measured stays this brain's own. */
  async merge(other: BrainState, seq: number, pace?: Pace): Promise<Merge> {
    this.#refuseEvaluating();
    const merge = await this.brain.merge(other, seq, pace);
    this.#labels = [...this.#labels, ...merge.newLabels];
    this.#measures.addClasses(merge.newLabels.length);
    this.#seq = seq;
    return merge;
  }

  /** Whether the last event has left work that is done before the next one. */
  get isBusy(): boolean {
    return this.brain.isSettling || this.isEvaluating;
  }

  /** Does a piece of it. */
  async doPiece(): Promise<void> {
    if (this.brain.isSettling) await this.brain.settle();
    else await this.evaluatePiece();
  }

  /** Does a piece of the evaluation that is due. */
  async evaluatePiece(): Promise<void> {
    const { evaluation } = this.#measures;
    if (evaluation === null) return;
    while (this.brain.isSettling) await this.brain.settle();
    const { classes } = await this.brain.answer(evaluation.piece, this.brain.mode);
    this.#measures.addEvaluated(classes);
  }

  /** All that is measured, as it stands. */
  report(): MeasuresReport {
    return reportOf(this.#watched, this.#labels, this.#drift.summary);
  }

  /** As `Brain.state`, with what was measured where that is anything. */
  async state(): Promise<BrainState> {
    this.#refuseEvaluating();
    const { header, tensors } = await this.brain.state();
    const own = measuresState(this.#measures, this.#drift.state);
    if (this.#isBlank(header, own.header)) return { header, tensors };
    return { header: { ...header, measures: own.header }, tensors: { ...tensors, ...own.tensors } };
  }

  /** As `Brain.watch`. */
  watch(watcher: RowWatcher | null): readonly Float32Array[] {
    return [...this.brain.watch(watcher), this.#measures.holdOut.samples.watch(watcher)];
  }

  /** Answers all samples, the held out ones aside from the others, which are learned. */
  async #learn(event: Learned, seq: number, pace?: Pace): Promise<Applied> {
    const { inputs, classes, newLabels, mode } = event;
    this.#labels = [...this.#labels, ...newLabels];
    this.#measures.addClasses(newLabels.length);
    const held = this.#measures.holdFrom(event);
    const answers = blankAnswers(inputs.rows);
    if (held.length > 0) fill(answers, held, await this.brain.answer(gatheredRows(inputs, held), mode, pace));
    const { lesson, rows } = without(event, held);
    // A lesson is answered by an outcome of its type.
    const learned = (await this.brain.apply(lesson, seq, (heard) => fill(answers, rows, heard), pace)) as LearnOutcome;
    this.#seq = seq; // not before: predictions that go on while the lesson is read are of the state before it
    const call = this.#measures.noteLesson(answers, classes, learned, seq);
    const errors = Uint8Array.from(classes, (classId, row) => (answers.classes[row] === classId ? 0 : 1));
    const noticed = this.#drift.note(errors, this.brain.mode);
    const accuracy = call.right / call.samples;
    const outcome = { ...learned, samples: inputs.rows, heldOut: held.length, accuracy };
    return { outcome, findings: this.#findings(call, noticed) };
  }

  #note(event: Exclude<BrainEvent, Learned>, outcome: Outcome, seq: number): void {
    if (event.type === "modeChanged") this.#drift.modeChanged(event);
    if (event.type === "taskStarted") this.#measures.startTask(event.name, seq);
    if (event.type === "consolidated") this.#measures.startTask(null, seq);
    if (event.type === "forgot") this.#measures.noteForgotten(event.samples);
    if (outcome.type === "layerRenewed") this.#measures.noteRecycled(outcome.recycled);
    if (outcome.type !== "tuned") return;
    this.#measures.tune(outcome.tuning.holdout);
    this.#drift.tune(outcome.tuning);
  }

  #findings(call: Tally | null, { drift, advice }: Pick<Findings, "drift" | "advice">): Findings {
    return { numbers: numbersOf(this.#watched, call), drift, advice, isEvaluating: this.isEvaluating };
  }

  get #watched(): Watched {
    return { brain: this.brain, measures: this.#measures, driftError: this.#drift.error };
  }

  /** Whether measures that begin when the state is loaded are these. */
  #isBlank({ config, labels, step }: BrainState["header"], own: object): boolean {
    if (this.#measures.prequential.tally.samples > 0) return false;
    const { measures, drift } = begun(config, labels, blankSince(step, this.#seq));
    return JSON.stringify(own) === JSON.stringify(measuresState(measures, drift.state).header);
  }

  #refuseEvaluating(): void {
    if (this.isEvaluating) throw new Error(`the evaluation that event ${this.#seq} made due was left out`);
  }
}

/** What stays of a lesson, and which rows of it these are. */
function without(
  event: Learned,
  held: readonly number[],
): { readonly lesson: Learned; readonly rows: readonly number[] } {
  const isHeld = new Set(held);
  const rows = Array.from(event.classes.keys()).filter((row) => !isHeld.has(row));
  if (held.length === 0) return { lesson: event, rows };
  const classes = Int32Array.from(rows, (row) => event.classes[row] ?? 0);
  return { lesson: { ...event, inputs: gatheredRows(event.inputs, rows), classes }, rows };
}

const blankAnswers = (rows: number): Answers => ({
  classes: new Int32Array(rows).fill(NO_CLASS),
  confidence: new Float64Array(rows),
  novelty: new Float32Array(rows),
});

/** Writes the answers to these rows. */
function fill(answers: Answers, rows: readonly number[], { classes, confidence, novelty }: Answers): void {
  rows.forEach((row, i) => {
    answers.classes[row] = classes[i] ?? NO_CLASS;
    answers.confidence[row] = confidence[i] ?? 0;
    answers.novelty[row] = novelty[i] ?? 0;
  });
}
