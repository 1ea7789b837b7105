// Bad input: the answer is a problem that points at the fault, and the brain is, bit for bit, what it was.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { type CallOptions, type ContractClient, contractClient } from "../support/contract.ts";
import { startTestServer, type TestServer } from "../support/server.ts";

const CONFIG = { inputDim: 2, hiddenDim: 32, winners: 4, layers: 1, memorySize: 50, neighbors: 3, seed: 7 };
const GOOD = {
  inputs: [
    [1, 0],
    [0, 1],
  ],
  labels: ["a", "b"],
};

type Method = Parameters<ContractClient>[0];
type Case = {
  readonly name: string;
  readonly call: readonly [Method, string, CallOptions];
  readonly status: number;
  readonly type: string;
  readonly pointer?: string;
  readonly detail?: RegExp;
};

const learn = (body: unknown, headers = {}): Case["call"] => ["post", "/v1/brains/{brain}/learn", { body, headers }];
const predict = (body: unknown): Case["call"] => ["post", "/v1/brains/{brain}/predict", { body }];
const feedback = (body: unknown): Case["call"] => ["post", "/v1/brains/{brain}/feedback", { body }];
const evaluate = (body: unknown): Case["call"] => ["post", "/v1/brains/{brain}/evaluate", { body }];
const create = (body: object | string): Case["call"] => [
  "post",
  "/v1/brains",
  { body: typeof body === "string" ? body : { kind: "plastic", ...body } },
];
const latin1 = (body: unknown): Buffer => Buffer.from(JSON.stringify(body), "latin1");
const withConfig = (config: object) => create({ id: "never", config: { ...CONFIG, ...config } });
const triarchicWith = (config: object) =>
  create({ id: "never", kind: "triarchic", config: { inputDim: 2, hiddenDim: 64, winners: 8, ...config } });
const checkpoint = "/v1/brains/{brain}/checkpoints/{checkpoint}";

const refused = (status: number, type: string, name: string, call: Case["call"], detail?: RegExp): Case => ({
  name,
  call,
  status,
  type,
  ...(detail ? { detail } : {}),
});
const invalid = (name: string, pointer: string, call: Case["call"], detail?: RegExp): Case => ({
  ...refused(422, "validation", name, call, detail),
  pointer,
});

