// One phase of a curriculum, from wherever it is: its events, its steps, its evaluations. Invariant: what no key remembers (evaluations, where a
// phase began) is written down before the next change is asked for, so that it is never measured on another state.

import type { Mode } from "../brain/config.ts";
import type { LearnAnswer } from "../brains/api.ts";
import type { StepRow } from "../store/curriculum-table.ts";
import { readAhead } from "./ahead.ts";
import type { Phase } from "./api.ts";
import { type Batch, PhaseBatches } from "./batches.ts";
import type { HeardNumbers } from "./heard-numbers.ts";
import { type Judged, judge, setsOf } from "./judging.ts";
import { fingerprintOf, stepFingerprint } from "./keys.ts";
import {
  begunPhase,
  doneSteps,
  endedPhase,
  evaluated,
  type PhaseProgress,
  type Progress,
  preparedPhase,
  stepped,
} from "./progress.ts";
import type { Work } from "./work.ts";

/** Hears how it goes on. */
export type PhaseListener = {
  readonly onBegun: (phase: Phase) => void;
  readonly onStep: (samples: number) => void;
  readonly onEnded: (phase: Phase, report: PhaseProgress) => void;
};

export class PhaseRun {
  readonly #work: Work;
  readonly #index: number;
  readonly #phase: Phase;
  readonly #heard: HeardNumbers;
  readonly #listener: PhaseListener;

  constructor(work: Work, index: number, phase: Phase, heard: HeardNumbers, listener: PhaseListener) {
    this.#work = work;
    this.#index = index;
    this.#phase = phase;
    this.#heard = heard;
    this.#listener = listener;
  }

