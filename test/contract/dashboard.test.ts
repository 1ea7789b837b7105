// The files of the page at `/`, as a browser asks for them.

import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import request from "supertest";
import { startTestServer, type TestServer } from "../support/server.ts";

const BUILT = fileURLToPath(new URL("../../dist/dashboard/", import.meta.url));
const KEY = "a-key-of-this-test";

let server: TestServer;
let locked: TestServer;
before(async () => {
  [server, locked] = await Promise.all([startTestServer(), startTestServer({ ENGRAM_API_KEY: KEY })]);
});
after(() => Promise.all([server.close(), locked.close()]));

/** @returns the addresses of the scripts and style sheets that a page names */
const assetsOf = (page: string): string[] =>
  [...page.matchAll(/(?:src|href)="\.(\/assets\/[^"]+)"/g)].map(([, address]) => address ?? "");

test("the root is the dashboard, and nothing in it may run or come from elsewhere", async () => {
  const { status, headers, text } = await request(server.url).get("/");
  assert.equal(status, 200);
  assert.match(text, /<title>Engram<\/title>/);
  const policy = String(headers["content-security-policy"]);
  assert.match(policy, /default-src 'none'/);
  assert.match(policy, /script-src 'self'/);
  assert.doesNotMatch(policy, /unsafe|https?:/);
  assert.doesNotMatch(text, /<script(?![^>]*src=)|<style|style="|\son[a-z]+=|https?:/);
  assert.equal(headers["cache-control"], "no-cache");
  assert.equal(headers["x-content-type-options"], "nosniff");
});

test("what the page names is there, for good and packed where the browser takes that", async () => {
  const assets = assetsOf((await request(server.url).get("/")).text);
  assert.deepEqual(assets.map((address) => address.split(".").at(-1)).sort(), ["css", "js"]);
  for (const address of assets) {
    const packed = await request(server.url).get(address).set("accept-encoding", "gzip");
    const plain = await request(server.url).get(address).set("accept-encoding", "identity");
    assert.deepEqual([packed.status, plain.status], [200, 200]);
    assert.equal(packed.headers["content-encoding"], "gzip");
    assert.equal(plain.headers["content-encoding"], undefined);
    assert.equal(packed.text, plain.text);
    assert.equal(packed.headers.vary, "accept-encoding");
    assert.match(String(packed.headers["cache-control"]), /immutable/);
  }
});

test("all of the page takes at most 250 kB, packed", async () => {
  const files = await readdir(BUILT, { recursive: true });
  const packed = await Promise.all(
    files.filter((name) => name.endsWith(".gz")).map((name) => readFile(join(BUILT, name))),
  );
  assert.ok(packed.length >= 4);
  assert.ok(packed.reduce((sum, { length }) => sum + length, 0) <= 250_000);
});

test("the page comes without a key, which its calls then want", async () => {
  const { status, text } = await request(locked.url).get("/");
  assert.equal(status, 200);
  for (const address of assetsOf(text)) assert.equal((await request(locked.url).get(address)).status, 200);
  assert.equal((await request(locked.url).get("/v1/brains")).status, 401);
});

test("an address that is no file of the page is answered like any other, and files take GET alone", async () => {
  const missing = await request(server.url).get("/assets/nothing.js");
  assert.deepEqual([missing.status, missing.body.type], [404, "/problems/not-found"]);
  const outside = await request(server.url).get("/..%2f..%2fpackage.json");
  assert.equal(outside.status, 404);
  assert.equal((await request(server.url).post("/mark.svg")).status, 405);
});
