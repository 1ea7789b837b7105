// Late labels and real processes killed without warning: what was tracked is there, and each label is learned once. On both databases.

import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { LocalServer } from "../../examples/digits/local-server.ts";
import { type BrainAnswer, call, digestOf, inputOf, Refused, SMALL_BRAIN, type Stamp } from "../support/client.ts";
import { DATABASE_KINDS, newSite } from "../support/databases.ts";

type Tracked = { readonly predictions: readonly { readonly id: string; readonly label: string | null }[] };
type Feedback = Stamp & {
  readonly results: readonly { readonly id: string; readonly status: string; readonly predicted?: string | null }[];
  readonly counts: { readonly learned: number; readonly duplicate: number };
};
type Summary = { readonly pending: number; readonly settled: number };
type Learned = { readonly memory: { readonly stored: number } };

const CALLS = 40;
const ROWS = 4;
const WORKERS = 4;

for (const kind of DATABASE_KINDS) {
  test(`labels come after kill -9, and in the middle of it, and each is learned once (${kind})`, async () => {
    const { options, dispose } = await newSite(kind);
    const environment = { ENGRAM_HOSTS: "1", ...(options.url && { DATABASE_URL: options.url }) };
    const start = () => LocalServer.start(options.dataDir, environment);
    let server = await start();
    const brain = () => `${server.url}/v1/brains/late`;
    const give = (items: readonly { id: string; label: string }[]) =>
      call<Feedback>("POST", `${brain()}/feedback`, { items });
    try {
      await call("POST", `${server.url}/v1/brains`, { id: "late", ...SMALL_BRAIN });
      await call("POST", `${brain()}/learn`, { inputs: [inputOf(0.5)], labels: ["first"] });
      const items: { id: string; label: string }[] = [];
      for (let index = 0; index < CALLS; index++) {
        const inputs = Array.from({ length: ROWS }, (_, row) => inputOf(index * ROWS + row));
        const { predictions } = await call<Tracked>("POST", `${brain()}/predict`, { inputs, track: true });
        for (const { id } of predictions) items.push({ id, label: `late-${items.length % 9}` });
      }
      await server.end("SIGKILL");
      server = await start();

      const learned = new Set<string>();
      let next = 0;
      // Each call sends two items again that the call before has sent, so that calls under way overlap.
      const workers = Array.from({ length: WORKERS }, async () => {
        while (next < items.length) {
          const from = next;
          next += ROWS;
          const { results } = await give(items.slice(Math.max(0, from - 2), from + ROWS));
          for (const { id, status, predicted } of results) {
            assert.ok(predicted === "first" || predicted === null, "the brain knew one class then");
            if (status !== "learned") continue;
            assert.ok(!learned.has(id), `${id} was learned twice`);
            learned.add(id);
          }
        }
      });
      let isOver = false;
      const ended = Promise.allSettled(workers).finally(() => {
        isOver = true;
      });
      while (learned.size < items.length / 4 && !isOver) await sleep(1);
      await server.end("SIGKILL");
      for (const worker of await ended) {
        const { reason } = worker.status === "rejected" ? worker : { reason: undefined };
        assert.ok(!(reason instanceof Refused || reason instanceof assert.AssertionError), String(reason));
      }
      assert.ok(learned.size < items.length, "killed too late");

      server = await start();
      const { step, seq } = await call<BrainAnswer>("GET", brain());
      const { pending, settled } = await call<Summary>("GET", `${brain()}/feedback`);
      assert.equal(pending + settled, items.length);
      assert.ok(settled >= learned.size);
      assert.equal(step, seq);
      const answer = await give([...items].reverse());
      assert.deepEqual([answer.counts.learned, answer.counts.duplicate], [pending, settled]);
      for (const { id, status } of answer.results) if (learned.has(id)) assert.equal(status, "duplicate");

      const body = { inputs: [inputOf(0.5)], labels: ["first"] };
      const { memory } = await call<Learned>("POST", `${brain()}/learn`, body);
      assert.equal(memory.stored, items.length + 2, "every sample is in the memory once");
      const lived = await digestOf(brain());
      await server.end("SIGKILL");
      server = await start();
      assert.equal(await digestOf(brain()), lived, "replay does without the tracked predictions");
    } finally {
      await server.end("SIGKILL");
      await dispose();
    }
  });
}
