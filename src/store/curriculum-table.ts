// Curricula as they are kept: what is to be done, how far it is, what each step measured. What plans and progress hold only who wrote them reads.
// Invariant: progress, the steps that it counts and the end of the keys that it has passed are one statement.

import type { Pool } from "pg";
import { answered } from "./answered.ts";
import type { Prisma, PrismaClient } from "./generated/prisma/client.ts";
import { isKeyTaken, keyData, keyTaken, type NewKey } from "./idempotency-keys.ts";
import { endOf, type PageRequest, pageOf, type Rows } from "./pages.ts";
import { toNumber } from "./stored-values.ts";

export type NewCurriculum = {
  readonly id: string;
  readonly brainUid: string;
  readonly name: string | null;
  readonly plan: object;
  readonly progress: object;
  readonly createdAt: Date;
};

/** Why one failed. */
export type CurriculumFailure = { readonly code: string; readonly detail: string };

export type CurriculumRow = {
  readonly id: string;
  readonly brainUid: string;
  /** The slug of its brain. */
  readonly brain: string;
  readonly name: string | null;
  readonly plan: unknown;
  /** queued, running, completed, cancelled or failed. */
  readonly state: string;
  readonly isCancelRequested: boolean;
  readonly progress: unknown;
  readonly error: CurriculumFailure | null;
  readonly createdAt: Date;
  readonly startedAt: Date | null;
  readonly endedAt: Date | null;
};

export type StepRow = {
  /** Counts the steps of all phases, from 0. */
  readonly index: number;
  readonly phase: number;
  readonly epoch: number;
  /** Within the phase, from 0. */
  readonly step: number;
  readonly seq: number;
  readonly createdAt: Date;
  readonly numbers: { readonly [name: string]: number };
};

/** How far a curriculum is now. */
export type Advance = Pick<CurriculumRow, "id" | "brainUid" | "state" | "error" | "startedAt" | "endedAt"> & {
  readonly progress: object;
  readonly steps: readonly StepRow[];
  /** Idempotency-Keys of what is behind it. */
  readonly passedKeys: readonly string[];
  /** And all that begin so. */
  readonly passedPrefix?: string;
};

export type CurriculaFilter = PageRequest & {
  readonly brain?: string | undefined;
  readonly state?: string | undefined;
};

/** Every method throws EngramError `database-unavailable` or `storage-full` when the database does not do it. */
export class CurriculumTable {
  readonly #prisma: PrismaClient;
  readonly #pool: Pool;

  constructor({ prisma, pool }: { readonly prisma: PrismaClient; readonly pool: Pool }) {
    this.#prisma = prisma;
    this.#pool = pool;
  }