const CASES: readonly Case[] = [
  refused(400, "not-json", "half a document", learn('{"inputs":'), /not JSON/),
  refused(400, "not-json", "a NaN token", learn('{"inputs":[[NaN,1]],"labels":["a"]}'), /NaN|token/),
  refused(
    400,
    "not-json",
    "a label that is not UTF-8",
    learn(latin1({ inputs: [[1, 0]], labels: ["caf\u00e9"] })),
    /not UTF-8/,
  ),
  refused(
    415,
    "unsupported-media-type",
    "another charset",
    learn(GOOD, { "content-type": "application/json; charset=utf-16" }),
    /charset is utf-16/,
  ),
  refused(
    415,
    "unsupported-media-type",
    "a compressed body",
    learn(GOOD, { "content-type": "application/json", "content-encoding": "gzip" }),
    /content-encoding: gzip/,
  ),
  refused(400, "not-json", "no body", ["post", "/v1/brains/{brain}/learn", {}], /empty/),
  refused(400, "not-json", "an empty body", learn(""), /empty/),
  refused(
    415,
    "unsupported-media-type",
    "form data",
    learn("inputs=1", { "content-type": "text/plain" }),
    /text\/plain/,
  ),
  refused(
    413,
    "body-too-large",
    "a body over the limit",
    learn(`{"inputs":[[${"1,".repeat(600_000)}1]]}`),
    /1 MiB \(ENGRAM_MAX_BODY_MB\)/,
  ),
  invalid(
    "null where an object may be left out",
    "#",
    ["post", "/v1/brains/{brain}/consolidate", { body: "null" }],
    /object/,
  ),
  invalid("a property named __proto__", "#/config/__proto__", create('{"kind":"plastic","config":{"__proto__":{}}}')),
  invalid(
    "a prototype deep in an array",
    "#/labels/1/constructor",
    learn('{"labels":[1,{"constructor":{"prototype":1}}]}'),
  ),
  invalid(
    "a very long name",
    `#/${"x".repeat(40)}%E2%80%A6`,
    learn({ ...GOOD, ["x".repeat(100_000)]: 1 }),
    /^.{0,200}$/,
  ),
  invalid("a body that is an array", "#", learn("[]"), /object/),
  invalid("rows of different length", "#/inputs/1", learn({ inputs: [[1, 0], [1]], labels: ["a", "b"] }), /1 number/),
  invalid("rows of another width than the brain's", "#/inputs/0", learn({ inputs: [[1, 2, 3]], labels: ["a"] }), /3/),
  invalid("1e999", "#/inputs/0/1", learn('{"inputs":[[1,1e999]],"labels":["a"]}'), /finite/),
  invalid("1e300, beyond float32", "#/inputs/0/1", learn({ inputs: [[1, 1e300]], labels: ["a"] }), /float32/),
  invalid("a string among the numbers", "#/inputs/0/1", learn({ inputs: [[1, "2"]], labels: ["a"] }), /number/),
  invalid("null among the numbers", "#/inputs/0/0", learn({ inputs: [[null, 1]], labels: ["a"] }), /number/),
  invalid("true among the numbers", "#/inputs/0/0", learn({ inputs: [[true, 1]], labels: ["a"] }), /number/),
  invalid("an empty batch", "#/inputs", learn({ inputs: [], labels: ["a"] }), /empty/),
  invalid("an empty row", "#/inputs/0", learn({ inputs: [[]], labels: ["a"] }), /empty/),
  invalid("more labels than inputs", "#/labels", learn({ inputs: [[1, 0]], labels: ["a", "b"] })),
  invalid("fewer labels than inputs", "#/labels", learn({ inputs: GOOD.inputs, labels: ["a"] })),
  invalid("no labels", "#/labels", learn({ inputs: GOOD.inputs }), /missing/),
  invalid("a blank label", "#/labels/1", learn({ ...GOOD, labels: ["a", " \t "] }), /blank/),
  invalid("an empty label", "#/labels/0", learn({ ...GOOD, labels: ["", "b"] }), /empty/),
  invalid("a label with NUL", "#/labels/0", learn({ ...GOOD, labels: ["a\u0000", "b"] }), /control/),
  invalid("half a surrogate pair as label", "#/labels/0", learn('{"inputs":[[1,0]],"labels":["\\ud800"]}')),
  invalid("a label of 257 characters", "#/labels/0", learn({ ...GOOD, labels: ["x".repeat(257), "b"] }), /256/),
  invalid("a label that is a number", "#/labels/0", learn({ ...GOOD, labels: [1, "b"] }), /string/),
  invalid("a mode that does not exist", "#/mode", learn({ ...GOOD, mode: "wild" }), /plastic, panic/),
  invalid("learning in mode inference", "#/mode", learn({ ...GOOD, mode: "inference" })),
  invalid("an unknown property", "#/labls", learn({ ...GOOD, labls: [] }), /known: inputs/),
  invalid("an unknown property with a slash", "#/a~1b", learn({ ...GOOD, "a/b": 1 })),
  invalid("too many rows", "#/inputs", learn({ inputs: Array(17).fill([1, 0]), labels: ["a"] }), /at most 16/),
  invalid("inputs that are a string", "#/inputs", predict({ inputs: "1,2" }), /array/),
  invalid("a prediction of the wrong width", "#/inputs/0", predict({ inputs: [[1]] })),
  invalid("topK of 0", "#/topK", predict({ inputs: [[1, 0]], topK: 0 })),
  invalid("topK of 2.5", "#/topK", predict({ inputs: [[1, 0]], topK: 2.5 }), /whole/),
  invalid("a track that is a string", "#/track", predict({ inputs: [[1, 0]], track: "yes" }), /true or false/),
  invalid("feedback on nothing", "#/items", feedback({ items: [] }), /empty/),
  invalid("too much feedback", "#/items", feedback({ items: Array(17).fill({ id: "a", label: "a" }) }), /at most 16/),
  invalid("feedback with a blank label", "#/items/0/label", feedback({ items: [{ id: "a", label: " " }] }), /blank/),
  invalid("an evaluation with too few labels", "#/labels", evaluate({ inputs: GOOD.inputs, labels: ["a"] })),
  invalid("too large an evaluation", "#/inputs", evaluate({ ...GOOD, inputs: Array(17).fill([1, 0]) }), /at most 16/),
  invalid("an unknown mode", "#/mode", ["put", "/v1/brains/{brain}/mode", { body: { mode: "sleep" } }], /inference/),
  invalid("an unknown kind", "#/kind", create({ kind: "cubic" }), /plastic, triarchic/),
  invalid("winners over hiddenDim", "#/config/winners", withConfig({ winners: 33 })),
  invalid("neighbors over memorySize", "#/config/neighbors", withConfig({ neighbors: 51 })),
  invalid("memorySize 0", "#/config/memorySize", withConfig({ memorySize: 0 })),
  invalid("a brain over the memory budget", "#/config", withConfig({ inputDim: 65_536, hiddenDim: 1_048_576 })),
  invalid("an unknown memory policy", "#/config/memoryPolicy", withConfig({ memoryPolicy: "lifo" }), /class-balanced/),
  invalid("a misspelt setting", "#/config/winers", withConfig({ winers: 3 }), /known: inputDim/),
  invalid("a seed beyond uint32", "#/config/seed", withConfig({ seed: 2 ** 32 })),
  invalid("no kind", "#/kind", create({ kind: undefined }), /missing/),
  invalid("a kind that is a number", "#/kind", create({ kind: 3 }), /plastic, triarchic/),
  ...(
    [
      ["one winner", "#/config/winners", { winners: 1 }, /2/],
      ["winners over the base's neurons", "#/config/winners", { winners: 65 }, /64/],
      ["a novelty threshold over 1", "#/config/noveltyThreshold", { noveltyThreshold: 1.1 }, /<= 1/],
      ["a decay that is text", "#/config/contextDecay", { contextDecay: "0.8" }, /number/],
      ["rules that do not exist", "#/config/rules", { rules: "wild" }, /stable, seed/],
      ["a plastic brain's setting", "#/config/layers", { layers: 2 }, /known: inputDim/],
      ["a base over the memory budget", "#/config", { inputDim: 65_536, hiddenDim: 1_048_576 }, /no brain/],
    ] as const
  ).map(([name, pointer, config, detail]) =>
    invalid(`a triarchic brain with ${name}`, pointer, triarchicWith(config), detail),
  ),
  ...["Big", "", ".", "..", "-a", "a b", "a/b", "ä", "x".repeat(64)].map((id) =>
    invalid(`the id ${JSON.stringify(id)}`, "#/id", create({ id }), /a-z/),
  ),
  invalid("a tag that is a number", "#/tags/a", create({ id: "never", tags: { a: 1 } }), /string/),
  invalid(
    "65 tags",
    "#/tags",
    create({ tags: Object.fromEntries(Array.from({ length: 65 }, (_, i) => [`t${i}`, ""])) }),
  ),
  refused(409, "brain-exists", "a taken id", create({ id: "pets" }), /pets/),
  invalid("limit 0", "?limit", ["get", "/v1/brains", { query: "?limit=0" }]),
  invalid("a limit that is no number", "?limit", ["get", "/v1/brains", { query: "?limit=ten" }], /whole/),
  invalid("an unknown query parameter", "?limt", ["get", "/v1/brains", { query: "?limt=1" }], /known: limit/),
  invalid("a cursor of nonsense", "?cursor", ["get", "/v1/brains", { query: "?cursor=%00" }], /nextCursor/),
  refused(404, "brain-not-found", "an unknown brain", ["get", "/v1/brains/{brain}", { params: { brain: "nobody" } }]),
  refused(404, "brain-not-found", "an impossible brain", ["get", "/v1/brains/{brain}", { params: { brain: "%00" } }]),
  refused(404, "checkpoint-not-found", "an unknown checkpoint", [
    "get",
    checkpoint,
    { params: { checkpoint: "none" } },
  ]),
  refused(404, "checkpoint-not-found", "restoring an unknown checkpoint", [
    "post",
    `${checkpoint}/restore`,
    { params: { checkpoint: "none" } },
  ]),
  invalid("a body where none belongs", "#/force", [
    "post",
    "/v1/brains/{brain}/consolidate",
    { body: { force: true } },
  ]),
  refused(400, "bad-request", "a broken escape", ["get", "/v1/brains/{brain}", { params: { brain: "%zz" } }]),
  refused(426, "upgrade-required", "a plain GET of a stream", ["get", "/v1/brains/{brain}/stream", {}]),
];

