// What is measured of a brain while it learns: a fold over its events, as the brain itself is. Pure: events, and what the brain answered to
// their samples, come in; nobody's clock, no chance but the hold-out's own generator.
// Invariants: the same events give the same measures, from a saved state or from the beginning; an evaluation that is due is made before the
// next event.

import type { Forgot } from "../events.ts";
import { type Answers, accuracyOf, type Tally } from "./answers.ts";
import type { Calibration } from "./calibration.ts";
import type { ClassMeasures } from "./class-measures.ts";
import type { ConfusionCounts } from "./confusion-counts.ts";
import { Evaluation } from "./evaluation.ts";
import { FADING, type FadedState, meanOf } from "./faded.ts";
import type { HoldOut, Lesson } from "./hold-out.ts";
import { HoldOutResults } from "./hold-out-results.ts";
import type { Prequential } from "./prequential.ts";
import type { TaskMeasures } from "./task-measures.ts";

/** The hold-out is evaluated anew once so many times as many samples were learned as it holds. */
const LEARNED_PER_HELD = 10;

/** What measures are put together from; they own all of it. */
export type MeasuresParts = {
  /** The event from which on they count. */
  readonly since: number;
  readonly prequential: Prequential;
  readonly calibration: Calibration;
  readonly reward: FadedState;
  /** Neurons born again. */
  readonly recycled: number;
  readonly classes: ClassMeasures;
  readonly confusion: ConfusionCounts;
  readonly tasks: TaskMeasures;
  readonly holdOut: HoldOut;
  readonly results: HoldOutResults;
  /** Samples learned since the hold-out was last evaluated. */
  readonly learnedSince: number;
};

/** What a lesson did to the brain. */
export type Learnt = {
  /** Samples that were not held out. */
  readonly samples: number;
  /** Their mean reward. */
  readonly reward: number;
  readonly recycled: number;
};

export class Measures {
  readonly since: number;
  readonly prequential: Prequential;
  readonly calibration: Calibration;
  readonly classes: ClassMeasures;
  readonly confusion: ConfusionCounts;
  readonly tasks: TaskMeasures;
  readonly holdOut: HoldOut;
  #results: HoldOutResults;
  #reward: FadedState;
  #recycled: number;
  #learnedSince: number;
  #evaluation: Evaluation | null = null;

  constructor(parts: MeasuresParts) {
    this.since = parts.since;
    this.prequential = parts.prequential;
    this.calibration = parts.calibration;
    this.classes = parts.classes;
    this.confusion = parts.confusion;
    this.tasks = parts.tasks;
    this.holdOut = parts.holdOut;
    this.#results = parts.results;
    this.#reward = parts.reward;
    this.#recycled = parts.recycled;
    this.#learnedSince = parts.learnedSince;
  }

  get results(): HoldOutResults {
    return this.#results;
  }

  /** Mean reward of the samples learned, fading; null before any. */
  get reward(): number | null {
    return meanOf(this.#reward);
  }

  get rewardState(): FadedState {
    return this.#reward;
  }

  get recycled(): number {
    return this.#recycled;
  }

  get learnedSince(): number {
    return this.#learnedSince;
  }

  /** Accuracy on the hold-out at the latest evaluation; null without one. */
  get holdoutAccuracy(): number | null {
    const { last } = this.#results;
    return last === null ? null : accuracyOf(last);
  }

  /** The evaluation that is due: to be made before the next event. */
  get evaluation(): Evaluation | null {
    return this.#evaluation;
  }

  addClasses(count: number): void {
    this.classes.addClasses(count);
    this.confusion.addClasses(count);
  }

  /** Takes samples of a lesson into the hold-out, before it is learned. @returns their rows, ascending */
  holdFrom(lesson: Lesson): readonly number[] {
    return this.holdOut.take(lesson, this.tasks.current, (classId) => this.classes.tally(classId).samples > 0);
  }

  /**
   * Notes a lesson of the state `seq`.
   * @param truth int32 [batch]: the classes of all its samples, held out or not, as in `answers`
   * @returns what of it was right
   */
  noteLesson(answers: Answers, truth: Int32Array, { samples, reward, recycled }: Learnt, seq: number): Tally {
    const call = this.prequential.note(answers, truth);
    this.calibration.note(answers, truth);
    this.classes.note(answers, truth);
    this.confusion.note(answers, truth);
    this.tasks.note(call);
    this.#noteReward(samples, reward);
    this.#recycled += recycled;
    const { stored } = this.holdOut.samples;
    if (this.holdOut.limit > 0) this.#learnedSince += samples;
    if (stored > 0 && this.#learnedSince >= LEARNED_PER_HELD * stored) this.#evaluate(this.tasks.current, seq);
    return call;
  }

  /** Neurons were born again outside a lesson. */
  noteRecycled(count: number): void {
    this.#recycled += count;
  }

  /** A task begins with the state `seq`, if the one before has learned anything. */
  startTask(name: string | null, seq: number): void {
    const ended = this.tasks.current;
    if (!this.tasks.start(name, seq)) return;
    this.#results.keepFrom(this.tasks.from);
    if (this.holdOut.samples.stored > 0) this.#evaluate(ended, seq);
  }

  noteForgotten(samples: Forgot["samples"]): void {
    this.holdOut.forget(samples);
    if (samples.of === "all") this.#beginResults();
    if (samples.of === "class") this.#results.forgetClass(samples.classId);
  }

  /** @param holdout samples to be held out per class */
  tune(holdout: number): void {
    if (holdout === this.holdOut.limit) return;
    this.holdOut.tune(holdout);
    if (holdout === 0) this.#beginResults();
  }

  /** Takes in the next answers of the evaluation that is due. @param answers int32 [rows of its piece] */
  addEvaluated(answers: Int32Array): void {
    const evaluation = this.#evaluation;
    if (evaluation === null) throw new RangeError("no evaluation is under way");
    evaluation.add(answers);
    if (!evaluation.isDone) return;
    this.#results.add(evaluation.result);
    this.#learnedSince = 0;
    this.#evaluation = null;
  }

  #evaluate(task: number, seq: number): void {
    this.#evaluation = new Evaluation(task, seq, this.holdOut.samples);
  }

  #beginResults(): void {
    this.#results = new HoldOutResults(this.tasks.from);
    this.#learnedSince = 0;
  }

  /** As if every sample had had the mean. */
  #noteReward(samples: number, reward: number): void {
    let { sum, weight } = this.#reward;
    for (let i = 0; i < samples; i++) {
      sum = FADING * sum + reward;
      weight = FADING * weight + 1;
    }
    this.#reward = { sum, weight };
  }
}
