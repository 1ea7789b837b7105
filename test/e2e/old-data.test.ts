// Whatever an earlier version wrote is there, to the bit, and lives on: data of each version, on both databases, left by kill −9.

import assert from "node:assert/strict";
import { mkdir, rm } from "node:fs/promises";
import { describe, test } from "node:test";
import pg from "pg";
import { decodeHeader } from "../../src/brain/state.ts";
import { CHUNK_BYTES } from "../../src/brains/adoption.ts";
import { Snapshot } from "../../src/host/snapshot.ts";
import { migrate } from "../../src/store/migrate.ts";
import { decodeSafetensors } from "../../src/tensor/safetensors.ts";
import { type CheckpointAnswer, call, digestOf, type PredictAnswer, type Stamp } from "../support/client.ts";
import { DATABASE_KINDS, newSite, SILENT } from "../support/databases.ts";
import {
  ask,
  type ExpectedBrain,
  fixturePath,
  insertRows,
  OLD_DATA_SETTINGS,
  oldVersions,
  readDump,
  readExpected,
  unpackFolder,
} from "../support/old-data.ts";
import { startTestServer } from "../support/server.ts";

/** Between two processors. */
const TOLERANCE = 1e-3;

/** @returns a place that holds the data of `version` */
async function oldSite(version: string, kind: (typeof DATABASE_KINDS)[number]) {
  const { options, dispose } = await newSite(kind);
  if (options.url === undefined) {
    await mkdir(options.dataDir, { recursive: true });
    await unpackFolder(fixturePath(version, "embedded.tar.br"), options.dataDir);
    return { environment: { ENGRAM_DATA_DIR: options.dataDir }, dispose };
  }
  const dump = await readDump(fixturePath(version, "postgres.json.br"));
  const pool = new pg.Pool({ connectionString: options.url });
  await migrate(pool, SILENT, dump.migrationsDir);
  await insertRows(pool, dump);
  await pool.end();
  await rm(dump.migrationsDir, { recursive: true });
  return { environment: { DATABASE_URL: options.url }, dispose };
}

/** Digest of the brain's present state as it was written before anything was measured. */
async function digestUnmeasured(brainUrl: string): Promise<string> {
  const { id } = await call<CheckpointAnswer>("POST", `${brainUrl}/checkpoints`);
  const file = await fetch(`${brainUrl}/checkpoints/${id}/file`);
  const { metadata, tensors } = decodeSafetensors(new Uint8Array(await file.arrayBuffer()));
  await call("DELETE", `${brainUrl}/checkpoints/${id}`);
  const { measures, ...header } = decodeHeader(metadata);
  assert.ok(measures !== undefined && measures.since > 0);
  const own = Object.entries(tensors).filter(([name]) => !name.startsWith("measures."));
  const snapshot = new Snapshot({ header, tensors: Object.fromEntries(own) }, [], CHUNK_BYTES);
  const hashed = await snapshot.hash(() => true);
  return hashed?.digest ?? assert.fail();
}

/** Fails unless `actual` holds all that `expected` does, numbers to within `tolerance`; later versions may say more. */
function assertHolds(actual: unknown, expected: unknown, where: string, tolerance = 0): void {
  if (typeof expected === "number") {
    assert.ok(Math.abs(Number(actual) - expected) <= tolerance, `${where} is ${actual}, was ${expected}`);
  } else if (typeof expected !== "object" || expected === null) {
    assert.equal(actual, expected, where);
  } else {
    assert.ok(typeof actual === "object" && actual !== null, `${where} is ${actual}`);
    if (Array.isArray(expected)) assert.equal(Object.keys(actual).length, expected.length, where);
    const fields = new Map(Object.entries(actual));
    for (const [key, value] of Object.entries(expected)) {
      assertHolds(fields.get(key), value, `${where}.${key}`, tolerance);
    }
  }
}

for (const version of oldVersions()) {
  for (const kind of DATABASE_KINDS) {
    describe(`data of ${version}, ${kind}`, async () => {
      const { backend, brains, deleted } = await readExpected(version, kind);
      /** Whether what is replayed has the same bits here. */
      const isExact = backend === "reference";

      async function assertAsItWas(url: string, expected: ExpectedBrain): Promise<void> {
        const { id, answers, inputs, predictions, digest, checkpoints } = expected;
        const brain = `${url}/v1/brains/${id}`;
        const tolerance = isExact ? 0 : TOLERANCE;
        assertHolds(await ask(brain, Object.keys(answers)), answers, id, tolerance);
        const predicted = await call<PredictAnswer>("POST", `${brain}/predict`, { inputs, topK: 3 });
        assertHolds(predicted, predictions, id, tolerance);
        const list = await call<{ checkpoints: unknown }>("GET", `${brain}/checkpoints`);
        assertHolds(list.checkpoints, checkpoints, `${id}: checkpoints`);
        const isReplayed = predictions.seq > (checkpoints[0]?.seq ?? 0);
        if (!isReplayed) assert.equal(await digestOf(brain), digest, id);
        else if (isExact) assert.equal(await digestUnmeasured(brain), digest, id);
      }

      test("everything is there and lives on", async () => {
        const { environment, dispose } = await oldSite(version, kind);
        const start = () => startTestServer({ ...OLD_DATA_SETTINGS, ...environment, ENGRAM_BACKEND: backend });
        let server = await start();
        try {
          const { brains: listed } = await call<{ brains: { id: string }[] }>("GET", `${server.url}/v1/brains`);
          assert.deepEqual(
            listed.map(({ id }) => id),
            brains.map(({ id }) => id),
          );
          for (const id of deleted) await assert.rejects(call("GET", `${server.url}/v1/brains/${id}`), { status: 404 });
          for (const expected of brains) await assertAsItWas(server.url, expected);

          for (const { id, inputs, predictions, checkpoints, pending, settled } of brains) {
            const brain = `${server.url}/v1/brains/${id}`;
            let { seq } = predictions;
            const lesson = { inputs, labels: inputs.map((_, index) => `new-${index}`) };
            assert.equal((await call<Stamp>("POST", `${brain}/learn`, lesson)).seq, ++seq);
            const items = [...settled, ...pending].map((id) => ({ id, label: "late" }));
            if (items.length > 0) {
              const { counts } = await call<{ counts: unknown }>("POST", `${brain}/feedback`, { items });
              const [learned, duplicate] = [pending.length, settled.length];
              assert.deepEqual(counts, { learned, duplicate, unknown: 0, expired: 0 });
              seq++;
            }
            for (const { id: checkpoint, digest } of checkpoints) {
              assert.equal((await call<Stamp>("POST", `${brain}/checkpoints/${checkpoint}/restore`)).seq, ++seq);
              assert.equal(await digestOf(brain), digest, `${id}: checkpoint ${checkpoint}`);
            }
            assert.equal((await call<Stamp>("POST", `${brain}/learn`, lesson)).seq, ++seq);
          }
          const digests = () => Promise.all(brains.map(({ id }) => digestOf(`${server.url}/v1/brains/${id}`)));
          const before = await digests();
          await server.close();
          server = await start();
          assert.deepEqual(await digests(), before);
        } finally {
          await server.close();
          await dispose();
        }
      });
    });
  }
}
