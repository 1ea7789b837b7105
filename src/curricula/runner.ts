// Who runs when: the curricula of one brain one after the other, in the order of their creation, and so many at once on the server. Invariant: one
// that is queued or running in the table is known here, from the moment on that the table was read.

import type { Logger } from "pino";
import type { CurriculumRow } from "../store/curriculum-table.ts";
import type { CurriculumState } from "./api.ts";
import { Job } from "./job.ts";
import { patiently } from "./patience.ts";
import type { JobParts } from "./work.ts";

export class Runner {
  readonly #parts: JobParts & { readonly logger: Logger };
  readonly #atOnce: number;
  /** In the order of their creation. */
  readonly #queued: Job[] = [];
  readonly #running = new Map<Job, Promise<void>>();
  readonly #stopping = new AbortController();
  #isRead = false;
  #reading: Promise<void> = Promise.resolve();

  /** @param atOnce curricula that run at once */
  constructor(parts: JobParts, atOnce: number) {
    this.#parts = parts;
    this.#atOnce = atOnce;
  }

  /** Takes up what was queued or running when the server ended, as soon as the database answers. Returns at once. */
  start(): void {
    this.#reading = this.#read().catch((error: unknown) => {
      if (!this.#stopping.signal.aborted) this.#parts.logger.error({ err: error }, "curricula not taken up");
    });
  }

  /** Queues one whose row is there; it runs when it is its turn. */
  add(row: CurriculumRow): Job {
    const known = this.find(row.id);
    if (known !== null) return known;
    const job = new Job(row, this.#parts);
    const place = this.#queued.findIndex((other) => isBefore(row, other.row));
    this.#queued.splice(place === -1 ? this.#queued.length : place, 0, job);
    setImmediate(() => this.#pump());
    return job;
  }

  /** @returns one that is queued or running */
  find(id: string): Job | null {
    const isIt = ({ row }: Job): boolean => row.id === id;
    return this.#queued.find(isIt) ?? [...this.#running.keys()].find(isIt) ?? null;
  }

  /** How many of a brain's wait. */
  queuedOf(brainUid: string): number {
    return this.#queued.filter(({ row }) => row.brainUid === brainUid).length;
  }

  /** How many are queued, running, and of these waiting for a part of the server. */
  get counts(): Readonly<Record<Extract<CurriculumState, "queued" | "running"> | "waiting", number>> {
    const waiting = [...this.#running.keys()].filter(({ now }) => now.waiting !== null).length;
    return { queued: this.#queued.length, running: this.#running.size - waiting, waiting };
  }

  /** Ends one at its next step. @returns what is over when it has ended */
  cancel(id: string): Promise<void> {
    const job = this.find(id);
    if (job === null) return Promise.resolve();
    job.cancel();
    // It needs no turn to end.
    if (!this.#running.has(job)) this.#launch(job);
    return this.#running.get(job) ?? Promise.resolve();
  }

  /** Has all of them end at their next steps, to go on at the next start. */
  async close(): Promise<void> {
    this.#stopping.abort();
    for (const job of this.#running.keys()) job.stop();
    await Promise.all([this.#reading, ...this.#running.values()]);
  }

  async #read(): Promise<void> {
    const rows = await patiently(
      () => this.#parts.table.unended(),
      this.#stopping.signal,
      (code, error) => {
        if (code !== null) this.#parts.logger.warn({ code, err: error }, "curricula are taken up later");
      },
    );
    this.#isRead = true;
    for (const row of rows) this.add(row);
    this.#pump();
  }

  #pump(): void {
    if (!this.#isRead || this.#stopping.signal.aborted) return;
    while (this.#running.size < this.#atOnce) {
      const busy = new Set([...this.#running.keys()].map(({ row }) => row.brainUid));
      const next = this.#queued.filter(({ row }) => !busy.has(row.brainUid));
      // What was running before goes first: others came after it.
      const job = next.find(({ row }) => row.state === "running") ?? next[0];
      if (job === undefined) return;
      this.#launch(job);
    }
  }

  #launch(job: Job): void {
    const place = this.#queued.indexOf(job);
    if (place !== -1) this.#queued.splice(place, 1);
    const over = job.run().then(() => {
      this.#running.delete(job);
      this.#pump();
    });
    this.#running.set(job, over);
  }
}

const isBefore = (a: CurriculumRow, b: CurriculumRow): boolean =>
  a.createdAt.getTime() - b.createdAt.getTime() < 0 || (a.createdAt.getTime() === b.createdAt.getTime() && a.id < b.id);
