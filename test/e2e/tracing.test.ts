// Traces as a collector gets them, from the server as a process: what they hold, what they must not, and that they are in nobody's way.

import assert from "node:assert/strict";
import { rm } from "node:fs/promises";
import { type TestContext, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { ServerProcess } from "../crash/server-process.ts";
import { call, inputOf, Refused, SMALL_BRAIN } from "../support/client.ts";
import { newDataDir } from "../support/data-folder.ts";
import { type Span, TraceReceiver } from "../support/trace-receiver.ts";

const TELL_LOADED = `--import=${new URL("../fixtures/tell-loaded.mjs", import.meta.url)}`;
const CALLER = { traceId: "4bf92f3577b34da6a3ce929d0e0e4736", spanId: "00f067aa0ba902b7" };
const INTERNAL = 1;
const SERVER = 2;
const ERROR = 2;

async function startServer(t: TestContext, environment: Record<string, string>) {
  const dataDir = await newDataDir();
  const server = new ServerProcess({ ENGRAM_DATA_DIR: dataDir, ENGRAM_HOSTS: "1", ...environment });
  t.after(async () => {
    await server.kill();
    await rm(dataDir, { recursive: true, force: true });
  });
  return { server, brains: `${await server.listening()}/v1/brains` };
}

async function stop(server: ServerProcess): Promise<number | null> {
  server.signal("SIGTERM");
  await server.ended;
  return server.exitCode;
}

async function receiver(t: TestContext, port?: number): Promise<TraceReceiver> {
  const opened = await TraceReceiver.open(port);
  t.after(() => opened.close());
  return opened;
}

const refused = (work: Promise<unknown>) =>
  work.then(
    () => assert.fail("it is not refused"),
    (error) => assert.ok(error instanceof Refused, String(error)),
  );

test("a lesson is one trace, which goes on its caller's: the request, and in it the commit and the host's work", async (t) => {
  const collector = await receiver(t);
  const { server, brains } = await startServer(t, {
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    ENGRAM_API_KEY: "a-key-nobody-traces",
    NODE_OPTIONS: TELL_LOADED,
  });
  const send = async (path: string, body: object, headers: Record<string, string> = {}) => {
    const common = { "content-type": "application/json", authorization: "Bearer a-key-nobody-traces" };
    const options = { method: "POST", headers: { ...common, ...headers }, body: JSON.stringify(body) };
    const response = await fetch(brains + path, options);
    return { status: response.status, id: String(response.headers.get("x-request-id")), text: await response.text() };
  };
  await send("", { id: "pets", ...SMALL_BRAIN, tags: { colour: "a-tag-nobody-traces" } });
  const inputs = [inputOf(1).map((_, d) => 0.731058 + d)];
  const learned = await send(
    "/pets/learn",
    { inputs, labels: ["a-label-nobody-traces"] },
    { traceparent: `00-${CALLER.traceId}-${CALLER.spanId}-01`, "idempotency-key": "a-retry-nobody-traces" },
  );
  assert.equal(learned.status, 200, learned.text);
  await send("/pets/predict?note=a-query-nobody-traces", { inputs });
  await send("/pets/predict", { inputs: [["a-feature-nobody-traces"]] });
  await send("/pets/checkpoints", { name: "a-name-nobody-traces" });
  await fetch(`${await server.listening()}/livez`);
  assert.equal(await stop(server), 0);

  const { spans } = collector;
  const only = (name: string, more: (span: Span) => boolean = () => true): Span => {
    const found = spans.filter((span) => span.name === name && more(span));
    assert.equal(found.length, 1, `${name}: ${JSON.stringify(found)}`);
    return found[0]!;
  };
  const request = only("POST /v1/brains/:brain/learn");
  assert.deepEqual([request.traceId, request.parentSpanId, request.kind], [CALLER.traceId, CALLER.spanId, SERVER]);
  assert.deepEqual(request.attributes, {
    "http.request.method": "POST",
    "http.route": "/v1/brains/:brain/learn",
    "http.response.status_code": 200,
    "url.path": "/v1/brains/pets/learn",
    "url.scheme": "http",
  });
  const parts = spans.filter(({ parentSpanId }) => parentSpanId === request.spanId);
  assert.deepEqual(
    parts.map(({ name, kind, traceId, attributes }) => ({ name, kind, traceId, attributes })),
    [
      {
        name: "log commit",
        kind: INTERNAL,
        traceId: CALLER.traceId,
        attributes: { "engram.brain": "pets", "engram.seq": 1 },
      },
      {
        name: "host request",
        kind: INTERNAL,
        traceId: CALLER.traceId,
        attributes: { "engram.brain": "pets", "engram.seq": 1, "engram.host": 0, "engram.operation": "apply" },
      },
    ],
  );

  const asked = only(
    "POST /v1/brains/:brain/predict",
    ({ attributes }) => attributes["http.response.status_code"] === 200,
  );
  assert.equal(only("host request", (s) => s.attributes["engram.operation"] === "predict").parentSpanId, asked.spanId);
  const wrong = only(
    "POST /v1/brains/:brain/predict",
    ({ attributes }) => attributes["http.response.status_code"] === 422,
  );
  assert.notEqual(wrong.status.code, ERROR, "the caller's mistake is no error of the server");
  const kept = only("POST /v1/brains/:brain/checkpoints");
  const write = only("checkpoint write", ({ parentSpanId }) => parentSpanId === kept.spanId);
  assert.deepEqual([write.attributes["engram.brain"], write.attributes["engram.seq"]], ["pets", 1]);
  assert.ok(
    spans.every(({ attributes }) => attributes["url.path"] !== "/livez"),
    "probes are not traced",
  );

  const sent = collector.texts.join("\n");
  assert.doesNotMatch(sent, /nobody-traces|0\.73105|1\.73105/);
  assert.ok(collector.resources.every((resource) => resource["service.name"] === "engram"));
  const line = server.log.find(({ msg, requestId }) => msg === "request" && requestId === learned.id);
  assert.deepEqual([line?.traceId, line?.spanId], [request.traceId, request.spanId]);
  assert.ok(loadedBy(server).includes("@opentelemetry/sdk-trace-base"));
});

test("a collector that is away is told of once, costs no call and no shutdown, and gets traces once it is back", async (t) => {
  const first = await TraceReceiver.open();
  const { port, url } = first;
  await first.close();
  const { server, brains } = await startServer(t, {
    OTEL_EXPORTER_OTLP_ENDPOINT: url,
    OTEL_EXPORTER_OTLP_TIMEOUT: "200",
    OTEL_BSP_SCHEDULE_DELAY: "50",
  });
  const failures = () => server.log.filter(({ msg }) => msg === "traces not sent");
  await call("POST", brains, { id: "pets", ...SMALL_BRAIN });
  await server.logs(({ msg }) => msg === "traces not sent");
  for (let i = 0; i < 5; i++) await call("POST", `${brains}/pets/learn`, { inputs: [inputOf(i)], labels: ["cat"] });
  const collector = await receiver(t, port);
  while (!server.log.some(({ msg }) => msg === "traces sent again")) {
    await call("GET", `${brains}/pets`);
    await sleep(20);
  }
  assert.equal(failures().length, 1);
  assert.ok(collector.spans.length > 0);
  await collector.close();
  assert.equal(await stop(server), 0);
});

test("without OpenTelemetry's variables none of its packages is loaded, and log lines name no trace", async (t) => {
  const { server, brains } = await startServer(t, { NODE_OPTIONS: TELL_LOADED });
  await call("POST", brains, { id: "pets", ...SMALL_BRAIN });
  await refused(call("POST", `${brains}/pets/predict`, { inputs: [] }));
  assert.equal(await stop(server), 0);
  // Its interface comes with prom-client, and does nothing by itself.
  assert.deepEqual(
    loadedBy(server).filter((name) => name !== "@opentelemetry/api"),
    [],
  );
  assert.ok(server.log.every((line) => !("traceId" in line)));
});

/** What the server itself has loaded; its hosts tell of themselves, too. */
function loadedBy({ log }: ServerProcess): string[] {
  const [told] = log.filter(({ msg, program }) => msg === "loaded" && String(program).endsWith("main.js"));
  return (told ?? assert.fail("it does not tell what it has loaded")).packages as string[];
}
