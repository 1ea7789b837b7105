// The service on both databases: what is put in comes out, whole or not at all, and is read from the local disk in any order.

import assert from "node:assert/strict";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import type { NewDataset, OpenDataset } from "../../../src/datasets/api.ts";
import type { ReadSamples } from "../../../src/datasets/arrival.ts";
import { DatasetService } from "../../../src/datasets/datasets.ts";
import { EngramError } from "../../../src/errors.ts";
import type { Database } from "../../../src/store/database.ts";
import { DatasetChunks } from "../../../src/store/dataset-chunks.ts";
import { DatasetTable } from "../../../src/store/dataset-table.ts";
import { eachDatabase, SILENT } from "../../support/databases.ts";
import { batchesOf, emptyFile, type Sample, someFeatures, textItem } from "../../support/datasets.ts";

const scratch = await mkdtemp(join(tmpdir(), "engram-test-"));
after(() => rm(scratch, { recursive: true, force: true }));

type Given = { readonly readSamples?: ReadSamples; readonly usersOf?: (id: string) => Promise<readonly string[]> };

const service = (database: Database, { readSamples, usersOf = async () => [] }: Given): DatasetService =>
  new DatasetService({
    database,
    table: new DatasetTable(database.prisma),
    chunks: new DatasetChunks(database.pool),
    readSamples: readSamples ?? (() => batchesOf(someFeatures(10))),
    usersOf,
    scratchDir: scratch,
    maxDatasetMb: 64,
    logger: SILENT,
  });

const upload = (id: string): NewDataset => ({ id, format: "csv", options: {}, files: emptyFile() });
const has =
  (code: string, detail = /./) =>
  (error: unknown) =>
    error instanceof EngramError && error.code === code && detail.test(error.message);

const rowsIn = async (database: Database, table: string): Promise<number> =>
  Number((await database.pool.query(`SELECT count(*) AS n FROM ${table}`)).rows[0].n);

/** All of its items, in the order of `rows`. */
async function itemsOf(open: OpenDataset, rows: readonly number[]): Promise<Uint8Array[]> {
  const samples = await open.read(rows);
  if (samples.kind !== "features") return [...samples.items];
  const { cols, data } = samples.inputs;
  return rows.map((_, at) => new Uint8Array(data.slice(at * cols, (at + 1) * cols).buffer));
}

