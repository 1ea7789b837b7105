import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import type { Pool } from "pg";
import { pino } from "pino";
import { PLASTIC_DEFAULTS } from "../../../src/brain/config.ts";
import { initialShape, type Shape } from "../../../src/brain/shape.ts";
import { BrainTable } from "../../../src/store/brain-table.ts";
import { CheckpointStore } from "../../../src/store/checkpoint-store.ts";
import type { Database } from "../../../src/store/database.ts";
import { EventLog, type LogEntry, type LoggedEvent } from "../../../src/store/event-log.ts";
import { HistoryStore } from "../../../src/store/history-store.ts";
import { Readers } from "../../../src/store/readers.ts";
import { eachDatabase, SILENT } from "../../support/databases.ts";
import { all, newBrain, newCheckpoint } from "./rows.ts";

const learned = (brain: string, seq: number, newLabels: string[] = [], payload = new Uint8Array([seq])): LogEntry => ({
  brain,
  seq,
  type: "learned",
  payload,
  head: { kind: "advance", step: seq, mode: "plastic", newLabels, shape: null },
});

/** Not the one that a new brain has. */
const SHAPE: Shape = {
  ...initialShape({ kind: "plastic", config: { ...PLASTIC_DEFAULTS, seed: 7 } }),
  layers: [{ isFrozen: true, learningRate: 0.5, neurogenesis: false }],
};

const collect = async (pages: AsyncIterable<LoggedEvent[]>): Promise<LoggedEvent[]> => (await all(pages)).flat();

const addBrain = async (database: Database): Promise<string> =>
  (await new BrainTable(database.prisma).insert(newBrain())).uid;

