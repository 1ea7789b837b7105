// Whole brains in and out, held against the contract: what is wrong with an archive is told by the name of the file in it.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { encodeEvent } from "../../src/brain/events.ts";
import { inputOf, SMALL_BRAIN } from "../support/client.ts";
import { type ContractClient, contractClient } from "../support/contract.ts";
import { download, edited, entriesOf, TAR, tarOf } from "../support/files.ts";
import { startTestServer, type TestServer } from "../support/server.ts";

const EXPORT = "/v1/brains/{brain}/export";
const IMPORT = "/v1/brains/import";

let server: TestServer;
let call: ContractClient;
let archive: Buffer;
before(async () => {
  server = await startTestServer();
  call = contractClient(server.url);
  await call("post", "/v1/brains", { body: { ...SMALL_BRAIN, id: "pets", tags: { of: "a" } } });
  const learn = (index: number) =>
    call("post", "/v1/brains/{brain}/learn", { body: { inputs: [inputOf(index)], labels: [`c${index}`] } });
  await learn(0);
  await call("post", "/v1/brains/{brain}/checkpoints", { body: { name: "early" } });
  await learn(1);
  await call("post", "/v1/brains/{brain}/restore", { body: { seq: 1 } });
  await learn(2);
  archive = await download(`${server.url}/v1/brains/pets/export`);
});
after(() => server.close());

const send = (body: unknown, query = "?id=other") =>
  call("post", IMPORT, { body, query, headers: { "content-type": TAR } });

type Files = [path: string, content: Buffer][];
const pathOf = (files: Files, part: string): string => files.find(([path]) => path.includes(part))![0];
const with_ = (files: Files, part: string, change: (content: Buffer) => Buffer): Files => {
  const path = pathOf(files, part);
  return files.map(([name, content]) => [name, name === path ? change(content) : content]);
};
const json = (change: (about: Record<string, unknown> & { checkpoints: object[] }) => object) => (files: Files) =>
  with_(files, "brain.json", (content) => Buffer.from(JSON.stringify(change(JSON.parse(content.toString())))));
const event = (part: string, fields: Parameters<typeof encodeEvent>[0]) => (files: Files) =>
  with_(files, part, () => Buffer.from(encodeEvent(fields)));

