// A host that is out of time gives a brain to one that idles, while the brain serves.

import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { call, digestOf, inputOf, type PredictAnswer, type Stamp } from "../support/client.ts";
import { LogLines } from "../support/log-lines.ts";
import { startTestServer } from "../support/server.ts";

const ROWS = 16;
const BRAIN = {
  kind: "plastic",
  config: { inputDim: 8, hiddenDim: 8192, winners: 256, layers: 4, memorySize: 2000, neighbors: 5, seed: 3 },
} as const;
const inputs = (index: number) => Array.from({ length: ROWS }, (_, row) => inputOf(index * ROWS + row));
const QUERIES = Array.from({ length: 64 }, (_, row) => inputOf(row));
const lesson = (index: number) => ({
  inputs: inputs(index),
  labels: inputs(index).map((_, row) => `class-${(index + row) % 9}`),
});

/** Long enough for the shares to rise, for several looks, and for a copy; a busy machine takes its time. */
const PATIENCE_MS = 120_000;

test("of two busy brains in one host one moves to the idle host under a stream of calls: none fails, no seq goes back, and its state is that of a twin that stayed", async () => {
  const log = new LogLines();
  const server = await startTestServer({ ENGRAM_HOSTS: "2", ENGRAM_LOG_LEVEL: "info" }, log.destination);
  try {
    const urlOf = (name: string): string => `${server.url}/v1/brains/${name}`;
    const names = ["one", "two", "three"];
    for (const id of names) await call("POST", `${server.url}/v1/brains`, { id, ...BRAIN });
    // Of three brains two share one of two hosts.
    const [host] = [0, 1].filter((index) => names.filter((name) => log.hostOf(name) === index).length >= 2);
    const busy = names.filter((name) => log.hostOf(name) === host).slice(0, 2);
    let isOver = false;
    const learned = new Map<string, number>();
    const learn = async (name: string): Promise<void> => {
      for (let index = 0; !isOver; index++) {
        const { seq } = await call<Stamp>("POST", `${urlOf(name)}/learn`, lesson(index));
        assert.equal(seq, index + 1);
        learned.set(name, seq);
      }
    };
    const predict = async (name: string): Promise<void> => {
      while (!isOver) {
        const known = learned.get(name) ?? 0;
        const { seq } = await call<PredictAnswer>("POST", `${urlOf(name)}/predict`, { inputs: QUERIES, topK: 1 });
        assert.ok(seq >= known, `${name} shows ${seq} although ${known} was acknowledged`);
      }
    };
    const streams = busy.flatMap((name) => [learn(name), predict(name), predict(name)]);
    const failed = Promise.all(streams).then(() => {});
    failed.catch(() => {}); // told below
    const endAt = performance.now() + PATIENCE_MS;
    while (log.of("brain moved").length === 0) {
      assert.ok(performance.now() < endAt, "no brain has moved");
      await Promise.race([sleep(200), failed]);
    }
    const [moved] = log.of("brain moved");
    const name = String(moved?.brain);
    assert.deepEqual([moved?.from, moved?.host], [host, 1 - (host ?? 0)]);
    const count = learned.get(name) ?? 0;
    while ((learned.get(name) ?? 0) < count + 20) await Promise.race([sleep(20), failed]);
    isOver = true;
    await failed;
    assert.equal(log.of("brain moved").length, 1);
    assert.equal(log.of("brain loaded").length, 3, "nothing was loaded from the log");

    await call("POST", `${server.url}/v1/brains`, { id: "twin", ...BRAIN });
    const total = learned.get(name) ?? 0;
    for (let index = 0; index < total; index++) await call("POST", `${urlOf("twin")}/learn`, lesson(index));
    assert.equal(await digestOf(urlOf(name)), await digestOf(urlOf("twin")));
  } finally {
    await server.close();
  }
});
