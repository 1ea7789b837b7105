// The brains that exist: what each is and the head of its log. `seq`, `step`, `mode`, `labels` and `shape` are the log's to change
// (event-log.ts);
// here a brain is created, found, listed, renamed and removed.

import type { Blueprint, Mode } from "../brain/config.ts";
import type { Shape } from "../brain/shape.ts";
import { EngramError } from "../errors.ts";
import { answered } from "./answered.ts";
import type { Prisma, PrismaClient } from "./generated/prisma/client.ts";
import type { BrainModel } from "./generated/prisma/models/Brain.ts";
import { hasCode } from "./has-code.ts";
import { isKeyTaken, type KeyFor, keyData, keyTaken, type NewKey } from "./idempotency-keys.ts";
import { after, OLDEST_FIRST, type PageRequest, pageOf, type Rows } from "./pages.ts";
import { toBlueprint, toMode, toNumber, toShape } from "./stored-values.ts";

/** Where a brain came from, with what it had learned there: its log begins after `seq`. */
export type Origin = {
  readonly by: "fork" | "import";
  /** The id of the brain that it was a copy of, then and there; null where that is not known. */
  readonly brain: string | null;
  readonly seq: number;
  /** Set when it came with its whole log: a replay may begin at its creation, which was elsewhere. */
  readonly fromBeginning?: true;
};

type RowFields = {
  /** Names the brain in all tables; never used again. */
  readonly uid: string;
  /** The slug that clients see; free again once the brain is removed. */
  readonly id: string;
  readonly name: string | null;
  readonly tags: { readonly [key: string]: string };
  readonly mode: Mode;
  /** The last committed event. */
  readonly seq: number;
  /** Learn events committed. */
  readonly step: number;
  /** Class names, in the order of their indexes. */
  readonly labels: readonly string[];
  readonly shape: Shape;
  /** Null when it was created here, empty. */
  readonly origin: Origin | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
};

/** Its configuration is as it was created. */
export type BrainRow = RowFields & Blueprint;
export type NewBrain = Pick<RowFields, "uid" | "id" | "name" | "tags" | "mode"> &
  Partial<Pick<RowFields, "createdAt" | "updatedAt">> &
  Blueprint;
/** A brain that arrives with a past. */
export type Newcomer = NewBrain & Pick<RowFields, "seq" | "step" | "labels" | "shape"> & { readonly origin: Origin };
export type Arrived = Pick<RowFields, "step" | "mode" | "labels" | "shape" | "createdAt">;
export type BrainPatch = Partial<Pick<RowFields, "name" | "tags">>;

/** Far longer than any brain takes to arrive: what is older arrives no more. */
const ARRIVAL_MS = 60 * 60_000;

const NO_SUCH_ROW = "P2025";
const NOT_UNIQUE = "P2002";

/** Every method throws EngramError `database-unavailable` when the database is away. */
export class BrainTable {
  readonly #prisma: PrismaClient;

  constructor(prisma: PrismaClient) {
    this.#prisma = prisma;
  }

  /**
   * @param key under which the call may be sent again
   * @throws EngramError `brain-exists` when the id is taken, `idempotency-in-progress` when the key is
   */
  async insert(brain: NewBrain, key?: NewKey): Promise<BrainRow> {
    const { uid, id, name, tags, mode, kind, config, createdAt, updatedAt } = brain;
    const times = { ...(createdAt && { createdAt }), ...(updatedAt && { updatedAt }) };
    const data = { uid, id, name, tags, mode, kind, config, ...times };
    return this.#unlessTaken(id, this.#prisma.brain.create({ data }), uid, key);
  }