  /**
   * Keeps a new one, queued.
   * @param key under which the call may be sent again
   * @throws EngramError `idempotency-in-progress` when the key is taken
   */
  async insert({ plan, progress, ...curriculum }: NewCurriculum, key?: NewKey): Promise<void> {
    // Plans and progress are plain data: JSON says all of them.
    const json = { plan: plan as Prisma.InputJsonObject, progress: progress as Prisma.InputJsonObject };
    const writing = this.#prisma.curriculum.create({ data: { ...curriculum, ...json, state: "queued" } });
    if (key === undefined) {
      await answered(writing);
      return;
    }
    const keeping = this.#prisma.idempotencyKey.create({ data: keyData(curriculum.brainUid, key) });
    await answered(this.#prisma.$transaction([writing, keeping])).catch((error: unknown) => {
      throw isKeyTaken(error) ? keyTaken(error) : error;
    });
  }

  /** @returns the one of this brain, or null; none of a brain that is gone */
  async find(brain: string, id: string): Promise<CurriculumRow | null> {
    if (!UUID.test(id)) return null;
    const where = { id, brain: { id: brain, isHidden: false } };
    const model = await answered(this.#prisma.curriculum.findFirst({ where, include: WITH_BRAIN }));
    return model === null ? null : toRow(model);
  }

  /**
   * The newest first.
   * @throws EngramError `validation` for a cursor that is not ours
   */
  async list({ limit, cursor, brain, state }: CurriculaFilter): Promise<Rows<CurriculumRow>> {
    const models = await answered(
      this.#prisma.curriculum.findMany({
        where: {
          brain: { isHidden: false, ...(brain === undefined ? {} : { id: brain }) },
          ...(state === undefined ? {} : { state }),
          ...(cursor === undefined ? {} : before(cursor)),
        },
        include: WITH_BRAIN,
        orderBy: [{ createdAt: "desc" }, { id: "desc" }],
        take: limit + 1,
      }),
    );
    return pageOf(models, limit, toRow);
  }

  /** Those that have not ended, in the order of their creation. */
  async unended(): Promise<readonly CurriculumRow[]> {
    const where = { state: { in: UNENDED }, brain: { isHidden: false } };
    const orderBy = [{ createdAt: "asc" as const }, { id: "asc" as const }];
    return (await answered(this.#prisma.curriculum.findMany({ where, orderBy, include: WITH_BRAIN }))).map(toRow);
  }

  /** @returns those that name this dataset and have not ended, each in some words: the oldest first, a hundred at most */
  async usersOf(dataset: string): Promise<readonly string[]> {
    const named = JSON.stringify([{ dataset }]);
    const { rows } = await answered(this.#pool.query<{ id: string; brain: string }>(USERS, [named]));
    return rows.map(({ id, brain }) => `curriculum ${id} of brain "${brain}"`);
  }

  /** Writes how far one is. @returns false when it is gone, with its brain; nothing is written then */
  async advance(advance: Advance): Promise<boolean> {
    const { id, brainUid, state, progress, error, startedAt, endedAt, steps, passedKeys, passedPrefix } = advance;
    const values = [
      ...[id, state, JSON.stringify(progress), error && JSON.stringify(error), startedAt, endedAt],
      ...[brainUid, passedKeys, passedPrefix ?? null],
      ...[steps.map(({ index }) => index), steps.map(({ phase }) => phase), steps.map(({ epoch }) => epoch)],
      ...[steps.map(({ step }) => step), steps.map(({ seq }) => seq), steps.map(({ createdAt }) => createdAt)],
      steps.map(({ numbers }) => JSON.stringify(numbers)),
    ];
    const { rowCount } = await answered(this.#pool.query(ADVANCE, values));
    return rowCount === 1;
  }

  /** Notes that somebody wants it to end. @returns whether it had not ended yet */
  async requestCancel(id: string): Promise<boolean> {
    const where = { id, state: { in: UNENDED } };
    const { count } = await answered(this.#prisma.curriculum.updateMany({ where, data: { isCancelRequested: true } }));
    return count > 0;
  }

  /** Queues one again that was cancelled or failed. @returns whether it was */
  async requeue(id: string, progress: object): Promise<boolean> {
    const { rowCount } = await answered(this.#pool.query(REQUEUE, [id, JSON.stringify(progress)]));
    return rowCount === 1;
  }

  /** Removes one that has ended, with its steps and keys. @returns whether there was one that had */
  async remove({ id, brainUid }: Pick<CurriculumRow, "id" | "brainUid">, keyPrefix: string): Promise<boolean> {
    const where = { id, state: { notIn: UNENDED } };
    if ((await answered(this.#prisma.curriculum.count({ where }))) === 0) return false;
    // In pieces: one statement would hold up all others for as long as there are steps.
    while ((await answered(this.#pool.query(DELETE_STEPS, [id]))).rowCount !== 0);
    await answered(this.#pool.query(DELETE_KEYS, [brainUid, keyPrefix]));
    await answered(this.#prisma.curriculum.deleteMany({ where }));
    return true;
  }

  /** @returns its steps from index `from` on, at most `limit` */
  async steps(id: string, from: number, limit: number): Promise<readonly StepRow[]> {
    const { rows } = await answered(this.#pool.query<StepColumns>(STEPS, [id, from, limit]));
    return rows.map(({ created_at: createdAt, seq, ...row }) => ({ ...row, seq: toNumber(seq), createdAt }));
  }
}

const UNENDED = ["queued", "running"];
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const WITH_BRAIN = { brain: { select: { id: true } } } as const;

const USERS = `
SELECT curriculum.id, brain.id AS brain FROM curriculum JOIN brain ON brain.uid = curriculum.brain_uid AND NOT brain.is_hidden
WHERE state IN ('queued', 'running') AND (plan->'phases' @> $1::jsonb OR plan->'evaluations' @> $1::jsonb)
ORDER BY curriculum.created_at, curriculum.id LIMIT 100`;

// What is written twice, because the answer to the first time was lost, is the same. A line that was written when its curriculum stopped before
// the evaluation that follows it gets that later.
const ADVANCE = `
WITH moved AS (
  UPDATE curriculum SET state = $2, progress = $3::jsonb, error = $4::jsonb, started_at = $5, ended_at = $6
  WHERE id = $1::uuid RETURNING id
), forgotten AS (
  DELETE FROM idempotency_key WHERE scope = $7::uuid AND (key = ANY($8::text[]) OR starts_with(key, $9::text))
), stepped AS (
  INSERT INTO curriculum_step (curriculum_id, index, phase, epoch, step, seq, created_at, numbers)
  SELECT moved.id, given.index, given.phase, given.epoch, given.step, given.seq, given.created_at, given.numbers::jsonb
  FROM moved, unnest($10::integer[], $11::integer[], $12::integer[], $13::integer[], $14::bigint[], $15::timestamptz[], $16::text[])
    AS given (index, phase, epoch, step, seq, created_at, numbers)
  ON CONFLICT (curriculum_id, index) DO UPDATE SET numbers = curriculum_step.numbers || EXCLUDED.numbers
)
SELECT id FROM moved`;

const REQUEUE = `
UPDATE curriculum SET state = 'queued', is_cancel_requested = false, error = NULL, ended_at = NULL, progress = $2::jsonb
WHERE id = $1::uuid AND state IN ('cancelled', 'failed')`;

const DELETE_STEPS = `
DELETE FROM curriculum_step WHERE curriculum_id = $1::uuid
AND index IN (SELECT index FROM curriculum_step WHERE curriculum_id = $1::uuid LIMIT 1000)`;

const DELETE_KEYS = "DELETE FROM idempotency_key WHERE scope = $1::uuid AND starts_with(key, $2::text)";

const STEPS = `
SELECT index, phase, epoch, step, seq, created_at, numbers FROM curriculum_step
WHERE curriculum_id = $1::uuid AND index >= $2 ORDER BY index LIMIT $3`;

type StepColumns = Omit<StepRow, "seq" | "createdAt"> & { readonly seq: string; readonly created_at: Date };

function before(cursor: string) {
  const { createdAt, id } = endOf(cursor);
  return { OR: [{ createdAt: { lt: createdAt } }, { createdAt, id: { lt: uuidOf(id) } }] };
}

/** A cursor is its caller's input: what is no UUID stands before all that are. */
const uuidOf = (id: string): string => (UUID.test(id) ? id : "00000000-0000-0000-0000-000000000000");

type WithBrain = Prisma.CurriculumGetPayload<{ include: typeof WITH_BRAIN }>;

const toRow = ({ brain, error, ...model }: WithBrain): CurriculumRow => ({
  ...model,
  brain: brain.id,
  // The column is written by `advance` alone, which takes this type.
  error: error as CurriculumFailure | null,
});