eachDatabase((database) => {
  test("samples are read from the local disk in any order, byte for byte, and leave no file there", async () => {
    const texts = Array.from(
      { length: 5000 },
      (_, row): Sample => [`c${row % 7}`, textItem(`text ${row} `.repeat(row % 40))],
    );
    for (const [id, samples, kind, shape] of [
      ["numbers", someFeatures(20_000), "features", [2]],
      ["texts", texts, "texts", null],
      ["pixels", texts.map(([label], row): Sample => [label, Uint8Array.of(row, 1, 2, 3, 4, 5)]), "images", [1, 2, 3]],
    ] as const) {
      const datasets = service(database(), { readSamples: () => batchesOf(samples, kind, shape) });
      const { dataset } = await datasets.put(upload(id));
      const open = await datasets.open(id);
      assert.deepEqual(open.info, dataset);
      assert.deepEqual(
        [...open.classes].map((index) => open.info.classes[index]!.label),
        samples.map(([label]) => label),
      );
      const rows = [5, 6, 7, samples.length - 1, 0, 4999, 5, 3].concat(
        Array.from({ length: 300 }, (_, i) => (i * 2654435761) % samples.length),
      );
      assert.deepEqual(
        await itemsOf(open, rows),
        rows.map((row) => samples[row]![1]),
      );
      assert.deepEqual(await itemsOf(open, []), []);
      await assert.rejects(open.read([samples.length]), RangeError);
      assert.deepEqual(await readdir(scratch), []);
      await datasets.close();
    }
  });

  test("openers share one file, and a dataset that is deleted stays readable to who has it open", async () => {
    const datasets = service(database(), {});
    await datasets.put(upload("shared"));
    const [one, two] = await Promise.all([datasets.open("shared"), datasets.open("shared")]);
    assert.equal(one.classes, two.classes);
    await one.close();
    await one.close();
    await datasets.remove("shared");
    assert.deepEqual(await itemsOf(two, [9, 0]), [someFeatures(10)[9]![1], someFeatures(10)[0]![1]]);
    await assert.rejects(datasets.open("shared"), has("dataset-not-found"));
    await two.close();
    await assert.rejects(two.read([0]), /closed/);
  });

  test("of two uploads of one id at once one wins; the other has the same samples, or is refused", async () => {
    let waiting = 0;
    let go = (): void => {};
    const all = new Promise<void>((resolve) => {
      go = resolve;
    });
    const together = (samples: () => readonly Sample[]): ReadSamples =>
      async function* () {
        if (++waiting === 4) go();
        await all;
        yield* batchesOf(samples());
      };
    const same = service(database(), { readSamples: together(() => someFeatures(500)) });
    const other = service(database(), { readSamples: together(() => someFeatures(500, 1)) });
    const results = await Promise.allSettled(
      [same, same, other, other].map((datasets) => datasets.put(upload("race"))),
    );
    const won = results.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
    assert.deepEqual(won.map(({ isNew }) => isNew).sort(), [false, true]);
    assert.equal(new Set(won.map(({ dataset }) => dataset.digest)).size, 1);
    for (const result of results)
      if (result.status === "rejected") assert.ok(has("dataset-exists", /race/)(result.reason));
    const { dataset } = won[0]!;
    const again = service(database(), { readSamples: () => batchesOf(someFeatures(500)) });
    assert.equal((await again.get("race")).digest, dataset.digest);
    await again.remove("race");
    assert.equal(await rowsIn(database(), "dataset WHERE is_hidden"), 0);
  });

  test("the same samples again are found to be there, others are refused, and neither is written", async () => {
    const datasets = service(database(), {});
    const { dataset, isNew } = await datasets.put({ ...upload("again"), name: "First" });
    const chunks = await rowsIn(database(), "dataset_chunk");
    const before = await rowsIn(database(), "dataset");
    assert.ok(isNew);
    assert.deepEqual(await datasets.put({ ...upload("again"), name: "Second" }), { dataset, isNew: false });
    const others = service(database(), { readSamples: () => batchesOf(someFeatures(10, 1)) });
    await assert.rejects(others.put(upload("again")), has("dataset-exists", /other samples/));
    assert.deepEqual(
      [await rowsIn(database(), "dataset_chunk"), await rowsIn(database(), "dataset")],
      [chunks, before],
    );
    await datasets.remove("again");
  });

  test("an upload that fails half-way leaves nothing behind", async () => {
    const before = [await rowsIn(database(), "dataset"), await rowsIn(database(), "dataset_chunk")];
    const datasets = service(database(), {
      async *readSamples() {
        yield* batchesOf(someFeatures(30_000));
        assert.ok((await rowsIn(database(), "dataset_chunk")) > before[1]!);
        assert.deepEqual(
          (await datasets.list({ limit: 100 })).datasets.map(({ id }) => id).filter((id) => id === "half"),
          [],
        );
        throw new EngramError("dataset-invalid", "line 30001: is wrong");
      },
    });
    await assert.rejects(datasets.put(upload("half")), has("dataset-invalid", /line 30001/));
    assert.deepEqual([await rowsIn(database(), "dataset"), await rowsIn(database(), "dataset_chunk")], before);
  });

  test("an upload is read no faster than it is written, so that little of it is held", async () => {
    const isHidden = "dataset_chunk WHERE dataset_uid = (SELECT uid FROM dataset WHERE is_hidden)";
    const behind: number[] = [];
    const datasets = service(database(), {
      async *readSamples() {
        let read = 0;
        for await (const batch of batchesOf(someFeatures(100_000), "features", [2], 1000)) {
          yield batch;
          read += batch.items.length;
          behind.push(read / 8192 - (await rowsIn(database(), isHidden)));
        }
      },
    });
    await datasets.put(upload("slow"));
    assert.deepEqual([behind.length, Math.max(...behind) < 1], [100, true]);
    await datasets.remove("slow");
  });

  test("what an upload left that nobody finished is swept once it is old", async () => {
    const { pool, prisma } = database();
    const table = new DatasetTable(prisma);
    const uid = "11111111-1111-4111-8111-111111111111";
    await table.insertHidden(uid);
    const chunk = { classes: Uint32Array.of(0), offsets: Uint32Array.of(0, 1), bytes: Uint8Array.of(7) };
    for (let index = 0; index < 40; index++)
      await new DatasetChunks(pool).add(uid, { index, firstRow: index, ...chunk });
    assert.equal(await table.removeAbandoned(), 0);
    await pool.query("UPDATE dataset SET created_at = now() - interval '2 hours' WHERE uid = $1", [uid]);
    assert.equal(await table.removeAbandoned(), 1);
    assert.equal(await rowsIn(database(), `dataset_chunk WHERE dataset_uid = '${uid}'`), 0);
  });

  test("samples that are not those that were written are told, and other datasets are not concerned", async () => {
    const datasets = service(database(), { readSamples: () => batchesOf(someFeatures(30_000)) });
    for (const id of ["sound", "bitten", "short"]) await datasets.put(upload(id));
    const { pool } = database();
    const chunk = (id: string) => `dataset_uid = (SELECT uid FROM dataset WHERE id = '${id}') AND index = 1`;
    await pool.query(
      `UPDATE dataset_chunk SET data = set_byte(data, 9, get_byte(data, 9) # 1) WHERE ${chunk("bitten")}`,
    );
    await pool.query(`DELETE FROM dataset_chunk WHERE ${chunk("short")}`);
    await assert.rejects(datasets.open("bitten"), has("dataset-damaged", /"bitten".*chunk 1.*crc32/));
    await assert.rejects(datasets.open("short"), has("dataset-damaged", /"short".*chunk 1 is missing/));
    await assert.rejects(datasets.samples("bitten", { offset: 9000, limit: 5 }), has("dataset-damaged"));
    await assert.rejects(datasets.samples("short", { offset: 8190, limit: 5 }), has("dataset-damaged"));
    assert.equal((await datasets.samples("bitten", { offset: 0, limit: 5 })).samples.length, 5);
    await (await datasets.open("sound")).close();
    assert.deepEqual(await readdir(scratch), []);
    for (const id of ["sound", "bitten", "short"]) await datasets.remove(id);
  });

  test("a dataset that is needed stays, and who needs it is named", async () => {
    let users: readonly string[] = ['curriculum "night" of brain "pets"', "another"];
    const datasets = service(database(), { usersOf: async () => users });
    await datasets.put(upload("needed"));
    await assert.rejects(
      datasets.remove("needed"),
      has("dataset-in-use", /curriculum "night" of brain "pets" and 1 more/),
    );
    users = [];
    await datasets.remove("needed");
    await assert.rejects(datasets.remove("needed"), has("dataset-not-found"));
  });

  test("a class's samples are found wherever they are", async () => {
    const samples = someFeatures(30_000);
    samples[29_000] = ["rare", samples[29_000]![1]];
    samples[3] = ["rare", samples[3]![1]];
    const datasets = service(database(), { readSamples: () => batchesOf(samples) });
    await datasets.put(upload("classes"));
    const rowsOf = async (label: string, offset: number, limit: number) => {
      const { samples: found, total } = await datasets.samples("classes", { offset, limit, label });
      return [total, ...found.map(({ row }) => row)];
    };
    assert.deepEqual(await rowsOf("rare", 0, 10), [2, 3, 29_000]);
    assert.deepEqual(await rowsOf("rare", 1, 10), [2, 29_000]);
    assert.deepEqual(await rowsOf("rare", 2, 10), [2]);
    assert.deepEqual(await rowsOf("unknown", 0, 10), [0]);
    assert.deepEqual(await rowsOf("class-1", 2730, 3), [10_000, 8191, 8194, 8197]);
    await datasets.remove("classes");
  });

  test("a service that closes ends the uploads under way and leaves nothing of them", async () => {
    const before = await rowsIn(database(), "dataset");
    let started = (): void => {};
    const isUnderWay = new Promise<void>((resolve) => {
      started = resolve;
    });
    const datasets = service(database(), {
      async *readSamples() {
        for (;;) {
          yield* batchesOf(someFeatures(20_000));
          started();
        }
      },
    });
    const refused = assert.rejects(datasets.put(upload("endless")), has("shutting-down"));
    await isUnderWay;
    await datasets.close();
    await refused;
    assert.equal(await rowsIn(database(), "dataset"), before);
  });
});
