// A merge that was answered is kept: the server is killed right behind the answer, and the brain comes back as it was, from its checkpoint.

import assert from "node:assert/strict";
import { test } from "node:test";
import { LocalServer } from "../../examples/digits/local-server.ts";
import { type BrainAnswer, call, digestOf, inputOf, SMALL_BRAIN, type Stamp } from "../support/client.ts";
import { DATABASE_KINDS, newSite } from "../support/databases.ts";

const BLEND = { ...SMALL_BRAIN, config: { ...SMALL_BRAIN.config, readout: "blend" } };

for (const kind of DATABASE_KINDS) {
  test(`kill -9 right behind the answer of a merge loses nothing of it, and it can be undone (${kind})`, async () => {
    const { options, dispose } = await newSite(kind);
    const environment = { ENGRAM_HOSTS: "1", ...(options.url && { DATABASE_URL: options.url }) };
    let server = await LocalServer.start(options.dataDir, environment);
    const url = (brain: string) => `${server.url}/v1/brains/${brain}`;
    const learn = (brain: string, index: number) =>
      call("POST", `${url(brain)}/learn`, { inputs: [inputOf(index)], labels: [`${brain}-${index % 3}`] });
    try {
      for (const [at, brain] of ["one", "two"].entries()) {
        await call("POST", `${server.url}/v1/brains`, { ...BLEND, id: brain });
        for (let index = 0; index < 6; index++) await learn(brain, 10 * at + index);
      }
      const before = await digestOf(url("one"));
      const { seq } = await call<Stamp>("POST", `${url("one")}/merge`, { source: "two" });
      await server.end("SIGKILL");
      server = await LocalServer.start(options.dataDir, environment);
      const { labels, ...back } = await call<BrainAnswer>("GET", url("one"));
      assert.deepEqual([back.seq, labels.length], [seq, 6]);
      const { memory } = (await learn("one", 7)) as { memory: { stored: number } };
      assert.equal(memory.stored, 13);
      const merged = await digestOf(url("one"));
      await server.end("SIGKILL");
      server = await LocalServer.start(options.dataDir, environment);
      assert.equal(await digestOf(url("one")), merged);
      await call("POST", `${url("one")}/restore`, { seq: seq - 1 });
      assert.equal(await digestOf(url("one")), before);
    } finally {
      await server.end("SIGKILL");
      await dispose();
    }
  });
}