  /** Begins a brain that nobody sees until `reveal`. */
  async insertHidden({ id: _, labels, ...newcomer }: Newcomer): Promise<BrainRow> {
    // Not a slug: no client can name it.
    const data = { ...newcomer, id: `.${newcomer.uid}`, labels: [...labels], isHidden: true };
    return toRow(await answered(this.#prisma.brain.create({ data })));
  }

  /** Writes down what was not known of a hidden brain when it began. */
  async complete(uid: string, { labels, ...arrived }: Arrived): Promise<void> {
    const data = { ...arrived, labels: [...labels] };
    await answered(this.#prisma.brain.update({ where: { uid, isHidden: true }, data }));
  }

  /**
   * Shows a hidden brain under the id that it wants.
   * @param keyFor gives the key under which the call may be sent again, which belongs to the brain `owner`
   * @throws EngramError `brain-exists` when the id is taken, `idempotency-in-progress` when the key is
   */
  async reveal(uid: string, id: string, keyFor?: KeyFor<BrainRow>, owner = uid): Promise<BrainRow> {
    const data = { id, isHidden: false, updatedAt: new Date() };
    const revealing = this.#prisma.brain.update({ where: { uid, isHidden: true }, data });
    if (keyFor === undefined) return this.#unlessTaken(id, revealing);
    const hidden = await answered(this.#prisma.brain.findUniqueOrThrow({ where: { uid } }));
    return this.#unlessTaken(id, revealing, owner, keyFor(toRow({ ...hidden, ...data })));
  }

  /**
   * Removes brains that began to arrive long ago and never did.
   * @returns how many there were
   */
  async removeAbandoned(): Promise<number> {
    const where = { isHidden: true, createdAt: { lt: new Date(Date.now() - ARRIVAL_MS) } };
    const abandoned = await answered(this.#prisma.brain.findMany({ where, select: { uid: true } }));
    for (const { uid } of abandoned) await this.#purge(uid);
    return abandoned.length;
  }

  /** @throws EngramError `brain-exists` when there is a brain of this id */
  async refuseTaken(id: string): Promise<void> {
    if ((await this.find(id)) !== null) throw taken(id);
  }

  async find(id: string): Promise<BrainRow | null> {
    const model = await answered(this.#prisma.brain.findUnique({ where: { id, isHidden: false } }));
    return model === null ? null : toRow(model);
  }

  /**
   * Brains in the order of their creation, newest last.
   * @throws EngramError `validation` for a cursor that is not ours
   */
  async list({ limit, cursor }: PageRequest): Promise<Rows<BrainRow>> {
    const models = await answered(
      this.#prisma.brain.findMany({
        where: { isHidden: false, ...(cursor === undefined ? {} : after(cursor)) },
        orderBy: OLDEST_FIRST,
        take: limit + 1,
      }),
    );
    return pageOf(models, limit, toRow);
  }

  /** @returns the brain as it is now, or null when there is none */
  async update(uid: string, { name, tags }: BrainPatch): Promise<BrainRow | null> {
    const data = { ...(name === undefined ? {} : { name }), ...(tags === undefined ? {} : { tags }) };
    try {
      return toRow(await answered(this.#prisma.brain.update({ where: { uid }, data })));
    } catch (error) {
      if (hasCode(error, NO_SUCH_ROW)) return null;
      throw error;
    }
  }

  /**
   * Removes the brain with its events, checkpoints, chunks, curricula and the history of its numbers. It is gone for everybody at once; what is left when the database goes away
   * meanwhile is removed as abandoned.
   * @returns whether there was one
   */
  async remove(uid: string): Promise<boolean> {
    const data = { id: `.${uid}`, isHidden: true, createdAt: new Date(0) };
    const { count } = await answered(this.#prisma.brain.updateMany({ where: { uid }, data }));
    await this.#purge(uid).catch(() => {});
    return count > 0;
  }

  /** Deletes a hidden brain in pieces: one statement would make the database log, and block, as much as the brain is large. */
  async #purge(uid: string): Promise<void> {
    for (const deleteSome of [DELETE_CHUNKS, DELETE_EVENTS, DELETE_TRACKED, DELETE_METRICS, DELETE_STEPS]) {
      while ((await answered(this.#prisma.$executeRawUnsafe(deleteSome, uid))) > 0);
    }
    await answered(this.#prisma.brain.deleteMany({ where: { uid } }));
  }

  /** @param owner of the key, where there is one: it is committed with what is written, and goes with its owner */
  async #unlessTaken(
    id: string,
    writing: Prisma.PrismaPromise<BrainModel>,
    owner?: string,
    key?: NewKey,
  ): Promise<BrainRow> {
    try {
      if (owner === undefined || key === undefined) return toRow(await answered(writing));
      const keeping = this.#prisma.idempotencyKey.create({ data: keyData(owner, key) });
      const [model] = await answered(this.#prisma.$transaction([writing, keeping]));
      return toRow(model);
    } catch (error) {
      if (isKeyTaken(error)) throw keyTaken(error);
      if (!hasCode(error, NOT_UNIQUE)) throw error;
      throw taken(id, error);
    }
  }
}

/** 4 MiB, as chunks are cut. */
const DELETE_CHUNKS = `
DELETE FROM chunk WHERE brain_uid = $1::uuid
AND hash IN (SELECT hash FROM chunk WHERE brain_uid = $1::uuid LIMIT 64)`;

/** 4 MiB, or a longer event. Lengths are known without reading what is so long. */
const DELETE_EVENTS = `
DELETE FROM event WHERE brain_uid = $1::uuid AND seq <= (
  SELECT max(seq) FROM (
    SELECT seq, sum(octet_length(payload)) OVER (ORDER BY seq) AS bytes, row_number() OVER (ORDER BY seq) AS place
    FROM (SELECT seq, payload FROM event WHERE brain_uid = $1::uuid ORDER BY seq LIMIT 1000) AS next
  ) AS piece
  WHERE bytes <= 4194304 OR place = 1
)`;

const DELETE_TRACKED = `
DELETE FROM tracked_prediction WHERE brain_uid = $1::uuid
AND id IN (SELECT id FROM tracked_prediction WHERE brain_uid = $1::uuid LIMIT 1000)`;

/** A block takes some kilobytes, a megabyte at most. */
const DELETE_METRICS = `
DELETE FROM metric_block WHERE brain_uid = $1::uuid
AND (starts_at, id) IN (SELECT starts_at, id FROM metric_block WHERE brain_uid = $1::uuid LIMIT 32)`;

/** 1,000 take half a megabyte. */
const DELETE_STEPS = `
DELETE FROM curriculum_step WHERE (curriculum_id, index) IN (
  SELECT step.curriculum_id, step.index FROM curriculum_step AS step
  JOIN curriculum ON curriculum.id = step.curriculum_id WHERE curriculum.brain_uid = $1::uuid LIMIT 1000)`;

const taken = (id: string, cause?: unknown): EngramError =>
  new EngramError("brain-exists", `There is a brain "${id}" already.`, [{ pointer: "#/id", detail: "is taken" }], {
    cause,
  });

const toRow = ({ kind, config, shape, tags, origin, isHidden: _, ...model }: BrainModel): BrainRow => ({
  ...model,
  ...toBlueprint(kind, config),
  mode: toMode(model.mode),
  shape: toShape(shape, toBlueprint(kind, config)),
  // The column is written by `insert` and `update` alone, which take this type.
  tags: tags as BrainRow["tags"],
  // And this one by `insertHidden` alone.
  origin: origin as Origin | null,
  seq: toNumber(model.seq),
  step: toNumber(model.step),
});