  /** @throws what its calls throw, the signal's reason; what is done by then is noted */
  async run(): Promise<void> {
    if (this.#progress.stage === "begin") await this.#begin();
    if (this.#progress.stage === "evaluate") await this.#evaluate();
    if (this.#progress.stage === "steps") await this.#learn();
    await this.#end();
  }

  get #progress() {
    return this.#work.of.ledger.progress;
  }

  get #report(): PhaseProgress {
    const report = this.#progress.phases[this.#index];
    if (report === undefined) throw new Error(`there is no phase ${this.#index}`);
    return report;
  }

  async #begin(): Promise<void> {
    const { ledger, brain } = this.#work.of;
    const { brains } = this.#work.parts;
    this.#work.boundary();
    if (this.#report.fromSeq === null) {
      const info = await this.#work.patiently(() => brains.get(brain));
      this.#work.reached(info);
      ledger.note(begunPhase(this.#progress, info.seq, now()));
      await this.#work.write();
    }
    this.#listener.onBegun(this.#phase);
    if (this.#phase.task) await this.#startTask();
    await this.#setMode();
    const { numbers } = await judge(this.#work, this.#sets, this.#known);
    ledger.note(preparedPhase(this.#progress, numbers));
    await this.#work.write();
  }

  /** What the phase before found of the state with which this one begins, unless it begins with another mode. */
  get #known(): Judged["numbers"] {
    const { judged } = this.#progress;
    if (judged === null || judged.of?.seq !== this.#report.fromSeq) return {};
    return (this.#phase.mode ?? judged.of.mode) === judged.of.mode ? judged.numbers : {};
  }

  async #startTask(): Promise<void> {
    const { brain } = this.#work.of;
    const { brains } = this.#work.parts;
    const { name } = this.#phase;
    await this.#work.change(`${this.#index}/task`, fingerprintOf(name), (terms) =>
      brains.startTask(brain, name, terms),
    );
  }

  /** Asked for once a run: whoever resumes a curriculum wants its modes again. */
  async #setMode(): Promise<void> {
    const { mode } = this.#phase;
    if (mode !== undefined) await takeMode(this.#work, mode, `${this.#index}/mode/${this.#progress.run}`);
  }

  async #learn(): Promise<void> {
    const { plan } = this.#work.of;
    const { datasets } = this.#work.parts;
    const { steps, done } = this.#report;
    const batches = await this.#work.patiently(() => PhaseBatches.open(this.#phase, datasets, plan.datasets));
    try {
      for await (const { n, piece } of readAhead((step) => batches.batch(step), done, steps)) {
        this.#work.boundary();
        await this.#step(n, await piece);
        if (this.#progress.stage === "evaluate") await this.#evaluate();
        else if (this.#work.of.ledger.isDue) await this.#work.write();
      }
    } finally {
      await batches.close();
    }
  }

  async #step(step: number, batch: Batch): Promise<void> {
    const { ledger, brain } = this.#work.of;
    const { brains, onStep } = this.#work.parts;
    const { inputs, labels, epoch } = batch;
    const { memorize, neurogenesis } = this.#phase;
    const manner = { memorize, ...(neurogenesis === undefined ? {} : { neurogenesis }) };
    const index = doneSteps(this.#progress);
    const about = stepFingerprint(inputs, labels, manner);
    const answer = await this.#work.change(String(index), about, (terms) => {
      this.#heard.listen();
      return brains.learn(brain, { inputs, labels, ...manner }, terms);
    });
    const heard = await this.#work.patiently(() => this.#heard.after(answer.seq));
    const numbers = { ...numbersOf(answer), ...heard };
    const row = { index, phase: this.#index, epoch, step, seq: answer.seq, createdAt: new Date(), numbers };
    ledger.note(stepped(this.#progress, row, answer.samples, this.#isEvaluationDue(step + 1)), row);
    onStep();
    this.#listener.onStep(answer.samples);
  }

  #isEvaluationDue(done: number): boolean {
    const { evaluateEvery } = this.#phase;
    const isLast = done === this.#report.steps;
    return this.#sets.length > 0 && !isLast && evaluateEvery !== undefined && done % evaluateEvery === 0;
  }

  async #evaluate(): Promise<void> {
    const { ledger } = this.#work.of;
    const { numbers } = await judge(this.#work, this.#sets);
    ledger.note(evaluated(this.#progress, numbers), lineOf(this.#progress.last, numbers));
    await this.#work.write();
  }

  async #end(): Promise<void> {
    const { ledger, brain } = this.#work.of;
    const { brains } = this.#work.parts;
    this.#work.boundary();
    let { toSeq } = this.#report;
    if (this.#phase.consolidate) {
      const name = `${this.#index}/consolidate`;
      const { seq } = await this.#work.change(name, fingerprintOf(name), (terms) => brains.consolidate(brain, terms));
      toSeq = seq;
    }
    const judged = await judge(this.#work, this.#sets);
    const line = lineOf(this.#progress.last, judged.numbers);
    ledger.note(endedPhase(this.#progress, { judged, toSeq: toSeq ?? this.#work.of.at.seq, time: now() }), line);
    this.#listener.onEnded(this.#phase, this.#report);
    await this.#work.write();
  }

  get #sets() {
    return setsOf(this.#work.of.plan.evaluations, this.#phase);
  }
}

/** Switches the brain's mode, unless it has it already. @param name of the change, within the curriculum */
export async function takeMode(work: Work, mode: Mode, name: string): Promise<void> {
  const { brains } = work.parts;
  const { brain } = work.of;
  const { mode: current } = await work.patiently(() => brains.get(brain));
  if (current === mode) return;
  await work.change(name, fingerprintOf(mode), (terms) => brains.setMode(brain, mode, terms));
}

const now = (): string => new Date().toISOString();

/** What a step tells of itself. */
function numbersOf({ accuracy, reward, recycled, heldOut, memory }: LearnAnswer): Record<string, number> {
  return { accuracy, reward, recycled, stored: memory.stored, ...(heldOut > 0 ? { heldOut } : {}) };
}

/** @returns what is added to the line of the last step */
const lineOf = (last: Progress["last"], numbers: StepRow["numbers"]): StepRow | undefined => {
  if (last === null) return undefined;
  const { time, ...place } = last;
  return { ...place, createdAt: new Date(time), numbers };
};
