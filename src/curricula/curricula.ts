// Curricula as callers use them: begun, looked at, cancelled, resumed, removed. What runs of them is the runner's; what has ended is the table's.

import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { Brains } from "../brains/api.ts";
import type { Terms } from "../brains/terms.ts";
import type { Datasets } from "../datasets/api.ts";
import { EngramError, overloaded } from "../errors.ts";
import type { CurriculumRow, CurriculumTable } from "../store/curriculum-table.ts";
import { KeyedLock } from "../store/keyed-lock.ts";
import type * as Api from "./api.ts";
import { phaseSteps } from "./batches.ts";
import { type HistoryRequest, historyOf } from "./history.ts";
import { keyPrefix } from "./keys.ts";
import { checkPins, datasetsOf, type PinnedPlan } from "./pins.ts";
import { checkPlan, type PlanLimits } from "./plan-check.ts";
import { newProgress, resumed } from "./progress.ts";
import { infoOf } from "./report.ts";
import { Runner } from "./runner.ts";
import { toPlan, toProgress, toState } from "./stored.ts";
import type { JobParts } from "./work.ts";

export type CurriculaParts = JobParts & {
  readonly brains: Brains;
  readonly datasets: Pick<Datasets, "open" | "get" | "holding">;
  readonly table: CurriculumTable;
  readonly limits: PlanLimits;
  /** Curricula that run at once. */
  readonly atOnce: number;
};

/** What nobody has begun yet is like. */
const UNBEGUN = { state: "queued", isCancelRequested: false, error: null, startedAt: null, endedAt: null } as const;

/** Of one brain; more are refused. */
const MOST_QUEUED = 100;
const RETRY_AFTER_S = 60;
/** How long a cancellation waits for the step under way. */
const CANCEL_WITHIN_MS = 5_000;

export class CurriculaService implements Api.Curricula {
  readonly #parts: CurriculaParts;
  readonly #runner: Runner;
  /** Cancelling, resuming and removing one take turns. */
  readonly #turns = new KeyedLock();
  #isClosing = false;
  #lastCreatedMs = 0;

  constructor(parts: CurriculaParts) {
    this.#parts = parts;
    this.#runner = new Runner(parts, parts.atOnce);
  }

  /** Goes on with those that have not ended. Returns at once. */
  run(): void {
    this.#runner.start();
  }

  /** How many are queued, running, and waiting for a part of the server. */
  get counts() {
    return this.#runner.counts;
  }

  /** Refuses new ones, and stops those that run at their next steps. */
  async close(): Promise<void> {
    this.#isClosing = true;
    await this.#runner.close();
  }

