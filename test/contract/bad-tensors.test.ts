// Bodies of tensors that are wrong: the answer is the problem that JSON would get, it points at the fault in the file, and nothing has changed.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { call, digestOf } from "../support/client.ts";
import { type CallOptions, type ContractClient, contractClient } from "../support/contract.ts";
import { rawFile, SAFETENSORS } from "../support/files.ts";
import { startTestServer, type TestServer } from "../support/server.ts";

const CONFIG = { inputDim: 2, hiddenDim: 32, winners: 4, layers: 1, memorySize: 50, neighbors: 3, seed: 7 };
const MAX_ROWS = 16;

const floats = (...values: number[]): Buffer => Buffer.from(Float32Array.from(values).buffer);
const ints = (...values: number[]): Buffer => Buffer.from(Int32Array.from(values).buffer);
const INPUTS = { dtype: "F32", shape: [2, 2], data_offsets: [0, 16] };
const LABELS = { dtype: "I32", shape: [2], data_offsets: [16, 24] };
const ROWS = floats(1, 0, 0, 1);
const TEXT = { labels: '["a","b"]' };

type Case = {
  readonly name: string;
  readonly operation: string;
  readonly body: Buffer | string;
  readonly headers?: CallOptions["headers"];
  readonly status: number;
  readonly type: string;
  readonly pointer?: string;
  readonly detail?: RegExp;
};

type Wrong = {
  readonly header?: object;
  readonly metadata?: object | undefined;
  readonly body?: Buffer;
  readonly operation?: string;
};

/** A good lesson, or prediction, with something wrong in it. */
const invalid = (
  name: string,
  pointer: string,
  { header = {}, metadata = TEXT, body = ROWS, operation = "learn" }: Wrong,
  detail?: RegExp,
): Case => ({
  name,
  operation,
  body: rawFile({ __metadata__: metadata, inputs: INPUTS, ...header }, body),
  status: 422,
  type: "validation",
  pointer,
  ...(detail && { detail }),
});
const predict = (metadata: object | undefined, header: object = {}): Wrong => ({
  metadata,
  header,
  operation: "predict",
});
const places = (classes: unknown, ...labels: number[]): Wrong => ({
  header: { labels: { ...LABELS, shape: [labels.length], data_offsets: [16, 16 + 4 * labels.length] } },
  metadata: { classes: JSON.stringify(classes) },
  body: Buffer.concat([ROWS, ints(...labels)]),
});
const inputs = (rows: number, cols: number, data = floats(...Array(rows * cols).fill(1))): Wrong => ({
  header: { inputs: { dtype: "F32", shape: [rows, cols], data_offsets: [0, data.length] } },
  metadata: { labels: JSON.stringify(Array(Math.min(Math.max(rows, 1), MAX_ROWS)).fill("a")) },
  body: data,
});
const noFile = (name: string, body: Buffer, detail: RegExp): Case => ({
  name,
  operation: "learn",
  body,
  status: 400,
  type: "not-safetensors",
  detail,
});

const good = (): Buffer => rawFile({ __metadata__: TEXT, inputs: INPUTS }, ROWS);
const longHeader = (): Buffer => {
  const file = good();
  file.writeBigUInt64LE(2n ** 40n);
  return file;
};

