// The API key's comparison, and request ids taken from outside.

import assert from "node:assert/strict";
import { test } from "node:test";
import Fastify from "fastify";
import { carriesKey, requireApiKey } from "../../../src/http/auth.ts";
import { requestId } from "../../../src/http/request-id.ts";

test("the key is taken as a bearer token, whatever the scheme's case", () => {
  assert.ok(carriesKey("Bearer s3cret", "s3cret"));
  assert.ok(carriesKey("bearer  s3cret ", "s3cret"));
});

for (const header of [
  undefined,
  "",
  "Bearer",
  "Bearer ",
  "s3cret",
  "Basic s3cret",
  "Bearer s3cre",
  "Bearer s3crets",
  "Bearer S3CRET",
  "Bearer s3cret x",
]) {
  test(`${JSON.stringify(header)} is not the key`, () => assert.ok(!carriesKey(header, "s3cret")));
}

test("a refusal says what is wrong with the header", async () => {
  const app = Fastify();
  requireApiKey(app, "s3cret");
  app.get("/", async () => "in");
  const answer = async (authorization?: string) =>
    (await app.inject({ url: "/", headers: authorization === undefined ? {} : { authorization } })).json().message;
  assert.match(await answer(), /missing: send "Authorization: Bearer <key>"/);
  assert.equal(await answer("Basic czNjcmV0"), 'Authorization must be "Bearer <key>".');
  assert.equal(await answer("Bearer other"), "The API key is wrong.");
});

test("a harmless request id is kept, anything else is replaced", () => {
  const from = (value: string) => requestId({ headers: { "x-request-id": value } });
  assert.equal(from("abc-1.2:3_4"), "abc-1.2:3_4");
  for (const bad of ["", "a b", "a\nb", "x".repeat(129), "é"]) assert.match(from(bad), /^[0-9a-f-]{36}$/);
  assert.match(requestId({ headers: {} }), /^[0-9a-f-]{36}$/);
});
