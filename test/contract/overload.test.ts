// A full queue refuses instead of growing, and what it refused was not done.

import assert from "node:assert/strict";
import { test } from "node:test";
import { inputOf, SMALL_BRAIN } from "../support/client.ts";
import { contractClient } from "../support/contract.ts";
import { startTestServer } from "../support/server.ts";

test("calls beyond the limit get 429 with Retry-After, and only those answered 200 have changed the brain", async () => {
  const server = await startTestServer({ ENGRAM_MAX_PENDING: "2" });
  try {
    const api = contractClient(server.url);
    await api("post", "/v1/brains", { body: { id: "busy", ...SMALL_BRAIN } });
    const learn = (index: number) =>
      api("post", "/v1/brains/{brain}/learn", {
        params: { brain: "busy" },
        body: { inputs: [inputOf(index)], labels: ["a"] },
      });
    const answers = await Promise.all(Array.from({ length: 40 }, (_, index) => learn(index)));
    const refused = answers.filter(({ status }) => status === 429);
    assert.ok(refused.length > 0, "nothing was refused");
    for (const { headers, body } of refused) {
      assert.equal(body.type, "/problems/overloaded");
      assert.ok(Number(headers["retry-after"]) >= 1);
    }
    const { body } = await api("get", "/v1/brains/{brain}", { params: { brain: "busy" } });
    assert.equal(body.seq, answers.filter(({ status }) => status === 200).length);
  } finally {
    await server.close();
  }
});