const refused: Record<string, readonly [(files: Files) => Files, RegExp]> = {
  "no file at all": [() => [], /ends before brain.json/],
  "no description": [(files) => files.slice(1), /where brain.json should be/],
  "a description that is no JSON": [
    (files) => with_(files, "brain.json", () => Buffer.from("{")),
    /brain.json: .* not JSON/,
  ],
  "another format": [json((about) => ({ ...about, format: 2 })), /brain.json: format is not 1/],
  "an id that is none": [json((about) => ({ ...about, id: "No Id" })), /brain.json: id is not of its form/],
  "a hostile configuration": [
    json((about) => ({ ...about, config: { ...(about.config as object), memorySize: 1e12 } })),
    /brain.json: config.memorySize/,
  ],
  "another brain's configuration": [
    json((about) => ({ ...about, config: { ...(about.config as object), seed: 5 } })),
    /checkpoints\/.*: it is of another brain/,
  ],
  "a log from the middle": [
    json((about) => ({ ...about, after: 1, fromBeginning: false })),
    /events\/0000000000000001-.*: is not the name of event 2/,
  ],
  "a log that begins with nothing": [
    (files) => json((about) => ({ ...about, after: 0, fromBeginning: false }))(files),
    /no checkpoint of seq 0/,
  ],
  "a log that ends too late": [json((about) => ({ ...about, seq: 5 })), /ends before event 5/],
  "a log that ends too early": [
    (files) =>
      json((about) => ({ ...about, seq: 3, checkpoints: about.checkpoints.slice(0, -1) }))(
        files.filter(([path]) => !path.startsWith("checkpoints/0000000000000004")),
      ),
    /goes on behind its last event/,
  ],
  "a checkpoint that is missing": [
    (files) => files.filter(([path]) => path !== pathOf(files, "checkpoints/0000000000000003")),
    /where checkpoints\/0000000000000003.* should be/,
  ],
  "a restored state that is missing": [
    (files) =>
      json((about) => ({
        ...about,
        checkpoints: about.checkpoints.filter((one) => (one as { seq: number }).seq !== 3),
      }))(files.filter(([path]) => !path.startsWith("checkpoints/0000000000000003"))),
    /0000000000000003.*restored.*: the archive has no checkpoint/,
  ],
  "a checkpoint with another digest": [
    json((about) => ({ ...about, checkpoints: about.checkpoints.map((one) => ({ ...one, digest: "0".repeat(64) })) })),
    /checkpoints\/.*: its note is not what brain.json says/,
  ],
  "a checkpoint that was changed": [
    (files) =>
      with_(files, "checkpoints/0000000000000001", (content) =>
        edited(content, ({ tensors }) => {
          const keys = tensors["memory.keys"]!;
          return { tensors: { ...tensors, "memory.keys": { ...keys, data: keys.data.slice().fill(0.1) } } };
        }),
      ),
    /checkpoints\/0000000000000001.*: The state has the digest/,
  ],
  "an event that is missing": [
    (files) => files.filter(([path]) => path !== pathOf(files, "events/0000000000000002")),
    /events\/0000000000000003.*: is not the name of event 2/,
  ],
  "an event that is no event": [
    (files) => with_(files, "events/0000000000000002", () => Buffer.from("something")),
    /events\/0000000000000002.*: header of/,
  ],
  "an event of another type": [
    event("events/0000000000000002", { type: "consolidated" }),
    /events\/0000000000000002-.*: holds an event of type consolidated/,
  ],
  "an event that the state cannot take": [
    (files) =>
      event("events/0000000000000002", { type: "layerRemoved", index: 7 })(
        files.map(([path, content]) => [path.replace(/(0002.*)-learned/, "$1-layerRemoved"), content]),
      ),
    /events\/0000000000000002.*: index is not/,
  ],
  "an event that leads elsewhere": [
    (files) =>
      event("events/0000000000000004", { type: "modeChanged", mode: "panic" })(
        files.map(([path, content]) => [path.replace(/(0004.*)-learned/, "$1-modeChanged"), content]),
      ),
    /checkpoint of seq 4 is not the state/,
  ],
  "a file too many": [(files) => [...files, ["more", Buffer.from("1")]], /goes on behind its last event/],
};
for (const [what, [change, detail]] of Object.entries(refused)) {
  test(`an archive with ${what} is refused`, async () => {
    const response = await send(tarOf(change([...entriesOf(archive)])));
    assert.equal(response.status, 422, response.text);
    assert.equal(response.body.type, "/problems/file-invalid");
    assert.match(response.body.detail, detail);
    assert.equal((await call("get", "/v1/brains/{brain}", { params: { brain: "other" } })).status, 404);
  });
}

test("what is no archive, or half of one, is refused", async () => {
  for (const body of [Buffer.alloc(0), Buffer.from("text"), archive.subarray(0, 3000), archive.subarray(0, -1024)]) {
    const response = await send(body);
    assert.deepEqual([response.status, response.body.type], [422, "/problems/file-invalid"], response.text);
  }
});

test("an archive becomes the brain that it was, and keeps when what happened", async () => {
  const response = await send(archive, "?id=other&name=Other");
  assert.equal(response.status, 201, response.text);
  const { id, name, tags, seq, origin } = response.body;
  assert.deepEqual({ id, name, tags, seq }, { id: "other", name: "Other", tags: { of: "a" }, seq: 4 });
  assert.deepEqual(origin, { by: "import", brain: "pets", seq: 4 });
  const timesOf = async (brain: string) =>
    (await call("get", "/v1/brains/{brain}/events", { params: { brain } })).body.events.map(
      ({ seq, time, summary }: Record<string, unknown>) => ({ seq, time, summary }),
    );
  assert.deepEqual(await timesOf("other"), await timesOf("pets"));
  assert.equal((await send(archive)).status, 409);
  assert.equal((await send(archive, "")).status, 409);
});

test("an export is asked for by GET, and says what to call it", async () => {
  assert.equal((await call("get", EXPORT, { params: { brain: "none" } })).status, 404);
  const response = await call("get", EXPORT);
  assert.equal(response.headers["content-disposition"], 'attachment; filename="pets.tar"');
  const head = await fetch(`${server.url}/v1/brains/pets/export`, { method: "HEAD" });
  assert.deepEqual([head.status, head.headers.get("content-type")], [200, TAR]);
});
