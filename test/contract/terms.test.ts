// If-Match and Idempotency-Key on every call that takes them, held against the contract.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { call, digestOf, inputOf, SMALL_BRAIN, type Stamp } from "../support/client.ts";
import { type CallOptions, type ContractClient, contractClient, document } from "../support/contract.ts";
import { ended, putRows } from "../support/curricula.ts";
import { startTestServer, type TestServer } from "../support/server.ts";

const BRAIN = "/v1/brains/{brain}";
const SAFETENSORS = "application/vnd.safetensors";
const lesson = (index: number) => ({ inputs: [inputOf(index)], labels: [`class-${index % 3}`] });

type Method = "get" | "post" | "put" | "patch" | "delete";
type Call = readonly [operation: string, method: Method, template: string, options?: CallOptions];

let server: TestServer;
let api: ContractClient;
let made = 0;
before(async () => {
  server = await startTestServer();
  api = contractClient(server.url);
  await putRows(server.url, "lessons", 8);
});
after(() => server.close());

/** A brain that knows a few things, and what there is to name about it. */
async function newBrain() {
  const brain = `terms-${made++}`;
  const url = `${server.url}/v1/brains/${brain}`;
  for (const id of [brain, `${brain}-twin`]) await call("POST", `${server.url}/v1/brains`, { id, ...SMALL_BRAIN });
  for (let index = 0; index < 4; index++) await call("POST", `${url}/learn`, lesson(index));
  const { id: checkpoint } = await call<{ id: string }>("POST", `${url}/checkpoints`);
  const { predictions } = await call<{ predictions: { id: string }[] }>("POST", `${url}/predict`, {
    inputs: [inputOf(9)],
    track: true,
  });
  const { entries } = await call<{ entries: { id: number }[] }>("GET", `${url}/memory/entries`);
  const seqOf = async () => (await call<Stamp>("GET", url)).seq;
  return { brain, url, checkpoint, tracked: predictions[0]?.id, entry: String(entries[0]?.id), seqOf };
}

/** Every change of a brain that is there, each with the brain's parameters filled in. */
function changesOf({ brain, checkpoint, tracked, entry }: Awaited<ReturnType<typeof newBrain>>): Call[] {
  const at = (params: object = {}, body?: unknown): CallOptions => ({
    params: { brain, ...params },
    ...(body === undefined ? {} : { body }),
  });
  return [
    ["learn", "post", `${BRAIN}/learn`, at({}, lesson(5))],
    ["mergeBrain", "post", `${BRAIN}/merge`, at({}, { source: `${brain}-twin` })],
    ["giveFeedback", "post", `${BRAIN}/feedback`, at({}, { items: [{ id: tracked, label: "late" }] })],
    ["setMode", "put", `${BRAIN}/mode`, at({}, { mode: "panic" })],
    ["consolidate", "post", `${BRAIN}/consolidate`, at()],
    ["startTask", "post", `${BRAIN}/tasks`, at({}, { name: "another" })],
    ["addLayer", "post", `${BRAIN}/layers`, at({}, { index: 0 })],
    ["replaceLayer", "put", `${BRAIN}/layers/{index}`, at({ index: "1" })],
    ["tuneLayer", "patch", `${BRAIN}/layers/{index}`, at({ index: "1" }, { learningRate: 0.1 })],
    ["renewLayer", "post", `${BRAIN}/layers/{index}/neurogenesis`, at({ index: "2" })],
    ["removeLayer", "delete", `${BRAIN}/layers/{index}`, at({ index: "1" })],
    ["forgetEntry", "delete", `${BRAIN}/memory/entries/{entry}`, at({ entry })],
    ["forget", "delete", `${BRAIN}/memory`, { ...at(), query: "?label=class-1" }],
    ["updateBrain", "patch", BRAIN, at({}, { name: "Tuned", config: { gate: 0.5 } })],
    ["createCheckpoint", "post", `${BRAIN}/checkpoints`, at({}, { name: "kept" })],
    ["restoreCheckpoint", "post", `${BRAIN}/checkpoints/{checkpoint}/restore`, at({ checkpoint })],
    ["restoreTo", "post", `${BRAIN}/restore`, at({}, { seq: 2 })],
    ["forkBrain", "post", `${BRAIN}/fork`, at({}, { id: `${brain}-fork` })],
  ];
}

const withHeaders = (options: CallOptions | undefined, headers: Record<string, string>): CallOptions => ({
  ...options,
  headers: { ...options?.headers, ...headers },
});

