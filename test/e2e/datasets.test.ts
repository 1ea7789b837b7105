// Uploads that do not come to their end: nothing of them is ever seen, and the server goes on.

import assert from "node:assert/strict";
import { request as httpRequest } from "node:http";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { LocalServer } from "../../examples/digits/local-server.ts";
import { ServerProcess } from "../crash/server-process.ts";
import { call, Refused } from "../support/client.ts";
import { copyTemplate } from "../support/data-folder.ts";
import { DATABASE_KINDS, newSite } from "../support/databases.ts";
import { startTestServer } from "../support/server.ts";
import { serverPerDatabase } from "../support/server-per-database.ts";
import { SmallDisk } from "../support/small-disk.ts";

type List = { readonly datasets: readonly { readonly id: string }[] };

/** Lines of features that no brotli makes small. */
const lines = (count: number): string =>
  Array.from({ length: count }, () => `a${",x".repeat(64).replace(/x/g, () => String(Math.random()))}\n`).join("");
const HEAD = `label${",x".repeat(64)}\n`;

/** An upload whose body is sent piece by piece, and whose end is the test's. */
function begun(url: string) {
  const upload = httpRequest(url, { method: "PUT", headers: { "content-type": "text/csv" } });
  const answer = new Promise<{ status: number; text: string }>((resolve, reject) => {
    upload.once("error", reject);
    upload.once("response", async (response) => {
      let text = "";
      for await (const piece of response) text += piece;
      resolve({ status: response.statusCode ?? 0, text });
    });
  });
  answer.catch(() => {});
  const send = (text: string): Promise<void> => new Promise((resolve) => upload.write(text, () => resolve()));
  return { answer, send, end: () => upload.end(), breakOff: () => upload.destroy() };
}

const count = async (url: string, table: string): Promise<number> => {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query(`SELECT count(*) AS n FROM ${table}`);
  await client.end();
  return Number(rows[0].n);
};

/** Waits until `isSo`. */
async function until(isSo: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; !(await isSo()); tries++) {
    assert.ok(tries < 300, "it does not come to that");
    await sleep(20);
  }
}

for (const kind of DATABASE_KINDS) {
  test(`of an upload that kill -9 ends nothing is seen, and it may be sent again (${kind})`, async () => {
    const { options, dispose } = await newSite(kind);
    const environment = { ENGRAM_HOSTS: "1", ...(options.url && { DATABASE_URL: options.url }) };
    let server = await LocalServer.start(options.dataDir, environment);
    try {
      const upload = begun(`${server.url}/v1/datasets/cut`);
      await upload.send(HEAD + lines(6000));
      if (options.url !== undefined) await until(async () => (await count(options.url!, "dataset_chunk")) > 0);
      assert.deepEqual((await call<List>("GET", `${server.url}/v1/datasets`)).datasets, []);
      await server.end("SIGKILL");
      await assert.rejects(upload.answer);
      server = await LocalServer.start(options.dataDir, environment);
      assert.deepEqual((await call<List>("GET", `${server.url}/v1/datasets`)).datasets, []);
      const again = begun(`${server.url}/v1/datasets/cut`);
      await again.send(HEAD + lines(10));
      again.end();
      assert.equal((await again.answer).status, 201);
      assert.deepEqual(
        (await call<List>("GET", `${server.url}/v1/datasets`)).datasets.map(({ id }) => id),
        ["cut"],
      );
    } finally {
      await server.end("SIGKILL");
      await dispose();
    }
  });
}

const here = serverPerDatabase({ ENGRAM_MAX_DATASET_MB: "64" });

test("of an upload that its client breaks off nothing is left", async () => {
  const { server, site } = here("postgres");
  const url = site.options.url!;
  const upload = begun(`${server.url}/v1/datasets/broken`);
  await upload.send(HEAD + lines(6000));
  await until(async () => (await count(url, "dataset_chunk")) > 0);
  upload.breakOff();
  await until(async () => (await count(url, "dataset")) === 0);
  assert.equal(await count(url, "dataset_chunk"), 0);
});

test("calls beside a large upload are answered, and a body without a length is one like any other", async () => {
  const { server } = here("embedded");
  const upload = begun(`${server.url}/v1/datasets/large`);
  await upload.send(HEAD);
  const piece = lines(2000);
  const pieces = 8;
  for (let sent = 0; sent < pieces; sent++) {
    await upload.send(piece);
    assert.equal((await fetch(`${server.url}/v1/datasets/large`)).status, 404);
  }
  upload.end();
  const { status, text } = await upload.answer;
  assert.equal(status, 201, text);
  const { rows, source } = JSON.parse(text);
  assert.deepEqual([rows, source.bytes], [2000 * pieces, HEAD.length + pieces * piece.length]);
});

test("an upload under way when the server stops is told that it was not finished, and is not there afterwards", async () => {
  const site = await newSite("postgres");
  const environment = { DATABASE_URL: site.options.url! };
  const server = await startTestServer(environment);
  const upload = begun(`${server.url}/v1/datasets/late`);
  await upload.send(HEAD + lines(6000));
  await until(async () => (await count(site.options.url!, "dataset_chunk")) > 0);
  assert.equal(await server.close(1500), true);
  const { status, text } = await upload.answer;
  assert.deepEqual([status, JSON.parse(text).type], [503, "/problems/shutting-down"]);
  assert.equal(await count(site.options.url!, "dataset WHERE NOT is_hidden"), 0);
  await site.dispose();
});

test("an upload for which the disk has no room is refused, and the server goes on", async (t) => {
  const disk = await SmallDisk.open(160);
  if (disk === null) return t.skip("this user may not mount a small disk (unshare -rm)");
  const dataDir = join(disk.folder, "data");
  await copyTemplate(join(disk.path, "data"));
  const server = new ServerProcess({ ENGRAM_DATA_DIR: dataDir, ENGRAM_HOSTS: "1" }, disk.prefix);
  try {
    const datasets = `${await server.listening()}/v1/datasets`;
    disk.fill(8 * 1024 * 1024);
    const upload = begun(`${datasets}/big`);
    const sending = upload.send(HEAD + lines(120_000));
    upload.end();
    const { status, text } = await upload.answer;
    await sending;
    assert.deepEqual([status, JSON.parse(text).type], [507, "/problems/storage-full"]);
    assert.deepEqual((await call<List>("GET", datasets)).datasets, []);
    disk.empty();
    await until(async () => {
      const small = begun(`${datasets}/small`);
      await small.send(HEAD + lines(10));
      small.end();
      return (await small.answer).status === 201;
    });
    await assert.rejects(call("GET", `${datasets}/big`), (error) => error instanceof Refused && error.status === 404);
  } finally {
    await server.kill();
    await disk.close();
  }
});