describe("bad input", () => {
  let server: TestServer;
  let api: ContractClient;
  before(async () => {
    server = await startTestServer({ ENGRAM_MAX_BODY_MB: "1", ENGRAM_MAX_CALL_ROWS: "16" });
    api = contractClient(server.url);
    await api("post", "/v1/brains", { body: { id: "pets", kind: "plastic", config: CONFIG } });
    await api("post", "/v1/brains/{brain}/learn", { body: GOOD });
  });
  after(() => server.close());

  /** What a brain is: its state's digest, and what is told of it. */
  const state = async () => {
    const { digest, seq, step } = (await api("post", "/v1/brains/{brain}/checkpoints")).body;
    return { digest, seq, step, brain: (await api("get", "/v1/brains/{brain}")).body };
  };

  for (const { name, call, status, type, pointer, detail } of CASES) {
    test(`${name}: ${status} ${type}${pointer === undefined ? "" : ` at ${pointer}`}, nothing changed`, async () => {
      const earlier = await state();
      const response = await api(...call);
      assert.equal(response.status, status, response.text);
      assert.match(String(response.headers["content-type"]), /^application\/problem\+json/);
      const problem = JSON.parse(response.text);
      assert.equal(problem.type, `/problems/${type}`);
      if (pointer !== undefined) assert.equal(problem.errors?.[0]?.pointer, pointer, response.text);
      if (detail !== undefined) assert.match(problem.detail, detail);
      assert.deepEqual(await state(), earlier);
      assert.equal((await api("get", "/v1/brains/{brain}", { params: { brain: "never" } })).status, 404);
    });
  }

  test("learning in mode inference: 409 brain-frozen, nothing changed", async () => {
    await api("put", "/v1/brains/{brain}/mode", { body: { mode: "inference" } });
    const earlier = await state();
    const response = await api("post", "/v1/brains/{brain}/learn", { body: GOOD });
    assert.equal(response.status, 409);
    assert.equal(response.body.type, "/problems/brain-frozen");
    assert.deepEqual(await state(), earlier);
  });
});