/** Operations of the document that take the header `name`. */
const takers = (name: string): string[] =>
  Object.values(document.paths)
    .flatMap((methods) => Object.values(methods))
    .filter(({ parameters = [] }) => parameters.some((parameter) => parameter.name === name))
    .map(({ operationId }) => operationId)
    .sort();

describe("If-Match", () => {
  test("these tests know every call that takes it", async () => {
    const known = changesOf(await newBrain()).map(([operation]) => operation);
    assert.deepEqual([...known, "deleteBrain"].sort(), takers("if-match"));
  });

  test("every change is refused unless the brain stands where it is wanted, and then nothing has changed", async () => {
    const brain = await newBrain();
    const deletion: Call = ["deleteBrain", "delete", BRAIN, { params: { brain: brain.brain } }];
    for (const [operation, method, template, options] of [...changesOf(brain), deletion]) {
      const seq = await brain.seqOf();
      const digest = await digestOf(brain.url);
      for (const tags of [`"${seq + 1}"`, `W/"${seq}"`, `"${seq - 1}", "banana"`]) {
        const { status, body } = await api(method, template, withHeaders(options, { "if-match": tags }));
        assert.deepEqual([status, body.type], [412, "/problems/seq-mismatch"], `${operation} ${tags}`);
        assert.match(body.detail, new RegExp(`is at seq ${seq};`));
      }
      const { status, body } = await api(method, template, withHeaders(options, { "if-match": String(seq) }));
      assert.deepEqual([status, body.type], [400, "/problems/header-malformed"], operation);
      assert.equal(body.errors[0].pointer, "If-Match");
      assert.deepEqual([await brain.seqOf(), await digestOf(brain.url)], [seq, digest], operation);
      const matching = withHeaders(options, { "if-match": `"x", "${seq}"` });
      assert.ok((await api(method, template, matching)).status < 300, operation);
    }
  });

  test("a star matches whatever is there", async () => {
    const { brain } = await newBrain();
    const options = { params: { brain }, body: lesson(1), headers: { "if-match": "*" } };
    assert.equal((await api("post", `${BRAIN}/learn`, options)).status, 200);
    const nobody = { ...options, params: { brain: "nobody" } };
    assert.equal((await api("post", `${BRAIN}/learn`, nobody)).status, 404);
  });

  test("of many calls with the same tag one is done", async () => {
    const { brain, seqOf } = await newBrain();
    const etag = (await api("get", BRAIN, { params: { brain } })).headers.etag;
    const seq = await seqOf();
    assert.equal(etag, `"${seq}"`);
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        api("post", `${BRAIN}/learn`, { params: { brain }, body: lesson(index), headers: { "if-match": `"${seq}"` } }),
      ),
    );
    const statuses = answers.map(({ status }) => status).sort();
    assert.deepEqual(statuses, [200, ...Array.from({ length: 19 }, () => 412)]);
    assert.equal(await seqOf(), seq + 1);
  });

  test("a rename is held to it too", async () => {
    const { brain, seqOf } = await newBrain();
    const rename = (tag: number) =>
      api("patch", BRAIN, { params: { brain }, body: { name: "New" }, headers: { "if-match": `"${tag}"` } });
    const seq = await seqOf();
    assert.equal((await rename(seq + 1)).status, 412);
    const { status, body, headers } = await rename(seq);
    assert.deepEqual([status, body.name, body.seq, headers.etag], [200, "New", seq, `"${seq}"`]);
  });

  test("feedback that teaches nothing is held to it too", async () => {
    const { brain, seqOf } = await newBrain();
    const give = (tag: number) =>
      api("post", `${BRAIN}/feedback`, {
        params: { brain },
        body: { items: [{ id: "unknown", label: "a" }] },
        headers: { "if-match": `"${tag}"` },
      });
    const seq = await seqOf();
    assert.deepEqual([(await give(seq - 1)).status, (await give(seq)).status], [412, 200]);
  });
});

