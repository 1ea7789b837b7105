// Schemas are compiled when they are first needed; here all are, so that a wrong one is found before a request finds it.

import assert from "node:assert/strict";
import { test } from "node:test";
import Fastify, { type LightMyRequestResponse } from "fastify";
import { allSchemas, limitedSchemas } from "../../../src/http/schemas/index.ts";
import { serializeOnDemand } from "../../../src/http/serialization.ts";
import { useStrictValidation } from "../../../src/http/validation.ts";

// Each is made with an `$id`.
const SCHEMAS = allSchemas(limitedSchemas(8)) as readonly { readonly $id: string }[];

const app = Fastify();
useStrictValidation(app);
serializeOnDemand(app);
for (const shared of SCHEMAS) app.addSchema(shared);
for (const { $id } of SCHEMAS) echo($id, { $ref: $id });
echo("twice", { $ref: "Tags" }, { $ref: "Tags" });
echo("mode", {}, { type: "object", properties: { mode: { $ref: "Mode" } } });

/** Adds a route that takes what `schema` says, and answers with what it was given, as `answer` says. */
function echo(name: string, schema: object, answer: object = {}): void {
  app.post(`/${name}`, { schema: { body: schema, response: { 200: answer } } }, async ({ body }) => body);
}

const send = (name: string, body: object): Promise<LightMyRequestResponse> =>
  app.inject({ method: "POST", url: `/${name}`, body });

for (const { $id } of SCHEMAS) {
  test(`${$id} can be checked`, async () => {
    const { statusCode, body } = await send($id, { "no such property": [] });
    assert.ok(statusCode === 200 || statusCode === 400, body);
  });
}

test("a schema is made once, and what it refuses is told each time", async () => {
  for (let i = 0; i < 2; i++) {
    assert.deepEqual((await send("twice", { colour: "red" })).json(), { colour: "red" });
    const refusal = await send("twice", { colour: 1 });
    assert.equal(refusal.statusCode, 400);
    assert.match(refusal.json().message, /must be string/);
  }
});

test("an answer is written as its schema says: what the schema does not name stays out", async () => {
  assert.deepEqual((await send("mode", { mode: "panic", secret: 1 })).json(), { mode: "panic" });
});
