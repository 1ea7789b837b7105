// Files in and out, held against the contract: what is wrong with a file is told, and nothing of it is kept.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { f32, i32, u32 } from "../../src/tensor/safetensors.ts";
import { inputOf, SMALL_BRAIN, SMALL_TRIARCHIC_BRAIN } from "../support/client.ts";
import { type CallOptions, type ContractClient, contractClient } from "../support/contract.ts";
import { edited, type Parts, rawFile, SAFETENSORS, split, withoutNote } from "../support/files.ts";
import { startTestServer, type TestServer } from "../support/server.ts";

const FILE = "/v1/brains/{brain}/checkpoints/{checkpoint}/file";
const IMPORT = "/v1/brains/import";

let server: TestServer;
let call: ContractClient;
const files = new Map<string, Buffer>();
before(async () => {
  server = await startTestServer({ ENGRAM_MEMORY_BUDGET_MB: "256" });
  call = contractClient(server.url);
  const plastic = { ...SMALL_BRAIN, config: { ...SMALL_BRAIN.config, normalization: "running" } };
  for (const blueprint of [plastic, SMALL_TRIARCHIC_BRAIN]) {
    const params = { brain: blueprint.kind };
    await call("post", "/v1/brains", { body: { ...blueprint, id: blueprint.kind } });
    for (let index = 0; index < 3; index++) {
      const body = { inputs: [inputOf(index), inputOf(index + 9)], labels: ["a", `b${index}`] };
      await call("post", "/v1/brains/{brain}/learn", { params, body });
    }
    const { id } = (await call("post", "/v1/brains/{brain}/checkpoints", { params })).body;
    const response = await fetch(`${server.url}/v1/brains/${blueprint.kind}/checkpoints/${id}/file`);
    files.set(blueprint.kind, Buffer.from(await response.arrayBuffer()));
  }
});
after(() => server.close());

const send = (body: unknown, more: Partial<CallOptions> = {}) =>
  call("post", IMPORT, { body, headers: { "content-type": SAFETENSORS }, ...more });

const listed = async (): Promise<number> => (await call("get", "/v1/brains")).body.brains.length;

/** Refuses the plastic file, with its note or without, after `change`. */
function refused(name: string, detail: RegExp, change: (file: Buffer) => Buffer, kind = "plastic"): void {
  test(`${name} is refused`, async () => {
    const before = await listed();
    const response = await send(change(withoutNote(files.get(kind)!)));
    assert.equal(response.status, 422, response.text);
    assert.equal(response.body.type, "/problems/file-invalid");
    assert.match(response.body.detail, detail);
    assert.equal(await listed(), before);
  });
}

type Header = Record<string, unknown> & { config: Record<string, unknown>; layers: Record<string, unknown>[] };

/** Changes the state's header in the file. */
const header = (change: (header: Header) => object) => (file: Buffer) =>
  edited(file, ({ metadata }) => ({
    metadata: { ...metadata, brain: JSON.stringify(change(JSON.parse(metadata.brain!))) },
  }));
const config = (settings: object) => header((state) => ({ ...state, config: { ...state.config, ...settings } }));
const tensors = (change: (tensors: Parts["tensors"]) => Parts["tensors"]) => (file: Buffer) =>
  edited(file, (parts) => ({ tensors: change(parts.tensors) }));
/** Changes one number of a tensor. */
const number = (name: string, value: number, at = 0) =>
  tensors((all) => {
    const tensor = all[name]!;
    const data = tensor.data.slice();
    data[at] = value;
    return { ...all, [name]: { ...tensor, data } };
  });
/** Changes the safetensors header. */
const table = (change: (header: Record<string, { data_offsets: number[] }>) => object | string) => (file: Buffer) => {
  const { header, body } = split(file);
  return rawFile(change(header), body);
};
const entry = (name: string, fields: object) => table((all) => ({ ...all, [name]: { ...all[name], ...fields } }));
const offsets = (name: string, change: (from: number, to: number) => unknown[]) =>
  table((all) => {
    const [from = 0, to = 0] = all[name]!.data_offsets;
    return { ...all, [name]: { ...all[name], data_offsets: change(from, to) } };
  });
const note = (fields: object) => (file: Buffer) =>
  edited(file, ({ metadata }) => ({ metadata: { ...metadata, engram: JSON.stringify(fields) } }));