describe("Idempotency-Key", () => {
  const creation: Call = ["createBrain", "post", "/v1/brains", { body: { ...SMALL_BRAIN, name: "Made once" } }];
  const predictionOf = ({ brain }: { brain: string }): Call => [
    "predict",
    "post",
    `${BRAIN}/predict`,
    { params: { brain }, body: { inputs: [inputOf(1)], track: true } },
  ];

  /** @returns the import of the brain's checkpoint */
  const importOf = async ({ url, checkpoint }: { url: string; checkpoint: string }): Promise<Call> => {
    const response = await fetch(`${url}/checkpoints/${checkpoint}/file`);
    const body = Buffer.from(await response.arrayBuffer());
    return ["importBrain", "post", "/v1/brains/import", { body, headers: { "content-type": SAFETENSORS } }];
  };
  const curriculumOf = ({ brain }: { brain: string }): Call => [
    "startCurriculum",
    "post",
    `${BRAIN}/curricula`,
    { params: { brain }, body: { phases: [{ name: "one", dataset: "lessons" }] } },
  ];
  const callsOf = async (brain: Awaited<ReturnType<typeof newBrain>>): Promise<Call[]> => [
    ...changesOf(brain),
    creation,
    predictionOf(brain),
    await importOf(brain),
    curriculumOf(brain),
  ];

  test("these tests know every call that takes it", async () => {
    const known = (await callsOf(await newBrain())).map(([operation]) => operation);
    assert.deepEqual(known.sort(), takers("idempotency-key"));
  });

  test("every call that is sent again is answered as before, to the byte, and not made again", async () => {
    const brain = await newBrain();
    for (const [operation, method, template, options] of await callsOf(brain)) {
      const send = (key: string) => api(method, template, withHeaders(options, { "idempotency-key": key }));
      const first = await send(`"${operation}"`);
      assert.ok(first.status < 300, `${operation}: ${first.text}`);
      assert.equal(first.headers["idempotency-replayed"], undefined);
      if (operation === "startCurriculum") await ended(brain.url, first.body.id);
      const seq = await brain.seqOf();
      await call("POST", `${brain.url}/learn`, lesson(7)); // the brain goes on between
      for (const key of [operation, `"${operation}"`]) {
        const again = await send(key);
        assert.equal(again.headers["idempotency-replayed"], "true", operation);
        for (const name of ["location", "etag", "content-type"]) assert.equal(again.headers[name], first.headers[name]);
        assert.deepEqual([again.status, again.text], [first.status, first.text], operation);
      }
      assert.equal(await brain.seqOf(), seq + 1, operation);
    }
    const { brains } = await call<{ brains: { name: string | null }[] }>("GET", `${server.url}/v1/brains?limit=200`);
    assert.equal(brains.filter(({ name }) => name === "Made once").length, 1);
  });

  test("another request with the same key is refused: another body, address or method", async () => {
    const { brain, seqOf } = await newBrain();
    const params = { brain };
    const headers = { "idempotency-key": "mine" };
    const { url } = await newBrain();
    assert.equal((await api("post", `${BRAIN}/learn`, { params, body: lesson(1), headers })).status, 200);
    const seq = await seqOf();
    const others: Call[] = [
      ["learn", "post", `${BRAIN}/learn`, { params, body: lesson(2), headers }],
      ["learn", "post", `${BRAIN}/learn`, { params, body: `${JSON.stringify(lesson(1))} `, headers }],
      ["consolidate", "post", `${BRAIN}/consolidate`, { params, headers }],
      ["forget", "delete", `${BRAIN}/memory`, { params, headers }],
      ["forget", "delete", `${BRAIN}/memory`, { params, headers, query: "?label=class-1" }],
    ];
    for (const [operation, method, template, options] of others) {
      const { status, body } = await api(method, template, options);
      assert.deepEqual([status, body.type], [422, "/problems/idempotency-key-reused"], operation);
    }
    assert.equal(await seqOf(), seq);
    // Another brain's keys are its own.
    const response = await fetch(`${url}/learn`, {
      method: "POST",
      headers: { ...headers, "content-type": "application/json" },
      body: JSON.stringify(lesson(2)),
    });
    assert.deepEqual([response.status, response.headers.get("idempotency-replayed")], [200, null]);
  });

  test("another file with the same key is refused once it has arrived", async () => {
    const [one, other] = [await importOf(await newBrain()), await importOf(await newBrain())];
    const send = ([, method, template, options]: Call) =>
      api(method, template, withHeaders(options, { "idempotency-key": "file" }));
    assert.equal((await send(one)).status, 201);
    const { status, body } = await send(other);
    assert.deepEqual([status, body.type], [422, "/problems/idempotency-key-reused"]);
    assert.equal((await send(one)).headers["idempotency-replayed"], "true");
  });

  test("a refused call leaves no key behind", async () => {
    const { brain, seqOf } = await newBrain();
    const params = { brain };
    const headers = { "idempotency-key": "second-try" };
    const seq = await seqOf();
    const learn = (body: unknown, more: object = {}) =>
      api("post", `${BRAIN}/learn`, { params, body, headers: { ...headers, ...more } });
    assert.equal((await learn({ inputs: [[1, 2]], labels: ["a"] })).status, 422);
    assert.equal((await learn(lesson(1), { "if-match": '"0"' })).status, 412);
    await api("put", `${BRAIN}/mode`, { params, body: { mode: "inference" } });
    assert.equal((await learn(lesson(1))).status, 409);
    await api("put", `${BRAIN}/mode`, { params, body: { mode: "plastic" } });
    const { status, body, headers: answered } = await learn(lesson(1));
    assert.deepEqual([status, body.seq, answered["idempotency-replayed"]], [200, seq + 3, undefined]);
  });

  test("a retry is answered before anything else is looked at: If-Match, the mode, what is there", async () => {
    const { brain, entry, seqOf } = await newBrain();
    const params = { brain };
    const headers = { "idempotency-key": "early", "if-match": `"${await seqOf()}"` };
    const forget = () => api("delete", `${BRAIN}/memory/entries/{entry}`, { params: { brain, entry }, headers });
    const first = await forget();
    await api("put", `${BRAIN}/mode`, { params, body: { mode: "inference" } });
    const again = await forget();
    assert.deepEqual([again.status, again.text], [200, first.text]);
    const fresh = { ...headers, "idempotency-key": "late" };
    const options = { params: { brain, entry }, headers: fresh };
    assert.equal((await api("delete", `${BRAIN}/memory/entries/{entry}`, options)).status, 409);
  });

  test("while one call is under way another is told to wait, and afterwards it is answered", async () => {
    const { brain, seqOf } = await newBrain();
    const seq = await seqOf();
    const host = server.hosts.hosts[0]?.pid ?? assert.fail("no host");
    const send = (body: unknown) =>
      api("post", `${BRAIN}/learn`, { params: { brain }, body, headers: { "idempotency-key": "slow" } });
    process.kill(host, "SIGSTOP");
    const calls = [send(lesson(1)), send(lesson(1))];
    try {
      // One of them waits for the host, so the answer that comes is the other's.
      const { status, body, headers } = await Promise.race(calls);
      assert.deepEqual([status, body.type], [409, "/problems/idempotency-in-progress"]);
      assert.ok(Number(headers["retry-after"]) >= 1);
      assert.equal((await send(lesson(2))).status, 422);
    } finally {
      process.kill(host, "SIGCONT");
    }
    const answer = (await Promise.all(calls)).find(({ status }) => status === 200) ?? assert.fail("none was made");
    assert.equal((await send(lesson(1))).text, answer.text);
    assert.equal(await seqOf(), seq + 1);
  });

  test("what is no key is refused, and the problem points at the header", async () => {
    const { brain } = await newBrain();
    for (const key of ['"open', "", "x".repeat(256), "caf\u00e9"]) {
      const headers = { "idempotency-key": key };
      const { status, body } = await api("post", `${BRAIN}/learn`, { params: { brain }, body: lesson(1), headers });
      assert.deepEqual([status, body.type], [400, "/problems/header-malformed"], JSON.stringify(key));
      assert.equal(body.errors[0].pointer, "Idempotency-Key");
    }
  });

  test("on a prediction that is not tracked a key means nothing", async () => {
    const { brain } = await newBrain();
    for (const input of [inputOf(1), inputOf(2)]) {
      const options = { params: { brain }, body: { inputs: [input] }, headers: { "idempotency-key": "same" } };
      const { status, headers } = await api("post", `${BRAIN}/predict`, options);
      assert.deepEqual([status, headers["idempotency-replayed"]], [200, undefined]);
    }
  });

  test("a brain takes its keys with it: its id may be created anew under the same key", async () => {
    const create = () =>
      api("post", "/v1/brains", { body: { id: "phoenix", ...SMALL_BRAIN }, headers: { "idempotency-key": "rise" } });
    assert.equal((await create()).status, 201);
    assert.equal((await create()).headers["idempotency-replayed"], "true");
    await api("delete", BRAIN, { params: { brain: "phoenix" } });
    const { status, headers } = await create();
    assert.deepEqual([status, headers["idempotency-replayed"]], [201, undefined]);
  });
});

test("a tuning and a new name are one change", async () => {
  const { brain, seqOf } = await newBrain();
  const seq = await seqOf();
  const patch = (body: unknown) => api("patch", BRAIN, { params: { brain }, body });
  assert.equal((await patch({ name: "Lost", config: { neighbors: 401 } })).status, 422);
  const before = (await api("get", BRAIN, { params: { brain } })).body;
  assert.deepEqual([before.name, before.seq], [null, seq]);
  const { body } = await patch({ name: "Found", tags: { a: "b" }, config: { gate: 0.25 } });
  assert.deepEqual([body.name, body.tags, body.seq, body.config.gate], ["Found", { a: "b" }, seq + 1, 0.25]);
  assert.deepEqual((await api("get", BRAIN, { params: { brain } })).body, body);
});
