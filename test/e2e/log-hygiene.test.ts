// What the server and its hosts write into their log at the lowest level, whatever happens: lines of one shape, and nothing of what calls carry.

import assert from "node:assert/strict";
import { test } from "node:test";
import { openDatabase } from "../../src/store/database.ts";
import { f32 } from "../../src/tensor/safetensors.ts";
import { ServerProcess } from "../crash/server-process.ts";
import { SMALL_BRAIN } from "../support/client.ts";
import { newSite } from "../support/databases.ts";
import { fileOf } from "../support/tensors.ts";

/** In everything that a call carries and that must not be logged. */
const SECRET = "zq-nobody-logs";
const API_KEY = `${SECRET}-api-key`;
/** Digits of every feature. */
const DIGITS = "731058";
const LABEL = `${SECRET}-label`;
const inputs = [Array.from({ length: SMALL_BRAIN.config.inputDim }, (_, d) => d + 0.731058)];

test("every log line is one JSON object with level, time and message, and holds nothing of what calls carry", async (t) => {
  const site = await newSite("postgres");
  t.after(() => site.dispose());
  const server = new ServerProcess({
    ENGRAM_DATA_DIR: site.options.dataDir,
    DATABASE_URL: site.options.url!,
    ENGRAM_HOSTS: "1",
    ENGRAM_API_KEY: API_KEY,
    ENGRAM_LOG_LEVEL: "trace",
  });
  t.after(() => server.kill());
  const url = await server.listening();
  const sent: { readonly id: string; readonly status: number }[] = [];
  /** Makes one call, which must be answered by `status`. @returns the answer */
  const send = async (
    status: number,
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ) => {
    const response = await fetch(`${url}/v1/brains${path}`, {
      method,
      headers: { authorization: `Bearer ${API_KEY}`, "content-type": "application/json", ...headers },
      ...(body !== undefined && {
        body: typeof body === "string" || body instanceof Uint8Array ? body : JSON.stringify(body),
      }),
    });
    const text = await response.text();
    assert.equal(response.status, status, `${method} ${path}: ${text}`);
    sent.push({ id: String(response.headers.get("x-request-id")), status });
    return text.startsWith("{") ? JSON.parse(text) : text;
  };
  const key = keyed(1);
  const lesson = { inputs, labels: [LABEL] };

  const tags = { [`${SECRET}-tag`]: SECRET };
  await send(201, "POST", "", { id: "pets", ...SMALL_BRAIN, name: `${SECRET}-name`, tags });
  await send(409, "POST", "", { id: "pets", ...SMALL_BRAIN, tags });
  await send(200, "POST", "/pets/learn", lesson, key);
  await send(200, "POST", "/pets/learn", lesson, key);
  await send(422, "POST", "/pets/learn", { ...lesson, mode: "panic" }, key);
  await send(412, "POST", "/pets/learn", lesson, { "if-match": '"77"' });
  await send(422, "POST", "/pets/learn", { inputs, labels: [{ [SECRET]: 1 }] });
  await send(422, "POST", "/pets/learn", { inputs: [[SECRET]], labels: [LABEL] });
  await send(400, "POST", "/pets/learn", `{"inputs":[[0.${DIGITS}]],"labels":["${LABEL}"`);
  await send(401, "POST", "/pets/learn", lesson, { authorization: `Bearer ${SECRET}-wrong-key` });
  const { predictions } = await send(200, "POST", "/pets/predict", { inputs, track: true, explain: true });
  await send(200, "POST", "/pets/feedback", { items: [{ id: predictions[0].id, label: LABEL }] }, keyed(2));
  await send(200, "POST", "/pets/evaluate", lesson);
  const tensors = fileOf({ inputs: f32(Float32Array.from(inputs[0]!), 1, inputs[0]!.length) }, { labels: [LABEL] });
  await send(200, "POST", "/pets/learn", tensors, { "content-type": "application/vnd.safetensors" });
  await send(400, "POST", "/pets/learn", tensors.subarray(0, -3), { "content-type": "application/vnd.safetensors" });
  const checkpoint = await send(201, "POST", "/pets/checkpoints", { name: `${SECRET}-checkpoint` });
  await send(200, "POST", `/pets/checkpoints/${checkpoint.id}/restore`, undefined, keyed(3));
  await send(200, "POST", "/pets/restore", { seq: 1 }, keyed(4));
  await send(200, "DELETE", `/pets/memory?label=${LABEL}`);
  await send(404, "GET", `/none?label=${LABEL}`);

  // A host that dies, and a database that refuses a row and quotes it.
  process.kill(server.hosts[0]!, "SIGKILL");
  await send(200, "POST", "/pets/predict", { inputs });
  const database = await openDatabase(site.options);
  await database.pool.query("ALTER TABLE brain ADD CONSTRAINT no_more CHECK (seq < 0) NOT VALID");
  await database.close();
  await send(503, "POST", "/pets/learn", lesson, keyed(5));
  await server.logs(({ msg }) => msg === "changes not committed");
  server.signal("SIGTERM");
  await server.ended;

  assert.ok(server.log.length > sent.length);
  for (const line of server.log) {
    const text = JSON.stringify(line);
    assert.ok(Number.isInteger(line.level) && Number.isInteger(line.time) && typeof line.msg === "string", text);
    assert.ok(!text.includes(SECRET) && !text.includes(DIGITS), text);
  }
  const requests = server.log.filter(({ msg }) => msg === "request");
  for (const { id, status } of sent) {
    const found = requests.filter(({ requestId }) => requestId === id);
    assert.deepEqual(
      found.map(({ statusCode }) => statusCode),
      [status],
      id,
    );
  }
});

const keyed = (index: number) => ({ "idempotency-key": `${SECRET}-key-${index}` });
