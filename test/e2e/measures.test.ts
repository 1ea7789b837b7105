// Measures survive what brains survive: a compute process that is killed, and a server that is killed.

import assert from "node:assert/strict";
import { test } from "node:test";
import { LocalServer } from "../../examples/digits/local-server.ts";
import { call, inputOf, SMALL_BRAIN, SMALL_TRIARCHIC_BRAIN, type Stamp } from "../support/client.ts";
import { newSite } from "../support/databases.ts";
import { startTestServer } from "../support/server.ts";

type Measures = Stamp & {
  readonly prequential: { readonly samples: number };
  readonly holdout: { readonly heldOut: number; readonly evaluatedSeq: number | null };
};

const BRAINS = [SMALL_BRAIN, SMALL_TRIARCHIC_BRAIN].map(({ kind, config }) => ({
  id: `measured-${kind}`,
  kind,
  config: { ...config, holdout: 4, modePolicy: "fixed" },
}));

/** Teaches five tasks of two classes each, 200 samples a task. */
async function teach(brain: string): Promise<void> {
  for (let task = 0; task < 5; task++) {
    for (let batch = 0; batch < 10; batch++) {
      const inputs = Array.from({ length: 20 }, (_, row) => inputOf(1000 * task + 20 * batch + row));
      const labels = inputs.map((_, row) => `${task}-${row % 2}`);
      await call("POST", `${brain}/learn`, { inputs, labels });
    }
    if (task % 2 === 0) await call("POST", `${brain}/tasks`, { name: `after ${task}` });
    else await call("POST", `${brain}/consolidate`);
  }
}

const measuresOf = (brain: string) => call<Measures>("GET", `${brain}/measures`);

function assertMeasured({ prequential, holdout }: Measures): void {
  assert.equal(prequential.samples, 1000);
  assert.ok(holdout.heldOut > 20 && holdout.evaluatedSeq !== null);
}

test("a brain whose compute process is killed comes back with the same measures", async () => {
  const server = await startTestServer({ ENGRAM_HOSTS: "1" });
  try {
    for (const brain of BRAINS) {
      await call("POST", `${server.url}/v1/brains`, brain);
      const url = `${server.url}/v1/brains/${brain.id}`;
      await teach(url);
      const before = await measuresOf(url);
      assertMeasured(before);
      process.kill(server.hosts.hosts[0]?.pid ?? assert.fail("no host"), "SIGKILL");
      assert.deepEqual(await measuresOf(url), before);
    }
  } finally {
    await server.close();
  }
});

test("a server that is killed while a hold-out is evaluated comes back with the measures of one that was not", async () => {
  const { options, dispose } = await newSite("embedded");
  const start = () => LocalServer.start(options.dataDir, { ENGRAM_HOSTS: "1" });
  let server = await start();
  try {
    for (const brain of BRAINS) {
      for (const id of [brain.id, `${brain.id}-twin`]) {
        await call("POST", `${server.url}/v1/brains`, { ...brain, id });
        await teach(`${server.url}/v1/brains/${id}`);
      }
      const end = (id: string) => call("POST", `${server.url}/v1/brains/${id}/tasks`, { name: "last" });
      const lesson = { inputs: [inputOf(7)], labels: ["0-0"] };
      for (const id of [brain.id, `${brain.id}-twin`])
        await call("POST", `${server.url}/v1/brains/${id}/learn`, lesson);
      await end(`${brain.id}-twin`);
      const { brain: _, ...expected } = {
        brain: "",
        ...(await measuresOf(`${server.url}/v1/brains/${brain.id}-twin`)),
      };
      await end(brain.id); // answered before what it makes due is done
      await server.end("SIGKILL");
      server = await start();
      const { brain: __, ...found } = { brain: "", ...(await measuresOf(`${server.url}/v1/brains/${brain.id}`)) };
      assert.deepEqual(found, expected);
      assertMeasured({ ...expected, prequential: { samples: expected.prequential.samples - 1 } });
    }
  } finally {
    await server.end("SIGKILL");
    await dispose();
  }
});
