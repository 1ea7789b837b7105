// One curriculum that is queued or running: from its beginning, or wherever it was, to its end. Invariant: `run` never rejects, and when it is
// over the table says how it ended, unless the server stops or the brain is gone.

import { EngramError, type ErrorCode } from "../errors.ts";
import type { CurriculumFailure, CurriculumRow } from "../store/curriculum-table.ts";
import type { CurriculumState } from "./api.ts";
import { HeardNumbers } from "./heard-numbers.ts";
import { JobVoice } from "./job-voice.ts";
import { CurriculumGone, Ledger } from "./ledger.ts";
import { RecentPace } from "./pace.ts";
import { PhaseRun, takeMode } from "./phase-run.ts";
import { begunRun, brokenOff, modeTaken, wantedMode } from "./progress.ts";
import type { Now } from "./report.ts";
import { toPlan } from "./stored.ts";
import { type JobParts, Work } from "./work.ts";

/** Why it ends before its end: what its boundaries throw then. */
class Interruption extends Error {
  readonly by: "cancel" | "stop";

  constructor(by: "cancel" | "stop") {
    super(by);
    this.by = by;
  }
}

export class Job {
  readonly row: CurriculumRow;
  readonly #parts: JobParts;
  readonly #ledger: Ledger;
  readonly #work: Work;
  readonly #voice: JobVoice;
  readonly #cancelling = new AbortController();
  readonly #stopping = new AbortController();
  readonly #pace = new RecentPace();
  #waiting: string | null = "turn";
  #over: Promise<void> | null = null;

  constructor(row: CurriculumRow, parts: JobParts) {
    this.row = row;
    this.#parts = parts;
    this.#ledger = new Ledger(row, parts.table);
    const { id, brain, brainUid: uid } = row;
    this.#work = new Work(
      {
        ...{ id, brain, uid, plan: toPlan(row), ledger: this.#ledger, at: { seq: 0, step: 0 } },
        signal: AbortSignal.any([this.#cancelling.signal, this.#stopping.signal]),
        onWaiting: (code, error) => this.#waits(code, error),
      },
      parts,
    );
    this.#voice = new JobVoice(row, this.#work, () => this.now);
    if (row.isCancelRequested) this.cancel();
  }

  get now(): Now {
    const [life, progress] = [this.#ledger.life, this.#ledger.progress];
    return { life, progress, waiting: this.#waiting, pace: this.#pace.at(performance.now()) };
  }

  /** Has it end at the next boundary, for good. */
  cancel(): void {
    this.#cancelling.abort(new Interruption("cancel"));
  }

  /** Has it end at the next boundary, to go on at the next start of the server. */
  stop(): void {
    this.#stopping.abort(new Interruption("stop"));
  }

  /** Runs it, once. Never rejects. */
  run(): Promise<void> {
    this.#over ??= this.#run();
    return this.#over;
  }

  async #run(): Promise<void> {
    this.#waiting = null;
    const unsubscribe = this.#parts.feed.subscribe((message) => {
      if (message.brain === this.row.brain && message.type !== "curriculum") this.#work.reached(message);
    });
    try {
      await this.#teach().then(
        () => this.#end("completed"),
        (error: unknown) => this.#breakOff(error),
      );
    } catch (error) {
      if (isGone(error)) this.#voice.gone();
      else if (!(error instanceof Interruption)) this.#voice.bug(error);
    } finally {
      unsubscribe();
    }
  }

  async #teach(): Promise<void> {
    const { feed, brains } = this.#parts;
    await this.#begin();
    const heard = new HeardNumbers(feed, brains, this.row.brain);
    const listener = {
      onBegun: () => this.#voice.phaseBegun(),
      onEnded: () => this.#voice.phaseEnded(),
      onStep: (samples: number) => {
        this.#pace.note(samples, performance.now());
        this.#voice.stepped();
      },
    };
    try {
      const { phases } = this.#work.of.plan;
      for (let phase = this.#current(); phase !== undefined; phase = this.#current()) {
        await new PhaseRun(this.#work, phases.indexOf(phase), phase, heard, listener).run();
      }
    } finally {
      heard.close();
    }
  }

  #current() {
    return this.#work.of.plan.phases[this.#ledger.progress.phase];
  }

  /** Begins a run, or goes on with one. */
  async #begin(): Promise<void> {
    this.#work.boundary();
    const { brains } = this.#parts;
    const { mode, ...stamp } = await this.#work.patiently(() => brains.get(this.row.brain));
    this.#work.reached(stamp);
    const { startedAt } = this.#ledger.life;
    this.#ledger.live({ state: "running", startedAt: startedAt ?? new Date() });
    if (this.#ledger.progress.modeBefore === null) {
      this.#ledger.note(begunRun(this.#ledger.progress, mode));
      await this.#work.write();
    }
    this.#pace.begin(performance.now());
    this.#voice.begun();
    if (this.#ledger.progress.isModeSet) return;
    const wanted = wantedMode(this.#work.of.plan, this.#ledger.progress);
    if (wanted !== undefined) await takeMode(this.#work, wanted, `mode/${this.#ledger.progress.run}`);
    this.#ledger.note(modeTaken(this.#ledger.progress));
    await this.#work.write();
  }

  async #breakOff(error: unknown): Promise<void> {
    if (isGone(error)) throw error;
    if (error instanceof Interruption) {
      if (error.by === "cancel") return this.#end("cancelled");
      await this.#ledger.write().catch(() => {}); // what is missing is asked for again under its keys
      this.#voice.stopped();
      throw error;
    }
    if (!(error instanceof EngramError)) this.#voice.bug(error);
    await this.#end("failed", failureOf(error));
  }

  /** @throws CurriculumGone; Interruption when the server stops meanwhile: then it ends at the next start */
  async #end(state: Exclude<CurriculumState, "queued" | "running">, error: CurriculumFailure | null = null) {
    const work = this.#work.until(this.#stopping.signal);
    await this.#giveModeBack(work);
    const endedAt = new Date();
    if (state !== "completed") this.#ledger.note(brokenOff(this.#ledger.progress, state, endedAt.toISOString()));
    this.#ledger.live({ state, error, endedAt });
    await work.write();
    this.#voice.ended();
  }

  /** The brain has the mode again that it had before, unless somebody else has set another one. */
  async #giveModeBack(work: Work): Promise<void> {
    const { modeBefore, run } = this.#ledger.progress;
    const wanted = wantedMode(this.#work.of.plan, this.#ledger.progress);
    if (modeBefore === null || wanted === undefined || wanted === modeBefore) return;
    try {
      const { mode } = await work.patiently(() => this.#parts.brains.get(this.row.brain));
      if (mode === wanted) await takeMode(work, modeBefore, `mode-back/${run}`);
    } catch (error) {
      // A brain that cannot be changed keeps its mode; that is no reason for the curriculum not to end.
      if (isGone(error) || !(error instanceof EngramError)) throw error;
    }
  }

  #waits(code: ErrorCode | null, error: unknown): void {
    if (code !== null && this.#waiting === null && code !== "database-unavailable" && this.#ledger.isBehind) {
      void this.#ledger.write().catch(() => {}); // it is written again with what follows
    }
    this.#waiting = code;
    this.#voice.waits(code, error);
  }
}

const isGone = (error: unknown): boolean =>
  error instanceof CurriculumGone || (error instanceof EngramError && error.code === "brain-not-found");

const failureOf = (error: unknown): CurriculumFailure =>
  error instanceof EngramError
    ? { code: error.code, detail: error.message }
    : { code: "internal", detail: "Something went wrong that nobody expected; the server's log has it." };