describe("the API key", () => {
  let server: TestServer;
  before(async () => {
    server = await startTestServer({ ENGRAM_API_KEY: "right-key" });
  });
  after(() => server.close());

  for (const header of [undefined, "Bearer wrong-key", "Basic right-key", "Bearer", "right-key"]) {
    test(`Authorization: ${header} is refused`, async () => {
      const api = contractClient(server.url, header === undefined ? {} : { authorization: header });
      const response = await api("get", "/v1/brains");
      assert.equal(response.status, 401);
      assert.equal(response.body.type, "/problems/unauthorized");
      assert.equal(response.headers["www-authenticate"], "Bearer");
    });
  }

  test("the right key opens; probes, the contract and the pages need none", async () => {
    const api = contractClient(server.url, { authorization: "Bearer right-key" });
    assert.equal((await api("get", "/v1/brains")).status, 200);
    const anonymous = contractClient(server.url);
    assert.equal((await anonymous("get", "/livez")).status, 200);
    assert.equal((await anonymous("get", "/readyz")).status, 200);
    for (const path of ["/problems", "/problems/{code}"] as const) {
      assert.equal((await anonymous("get", path, { params: { code: "unauthorized" } })).status, 200);
    }
    for (const path of ["/", "/docs", "/docs/json", "/openapi.json", "/asyncapi.json"]) {
      assert.equal((await fetch(`${server.url}${path}`)).status, 200, path);
    }
    assert.equal((await fetch(`${server.url}/metrics`)).status, 401);
  });
});
