// Calls that got no answer are sent again under their keys, after real kills: each was made once, and each answer is the one that an
// undisturbed brain gives. On both databases.

import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { LocalServer } from "../../examples/digits/local-server.ts";
import { type BrainAnswer, call, digestOf, inputOf, SMALL_BRAIN, type Stamp } from "../support/client.ts";
import { DATABASE_KINDS, newSite } from "../support/databases.ts";

const ROUNDS = 2;
const LEARNERS = 4;

type Request = { readonly method: string; readonly path: string; readonly body?: object };
type Answer = { readonly status: number; readonly isReplay: boolean; readonly text: string };

/** @throws TypeError when the server goes away */
async function send(url: string, { method, path, body }: Request, key?: string): Promise<Answer> {
  const response = await fetch(url + path, {
    method,
    headers: {
      ...(body && { "content-type": "application/json" }),
      ...(key !== undefined && { "idempotency-key": `"${key}"` }),
    },
    ...(body && { body: JSON.stringify(body) }),
  });
  const { status, headers } = response;
  return { status, isReplay: headers.get("idempotency-replayed") === "true", text: await response.text() };
}

const lesson = (index: number): Request => ({
  method: "POST",
  path: "/v1/brains/kept/learn",
  body: { inputs: [inputOf(index), inputOf(index + 0.5)], labels: [`class-${index}`, `class-${index % 5}`] },
});

/** The same brain again, which knows nothing yet. */
async function startOver(url: string): Promise<void> {
  await call("DELETE", `${url}/v1/brains/kept`);
  await call("POST", `${url}/v1/brains`, { id: "kept", ...SMALL_BRAIN });
}

