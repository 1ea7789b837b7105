// Many callers of one brain at once: each gets what it would have got alone, a bad call fails alone, and who leaves is not computed for.

import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import {
  call,
  inputOf,
  type PredictAnswer,
  Refused,
  rest,
  SMALL_BRAIN,
  SMALL_TRIARCHIC_BRAIN,
} from "../support/client.ts";
import { startTestServer, type TestServer } from "../support/server.ts";

const CALLERS = 64;

/** What caller `index` wants: every sort of option, and now and then several inputs. */
const bodyOf = (index: number) => ({
  inputs: Array.from({ length: index % 10 === 9 ? 3 : 1 }, (_, row) => inputOf(index + 0.1 * row)),
  topK: 1 + (index % 4),
  explain: index % 3 === 0,
});

async function teach(server: TestServer, id: string, blueprint: object): Promise<string> {
  await call("POST", `${server.url}/v1/brains`, { id, ...blueprint });
  const brain = `${server.url}/v1/brains/${id}`;
  const inputs = Array.from({ length: 90 }, (_, index) => inputOf(index));
  await call("POST", `${brain}/learn`, { inputs, labels: inputs.map((_, index) => `class-${index % 9}`) });
  await rest(brain);
  return brain;
}

for (const [kind, blueprint] of Object.entries({ plastic: SMALL_BRAIN, triarchic: SMALL_TRIARCHIC_BRAIN })) {
  test(`${CALLERS} concurrent inputs with all sorts of options get exactly the answers they get alone from a ${kind} brain`, async () => {
    const server = await startTestServer();
    try {
      const brain = await teach(server, "asked", blueprint);
      const alone: unknown[] = [];
      for (let index = 0; index < CALLERS; index++) alone.push(await call("POST", `${brain}/predict`, bodyOf(index)));
      for (let round = 0; round < 3; round++) {
        const together = Array.from({ length: CALLERS }, (_, index) => call("POST", `${brain}/predict`, bodyOf(index)));
        assert.deepEqual(await Promise.all(together), alone);
      }
    } finally {
      await server.close();
    }
  });
}

test("bad calls among many fail alone", async () => {
  const server = await startTestServer();
  try {
    const brain = await teach(server, "asked", SMALL_BRAIN);
    const answers = await Promise.allSettled(
      Array.from({ length: CALLERS }, (_, index) =>
        call<PredictAnswer>("POST", `${brain}/predict`, index % 8 === 0 ? { inputs: [[1, 2]] } : bodyOf(index)),
      ),
    );
    for (const [index, answer] of answers.entries()) {
      if (index % 8 === 0) {
        assert.ok(answer.status === "rejected" && answer.reason instanceof Refused);
        assert.equal(answer.reason.status, 422);
      } else assert.ok(answer.status === "fulfilled" && answer.value.predictions.length > 0);
    }
  } finally {
    await server.close();
  }
});

test("predictions whose clients have left make room for others, and the host does not compute them", async () => {
  const server = await startTestServer({ ENGRAM_MAX_PENDING: "4" });
  const pid = server.hosts.hosts[0]!.pid!;
  try {
    const brain = await teach(server, "asked", SMALL_BRAIN);
    const body = JSON.stringify({ inputs: [inputOf(3)] });
    const predict = (signal: AbortSignal | null = null) =>
      fetch(`${brain}/predict`, { method: "POST", headers: { "content-type": "application/json" }, body, signal });
    const probe = () =>
      predict(AbortSignal.timeout(500)).then(
        ({ status }) => String(status),
        () => "waits",
      );
    process.kill(pid, "SIGSTOP"); // a host that is at something long
    const leaving = new AbortController();
    const left = Array.from({ length: 4 }, () => predict(leaving.signal));
    assert.equal(await untilAnswered(probe, "429"), "429");
    leaving.abort();
    for (const each of await Promise.allSettled(left)) assert.equal(each.status, "rejected");
    assert.equal(await untilAnswered(probe, "waits"), "waits");
    const next = predict();
    process.kill(pid, "SIGCONT");
    assert.equal((await next).status, 200);
  } finally {
    process.kill(pid, "SIGCONT");
    await server.close();
  }
});

/** @returns the last answer: the one that is waited for, but where it never comes */
async function untilAnswered(probe: () => Promise<string>, wanted: string): Promise<string> {
  let answer = await probe();
  for (let tries = 0; answer !== wanted && tries < 50; tries++) {
    await sleep(10);
    answer = await probe();
  }
  return answer;
}

test("learners, however many, do not starve a predictor of the same brain, nor one of another brain in the same host", async () => {
  const server = await startTestServer();
  const config = { inputDim: 64, hiddenDim: 2048, winners: 32, layers: 2, memorySize: 5000, neighbors: 10, seed: 1 };
  const row = (index: number) => Array.from({ length: config.inputDim }, (_, d) => Math.sin(index * 7.3 + d * 1.9));
  try {
    const brains = ["taught", "other"].map((id) => `${server.url}/v1/brains/${id}`);
    for (const id of ["taught", "other"]) {
      await call("POST", `${server.url}/v1/brains`, { id, kind: "plastic", config });
      await call("POST", `${server.url}/v1/brains/${id}/learn`, { inputs: [row(1)], labels: ["a"] });
    }
    const lesson = Array.from({ length: 64 }, (_, index) => index);
    let isOver = false;
    let lessons = 0;
    const learners = Array.from({ length: 32 }, async () => {
      while (!isOver) {
        await call("POST", `${brains[0]}/learn`, { inputs: lesson.map(row), labels: lesson.map((i) => `c${i % 9}`) });
        lessons++;
      }
    });
    const predictions = brains.map(async (brain) => {
      let count = 0;
      while (!isOver) {
        await call("POST", `${brain}/predict`, { inputs: [row(count)] });
        count++;
      }
      return count;
    });
    while (lessons < 128) await sleep(20);
    isOver = true;
    await Promise.all(learners);
    // In one queue with the lessons each would get four turns, one in thirty-three.
    for (const count of await Promise.all(predictions)) {
      assert.ok(count >= 10, `${count} predictions beside 128 lessons`);
    }
  } finally {
    await server.close();
  }
});
