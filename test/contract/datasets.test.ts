// Datasets over HTTP, held against the contract: every format in, what a person looks at out, and whatever is wrong with an upload told.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { gzipSync } from "node:zlib";
import sharp from "sharp";
import { encodeSafetensors, f32, i32 } from "../../src/tensor/safetensors.ts";
import { type CallOptions, type ContractClient, contractClient } from "../support/contract.ts";
import { idx, picture, zip } from "../support/dataset-files.ts";
import { startTestServer, type TestServer } from "../support/server.ts";

const DATASET = "/v1/datasets/{dataset}";
const CSV = "label,x,y\ncat,0.5,0.25\ndog,0.125,0.75\n";
const JSONL = '{"label":"cat","input":[0.5,0.25]}\n{"label":"dog","input":[0.125,0.75]}\n';
const TENSORS = Buffer.from(
  encodeSafetensors(
    { labels: i32(Int32Array.of(0, 1), 2), inputs: f32(Float32Array.of(0.5, 0.25, 0.125, 0.75), 2, 2) },
    { classes: '["cat","dog"]' },
  ),
);

let server: TestServer;
let api: ContractClient;
before(async () => {
  server = await startTestServer({ ENGRAM_MAX_DATASET_MB: "1" });
  api = contractClient(server.url);
});
after(() => server.close());

const put = (dataset: string, type: string, body: string | Buffer, query = "", more: Partial<CallOptions> = {}) =>
  api("put", DATASET, { params: { dataset }, body, query, headers: { "content-type": type }, ...more });
const get = (dataset: string) => api("get", DATASET, { params: { dataset } });
const samples = (dataset: string, query = "") => api("get", `${DATASET}/samples`, { params: { dataset }, query });

type Part = readonly [name: string, body: string | Buffer, file?: string, type?: string];
const BOUNDARY = "--cut--";

/** A form's bytes, as browsers and curl write them. */
const form = (...parts: readonly Part[]): Buffer =>
  Buffer.concat([
    ...parts.flatMap(([name, body, file, type]) => [
      Buffer.from(
        `--${BOUNDARY}\r\ncontent-disposition: form-data; name="${name}"${file ? `; filename="${file}"` : ""}\r\n${type ? `content-type: ${type}\r\n` : ""}\r\n`,
      ),
      Buffer.from(body),
      Buffer.from("\r\n"),
    ]),
    Buffer.from(`--${BOUNDARY}--\r\n`),
  ]);
const putForm = (dataset: string, ...parts: readonly Part[]) =>
  put(dataset, `multipart/form-data; boundary=${BOUNDARY}`, form(...parts));

test("a dataset is there once, whatever format the same samples come in", async () => {
  const created = await put("same", "text/csv", CSV, "?name=Two%20animals");
  assert.equal(created.status, 201, created.text);
  assert.equal(created.headers.location, "/v1/datasets/same");
  const { digest, createdAt, ...rest } = created.body;
  assert.deepEqual(rest, {
    id: "same",
    name: "Two animals",
    kind: "features",
    rows: 2,
    shape: [2],
    classes: [
      { label: "cat", samples: 1 },
      { label: "dog", samples: 1 },
    ],
    sizeBytes: 16,
    source: { format: "csv", bytes: CSV.length },
  });
  const again = [
    await put("same", "text/csv; charset=utf-8", CSV.replaceAll("\n", "\r\n")),
    await put("same", "application/x-ndjson", JSONL),
    await put("same", "application/jsonl", JSONL, "?name=Other"),
    await put("same", "application/vnd.safetensors", TENSORS),
    await put("same", "application/octet-stream", TENSORS),
    await putForm("same", ["file", CSV, "animals.csv"]),
    await putForm("same", ["file", gzipSync(CSV), "animals.csv.gz"]),
    await putForm("same", ["file", JSONL, "animals", "application/x-ndjson"]),
    await putForm("same", ["file", TENSORS, "ANIMALS.SAFETENSORS", "application/octet-stream"]),
  ];
  for (const response of again) {
    assert.equal(response.status, 200, response.text);
    assert.deepEqual(response.body, created.body);
    assert.equal(response.headers.location, undefined);
  }
  const other = await put("same", "text/csv", CSV.replace("0.75", "0.5"));
  assert.deepEqual([other.status, other.body.type], [409, "/problems/dataset-exists"]);
  assert.match(other.body.detail, new RegExp(digest));
  assert.deepEqual((await get("same")).body, created.body);
  assert.equal((await put("same-too", "application/jsonl", JSONL)).body.digest, digest);
});

test("datasets are listed, oldest first, a page at a time", async () => {
  for (const id of ["page-a", "page-b", "page-c"]) await put(id, "text/csv", CSV);
  const ids: string[] = [];
  for (let cursor: string | null = ""; cursor !== null; ) {
    const { body } = await api("get", "/v1/datasets", { query: `?limit=2${cursor && `&cursor=${cursor}`}` });
    ids.push(...body.datasets.map(({ id }: { id: string }) => id));
    cursor = body.nextCursor;
  }
  assert.deepEqual(
    ids.filter((id) => id.startsWith("page-")),
    ["page-a", "page-b", "page-c"],
  );
  const strange = await api("get", "/v1/datasets", { query: "?cursor=mine" });
  assert.deepEqual([strange.status, strange.body.errors[0].pointer], [422, "?cursor"]);
});

