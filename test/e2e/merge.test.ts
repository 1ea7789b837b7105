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
      const grown = (await learn("one", 7)) as { memory: { stored: number } };
      assert.equal(grown.memory.stored, 13);
      const merged = await digestOf(url("one"));
      await server.end("SIGKILL");
      server = await LocalServer.start(options.dataDir, environment);
      assert.equal(await digestOf(url("one")), merged);
      await call("POST", `${url("one")}/restore`, { seq: seq - 1 });
      assert.equal(await digestOf(url("one")), before);

      // With a base, whose state is read back from the log.
      await call("POST", `${url("one")}/fork`, { id: "three" });
      for (const brain of ["one", "three"]) await learn(brain, 20);
      const since = await call<Stamp & { samples: number }>("POST", `${url("one")}/merge`, {
        source: "three",
        base: {},
      });
      await server.end("SIGKILL");
      server = await LocalServer.start(options.dataDir, environment);
      const kept = await call<BrainAnswer>("GET", url("one"));
      assert.deepEqual([kept.seq, since.samples], [since.seq, 1]);
      assert.equal(((await learn("one", 21)) as typeof grown).memory.stored, 9);
    } finally {
      await server.end("SIGKILL");
      await dispose();
    }
  });
}