const prefixed = (length: bigint): Buffer => {
  const prefix = Buffer.alloc(8);
  prefix.writeBigUInt64LE(length);
  return prefix;
};

describe("a file", () => {
  refused("nothing", /empty/, () => Buffer.alloc(0));
  refused("less than a length", /cut off/, () => Buffer.from("abc"));
  refused("a header of 2 GB", /over 16777216/, () => prefixed(2n ** 31n));
  refused("a header of 2⁶³ bytes", /over 16777216/, () => prefixed(2n ** 63n));
  refused("half a header", /cut off/, (file) => file.subarray(0, 100));
  refused("half a tensor", /has \d+ bytes; by its header/, (file) => file.subarray(0, file.length - 5));
  refused("what goes on behind its tensors", /has \d+ bytes; by its header/, (file) =>
    Buffer.concat([file, Buffer.of(0)]),
  );
  refused("text", /over 16777216/, () => Buffer.from("this is no safetensors file at all"));
  refused(
    "a header that is not JSON",
    /not JSON/,
    table(() => "{"),
  );
  refused(
    "a header that is a list",
    /not an object/,
    table(() => "[]"),
  );
  refused("a deep header", /nested deeper/, () => rawFile("[".repeat(1_000_000), Buffer.alloc(0)));
  refused(
    "a name twice",
    /a name twice/,
    table((all) => JSON.stringify(all).replace("{", '{"__metadata__":{},')),
  );
  refused(
    "a tensor named __proto__",
    /"__proto__" is none/,
    table((all) => {
      const end = Math.max(
        ...Object.entries(all).map(([name, { data_offsets }]) => (name === "__metadata__" ? 0 : data_offsets[1]!)),
      );
      return JSON.stringify(all).replace(
        /}$/,
        `,"__proto__":{"dtype":"F32","shape":[0],"data_offsets":[${end},${end}]}}`,
      );
    }),
  );
  refused(
    "no metadata",
    /no "brain"/,
    table(({ __metadata__: _, ...rest }) => rest),
  );

  refused(
    "an overlap",
    /begins at byte/,
    offsets("layers.0.decoder", (from, to) => [from - 4, to - 4]),
  );
  refused(
    "a gap",
    /begins at byte/,
    offsets("layers.0.decoder", (from, to) => [from + 4, to + 4]),
  );
  refused(
    "an offset beyond the end",
    /begins at byte/,
    offsets("layers.0.decoder", (from, to) => [from + 1e12, to + 1e12]),
  );
  refused(
    "a negative offset",
    /not a pair/,
    offsets("layers.0.encoder", (from, to) => [from - 4, to - 4]),
  );
  refused(
    "an offset that is no number",
    /not a pair/,
    offsets("layers.0.encoder", () => ["0", "8"]),
  );
  refused(
    "a fractional offset",
    /not a pair/,
    offsets("layers.0.encoder", (from, to) => [from + 0.5, to + 0.5]),
  );
  refused(
    "a huge offset",
    /not a pair/,
    offsets("layers.0.encoder", (from) => [from, 1e300]),
  );
  refused("a shape of 2⁶² numbers", /do not hold/, entry("layers.0.encoder", { shape: [2 ** 31, 2 ** 31] }));
  refused(
    "another shape of the same size",
    /the header needs F32 \[48,8\]/,
    entry("layers.0.encoder", { shape: [8, 48] }),
  );
  refused("another type", /the header needs F32/, entry("layers.0.encoder", { dtype: "I32" }));
  refused("a type that does not exist", /dtype F16/, entry("layers.0.encoder", { dtype: "F16" }));

  refused(
    "a missing tensor",
    /memory.keys is missing/,
    tensors(({ "memory.keys": _, ...rest }) => rest),
  );
  refused(
    "a tensor too many",
    /"more" is none/,
    tensors((all) => ({ ...all, more: f32(Float32Array.of(1), 1) })),
  );
  refused(
    "a layer too many",
    /"layers.2.frequency" is none/,
    tensors((all) => ({ ...all, "layers.2.frequency": all["layers.1.frequency"]! })),
  );
  refused("NaN", /encoder has NaN/, number("layers.1.encoder", Number.NaN, 5));
  refused("infinity", /decoder has Infinity/, number("layers.0.decoder", Number.POSITIVE_INFINITY));
  refused(
    "a synapse of astronomical strength",
    /encoder has 1.267650600228\d+e\+30/,
    number("layers.0.encoder", 2 ** 100),
  );
  refused("a key that is not of unit length", /memory.keys has 3/, number("memory.keys", 3));
  refused("half a maturity", /maturity is not 0 or 1/, number("layers.0.maturity", 0.5));
  refused("a negative variance", /variance has -1/, number("normalization.variance", -1));
  refused("a class without a label", /classes has 4/, number("memory.classes", 4));
  refused("a stamp that is to come", /decoderStep has 99/, number("layers.0.decoderStep", 99));
  refused(
    "an id twice",
    /ids are not all different/,
    tensors((all) => ({
      ...all,
      "memory.ids": u32(
        Uint32Array.from({ length: 12 }, (_, i) => 1 - (i % 2)),
        6,
        2,
      ),
    })),
  );
  refused(
    "half a tally",
    /classShrunk is missing/,
    tensors(({ "memory.classShrunk": _, ...rest }) => rest),
  );
  refused("a tally of another policy", /"memory.classSeen" is none/, config({ memoryPolicy: "fifo" }));

  refused("a memory without end", /memorySize is 1000000000000/, config({ memorySize: 1e12 }));
  refused("layers without end", /lists 2 layers, config has 1000000/, config({ layers: 1e6 }));
  refused("more winners than neurons", /winners is not a whole number/, config({ winners: 49 }));
  refused("more neighbours than samples", /neighbors is more/, config({ neighbors: 401 }));
  refused(
    "an unknown kind",
    /kind is not one of/,
    header((state) => ({ ...state, kind: "cortical" })),
  );
  refused(
    "an unknown format",
    /format \d+, written by a newer Engram/,
    header((state) => ({ ...state, format: 3 })),
  );
  refused("a learning rate of 2", /learningRate is 2/, config({ learningRate: 2 }));
  refused(
    "a layer's learning rate of 0",
    /layers.0.learningRate is 0/,
    header((state) => ({ ...state, layers: state.layers.map((layer) => ({ ...layer, learningRate: 0 })) })),
  );
  refused(
    "a brain beyond the memory budget",
    /memory budget is 256 MB/,
    config({ memorySize: 10_000_000, inputDim: 8 }),
  );
  refused(
    "a step that is no number",
    /step is not a whole number/,
    header((state) => ({ ...state, step: "3" })),
  );
  refused(
    "a step at the end of all numbers",
    /step is 9007199254740991/,
    header((state) => ({ ...state, step: Number.MAX_SAFE_INTEGER })),
  );
  refused(
    "a blank label",
    /labels.0 is blank/,
    header((state) => ({ ...state, labels: [" ", "x", "y", "z"] })),
  );
  refused(
    "a label with a NUL",
    /labels.1 is blank or has control/,
    header((state) => ({ ...state, labels: ["x", "a\0b", "y", "z"] })),
  );
  refused(
    "half a character in a label",
    /labels.1 is blank or has control/,
    header((state) => ({ ...state, labels: ["x", "\ud800", "y", "z"] })),
  );
  refused(
    "a label twice",
    /one label twice/,
    header((state) => ({ ...state, labels: ["x", "x", "y", "z"] })),
  );
  refused(
    "a long label",
    /more than 256/,
    header((state) => ({ ...state, labels: ["x".repeat(257), "b", "y", "z"] })),
  );
  refused(
    "a label too few",
    /classSeen is U32 \[4,2\]/,
    header((state) => ({ ...state, labels: ["x", "y", "z"] })),
  );
  refused("a name twice in the state's header", /a name twice/, (file) =>
    edited(file, ({ metadata }) => ({ metadata: { brain: metadata.brain!.replace("{", '{"mode":"panic",') } })),
  );
  refused(
    "a chance that is none",
    /random is not 4 words/,
    header((state) => ({ ...state, random: [0, 0, 0, 0] })),
  );

  refused("a note of another format", /note .* format 1/, note({ format: 2 }));
  refused("a note that is no object", /note .* format 1/, (file) =>
    edited(file, ({ metadata }) => ({ metadata: { ...metadata, engram: "null" } })),
  );
  refused(
    "a note with a seq before its step",
    /seq "2"; step is 3/,
    note({ format: 1, brain: "a", seq: 2, digest: "0".repeat(64) }),
  );
  refused("a note with a seq before its samples", /memory.seqs has 9; .* seq 3/, (file) =>
    note({ format: 1, brain: "a", seq: 3, digest: "0".repeat(64) })(number("memory.seqs", 9)(file)),
  );
  refused("a note with another digest", /says 0000/, note({ format: 1, brain: "a", seq: 3, digest: "0".repeat(64) }));

  refused("a triarchic importance above 1", /importance has 2/, number("importance", 2), "triarchic");
  refused(
    "a triarchic tensor that is missing",
    /core is missing/,
    tensors(({ core: _, ...rest }) => rest),
    "triarchic",
  );
  refused(
    "an I32 projection",
    /the header needs F32/,
    tensors((all) => ({ ...all, projection: i32(new Int32Array(48 * 8), 48, 8) })),
    "triarchic",
  );
  refused("a utility below 0", /utility has -1/, number("utility", -1), "triarchic");
});

