// A world that changes is noticed and followed: told on the stream, an event of its own in the log with its reason, and back when the brain has
// learned it. Nothing of that is lost by a crash, and nothing of it is done against a caller's wish.

import assert from "node:assert/strict";
import { once } from "node:events";
import { rm } from "node:fs/promises";
import { after, before, test } from "node:test";
import { WebSocket } from "ws";
import { LocalServer } from "../../examples/digits/local-server.ts";
import { type BrainAnswer, call, digestOf, type Stamp } from "../support/client.ts";
import { newDataDir } from "../support/data-folder.ts";
import { LogLines } from "../support/log-lines.ts";
import { startTestServer, type TestServer } from "../support/server.ts";

const DIM = 8;
const CLUSTERS = 4;
const BATCH = 10;
const CONFIG = { inputDim: DIM, hiddenDim: 32, winners: 4, layers: 1, memorySize: 120, neighbors: 5, seed: 3 };
const KINDS = {
  plastic: { kind: "plastic", config: CONFIG },
  triarchic: { kind: "triarchic", config: { inputDim: DIM, hiddenDim: 128, winners: 8, seed: 3 } },
} as const;

const log = new LogLines();
let server: TestServer;
before(async () => {
  server = await startTestServer({ ENGRAM_LOG_LEVEL: "info" }, log.destination);
});
after(() => server.close());

/** Lesson number `index`: points near four corners, each called by its number, or by another's once the world has changed by `turn`. */
function lesson(index: number, turn: number) {
  const points = Array.from({ length: BATCH }, (_, row) => index * BATCH + row);
  const noise = (point: number, d: number): number => 0.2 * Math.sin(point * 12.9 + d * 78.2);
  return {
    inputs: points.map((point) =>
      Array.from({ length: DIM }, (_, d) => (d === point % CLUSTERS ? 1 : 0) + noise(point, d)),
    ),
    labels: points.map((point) => `class-${(point + turn) % CLUSTERS}`),
  };
}

type Event = {
  readonly seq: number;
  readonly type: string;
  readonly summary: string;
  readonly details: { readonly mode?: string; readonly reason?: string };
};
type Learned = Stamp & { readonly mode: string; readonly accuracy: number };

/** A brain that is taught one lesson after the other. */
async function brainOf(id: string, made: (typeof KINDS)[keyof typeof KINDS], settings: object, url = server.url) {
  await call("POST", `${url}/v1/brains`, { id, kind: made.kind, config: { ...made.config, ...settings } });
  return pupil(id, url);
}

function pupil(id: string, base: string) {
  const url = `${base}/v1/brains/${id}`;
  let next = 0;
  const teach = async (lessons: number, turn: number): Promise<Learned[]> => {
    const answers: Learned[] = [];
    for (let i = 0; i < lessons; i++) answers.push(await call<Learned>("POST", `${url}/learn`, lesson(next++, turn)));
    return answers;
  };
  const events = async (): Promise<Event[]> => {
    const page = await call<{ events: Event[] }>("GET", `${url}/events?type=modeChanged`);
    return page.events.toReversed();
  };
  const mode = async () => (await call<BrainAnswer>("GET", url)).mode;
  /** Waits for a change that comes behind a lesson. */
  const until = async (isThere: () => Promise<boolean>): Promise<void> => {
    while (!(await isThere())) await new Promise((resolve) => setTimeout(resolve, 5));
  };
  return { id, url, teach, events, mode, until };
}

const reasons = (events: readonly Event[]) => events.map(({ details }) => `${details.mode}: ${details.reason}`);

for (const [kind, made] of Object.entries(KINDS)) {
  test(`drift leads a ${kind} brain into panic and recovery back, as events with their reasons, told on the stream`, async () => {
    const brain = await brainOf(`follower-${kind}`, made, { modePolicy: "auto" });
    const socket = new WebSocket(`${brain.url.replace("http", "ws")}/stream`);
    const heard: ({ type: string; seq: number } & Record<string, unknown>)[] = [];
    socket.on("message", (text) => heard.push(JSON.parse(String(text))));
    await once(socket, "open");
    await brain.teach(60, 0);
    assert.deepEqual(await brain.events(), []);
    const answers = await brain.teach(100, 1);
    await brain.until(async () => (await brain.events()).length >= 2);
    const events = await brain.events();
    assert.deepEqual(reasons(events), ["panic: drift", "plastic: recovered"]);
    assert.match(events[0]!.summary, /panic.*drift/);
    // The answer to a lesson is what it was before there were policies.
    const fields = ["accuracy", "brain", "memory", "mode", "newLabels", "recycled", "reward", "samples", "seq", "step"];
    for (const field of fields) assert.ok(field in answers[0]!, field);
    for (const field of ["drift", "advice", "findings"]) assert.ok(!(field in answers[0]!), field);
    const [panic, plastic] = events;
    for (const { seq, mode } of answers)
      assert.equal(mode, seq > panic!.seq && seq < plastic!.seq ? "panic" : "plastic");

    while (!heard.some(({ seq }) => seq >= plastic!.seq)) await once(socket, "message");
    socket.close();
    const drift = heard.find(({ type }) => type === "drift")!;
    assert.equal(drift.seq, panic!.seq - 1);
    assert.equal(drift.detector, "adwin");
    assert.ok(Number(drift.before) < Number(drift.error), `${drift.before} ${drift.error}`);
    const told = heard.filter(({ type }) => type === "modeChanged");
    assert.deepEqual(
      told.map(({ seq, mode, reason }) => [seq, mode, reason]),
      events.map(({ seq, details }) => [seq, details.mode, details.reason]),
    );
    const logged = log.of("mode changed by the policy").filter((line) => line.brain === brain.id);
    assert.deepEqual(
      logged.map(({ seq, reason }) => [seq, reason]),
      events.map(({ seq, details }) => [seq, details.reason]),
    );
    assert.ok(log.of("drift found").some((line) => line.brain === brain.id && line.seq === drift.seq));
  });
}

