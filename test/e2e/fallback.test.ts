// A server on a machine where onnxruntime does not load: it computes in WebAssembly, says so, and what it learned goes on elsewhere.

import assert from "node:assert/strict";
import { rm } from "node:fs/promises";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { ServerProcess } from "../crash/server-process.ts";
import { call, rest, SMALL_BRAIN } from "../support/client.ts";
import { newDataDir } from "../support/data-folder.ts";

/** Environment of a server in which loading onnxruntime fails in one of the ways of test/fixtures/no-onnxruntime. */
const without = (trouble: string) => ({
  NODE_OPTIONS: `--import=${new URL(`../fixtures/no-onnxruntime/${trouble}.mjs`, import.meta.url)}`,
});
const TROUBLES = [
  ["cpu", "missing", "Cannot find package 'onnxruntime-node'"],
  ["auto", "broken", "…/libonnxruntime.so.1: cannot open shared object file"],
] as const;
/** Each along an axis of its own. */
const INPUTS = Array.from({ length: 8 }, (_, index) => Array.from({ length: 8 }, (_, d) => Number(d === index)));
const LABELS = INPUTS.map((_, index) => `class ${index}`);

type Ready = {
  readonly status: string;
  readonly hosts: { readonly [host: string]: { readonly backend: string; readonly fallback?: string } };
};
type Predictions = {
  readonly predictions: readonly { readonly label: string | null; readonly confidence: number }[];
};

let dataDir: string;
const servers: ServerProcess[] = [];
before(async () => {
  dataDir = await newDataDir();
});
after(async () => {
  for (const server of servers) await server.kill();
  await rm(dataDir, { recursive: true, force: true });
});

async function start(environment: Record<string, string>) {
  const server = new ServerProcess({ ENGRAM_DATA_DIR: dataDir, ENGRAM_HOSTS: "2", ...environment });
  servers.push(server);
  return { server, url: await server.listening() };
}

async function stop(server: ServerProcess): Promise<void> {
  server.signal("SIGTERM");
  await server.ended;
}

const warnings = ({ log }: ServerProcess) =>
  log.filter(({ level, msg }) => level === 40 && msg === "computing with another backend than asked for");
const ready = (url: string) => call<Ready>("GET", `${url}/readyz`);
const predict = (url: string) => call<Predictions>("POST", `${url}/v1/brains/pets/predict`, { inputs: INPUTS });
const teach = (url: string) => call("POST", `${url}/v1/brains/pets/learn`, { inputs: INPUTS, labels: LABELS });

for (const [backend, trouble, reason] of TROUBLES) {
  test(`where onnxruntime is ${trouble}, ${backend} learns and predicts in WebAssembly, and says so once`, async () => {
    const { server, url } = await start({ ENGRAM_BACKEND: backend, ...without(trouble) });
    const { status, hosts } = await ready(url);
    const fallback = `cpu does not work here: ${reason}`;
    assert.equal(status, "ready");
    assert.deepEqual(hosts, { host0: { backend: "wasm", fallback }, host1: { backend: "wasm", fallback } });

    if (trouble === "missing") await call("POST", `${url}/v1/brains`, { id: "pets", ...SMALL_BRAIN });
    await teach(url);
    const { predictions } = await predict(url);
    assert.deepEqual(
      predictions.map(({ label }) => label),
      LABELS,
    );

    const [first = 0] = server.hosts;
    process.kill(first, "SIGKILL");
    await server.logs(({ host, msg, pid }) => msg === "host ready" && host === 0 && pid !== first);
    await sleep(100);
    const said = warnings(server);
    assert.deepEqual(
      said.map((line) => [line.backend, line.reason]),
      [["wasm", fallback]],
    );
    await stop(server);
  });
}

test("what was learned in WebAssembly goes on with onnxruntime, within float tolerance", async () => {
  const wasm = await start({ ENGRAM_BACKEND: "wasm" });
  assert.deepEqual((await ready(wasm.url)).hosts, { host0: { backend: "wasm" }, host1: { backend: "wasm" } });
  assert.deepEqual(warnings(wasm.server), []);
  await rest(`${wasm.url}/v1/brains/pets`);
  const before = await predict(wasm.url);
  await stop(wasm.server);

  const cpu = await start({ ENGRAM_BACKEND: "cpu" });
  assert.deepEqual((await ready(cpu.url)).hosts, { host0: { backend: "cpu" }, host1: { backend: "cpu" } });
  const { predictions } = await predict(cpu.url);
  predictions.forEach(({ label, confidence }, i) => {
    assert.equal(label, before.predictions[i]?.label);
    assert.ok(Math.abs(confidence - (before.predictions[i]?.confidence ?? Number.NaN)) < 1e-3);
  });
  await teach(cpu.url);
  await stop(cpu.server);
});