  async start(brain: string, plan: Api.Plan, terms: Terms = {}): Promise<Api.CurriculumInfo> {
    this.#refuseClosing();
    const { brains, datasets, limits, table } = this.#parts;
    return brains.keepWith(brain, terms, async (uid, claim) => {
      const found = await brains.get(brain);
      return datasets.holding(datasetsOf(plan), async () => {
        const pinned = await checkPlan(plan, found, datasets, limits);
        const progress = newProgress(await this.#stepsOf(pinned));
        this.#refuseTooMany(brain, uid);
        this.#refuseClosing();
        const { name } = plan;
        const fresh = { id: randomUUID(), brainUid: uid, name, plan: pinned, progress, createdAt: this.#now() };
        const row = { ...fresh, ...UNBEGUN, brain };
        const info = infoOf(row, { life: row, progress, waiting: "turn", pace: null });
        await table.insert(fresh, claim && { ...claim, known: info });
        this.#runner.add(row);
        return info;
      });
    });
  }

  async list(brain: string | null, page: Api.CurriculaPage) {
    if (brain !== null) await this.#parts.brains.get(brain);
    const { rows, nextCursor } = await this.#parts.table.list({ ...page, ...(brain === null ? {} : { brain }) });
    return { curricula: rows.map((row) => this.#infoOf(row)), nextCursor };
  }

  async get(brain: string, id: string): Promise<Api.CurriculumInfo> {
    try {
      return this.#infoOf(await this.#find(brain, id));
    } catch (error) {
      // Whoever wants to know what it waits for is told so, for the database least of all.
      const job = this.#runner.find(id);
      const isAway = error instanceof EngramError && error.code === "database-unavailable";
      if (!isAway || job?.row.brain !== brain) throw error;
      return infoOf(job.row, job.now);
    }
  }

  async cancel(brain: string, id: string): Promise<Api.CurriculumInfo> {
    const over = await this.#turns.run(id, async () => {
      const { id: known } = await this.#find(brain, id);
      return (await this.#parts.table.requestCancel(known)) ? { over: this.#runner.cancel(known) } : null;
    });
    const giveUp = new AbortController();
    await Promise.race([over?.over, sleep(CANCEL_WITHIN_MS, undefined, { signal: giveUp.signal }).catch(() => {})]);
    giveUp.abort();
    return this.get(brain, id);
  }

  resume(brain: string, id: string): Promise<Api.CurriculumInfo> {
    return this.#turns.run(id, async () => {
      this.#refuseClosing();
      const row = await this.#find(brain, id);
      const state = toState(row.state);
      if (state === "completed") {
        throw new EngramError(
          "curriculum-not-resumable",
          `Curriculum "${id}" is completed; there is nothing left of it.`,
        );
      }
      if (state !== "queued" && state !== "running") {
        const { datasets, table } = this.#parts;
        const plan = toPlan(row);
        await datasets.holding(datasetsOf(plan), async () => {
          await checkPins(plan, datasets);
          this.#refuseTooMany(brain, row.brainUid);
          await table.requeue(row.id, resumed(toProgress(row.progress)));
        });
        this.#runner.add(await this.#find(brain, id));
      }
      return this.get(brain, id);
    });
  }

  remove(brain: string, id: string): Promise<void> {
    return this.#turns.run(id, async () => {
      const row = await this.#find(brain, id);
      const isRemoved = await this.#parts.table.remove(row, keyPrefix(row.id));
      if (!isRemoved) throw new EngramError("curriculum-running", `Curriculum "${id}" has not ended; cancel it first.`);
    });
  }

  async history(brain: string, id: string, request: HistoryRequest): Promise<Api.CurriculumHistory> {
    return historyOf(await this.#find(brain, id), request, this.#parts.table);
  }

  async #find(brain: string, id: string): Promise<CurriculumRow> {
    const row = await this.#parts.table.find(brain, id);
    if (row !== null) return row;
    await this.#parts.brains.get(brain);
    throw new EngramError("curriculum-not-found", `Brain "${brain}" has no curriculum ${JSON.stringify(id)}.`);
  }

  #infoOf(row: CurriculumRow): Api.CurriculumInfo {
    return infoOf(row, this.#runner.find(row.id)?.now);
  }

  async #stepsOf({ phases }: PinnedPlan): Promise<number[]> {
    const steps: number[] = [];
    for (const phase of phases) steps.push(phaseSteps(phase, await this.#parts.datasets.get(phase.dataset)));
    return steps;
  }

  #refuseTooMany(brain: string, uid: string): void {
    if (this.#runner.queuedOf(uid) < MOST_QUEUED) return;
    throw overloaded(`${MOST_QUEUED} curricula of brain "${brain}" wait for their turn, as many as may`, RETRY_AFTER_S);
  }

  #refuseClosing(): void {
    if (this.#isClosing) throw new EngramError("shutting-down", "The server is shutting down; try again in a moment.");
  }

  /** Later than that of any before: the order of creation is that of these times. */
  #now(): Date {
    this.#lastCreatedMs = Math.max(Date.now(), this.#lastCreatedMs + 1);
    return new Date(this.#lastCreatedMs);
  }
}