eachDatabase((database) => {
  test("appended events are read back in order, with their bytes", async () => {
    const brain = await addBrain(database());
    const log = new EventLog(database().pool, SILENT);
    const payloads = [new Uint8Array([1, 2]), new Uint8Array(), new Uint8Array(70_000).fill(7)];
    await Promise.all(payloads.map((payload, i) => log.append(learned(brain, i + 1, [], payload))));
    const events = await collect(log.read(brain, 0, 3));
    assert.deepEqual(
      events.map(({ seq }) => seq),
      [1, 2, 3],
    );
    assert.deepEqual(
      events.map(({ payload }) => Uint8Array.from(payload)),
      payloads,
    );
    assert.deepEqual(
      (await collect(log.read(brain, 1, 2))).map(({ seq }) => seq),
      [2],
    );
  });

  test("promises resolve in the order of append, and events that wait are committed together", async () => {
    const brains = await Promise.all([addBrain(database()), addBrain(database())]);
    const log = new EventLog(database().pool, SILENT);
    const order: string[] = [];
    const appended = [1, 2, 3, 4].flatMap((seq) =>
      brains.map(async (brain, i) => ({
        time: await log.append(learned(brain, seq)),
        order: order.push(`${seq}/${i}`),
      })),
    );
    const results = await Promise.all(appended);
    assert.deepEqual(order, ["1/0", "1/1", "2/0", "2/1", "3/0", "3/1", "4/0", "4/1"]);
    assert.equal(new Set(results.map(({ time }) => time.getTime())).size, 1, "one transaction");
  });

  test("one batch leaves the head of its last event and the labels of all", async () => {
    const brain = await addBrain(database());
    const log = new EventLog(database().pool, SILENT);
    await Promise.all([
      log.append(learned(brain, 1, ["cat", 'd"o,g'])),
      log.append(learned(brain, 2)),
      log.append(learned(brain, 3, ["{ü}"])),
    ]);
    await log.append(learned(brain, 4));
    assert.deepEqual(await log.head(brain), {
      seq: 4,
      step: 4,
      mode: "plastic",
      shape: initialShape(newBrain()),
      labels: ["cat", 'd"o,g', "{ü}"],
    });
  });

  test("a batch is bounded in bytes, and an event over the bound still goes through", async () => {
    const brain = await addBrain(database());
    const log = new EventLog(database().pool, SILENT);
    const large = new Uint8Array(5 * 1024 * 1024).fill(1);
    await Promise.all([log.append(learned(brain, 1, [], large)), log.append(learned(brain, 2, [], large))]);
    const pages = await all(log.read(brain, 0, 2));
    assert.deepEqual(
      pages.map((page) => page.map(({ seq, payload }) => [seq, payload.byteLength])),
      [[[1, large.length]], [[2, large.length]]],
    );
  });

  test("when the database is away, a batch and all behind it are rejected and not written, and the log goes on after", async () => {
    const [brain, other] = [await addBrain(database()), await addBrain(database())];
    const { pool } = database();
    let isAway = true;
    const query = (...statement: Parameters<Pool["query"]>) =>
      isAway ? Promise.reject(new Error("Connection terminated unexpectedly")) : pool.query(...statement);
    const lines: string[] = [];
    const log = new EventLog(
      { query } as unknown as Pool,
      pino({}, { write: (line: string) => void lines.push(line) }),
    );
    const many = Array.from({ length: 300 }, (_, i) => log.append(learned(other, i + 1)));
    const settled = await Promise.allSettled([...many, log.append(learned(brain, 1))]);
    for (const result of settled) {
      assert.ok(result.status === "rejected");
      assert.equal(result.reason.code, "database-unavailable");
      assert.match(result.reason.cause.message, /terminated/);
    }
    assert.equal(lines.length, 1);
    const { level, err, events } = JSON.parse(lines[0] ?? "");
    assert.deepEqual([level, err.message, events], [50, "Connection terminated unexpectedly", 301]);
    isAway = false;
    assert.equal((await log.head(other))?.seq, 0);
    await Promise.all([log.append(learned(other, 1)), log.append(learned(brain, 1))]);
    assert.equal((await log.head(other))?.seq, 1);
  });

  test("an event that the database refuses takes its brain's later ones with it, and no other brain's", async () => {
    const [brain, other] = [await addBrain(database()), await addBrain(database())];
    const log = new EventLog(database().pool, SILENT);
    const good = Array.from({ length: 300 }, (_, i) => log.append(learned(other, i + 1)));
    const gap = log.append(learned(brain, 2));
    const behind = Array.from({ length: 300 }, (_, i) => log.append(learned(brain, i + 3)));
    const unknown = log.append(learned(randomUUID(), 1));
    for (const result of await Promise.allSettled([gap, ...behind, unknown])) {
      assert.ok(result.status === "rejected" && result.reason.code === "database-unavailable");
    }
    await Promise.all(good);
    assert.equal((await log.head(other))?.seq, 300);
    assert.deepEqual((await collect(log.read(other, 0, 300))).length, 300);
    assert.equal((await log.head(brain))?.seq, 0);
  });

  test("a label that the database cannot keep is refused before it reaches others", async () => {
    const brain = await addBrain(database());
    const log = new EventLog(database().pool, SILENT);
    const bad = log.append(learned(brain, 1, ["a\0b"]));
    await assert.rejects(bad, { code: "validation" });
    await log.append(learned(brain, 1));
  });

  test("an event that does not follow the head is refused, whoever wrote the one before", async () => {
    const brain = await addBrain(database());
    const [ours, theirs] = [new EventLog(database().pool, SILENT), new EventLog(database().pool, SILENT)];
    await theirs.append(learned(brain, 1));
    await assert.rejects(ours.append(learned(brain, 1)), { code: "database-unavailable" });
    await assert.rejects(ours.append(learned(brain, 3)), { code: "database-unavailable" });
    await ours.append(learned(brain, 2));
    assert.deepEqual(
      (await collect(ours.read(brain, 0, 2))).map(({ seq }) => seq),
      [1, 2],
    );
  });

  test("a shape is committed with the event that leads to it, and stays until another one comes", async () => {
    const brain = await addBrain(database());
    const log = new EventLog(database().pool, SILENT);
    const table = new BrainTable(database().prisma);
    const shapes = async () => [
      (await log.head(brain))?.shape,
      (await table.list({ limit: 1000 })).rows.find(({ uid }) => uid === brain)?.shape,
    ];
    await log.append(learned(brain, 1));
    const initial = initialShape(newBrain());
    assert.deepEqual(await shapes(), [initial, initial]);
    const tuned = learned(brain, 2);
    await Promise.all([
      log.append({ ...tuned, head: { kind: "advance", step: 2, mode: "plastic", newLabels: [], shape: SHAPE } }),
      log.append(learned(brain, 3)),
    ]);
    assert.deepEqual(await shapes(), [SHAPE, SHAPE]);
    await log.append(learned(brain, 4));
    assert.deepEqual(await shapes(), [SHAPE, SHAPE]);
  });

  test("a restored event takes over the head of its checkpoint and copies the checkpoint to its seq", async () => {
    const brain = await addBrain(database());
    const log = new EventLog(database().pool, SILENT);
    const checkpoints = new CheckpointStore(database());
    await log.append(learned(brain, 1, ["cat"]));
    const { checkpoint, readChunk } = newCheckpoint({ seq: 1, step: 1, labels: ["cat"], shape: SHAPE });
    const source = await checkpoints.write(brain, checkpoint, readChunk);
    const copy = randomUUID();
    const restored: LogEntry = {
      ...learned(brain, 3),
      type: "restored",
      head: {
        kind: "replace",
        step: 1,
        mode: "panic",
        labels: ["cat"],
        shape: SHAPE,
        checkpoint: { source: source.id, copy },
      },
    };
    await Promise.all([
      log.append(learned(brain, 2, ["dog"])),
      log.append(restored),
      log.append(learned(brain, 4, ["fish"])),
    ]);
    assert.deepEqual(await log.head(brain), {
      seq: 4,
      step: 4,
      mode: "plastic",
      labels: ["cat", "fish"],
      shape: SHAPE,
    });
    const latest = await checkpoints.latest(brain);
    assert.ok(latest);
    assert.deepEqual({ ...latest, createdAt: source.createdAt }, { ...source, id: copy, seq: 3, reason: "restored" });
    assert.deepEqual((await new HistoryStore(database().pool).kept(brain))?.replaced, [3]);
    assert.equal(await checkpoints.remove(brain, source.id), true);
    assert.equal((await checkpoints.collect(brain, new Readers())).chunks, 0, "the copy keeps the chunks");
  });

  test("a restored event whose checkpoint is gone is refused whole", async () => {
    const brain = await addBrain(database());
    const log = new EventLog(database().pool, SILENT);
    const checkpoint = { source: randomUUID(), copy: randomUUID() };
    const head = { kind: "replace" as const, step: 0, mode: "plastic" as const, labels: [], shape: SHAPE, checkpoint };
    await assert.rejects(log.append({ ...learned(brain, 1), type: "restored", head }), {
      code: "database-unavailable",
    });
    assert.equal((await log.head(brain))?.seq, 0);
    assert.deepEqual(await collect(log.read(brain, 0, 0)), []);
  });

  test("an event whose bytes changed, or that is missing, is damage", async () => {
    const brain = await addBrain(database());
    const log = new EventLog(database().pool, SILENT);
    await Promise.all([1, 2, 3].map((seq) => log.append(learned(brain, seq))));
    await database().pool.query("UPDATE event SET payload = '\\x09' WHERE brain_uid = $1 AND seq = 2", [brain]);
    await assert.rejects(collect(log.read(brain, 0, 3)), { code: "brain-damaged", message: /event 2/ });
    await database().pool.query("DELETE FROM event WHERE brain_uid = $1 AND seq = 2", [brain]);
    await assert.rejects(collect(log.read(brain, 0, 3)), { code: "brain-damaged", message: /event 2 is missing/ });
    assert.deepEqual(
      (await collect(log.read(brain, 2, 3))).map(({ seq }) => seq),
      [3],
    );
    await assert.rejects(collect(log.read(brain, 2, 4)), { code: "brain-damaged", message: /event 4 is missing/ });
  });
});
