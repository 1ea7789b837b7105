// Batches of datasets as the server keeps them.

import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import type { Phase } from "../../../src/curricula/api.ts";
import { openEvaluation, PhaseBatches } from "../../../src/curricula/batches.ts";
import { DatasetService } from "../../../src/datasets/datasets.ts";
import { DatasetChunks } from "../../../src/store/dataset-chunks.ts";
import { DatasetTable } from "../../../src/store/dataset-table.ts";
import { eachDatabase, SILENT } from "../../support/databases.ts";
import { batchesOf, emptyFile, f32Item, type Sample } from "../../support/datasets.ts";
import { datasetsOf } from "./support.ts";

const scratch = await mkdtemp(join(tmpdir(), "engram-test-"));
after(() => rm(scratch, { recursive: true, force: true }));

const ROWS = 150;
const labels = Array.from({ length: ROWS }, (_, row) => `c${row % 7}`);
const numbers = labels.map((label, row): Sample => [label, f32Item(row, Math.sin(row), 1 / (row + 1), 0)]);
const pixels = labels.map((label, row): Sample => [label, Uint8Array.of(row, 255 - row, 7, 0)]);
// A copy: small buffers are views of a larger one.
const data = new Float32Array(new Uint8Array(Buffer.concat(numbers.map(([, item]) => item))).buffer);

const KEPT = {
  features: {
    samples: numbers,
    shape: [2, 2, 1],
    same: { kind: "features", inputs: { rows: ROWS, cols: 4, data } },
    transform: [
      { type: "rotate", degrees: 90 },
      { type: "noise", deviation: 0.1 },
    ],
  },
  images: {
    samples: pixels,
    shape: [2, 2, 1],
    same: { kind: "images", items: pixels.map(([, item]) => item) },
    transform: [{ type: "invert" }],
  },
} as const;

eachDatabase((database) => {
  for (const [kind, { samples, shape, same, transform }] of Object.entries(KEPT)) {
    test(`what a phase learns of ${kind} follows from the samples, wherever they are kept`, async () => {
      const stored = new DatasetService({
        database: database(),
        table: new DatasetTable(database().prisma),
        chunks: new DatasetChunks(database().pool),
        readSamples: () => batchesOf(samples, same.kind, shape),
        usersOf: async () => [],
        scratchDir: scratch,
        maxDatasetMb: 64,
        logger: SILENT,
      });
      await stored.put({ id: kind, format: "csv", options: {}, files: emptyFile() });
      const phase: Phase = {
        ...{ name: "all", dataset: kind, epochs: 2, batchSize: 32, order: "shuffled", seed: 5 },
        ...{ memorize: true, consolidate: false, task: true, transform },
      };
      const set = { name: "test", dataset: kind, classes: ["c1", "c3"], samplesPerClass: 20 };
      const inMemory = datasetsOf({ ...same, id: kind, labels, shape });
      const [kept, held] = [await PhaseBatches.open(phase, stored), await PhaseBatches.open(phase, inMemory)];
      assert.equal(kept.steps, 10);
      for (const step of [3, 0, 9, 4, 5]) assert.deepEqual(await kept.batch(step), await held.batch(step));
      const [asked, expected] = [await openEvaluation(set, stored), await openEvaluation(set, inMemory)];
      assert.equal(asked.samples, 40);
      assert.deepEqual(await asked.piece(0), await expected.piece(0));
      await Promise.all([kept.close(), asked.close()]);
      await stored.close();
    });
  }
});