const CASES: readonly Case[] = [
  noFile("an empty body", Buffer.alloc(0), /empty/),
  noFile("JSON instead of a file", Buffer.from('{"inputs":[[1,0]],"labels":["a"]}'), /over 16777216/),
  noFile("a header that is cut off", good().subarray(0, 40), /cut off/),
  noFile("a header longer than any", longHeader(), /over 16777216/),
  noFile("a header that is not JSON", rawFile("{", ROWS), /not JSON/),
  noFile("a header that is not UTF-8", Buffer.concat([ints(2, 0), Buffer.from([0x7b, 0xff]), ROWS]), /UTF-8/),
  noFile("a header that is a list", rawFile("[]", ROWS), /not an object/),
  noFile("a tensor that is named twice", rawFile('{"inputs":{},"inputs":{}}', ROWS), /twice/),
  noFile("a header nested deeper than any", rawFile('{"inputs":{"shape":[[1]]}}', ROWS), /deeper/),
  noFile("numbers that are cut off", good().subarray(0, -1), /16 bytes, 15 follow/),
  noFile("bytes after the numbers", Buffer.concat([good(), Buffer.from([0])]), /16 bytes, 17 follow/),
  noFile(
    "offsets that lie",
    rawFile({ __metadata__: TEXT, inputs: { ...INPUTS, data_offsets: [0, 12] } }, ROWS),
    /do not hold 16 bytes/,
  ),
  noFile(
    "tensors that overlap",
    rawFile({ __metadata__: { classes: '["a"]' }, inputs: INPUTS, labels: { ...LABELS, data_offsets: [8, 16] } }, ROWS),
    /begins at byte 8/,
  ),
  noFile(
    "metadata that is no text",
    rawFile({ __metadata__: { labels: ["a", "b"] }, inputs: INPUTS }, ROWS),
    /not text/,
  ),

  invalid("no inputs", "#/inputs", { header: { inputs: undefined }, body: floats() }, /missing/),
  invalid(
    "inputs of float64",
    "#/inputs/dtype",
    { header: { inputs: { ...INPUTS, dtype: "F64", data_offsets: [0, 32] } }, body: Buffer.alloc(32) },
    /one of F32, got "F64"/,
  ),
  invalid("inputs of int32", "#/inputs/dtype", { header: { inputs: { ...INPUTS, dtype: "I32" } } }, /one of F32/),
  invalid("inputs in one dimension", "#/inputs/shape", { header: { inputs: { ...INPUTS, shape: [4] } } }, /at least 2/),
  invalid(
    "inputs in three dimensions",
    "#/inputs/shape",
    { header: { inputs: { ...INPUTS, shape: [1, 2, 2] } } },
    /at most 2/,
  ),
  invalid("a size that is negative", "#/inputs/shape/0", { header: { inputs: { ...INPUTS, shape: [-2, 2] } } }, />= 0/),
  invalid("a size that is text", "#/inputs/shape/1", { header: { inputs: { ...INPUTS, shape: [2, "2"] } } }, /whole/),
  invalid("an entry that is no object", "#/inputs", { header: { inputs: [] } }, /object/),
  invalid("an entry without offsets", "#/inputs/data_offsets", { header: { inputs: { dtype: "F32", shape: [2, 2] } } }),
  invalid(
    "a tensor that no call knows",
    "#/weights",
    { header: { weights: LABELS } },
    /known: __metadata__, inputs, labels/,
  ),
  invalid("a tensor named __proto__", "#/__proto__", { header: JSON.parse(`{"__proto__":${JSON.stringify(LABELS)}}`) }),
  invalid("labels in a prediction", "#/labels", { ...predict({}), header: { labels: LABELS } }, /not known/),
  invalid("no rows", "#/inputs", inputs(0, 2), /empty/),
  invalid("empty rows", "#/inputs/0", inputs(2, 0), /empty/),
  invalid("too many rows", "#/inputs", inputs(MAX_ROWS + 1, 2), /17 rows, at most 16/),
  invalid(
    "too many rows to predict",
    "#/inputs",
    { ...inputs(MAX_ROWS + 1, 2), metadata: {}, operation: "predict" },
    /at most 16/,
  ),
  invalid("rows of another width than the brain's", "#/inputs/0", inputs(2, 3), /3 numbers.*takes 2/),
  invalid("a NaN", "#/inputs/1/0", { body: floats(1, 0, Number.NaN, 1) }, /NaN/),
  invalid("an infinity", "#/inputs/0/1", { body: floats(1, Number.POSITIVE_INFINITY, 0, 1) }, /Infinity/),
  invalid("a negative infinity to predict", "#/inputs/1/1", {
    ...predict({}),
    body: floats(1, 0, 0, Number.NEGATIVE_INFINITY),
  }),

  invalid("no labels", "#/labels", { metadata: {} }, /missing/),
  invalid("no metadata", "#/labels", { header: { __metadata__: undefined } }, /missing/),
  invalid(
    "fewer labels than inputs",
    "#/__metadata__/labels",
    { metadata: { labels: '["a"]' } },
    /1 label for 2 inputs/,
  ),
  invalid(
    "more labels than a call may carry",
    "#/__metadata__/labels",
    { metadata: { labels: JSON.stringify(Array(17).fill("a")) } },
    /at most 16/,
  ),
  invalid("a blank label", "#/__metadata__/labels/1", { metadata: { labels: '["a"," "]' } }, /blank/),
  invalid("a label that is a number", "#/__metadata__/labels/0", { metadata: { labels: '[1,"b"]' } }, /string/),
  invalid(
    "labels twice",
    "#/labels",
    { header: { labels: LABELS }, metadata: TEXT, body: Buffer.concat([ROWS, ints(0, 1)]) },
    /twice/,
  ),
  invalid(
    "classes beside labels that are text",
    "#/__metadata__/classes",
    { metadata: { ...TEXT, classes: '["a"]' } },
    /tensor/,
  ),
  invalid(
    "a tensor of labels without classes",
    "#/__metadata__/classes",
    { ...places([], 0, 1), metadata: {} },
    /missing/,
  ),
  invalid("classes without a tensor of labels", "#/labels", { metadata: { classes: '["a"]' } }, /missing/),
  invalid("no classes", "#/__metadata__/classes", places([], 0, 1), /empty/),
  invalid("a class that is blank", "#/__metadata__/classes/1", places(["a", ""], 0, 1), /empty/),
  invalid("a label that classes does not have", "#/labels/1", places(["a", "b"], 0, 2), /2; classes has 2/),
  invalid("a label of −1", "#/labels/0", places(["a", "b"], -1, 0), /-1/),
  invalid("fewer labels in a tensor than inputs", "#/labels", places(["a", "b"], 0), /1 label for 2 inputs/),
  invalid(
    "labels of int64",
    "#/labels/dtype",
    { ...places(["a"], 0, 0), header: { labels: { ...LABELS, dtype: "I64" } } },
    /one of I32, got "I64"/,
  ),

  invalid(
    "metadata that no call knows",
    "#/__metadata__/labls",
    { metadata: { ...TEXT, labls: "1" } },
    /known: labels, classes/,
  ),
  invalid(
    "metadata that is not JSON",
    "#/__metadata__/mode",
    { metadata: { ...TEXT, mode: "panic" } },
    /in its quotes/,
  ),
  invalid("metadata that is a list", "#/__metadata__", { metadata: [] }, /object/),
  invalid(
    "a mode that does not exist",
    "#/__metadata__/mode",
    { metadata: { ...TEXT, mode: '"wild"' } },
    /plastic, panic/,
  ),
  invalid("memorize as text", "#/__metadata__/memorize", { metadata: { ...TEXT, memorize: '"yes"' } }, /true or false/),
  invalid("topK of 0", "#/__metadata__/topK", predict({ topK: "0" }), />= 1/),
  invalid("topK as text", "#/__metadata__/topK", predict({ topK: '"2"' }), /whole number/),
  invalid("a lesson's option in a prediction", "#/__metadata__/mode", predict({ mode: '"panic"' }), /known: topK/),
  {
    name: "a body over the limit",
    operation: "learn",
    body: rawFile({ inputs: { ...INPUTS, shape: [2, 2 ** 18], data_offsets: [0, 2 ** 21] } }, Buffer.alloc(2 ** 21)),
    status: 413,
    type: "body-too-large",
    detail: /1 MiB/,
  },
  {
    name: "a compressed file",
    operation: "learn",
    body: good(),
    headers: { "content-type": SAFETENSORS, "content-encoding": "gzip" },
    status: 415,
    type: "unsupported-media-type",
    detail: /gzip/,
  },
  {
    name: "a type that nobody knows",
    operation: "learn",
    body: good(),
    headers: { "content-type": "application/octet-stream" },
    status: 415,
    type: "unsupported-media-type",
    detail: /takes application\/json, application\/vnd.safetensors/,
  },
  {
    name: "tensors where they are not taken",
    operation: "evaluate",
    body: good(),
    status: 415,
    type: "unsupported-media-type",
    detail: /takes application\/json, multipart\/form-data/,
  },
];

