// The history of a brain's numbers after a kill: what was written some seconds before is there, and it goes on.

import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { LocalServer } from "../../examples/digits/local-server.ts";
import type { MetricsAnswer } from "../../src/brains/api.ts";
import { call, inputOf, SMALL_BRAIN } from "../support/client.ts";
import { newSite } from "../support/databases.ts";

/** Longer than history waits to be written, on a slow machine too. */
const WRITTEN_AFTER_MS = 8_000;

test("kill -9 takes the last seconds of a history at most", async () => {
  const { options, dispose } = await newSite("embedded");
  const start = () => LocalServer.start(options.dataDir, { ENGRAM_HOSTS: "1" });
  let server = await start();
  const teach = (index: number) =>
    call("POST", `${server.url}/v1/brains/pets/learn`, { inputs: [inputOf(index)], labels: ["cat"] });
  const samples = async () => {
    const url = `${server.url}/v1/brains/pets/metrics?step=86400&names=samples,__proto__`;
    const { series } = await call<MetricsAnswer>("GET", url);
    return (series.samples?.max ?? []).filter((value) => value !== null);
  };
  try {
    await call("POST", `${server.url}/v1/brains`, { id: "pets", ...SMALL_BRAIN });
    for (let i = 0; i < 5; i++) await teach(i);
    const before = await samples();
    assert.equal(Math.max(...before), 5);
    await sleep(WRITTEN_AFTER_MS);
    await server.end("SIGKILL");
    server = await start();
    assert.deepEqual(await samples(), before);
    await teach(5);
    assert.equal(Math.max(...(await samples())), 6);
  } finally {
    await server.end("SIGKILL");
    await dispose();
  }
});