for (const kind of DATABASE_KINDS) {
  test(`keyed calls in a stream of kills are each made once, and answered as by an undisturbed brain (${kind})`, async () => {
    const { options, dispose } = await newSite(kind);
    const start = () =>
      LocalServer.start(options.dataDir, { ENGRAM_HOSTS: "1", ...(options.url && { DATABASE_URL: options.url }) });
    let server = await start();
    try {
      await call("POST", `${server.url}/v1/brains`, { id: "kept", ...SMALL_BRAIN });
      const requests = new Map<string, Request>();
      const answers = new Map<string, string>();
      let next = 0;
      const make = async (key: string, request: Request) => {
        requests.set(key, request);
        const { status, text, isReplay } = await send(server.url, request, key);
        assert.ok(status < 300 && !isReplay, text);
        answers.set(key, text);
      };
      for (let round = 0; round < ROUNDS; round++) {
        const learners = Array.from({ length: LEARNERS }, async () => {
          for (;;) {
            const index = next++;
            await make(`lesson-${index}`, lesson(index));
          }
        });
        const makers = [
          async (index: number): Promise<void> => {
            const body = { ...SMALL_BRAIN, name: `made-${index}` };
            await make(`make-${index}`, { method: "POST", path: "/v1/brains", body });
          },
          async (index: number): Promise<void> => {
            const body = { name: `kept-${index}` };
            await make(`keep-${index}`, { method: "POST", path: "/v1/brains/kept/checkpoints", body });
          },
        ].map(async (step) => {
          for (let index = round * 1000; ; index++) await step(index);
        });
        const ended = Promise.allSettled([...learners, ...makers]);
        await sleep(150 + Math.random() * 250);
        await server.end("SIGKILL");
        for (const result of await ended) {
          assert.ok(result.status === "rejected" && !(result.reason instanceof assert.AssertionError), String(result));
        }
        server = await start();

        for (const [key, request] of requests) {
          const before = answers.get(key);
          const { status, isReplay, text } = await send(server.url, request, key);
          assert.ok(status < 300, text);
          if (before === undefined) answers.set(key, text);
          else assert.deepEqual([isReplay, text], [true, before], key);
        }
      }

      const { brains } = await call<{ brains: { name: string | null }[] }>("GET", `${server.url}/v1/brains?limit=200`);
      const { checkpoints } = await call<{ checkpoints: { name: string | null }[] }>(
        "GET",
        `${server.url}/v1/brains/kept/checkpoints?limit=200`,
      );
      const made = [...requests].flatMap(([key, { body }]) => (key.startsWith("lesson") ? [] : [Object(body).name]));
      const names = [...brains, ...checkpoints].flatMap(({ name }) => name ?? []);
      assert.deepEqual(names.sort(), made.sort());

      const lessons = [...requests].filter(([key]) => key.startsWith("lesson"));
      const seqOf = (key: string) => Number(JSON.parse(answers.get(key) ?? "").seq);
      const inOrder = lessons
        .map(([key, request]) => ({ key, request, seq: seqOf(key) }))
        .sort((a, b) => a.seq - b.seq);
      assert.deepEqual(
        inOrder.map(({ seq }) => seq),
        inOrder.map((_, index) => index + 1),
      );
      const { step, seq } = await call<BrainAnswer>("GET", `${server.url}/v1/brains/kept`);
      assert.deepEqual([step, seq], [lessons.length, lessons.length]);
      const digest = await digestOf(`${server.url}/v1/brains/kept`);
      await startOver(server.url);
      for (const { key, request } of inOrder) {
        assert.equal((await send(server.url, request)).text, answers.get(key), key);
      }
      assert.equal(await digestOf(`${server.url}/v1/brains/kept`), digest);
    } finally {
      await server.end("SIGKILL");
      await dispose();
    }
  });

  test(`a server killed between commit and answer gives the answer after its restart (${kind})`, async () => {
    const { options, dispose } = await newSite(kind);
    const start = () =>
      LocalServer.start(options.dataDir, { ENGRAM_HOSTS: "1", ...(options.url && { DATABASE_URL: options.url }) });
    let server = await start();
    const brain = () => `${server.url}/v1/brains/kept`;
    /** Teaches a little. @returns changes of all sorts, whose outcomes a host has to compute */
    const prepare = async (): Promise<Request[]> => {
      for (let index = 0; index < 20; index++) await send(server.url, lesson(index));
      const inputs = [inputOf(1), inputOf(77)];
      const { predictions } = await call<{ predictions: { id: string }[] }>("POST", `${brain()}/predict`, {
        inputs,
        track: true,
      });
      const items = [
        ...predictions.map(({ id }, row) => ({ id, label: `class-${row}` })),
        { id: "nobody", label: "x" },
      ];
      const path = "/v1/brains/kept";
      return [
        lesson(20),
        { method: "POST", path: `${path}/feedback`, body: { items } },
        { method: "PUT", path: `${path}/mode`, body: { mode: "panic" } },
        { method: "POST", path: `${path}/consolidate` },
        { method: "POST", path: `${path}/layers`, body: { index: 1 } },
        { method: "PATCH", path: `${path}/layers/0`, body: { frozen: true } },
        { method: "POST", path: `${path}/layers/2/neurogenesis` },
        { method: "PUT", path: `${path}/layers/1` },
        { method: "DELETE", path: `${path}/layers/1` },
        { method: "DELETE", path: `${path}/memory?label=class-3` },
        { method: "PATCH", path, body: { name: "Tuned", config: { gate: 0.5 } } },
        lesson(21),
      ];
    };
    /** The same for both lives of the brain: the ids of predictions are random, and time goes on. */
    const comparable = (text: string) =>
      text
        .replace(/"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"/g, '"id"')
        .replace(/"(created|updated)At":"[^"]*"/g, "");
    try {
      await call("POST", `${server.url}/v1/brains`, { id: "kept", ...SMALL_BRAIN });
      const requests = await prepare();
      const { seq } = await call<Stamp>("GET", brain());
      // The host computes nothing from now on, so nothing is answered; the log goes on.
      for (const pid of server.hostPids) process.kill(pid, "SIGSTOP");
      const unanswered = Promise.allSettled(
        requests.map(async (request, index) => {
          while ((await call<Stamp>("GET", brain())).seq < seq + index) await sleep(5);
          return send(server.url, request, `key-${index}`);
        }),
      );
      while ((await call<Stamp>("GET", brain())).seq < seq + requests.length) await sleep(5);
      const pids = server.hostPids;
      await server.end("SIGKILL");
      for (const pid of pids) process.kill(pid, "SIGKILL");
      for (const { status } of await unanswered) assert.equal(status, "rejected");

      server = await start();
      const answers: Answer[] = [];
      for (const [index, request] of requests.entries()) answers.push(await send(server.url, request, `key-${index}`));
      assert.deepEqual(
        answers.map(({ status, isReplay }) => [status, isReplay]),
        requests.map(({ path, method }) => [method === "POST" && path.endsWith("/layers") ? 201 : 200, true]),
      );
      for (const [index, request] of requests.entries()) {
        assert.deepEqual(await send(server.url, request, `key-${index}`), answers[index], "asked twice");
      }
      assert.equal((await call<Stamp>("GET", brain())).seq, seq + requests.length);
      const digest = await digestOf(brain());

      await startOver(server.url);
      for (const [index, request] of (await prepare()).entries()) {
        const { text } = await send(server.url, request);
        assert.equal(comparable(answers[index]?.text ?? ""), comparable(text), `${request.method} ${request.path}`);
      }
      assert.equal(await digestOf(brain()), digest);
    } finally {
      await server.end("SIGKILL");
      await dispose();
    }
  });
}
