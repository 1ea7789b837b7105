// Adding encoders to a folder: from files, and from a server of the test.

import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, before, beforeEach, describe, test } from "node:test";
import { addEncoder } from "../../../src/encoders/add.ts";
import { EncoderUnavailable, ON_ONE_THREAD } from "../../../src/encoders/encoder.ts";
import { encoderNames } from "../../../src/encoders/folder.ts";
import { openEncoder } from "../../../src/encoders/open.ts";
import { MEANS, MEANS_MODEL, writeDefinition } from "../../support/tiny-encoder.ts";

let scratch: string;
let folder: string;
beforeEach(async () => {
  scratch = await mkdtemp(join(tmpdir(), "engram-add-"));
  folder = join(scratch, "encoders");
});
afterEach(() => rm(scratch, { recursive: true, force: true }));

const [FILE] = MEANS.files;
const OTHER = { ...MEANS, input: { ...MEANS.input, std: [2, 2, 2] } };

const refused = (adding: Promise<unknown>, why: RegExp): Promise<void> =>
  assert.rejects(adding, (error) => error instanceof EncoderUnavailable && why.test(error.message));
const works = async (name = "means"): Promise<string> => {
  const encoder = await openEncoder(folder, name, ON_ONE_THREAD);
  encoder.dispose();
  return encoder.info.digest;
};

describe("an encoder is added", () => {
  test("from a file with its model beside it", async () => {
    const info = await addEncoder(folder, await writeDefinition(join(scratch, "source")));
    assert.deepEqual([info.name, info.kind, info.dimension], ["means", "image", 3]);
    assert.equal(await works(), info.digest);
    assert.deepEqual(await readdir(folder), ["means"]);
  });

  test("with its model from another folder", async () => {
    await writeDefinition(join(scratch, "model"));
    const path = join(scratch, "alone.json");
    await writeFile(path, JSON.stringify(MEANS));
    await refused(addEncoder(folder, path), /means\.onnx cannot be read/);
    await addEncoder(folder, path, { from: join(scratch, "model") });
    await works();
  });

  test("in the place of one of the same name if that is wanted, and only then", async () => {
    const { digest } = await addEncoder(folder, await writeDefinition(join(scratch, "source")));
    const other = await writeDefinition(join(scratch, "other"), OTHER);
    await refused(addEncoder(folder, other), /--replace/);
    assert.equal(await works(), digest);
    const replaced = await addEncoder(folder, other, { replace: true });
    assert.notEqual(replaced.digest, digest);
    assert.equal(await works(), replaced.digest);
    assert.deepEqual(await readdir(folder), ["means"]);
  });
});

describe("an encoder that is not right is not added, and nothing is left of it", () => {
  const MODEL_IS_OTHER = { ...MEANS, files: [{ ...FILE, sha256: "0".repeat(64) }] };
  const cases: [what: string, definition: object, why: RegExp][] = [
    ["whose model has another checksum", MODEL_IS_OTHER, /has the SHA-256 [0-9a-f]{64}, not 0{64}/],
    ["whose model gives another dimension", { ...MEANS, dimension: 4 }, /gives 3 features, its definition says 4/],
    ["whose model has no such output", { ...MEANS, output: "features" }, /no output features; it has y/],
    ["whose model is of another format", { ...MEANS, format: "tfjs-graph" }, /cannot be loaded/],
    [
      "that misses a file",
      { ...MEANS, files: [FILE, { ...FILE, path: "missing.bin" }] },
      /missing\.bin cannot be read/,
    ],
    ["that says too little", { name: "means", kind: "image" }, /does not say what an encoder is/],
  ];
  for (const [what, definition, why] of cases) {
    test(what, async () => {
      const path = await writeDefinition(join(scratch, "source"), definition);
      await refused(addEncoder(folder, path), why);
      assert.deepEqual(await encoderNames(folder), []);
      assert.deepEqual(await readdir(folder).catch(() => []), []);
    });
  }

  test("nor does it take the place of one that is there", async () => {
    const { digest } = await addEncoder(folder, await writeDefinition(join(scratch, "source")));
    const path = await writeDefinition(join(scratch, "other"), MODEL_IS_OTHER);
    await refused(addEncoder(folder, path, { replace: true }), /SHA-256/);
    assert.equal(await works(), digest);
    assert.deepEqual(await readdir(folder), ["means"]);
  });

  test("that is nowhere", () => refused(addEncoder(folder, join(scratch, "none.json")), /cannot be read/));
});

describe("an encoder from an address", () => {
  let http: Server;
  let address: string;
  const pages = new Map<string, string | Uint8Array>();
  before(async () => {
    http = createServer((request, response) => {
      const page = pages.get(request.url ?? "");
      response.writeHead(page === undefined ? 404 : 200).end(page);
    });
    await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
    // It listens on a port.
    address = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  });
  after(() => http.close());
  beforeEach(() => {
    pages.clear();
    pages.set("/models/encoder.json", JSON.stringify(MEANS));
    pages.set("/models/means.onnx", MEANS_MODEL);
  });

  test("comes with its model from beside it", async () => {
    await addEncoder(folder, `${address}/models/encoder.json`);
    await works();
    assert.deepEqual(await readFile(join(folder, "means", "means.onnx")), Buffer.from(MEANS_MODEL));
  });

  test("or from where the definition says, also when that itself is a file", async () => {
    pages.delete("/models/means.onnx");
    pages.set("/elsewhere/7", MEANS_MODEL);
    const path = join(scratch, "means.json");
    await writeFile(path, JSON.stringify({ ...MEANS, files: [{ ...FILE, url: `${address}/elsewhere/7` }] }));
    await addEncoder(folder, path);
    await works();
  });

  test("that sends something else, or nothing, is not added", async () => {
    pages.set("/models/means.onnx", MEANS_MODEL.subarray(1));
    await refused(addEncoder(folder, `${address}/models/encoder.json`), /SHA-256/);
    pages.delete("/models/means.onnx");
    await refused(addEncoder(folder, `${address}/models/encoder.json`), /means\.onnx cannot be had: 404/);
    await refused(addEncoder(folder, `${address}/none.json`), /cannot be had: 404/);
    pages.set("/page", "<html>");
    await refused(addEncoder(folder, `${address}/page`), /does not say what an encoder is/);
    assert.deepEqual(await readdir(folder).catch(() => []), []);
  });

  test("where nobody listens is not added", () =>
    refused(addEncoder(folder, "http://127.0.0.1:9/encoder.json"), /cannot be had/));
});