test("IDX files come as a form of two parts in any order, packed or not, as pixels from 0 to 1", async () => {
  const pixels = idx("u8", [2, 1, 2], [0, 255, 51, 102]);
  const labels = idx("u8", [2], [7, 1]);
  const created = await putForm("idx", ["samples", pixels, "train-images"], ["labels", labels, "train-labels"]);
  assert.equal(created.status, 201, created.text);
  const { kind, shape, classes, source } = created.body;
  assert.deepEqual([kind, shape, source.format], ["features", [1, 2, 1], "idx"]);
  assert.deepEqual(
    classes.map(({ label }: { label: string }) => label),
    ["7", "1"],
  );
  const again = await putForm("idx", ["labels", gzipSync(labels)], ["samples", gzipSync(pixels), "a.gz"]);
  assert.deepEqual([again.status, again.body], [200, created.body]);
  const [first] = (await samples("idx")).body.samples;
  assert.deepEqual(first, { row: 0, label: "7", input: [0, 1] });
  const lonely = await putForm("lonely", ["samples", pixels, "train-images"]);
  assert.deepEqual([lonely.status, lonely.body.type], [422, "/problems/dataset-invalid"]);
  assert.match(lonely.body.detail, /labels is missing/);
});

test("a zip file of pictures has a class for each folder, and its files as they are", async () => {
  const [grass, sky] = [await picture(60), await picture(90, "jpeg")];
  const body = await zip({ "photos/grass/0.png": grass, "photos/sky/0.jpg": sky });
  const created = await put("zip", "application/zip", body);
  assert.equal(created.status, 201, created.text);
  assert.deepEqual([created.body.kind, created.body.shape, created.body.rows], ["images", null, 2]);
  assert.equal((await putForm("zip", ["file", body, "photos.zip"])).status, 200);
  const shown = (await samples("zip", "?label=sky")).body;
  assert.equal(shown.total, 1);
  assert.deepEqual(shown.samples, [{ row: 1, label: "sky", image: sky.toString("base64"), mediaType: "image/jpeg" }]);
});

describe("samples", () => {
  test("of features are numbers", async () => {
    await put("look", "text/csv", `${CSV}cat,1,2\n`);
    const { status, body } = await samples("look");
    assert.equal(status, 200);
    assert.deepEqual(body, {
      dataset: "look",
      total: 3,
      samples: [
        { row: 0, label: "cat", input: [0.5, 0.25] },
        { row: 1, label: "dog", input: [0.125, 0.75] },
        { row: 2, label: "cat", input: [1, 2] },
      ],
    });
    const cats = await samples("look", "?label=cat&offset=1&limit=5");
    assert.deepEqual(cats.body, { dataset: "look", total: 2, samples: [{ row: 2, label: "cat", input: [1, 2] }] });
    assert.deepEqual((await samples("look", "?offset=7")).body.samples, []);
    assert.deepEqual((await samples("look", "?label=cow")).body, { dataset: "look", total: 0, samples: [] });
    for (const query of ["?limit=101", "?limit=0", "?offset=-1", "?page=2"]) {
      assert.equal((await samples("look", query)).status, 422, query);
    }
  });

  test("of texts are texts", async () => {
    await put("mails", "text/csv", "text,label\nWin “now”!,spam\n", "?textColumn=text");
    const { body } = await samples("mails");
    assert.deepEqual(body.samples, [{ row: 0, label: "spam", text: "Win “now”!" }]);
    assert.deepEqual([(await get("mails")).body.kind, (await get("mails")).body.shape], ["texts", null]);
  });

  test("of pixels are PNG files of just those pixels", async () => {
    const pixels = Uint8Array.from({ length: 2 * 3 * 3 }, (_, at) => 14 * at);
    const images = { dtype: "U8", shape: [1, 2, 3, 3], data: pixels } as const;
    const file = encodeSafetensors({ images, labels: i32(Int32Array.of(7), 1) });
    assert.equal((await put("pixels", "application/octet-stream", Buffer.from(file))).status, 201);
    const [sample] = (await samples("pixels")).body.samples;
    assert.deepEqual([sample.row, sample.label, sample.mediaType], [0, "7", "image/png"]);
    const { data, info } = await sharp(Buffer.from(sample.image, "base64")).raw().toBuffer({ resolveWithObject: true });
    assert.deepEqual([info.height, info.width, info.channels, ...data], [2, 3, 3, ...pixels]);
  });
});

test("a dataset that is deleted is gone, and its id is free", async () => {
  await put("gone", "text/csv", CSV);
  const remove = () => api("delete", DATASET, { params: { dataset: "gone" } });
  assert.equal((await remove()).status, 204);
  for (const response of [await remove(), await get("gone"), await samples("gone")]) {
    assert.deepEqual([response.status, response.body.type], [404, "/problems/dataset-not-found"]);
  }
  assert.equal((await get("not%00possible")).status, 404);
  assert.equal((await put("gone", "text/csv", CSV.replace("0.5", "9"))).status, 201);
});

