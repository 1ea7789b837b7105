// Several compute processes: one that dies or hangs is a matter of its own brains, and a short one.

import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { call, digestOf, inputOf, type PredictAnswer, SMALL_BRAIN, type Stamp } from "../support/client.ts";
import { LogLines } from "../support/log-lines.ts";
import { startTestServer, type TestServer } from "../support/server.ts";

const LESSONS = 80;
const lesson = (index: number) => ({ inputs: [inputOf(index)], labels: [`class-${index % 9}`] });

async function withServer(
  environment: Record<string, string>,
  use: (server: TestServer, log: LogLines) => Promise<void>,
): Promise<void> {
  const log = new LogLines();
  const server = await startTestServer({ ENGRAM_LOG_LEVEL: "info", ...environment }, log.destination);
  try {
    await use(server, log);
  } finally {
    await server.close();
  }
}

/** Asks the probe until it says what is wanted. @returns how long that took, in ms */
async function untilReadyz(url: string, isWanted: (status: number, text: string) => boolean): Promise<number> {
  const startedAt = performance.now();
  for (;;) {
    const response = await fetch(`${url}/readyz`);
    const text = await response.text();
    if (isWanted(response.status, text)) return performance.now() - startedAt;
    assert.ok(performance.now() - startedAt < 20_000, `the probe still says ${text}`);
    assert.equal((await fetch(`${url}/livez`)).status, 200);
    await sleep(20);
  }
}

test("a host that dies among several takes no call of other hosts' brains with it, and its own brains come back whole", async () => {
  await withServer({ ENGRAM_HOSTS: "3" }, async (server, log) => {
    const names = Array.from({ length: 6 }, (_, index) => `brain-${index}`);
    const urlOf = (name: string): string => `${server.url}/v1/brains/${name}`;
    for (const id of names) await call("POST", `${server.url}/v1/brains`, { id, ...SMALL_BRAIN });
    assert.equal(new Set(names.map((name) => log.hostOf(name))).size, 3);
    const victim = log.hostOf("brain-0");
    const hit = names.filter((name) => log.hostOf(name) === victim);
    let isOver = false;
    let learned = 0;
    const learn = async (name: string): Promise<void> => {
      for (let index = 0; index < LESSONS; index++) {
        const { seq } = await call<Stamp>("POST", `${urlOf(name)}/learn`, lesson(index));
        assert.equal(seq, index + 1);
        learned++;
      }
    };
    const predict = async (name: string): Promise<void> => {
      for (let last = 0; !isOver; ) {
        const { seq } = await call<PredictAnswer>("POST", `${urlOf(name)}/predict`, { inputs: [inputOf(last)] });
        assert.ok(seq >= last, `${name} went back from ${last} to ${seq}`);
        last = seq;
        await sleep(5);
      }
    };
    const kill = async (): Promise<void> => {
      for (const share of [0.25, 0.6]) {
        while (learned < share * LESSONS * names.length) await sleep(5);
        process.kill(server.hosts.hosts[victim]!.pid!, "SIGKILL");
        const reason = `host${victim}: down: ended by SIGKILL, starting again`;
        assert.ok((await untilReadyz(server.url, (_, text) => text.includes(reason))) < 2000);
        await untilReadyz(server.url, (status) => status === 200);
      }
    };
    const predictors = names.map(predict);
    await Promise.all([...names.map(learn), kill()]);
    isOver = true;
    await Promise.all(predictors);
    const digests = await Promise.all(names.map((name) => digestOf(urlOf(name))));
    assert.equal(new Set(digests).size, 1, "the same lessons make the same brain");
    for (const name of names) {
      const loads = log.of("brain loaded").filter(({ brain }) => brain === name).length;
      assert.equal(loads > 1, hit.includes(name), `${name} was loaded ${loads} times`);
    }
  });
});

test("a host that is stopped is told of, ended and started again; other hosts' brains do not notice", async () => {
  await withServer({ ENGRAM_HOSTS: "2", ENGRAM_HOST_SILENCE_MS: "4000" }, async (server, log) => {
    for (const id of ["stuck", "calm"]) await call("POST", `${server.url}/v1/brains`, { id, ...SMALL_BRAIN });
    const victim = log.hostOf("stuck");
    assert.notEqual(log.hostOf("calm"), victim);
    const { pid } = server.hosts.hosts[victim]!;
    process.kill(pid!, "SIGSTOP");
    const held = call<Stamp>("POST", `${server.url}/v1/brains/stuck/learn`, lesson(0));
    const silent = new RegExp(`host${victim}: down: silent for \\d s`);
    await untilReadyz(server.url, (status, text) => status === 503 && silent.test(text));
    for (let index = 0; index < 20; index++) {
      assert.equal((await call<Stamp>("POST", `${server.url}/v1/brains/calm/learn`, lesson(index))).seq, index + 1);
    }
    assert.equal((await held).seq, 1);
    await untilReadyz(server.url, (status) => status === 200);
    assert.notEqual(server.hosts.hosts[victim]!.pid, pid);
    assert.match(String(log.of("host ended")[0]?.reason), /ended after [45] s of silence/);
  });
});

test("hosts tell how busy they are, without being asked", async () => {
  await withServer({ ENGRAM_HOSTS: "2" }, async (server, log) => {
    const { config, ...kind } = SMALL_BRAIN;
    const big = { ...config, hiddenDim: 2048, layers: 4, winners: 64 };
    for (const id of ["busy", "idle"]) await call("POST", `${server.url}/v1/brains`, { id, ...kind, config: big });
    const [busy, idle] = ["busy", "idle"].map((name) => server.hosts.hosts[log.hostOf(name)]!);
    const predict = () =>
      call("POST", `${server.url}/v1/brains/busy/predict`, {
        inputs: Array.from({ length: 64 }, (_, i) => inputOf(i)),
      });
    const endAt = performance.now() + 4000;
    await Promise.all(
      Array.from({ length: 3 }, async () => {
        while (performance.now() < endAt) await predict();
      }),
    );
    assert.ok(busy!.load.busyShare > 0.2, `busy: ${busy!.load.busyShare}`);
    assert.ok(idle!.load.busyShare < busy!.load.busyShare / 2, `idle: ${idle!.load.busyShare}`);
    assert.equal(busy!.load.brains.size, 1);
    assert.ok(busy!.load.memoryBytes > 10_000_000);
    await call("POST", `${server.url}/v1/brains`, { id: "next", ...SMALL_BRAIN });
    assert.equal(log.hostOf("next"), log.hostOf("idle"));
  });
});