describe("bad tensors", () => {
  let server: TestServer;
  let api: ContractClient;
  let url: string;
  before(async () => {
    server = await startTestServer({ ENGRAM_MAX_BODY_MB: "1", ENGRAM_MAX_CALL_ROWS: String(MAX_ROWS) });
    api = contractClient(server.url);
    url = `${server.url}/v1/brains/pets`;
    await call("POST", `${server.url}/v1/brains`, { id: "pets", kind: "plastic", config: CONFIG });
    await call("POST", `${url}/learn`, { inputs: [[1, 0]], labels: ["a"] });
  });
  after(() => server.close());

  for (const { name, operation, body, headers, status, type, pointer, detail } of CASES) {
    test(`${name}: ${status} ${type}${pointer === undefined ? "" : ` at ${pointer}`}, nothing changed`, async () => {
      const earlier = [await call("GET", url), await digestOf(url)];
      const options = { body, headers: headers ?? { "content-type": SAFETENSORS } };
      const response = await api("post", `/v1/brains/{brain}/${operation}`, options);
      assert.equal(response.status, status, response.text);
      assert.equal(response.body.type, `/problems/${type}`, response.text);
      if (pointer !== undefined) assert.equal(response.body.errors?.[0]?.pointer, pointer, response.text);
      if (detail !== undefined) assert.match(response.body.detail, detail);
      assert.deepEqual([await call("GET", url), await digestOf(url)], earlier);
    });
  }

  test("the good file that the bad ones are made of is learned", async () => {
    const options = { body: good(), headers: { "content-type": SAFETENSORS } };
    assert.equal((await api("post", "/v1/brains/{brain}/learn", options)).status, 200);
  });

  test("a refusal by the brain points into the metadata", async () => {
    const many = { ...CONFIG, memorySize: 20_000, neighbors: 10_000 };
    await call("POST", `${server.url}/v1/brains`, { id: "many", kind: "plastic", config: many });
    const file = rawFile(
      { ...(inputs(11, 2).header as object), __metadata__: { explain: "true" } },
      inputs(11, 2).body!,
    );
    const options = { params: { brain: "many" }, body: file, headers: { "content-type": SAFETENSORS } };
    const { status, body } = await api("post", "/v1/brains/{brain}/predict", options);
    assert.deepEqual([status, body.errors[0].pointer], [422, "#/__metadata__/explain"]);
    assert.match(body.detail, /^#\/__metadata__\/explain asks for 110000 neighbours/);
  });

  for (const contentType of ["application/json", "Application/JSON; charset=utf-8", SAFETENSORS.toUpperCase()]) {
    test(`no way around the checks by the type ${contentType}`, async () => {
      const wrong = contentType.toLowerCase().startsWith("application/json")
        ? '{"inputs":"1"}'
        : rawFile({ inputs: { ...INPUTS, dtype: "I32" } }, ROWS);
      const options = { body: wrong, headers: { "content-type": contentType } };
      assert.equal((await api("post", "/v1/brains/{brain}/learn", options)).status, 422);
    });
  }
});