test("a file becomes a brain with the id, name and tags that are asked for", async () => {
  const query = "?id=twin&name=A%20twin&tag=team:vision&tag=of:a:b";
  const response = await send(files.get("plastic"), { query });
  assert.equal(response.status, 201, response.text);
  assert.equal(response.headers.location, "/v1/brains/twin");
  const { name, tags, origin, seq } = response.body;
  assert.deepEqual({ name, tags, seq }, { name: "A twin", tags: { team: "vision", of: "a:b" }, seq: 3 });
  assert.deepEqual(origin, { by: "import", brain: "plastic", seq: 3 });
  assert.deepEqual((await call("get", "/v1/brains/{brain}", { params: { brain: "twin" } })).body, response.body);
});

test("a taken id is told before the file is looked at", async () => {
  const response = await send(Buffer.from("anything"), { query: "?id=plastic" });
  assert.equal(response.status, 409);
  assert.deepEqual(response.body.errors, [{ pointer: "?id", detail: "is taken" }]);
});

for (const [query, pointer] of [
  ["?id=No", "?id"],
  ["?name=a%00b", "?name"],
  ["?tag=none", "?tag/0"],
  ["?tag=:none", "?tag/0"],
  ["?tag=a:1&tag=a:2", "?tag"],
  ["?seq=4", "?seq"],
] as const) {
  test(`a query is checked: ${query}`, async () => {
    const response = await send(files.get("plastic"), { query });
    assert.equal(response.status, 422);
    assert.equal(response.body.errors[0].pointer, pointer);
  });
}