describe("an upload is refused, and leaves nothing:", () => {
  const refused = (
    name: string,
    expected: readonly [status: number, type: string, detail: RegExp],
    send: (dataset: string) => ReturnType<ContractClient>,
  ): void => {
    test(name, async () => {
      const response = await send("never");
      const [status, type, detail] = expected;
      assert.deepEqual([response.status, response.body.type], [status, `/problems/${type}`], response.text);
      assert.match(response.body.detail, detail);
      assert.equal((await get("never")).status, 404);
    });
  };
  const unsupported = (detail: RegExp) => [415, "unsupported-media-type", detail] as const;
  const invalid = (detail: RegExp) => [422, "dataset-invalid", detail] as const;
  const wrong = (detail: RegExp) => [422, "validation", detail] as const;

  refused("a type that is no format", unsupported(/text\/plain.*takes text\/csv, .*multipart\/form-data/), (id) =>
    put(id, "text/plain", CSV),
  );
  refused("JSON", unsupported(/application\/json.*application\/x-ndjson/), (id) => put(id, "application/json", "[]"));
  refused("a compressed body", unsupported(/compressed \(content-encoding: gzip\)/), (id) =>
    put(id, "text/csv", CSV, "", { headers: { "content-type": "text/csv", "content-encoding": "gzip" } }),
  );
  refused("an empty file", invalid(/./), (id) => put(id, "text/csv", ""));
  refused("no body at all", invalid(/empty/), (id) => api("put", DATASET, { params: { dataset: id } }));
  refused("a file whose third line is wrong", invalid(/line 3/), (id) => put(id, "text/csv", "label,x\na,1\nb,no\n"));
  refused("a file that is no safetensors file", invalid(/safetensors/), (id) =>
    put(id, "application/octet-stream", CSV),
  );
  refused("an id that is none", wrong(/dataset.*1 to 63 characters/), () => put("Never!", "text/csv", CSV));
  refused("a column's name for a file without columns", wrong(/labelColumn/), (id) =>
    put(id, "application/jsonl", JSONL, "?labelColumn=label"),
  );
  refused("a shape that is none", wrong(/shape.*28x28x1/), (id) => put(id, "text/csv", CSV, "?shape=two"));
  refused("a shape of more numbers than there are", wrong(/shape.*2x2x1/), (id) =>
    put(id, "text/csv", CSV, "?shape=2x2x1"),
  );
  refused("a parameter that is unknown", wrong(/columns/), (id) => put(id, "text/csv", CSV, "?columns=2"));
  refused("a larger file than may be", [413, "body-too-large", /1 MiB \(ENGRAM_MAX_DATASET_MB\)/], (id) =>
    put(id, "text/csv", `label,x\n${"a,1.000000000\n".repeat(80_000)}`),
  );
  refused("a file that is read into more than may be", [413, "body-too-large", /1 MiB.*ENGRAM_MAX_DATASET_MB/], (id) =>
    put(id, "text/csv", `label${",x".repeat(500)}\n${`a${",1".repeat(500)}\n`.repeat(600)}`),
  );
  refused("a form without parts", invalid(/no parts.*samples and labels/), (id) => putForm(id));
  refused("a form with a part that nobody wants", wrong(/#\/name.*samples and labels/), (id) =>
    putForm(id, ["name", "Digits"]),
  );
  refused("a form with a part too many", wrong(/#\/extra.*part too many/), (id) =>
    putForm(id, ["file", CSV, "a.csv"], ["extra", "x"]),
  );
  refused("a form whose file says nothing of its format", unsupported(/"animals".*csv, jsonl/), (id) =>
    putForm(id, ["file", CSV, "animals", "text/plain"]),
  );
  refused("a form that is cut off", [400, "bad-request", /cut off|broke off/], (id) =>
    put(id, `multipart/form-data; boundary=${BOUNDARY}`, form(["file", CSV, "a.csv"]).subarray(0, 120)),
  );
  refused("a form without a boundary", [400, "bad-request", /form/], (id) =>
    put(id, "multipart/form-data", form(["file", CSV, "a.csv"])),
  );
  refused("a form of a larger file than may be", [413, "body-too-large", /1 MiB/], (id) =>
    putForm(id, ["file", `label,x\n${"a,1.000000000\n".repeat(80_000)}`, "a.csv"]),
  );
});

test("a server with a key wants it for datasets, too", async () => {
  const guarded = await startTestServer({ ENGRAM_API_KEY: "secret" });
  try {
    const strangers = contractClient(guarded.url);
    const calls = [
      ["put", DATASET],
      ["get", DATASET],
      ["delete", DATASET],
      ["get", `${DATASET}/samples`],
      ["get", "/v1/datasets"],
    ] as const;
    for (const [method, template] of calls) {
      const response = await strangers(method, template, { params: { dataset: "a" } });
      assert.equal(response.status, 401, `${method} ${template}`);
    }
  } finally {
    await guarded.close();
  }
});