test("a fixed policy tells of drift and changes nothing, and a caller may switch the policy at any time", async () => {
  const brain = await brainOf("fixed", KINDS.plastic, {});
  await brain.teach(60, 0);
  await brain.teach(15, 1);
  assert.equal(log.of("drift found").filter((line) => line.brain === "fixed").length > 0, true);
  assert.deepEqual([await brain.mode(), await brain.events()], ["plastic", []]);
  await call("PATCH", brain.url, { config: { modePolicy: "auto" } });
  await brain.teach(100, 1);
  await brain.teach(30, 2);
  await brain.until(async () => (await brain.events()).length > 0);
  assert.equal((await brain.events())[0]!.details.reason, "drift");
});

test("a mode that a caller sets stays, and ends what the policy was at", async () => {
  const brain = await brainOf("by-hand", KINDS.plastic, { modePolicy: "auto" });
  await brain.teach(60, 0);
  // One by one: a panic may be over ten lessons later.
  while ((await brain.mode()) !== "panic") await brain.teach(1, 1);
  await call("PUT", `${brain.url}/mode`, { mode: "panic" });
  await brain.teach(60, 1);
  assert.equal(await brain.mode(), "panic"); // the policy's own panic would be over
  await call("PUT", `${brain.url}/mode`, { mode: "plastic" });
  await brain.teach(5, 1);
  assert.deepEqual(reasons(await brain.events()), ["panic: drift", "panic: undefined", "plastic: undefined"]);
});

test("between drift and its event there may be a crash: a brain that goes on from there is advised by its next lesson", async () => {
  const brain = await brainOf("origin", KINDS.plastic, { modePolicy: "auto" });
  await brain.teach(60, 0);
  await brain.teach(20, 1);
  await brain.until(async () => (await brain.events()).length > 0);
  const [{ seq } = { seq: 0 }] = await brain.events();
  await call("POST", `${brain.url}/fork`, { id: "heir", seq: seq - 1 });
  const heir = pupil("heir", server.url);
  assert.equal(await heir.mode(), "plastic");
  await heir.teach(1, 1);
  await heir.until(async () => (await heir.mode()) === "panic");
  assert.deepEqual(reasons(await heir.events()).slice(-1), ["panic: drift"]);
});

test("kill -9 at the lesson that finds drift: whatever was written by then, a lesson after the restart the brain is in panic, once", async () => {
  const model = await brainOf("model", KINDS.plastic, { modePolicy: "auto" });
  await model.teach(60, 0);
  await model.teach(20, 1);
  await model.until(async () => (await model.events()).length > 0);
  const lessons = (await model.events())[0]!.seq - 1; // the last of them finds it
  const dataDir = await newDataDir();
  let process = await LocalServer.start(dataDir, { ENGRAM_HOSTS: "1" });
  try {
    for (const isAnswered of [true, false]) {
      const id = `killed-${isAnswered}`;
      const brain = await brainOf(id, KINDS.plastic, { modePolicy: "auto" }, process.url);
      await brain.teach(60, 0);
      await brain.teach(lessons - 61, 1);
      assert.deepEqual(await brain.events(), []);
      const last = brain.teach(1, 1).catch(() => {}); // unanswered where the server was faster gone
      if (isAnswered) await last;
      await process.end("SIGKILL");
      await last;
      process = await LocalServer.start(dataDir, { ENGRAM_HOSTS: "1" });
      const again = pupil(id, process.url);
      // The lesson may be lost where it got no answer: then another one finds the drift, at the next look at the window at the latest.
      const most = isAnswered ? 1 : 4;
      for (let i = 0; i < most && (await again.mode()) !== "panic"; i++) await again.teach(1, 1);
      await again.until(async () => (await again.mode()) === "panic");
      assert.deepEqual(reasons(await again.events()), ["panic: drift"]);
      const lived = await digestOf(again.url);
      await process.end("SIGKILL");
      process = await LocalServer.start(dataDir, { ENGRAM_HOSTS: "1" });
      assert.equal(await digestOf(`${process.url}/v1/brains/${id}`), lived);
    }
  } finally {
    await process.end("SIGKILL");
    await rm(dataDir, { recursive: true, force: true });
  }
});