test("bodies of other types, and compressed ones, are not files", async () => {
  for (const headers of [
    { "content-type": "application/json" },
    { "content-type": "text/plain" },
    { "content-type": SAFETENSORS, "content-encoding": "gzip" },
  ]) {
    const response = await send("{}", { headers });
    assert.equal(response.status, 415);
    assert.match(response.body.detail, /vnd.safetensors/);
  }
  const none = await call("post", IMPORT);
  assert.deepEqual([none.status, none.body.type], [422, "/problems/file-invalid"]);
  // Files are for the import, and for calls that say so.
  const evaluation = await call("post", "/v1/brains/{brain}/evaluate", {
    params: { brain: "plastic" },
    body: files.get("plastic"),
    headers: { "content-type": SAFETENSORS },
  });
  assert.equal(evaluation.status, 415);
});

test("what does not exist cannot be downloaded", async () => {
  const checkpoint = "00000000-0000-4000-8000-000000000000";
  assert.equal((await call("get", FILE, { params: { brain: "none", checkpoint } })).status, 404);
  assert.equal((await call("get", FILE, { params: { brain: "plastic", checkpoint } })).status, 404);
  const { checkpoints } = (await call("get", "/v1/brains/{brain}/checkpoints", { params: { brain: "plastic" } })).body;
  const params = { brain: "plastic", checkpoint: checkpoints[0].id };
  assert.equal((await call("get", FILE, { params })).status, 200);
  const headers = { "if-none-match": `"${checkpoints[0].digest}"` };
  assert.equal((await call("get", FILE, { params, headers })).status, 304);
});
