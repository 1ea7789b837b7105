// What a running curriculum tells: the log, one line a fact and no names, and the streams, at each beginning and end and in between so often that a page moves.

import type { ErrorCode } from "../errors.ts";
import type { CurriculumRow } from "../store/curriculum-table.ts";
import { type Now, progressOf } from "./report.ts";
import type { Work } from "./work.ts";

/** Between two messages, unless something begins or ends. */
const TELL_EVERY_MS = 500;

export class JobVoice {
  readonly #row: CurriculumRow;
  readonly #work: Work;
  readonly #now: () => Now;
  #toldMs = Number.NEGATIVE_INFINITY;

  constructor(row: CurriculumRow, work: Work, now: () => Now) {
    this.#row = row;
    this.#work = work;
    this.#now = now;
  }

  begun(): void {
    const { done, total } = this.#progress;
    this.#log.info({ ...this.#names, done, total }, done === 0 ? "curriculum started" : "curriculum goes on");
    this.#tell();
  }

  phaseBegun(): void {
    const { phase, phaseSteps } = this.#progress;
    this.#log.info({ ...this.#names, phase, steps: phaseSteps }, "phase begun");
    this.#tell();
  }

  /** Call it when the next one is current. */
  phaseEnded(): void {
    const { progress } = this.#now();
    const phase = progress.phase - 1;
    const report = progress.phases[phase];
    const durationMs = Date.parse(report?.endedAt ?? "") - Date.parse(report?.startedAt ?? "");
    this.#log.info({ ...this.#names, phase, seq: report?.toSeq, durationMs }, "phase ended");
  }

  stepped(): void {
    if (performance.now() - this.#toldMs >= TELL_EVERY_MS) this.#tell();
  }

  /** @param code of what it waits for; null when it waits no longer */
  waits(code: ErrorCode | null, error: unknown): void {
    if (code === null) this.#log.info(this.#names, "curriculum waits no longer");
    else this.#log.warn({ ...this.#names, code, err: error }, "curriculum waits");
    this.#tell();
  }

  stopped(): void {
    const { done, total } = this.#progress;
    this.#log.info({ ...this.#names, done, total }, "curriculum stopped until the next start");
  }

  ended(): void {
    const { state, error, startedAt, endedAt } = this.#now().life;
    const durationMs = startedAt === null || endedAt === null ? 0 : endedAt.getTime() - startedAt.getTime();
    const { done, total } = this.#progress;
    const facts = { ...this.#names, state, done, total, durationMs, ...(error && { code: error.code }) };
    this.#log[state === "failed" ? "warn" : "info"](facts, "curriculum ended");
    this.#tell();
  }

  /** Its brain was deleted. */
  gone(): void {
    this.#log.debug(this.#names, "curriculum gone with its brain");
  }

  bug(error: unknown): void {
    this.#log.error({ ...this.#names, err: error }, "curriculum failed unexpectedly");
  }

  get #log() {
    return this.#work.parts.logger;
  }

  get #names() {
    const { id: curriculum, brain } = this.#row;
    return { brain, curriculum };
  }

  get #progress() {
    const now = this.#now();
    return progressOf(this.#work.of.plan, now.progress, now);
  }

  #tell(): void {
    this.#toldMs = performance.now();
    const { id: curriculum, brain, name } = this.#row;
    const { state } = this.#now().life;
    const time = new Date().toISOString();
    this.#work.parts.feed.publish({
      ...{ brain, ...this.#work.of.at, time, type: "curriculum" },
      ...{ curriculum, name, state, ...this.#progress },
    });
  }
}
