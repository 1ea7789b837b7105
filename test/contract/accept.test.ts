// In which type predictions and lessons are answered: what Accept likes best, and nothing is done where it likes none.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { f32 } from "../../src/tensor/safetensors.ts";
import { call, inputOf, SMALL_BRAIN } from "../support/client.ts";
import { contractClient } from "../support/contract.ts";
import { SAFETENSORS } from "../support/files.ts";
import { startTestServer, type TestServer } from "../support/server.ts";
import { fileOf } from "../support/tensors.ts";

const INPUTS = f32(Float32Array.from(inputOf(1)), 1, SMALL_BRAIN.config.inputDim);

describe("Accept", () => {
  let server: TestServer;
  before(async () => {
    server = await startTestServer();
  });
  after(() => server.close());
  const cases: readonly [accept: string | undefined, type: string | null][] = [
    [undefined, "application/json; charset=utf-8"],
    ["*/*", "application/json; charset=utf-8"],
    ["application/*", "application/json; charset=utf-8"],
    [SAFETENSORS, SAFETENSORS],
    [`${SAFETENSORS}, application/json;q=0.5`, SAFETENSORS],
    [`${SAFETENSORS};q=0.5, application/json`, "application/json; charset=utf-8"],
    [`${SAFETENSORS};q=0.5, */*;q=0.1`, SAFETENSORS],
    ["application/json;q=0, application/*", SAFETENSORS],
    ["text/html", null],
    [`${SAFETENSORS};q=0`, null],
    ["application/json;q=0", null],
  ];
  for (const [accept, type] of cases) {
    test(`${accept}: ${type ?? "refused, and nothing is learned"}`, async () => {
      const { id: brain } = await call<{ id: string }>("POST", `${server.url}/v1/brains`, SMALL_BRAIN);
      const api = contractClient(server.url);
      const headers = { "content-type": SAFETENSORS, ...(accept === undefined ? {} : { accept }) };
      const send = (operation: string, body: Buffer) =>
        api("post", `/v1/brains/{brain}/${operation}`, { params: { brain }, body, headers });
      const learned = await send("learn", fileOf({ inputs: INPUTS }, { labels: ["a"] }));
      const predicted = await send("predict", fileOf({ inputs: INPUTS }));
      for (const answer of [learned, predicted]) {
        assert.equal(answer.headers["content-type"], type ?? "application/problem+json; charset=utf-8");
        assert.equal(answer.status, type === null ? 406 : 200);
        if (type === null) assert.equal(answer.body.type, "/problems/not-acceptable");
      }
      assert.equal((await call<{ seq: number }>("GET", `${server.url}/v1/brains/${brain}`)).seq, type === null ? 0 : 1);
    });
  }
});
