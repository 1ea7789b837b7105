// What Prometheus reads: the format, units and labels that hold still, and numbers that follow what was done.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { inputOf, SMALL_BRAIN } from "../support/client.ts";
import { contractClient } from "../support/contract.ts";
import { startTestServer, type TestServer } from "../support/server.ts";
import { StreamClient } from "../support/stream.ts";

let server: TestServer;
let api: ReturnType<typeof contractClient>;

before(async () => {
  server = await startTestServer({ ENGRAM_METRICS_BRAINS: "chosen,absent" });
  api = contractClient(server.url);
});
after(() => server.close());

/** @returns the samples, by name and labels as they stand in the text */
async function measures(): Promise<Map<string, number>> {
  const { status, text } = await api("get", "/metrics");
  assert.equal(status, 200);
  const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return new Map(
    lines.map((line) => {
      const at = line.lastIndexOf(" ");
      return [line.slice(0, at), Number(line.slice(at + 1))];
    }),
  );
}

/** @returns the first measures that are as they are waited for */
async function until(isThere: (all: Map<string, number>) => boolean): Promise<Map<string, number>> {
  for (let tries = 0; tries < 300; tries++) {
    const all = await measures();
    if (isThere(all)) return all;
    await sleep(50);
  }
  return assert.fail("it never shows");
}

test("a stream that has ended is a call that switched protocols, whoever ended it", async () => {
  const stream = await StreamClient.open(`${server.url}/v1`);
  await stream.close();
  const of = (status: number): string =>
    `http_server_request_duration_seconds_count{http_request_method="GET",http_route="/v1/stream",http_response_status_code="${status}"}`;
  const all = await until((all) => all.has(of(101)));
  assert.deepEqual([all.get(of(101)), all.has(of(499))], [1, false]);
});

test("the measures follow what was done", async () => {
  const params = { brain: "measured" };
  await api("post", "/v1/brains", { body: { id: "measured", ...SMALL_BRAIN } });
  const body = { inputs: [inputOf(1), inputOf(2), inputOf(3)], labels: ["a", "b", "c"] };
  await api("post", "/v1/brains/{brain}/learn", { params, body });
  await api("post", "/v1/brains/{brain}/checkpoints", { params });
  const host = server.hosts.hosts[0]!.pid!;
  process.kill(host, "SIGSTOP"); // until all of them wait
  const calls = Array.from({ length: 40 }, (_, index) =>
    api("post", "/v1/brains/{brain}/predict", { params, body: { inputs: [inputOf(index)] } }),
  );
  await until((all) => all.get('engram_host_waiting_requests{host="0"}') === 40);
  process.kill(host, "SIGCONT");
  await Promise.all(calls);
  await api("get", "/v1/brains/{brain}", { params: { brain: "nobody" } });

  // Hosts tell of their batches every half second.
  const all = await until((all) => (all.get("engram_prediction_batch_rows_sum") ?? 0) >= 40);
  assert.equal(all.get("engram_prediction_batch_rows_sum"), 40);
  const batches = all.get("engram_prediction_batch_rows_count") ?? 0;
  assert.ok(batches >= 1 && batches < 10, `${batches} batches for calls that wait together`);
  assert.equal(all.get("engram_learned_rows_total"), 3);
  assert.equal(all.get("engram_predicted_rows_total"), 40);
  assert.equal(all.get('engram_call_duration_seconds_count{operation="learn"}'), 1);
  assert.equal(all.get('engram_call_duration_seconds_count{operation="predict"}'), 40);
  assert.equal(all.get("engram_drift_events_total"), 0);
  assert.equal(all.get("engram_history_dropped_points_total"), 0);
  assert.equal(all.get('engram_events_total{type="learned"}'), 1);
  assert.equal(all.get("engram_log_commit_events_sum"), 1);
  assert.equal(all.get("engram_log_commit_duration_seconds_count"), 1);
  assert.equal(all.get("engram_checkpoint_duration_seconds_count"), 1);
  assert.ok((all.get("engram_checkpoint_bytes_total") ?? 0) > 1000);
  assert.equal(all.get("engram_resident_brains"), 1);
  assert.equal(all.get('engram_host_up{host="0"}'), 1);
  assert.equal(all.get('engram_host_request_duration_seconds_count{operation="apply"}'), 1);
  const predicted =
    'http_server_request_duration_seconds_count{http_request_method="POST",http_route="/v1/brains/:brain/predict",http_response_status_code="200"}';
  assert.equal(all.get(predicted), 40);
  assert.ok([...all.keys()].some((sample) => sample.includes('http_response_status_code="404"')));
  assert.ok((all.get("process_resident_memory_bytes") ?? 0) > 1e6);
});

test("the dashboard and the alerts name measures that there are", async () => {
  const { text } = await api("get", "/metrics");
  const known = new Set(Array.from(text.matchAll(/^# TYPE (\S+)/gm), ([, name]) => name));
  for (const file of ["alerts.yml", "grafana-dashboard.json"]) {
    const asked = readFileSync(new URL(`../../docker/monitoring/${file}`, import.meta.url), "utf8");
    const names = asked.match(/\b(engram|http_server|nodejs|process)_[a-z0-9_]+/g) ?? [];
    assert.ok(names.length > 5, file);
    for (const name of names) {
      const isKnown = [name, name.replace(/_(bucket|sum|count)$/, "")].some((each) => known.has(each));
      assert.ok(isKnown, `${file} asks for ${name}`);
    }
  }
});

test("no label names a brain or an address that nobody has", async () => {
  await fetch(`${server.url}/some/where/else`);
  const all = await measures();
  const named = [...all.keys()].filter((sample) => /measured|nobody|some\/where/.test(sample));
  assert.deepEqual(named, []);
  assert.ok([...all.keys()].some((sample) => sample.includes('http_route="none"')));
});

test("a chosen brain has series of its own until it is deleted", async () => {
  const params = { brain: "chosen" };
  await api("post", "/v1/brains", { body: { id: "chosen", ...SMALL_BRAIN } });
  const body = { inputs: [inputOf(1), inputOf(2)], labels: ["a", "b"] };
  for (let i = 0; i < 3; i++) await api("post", "/v1/brains/{brain}/learn", { params, body });
  await api("post", "/v1/brains/{brain}/predict", { params, body: { inputs: [inputOf(1)] } });
  const all = await measures();
  assert.equal(all.get('engram_brain_seq{brain="chosen"}'), 3);
  assert.equal(all.get('engram_brain_drift_events_total{brain="chosen"}'), 0);
  assert.equal(all.get('engram_brain_call_duration_seconds_count{brain="chosen",operation="learn"}'), 3);
  assert.ok(all.get('engram_brain_call_duration_seconds_sum{brain="chosen",operation="predict"}')! > 0);
  await api("delete", "/v1/brains/{brain}", { params });
  assert.deepEqual(
    [...(await measures()).keys()].filter((sample) => /chosen|absent/.test(sample)),
    [],
  );
});
