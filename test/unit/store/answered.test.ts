// What a database that did not answer, or could not write, is told as.

import assert from "node:assert/strict";
import { test } from "node:test";
import { answered } from "../../../src/store/answered.ts";

const failure = (message: string, code?: string) =>
  Object.assign(new Error(message), code === undefined ? {} : { code });
const refusal = (cause: Error) => answered(Promise.reject(cause)).then(assert.fail, (error) => error);

const noSpace = 'could not extend file "base/5/1": No space left on device';
for (const cause of [
  failure(noSpace, "53100"),
  failure(noSpace, "P2010"),
  new Error("x", { cause: failure(noSpace) }),
]) {
  test(`a statement that finds no room (${cause.message}) is told as refused: nothing of it was kept`, async () => {
    const { code, message } = await refusal(cause);
    assert.equal(code, "storage-full");
    assert.match(message, /Nothing was changed/);
  });
}

test("a database that died of a full disk is told as away: what it had not confirmed may be kept", async () => {
  const { code, message } = await refusal(failure("write", "ENOSPC"));
  assert.equal(code, "database-unavailable");
  assert.match(message, /its disk is full.*may have been kept/);
});

test("a database that is away is told as that, with its cause inside", async () => {
  const cause = failure("connect ECONNREFUSED", "ECONNREFUSED");
  const error = await refusal(cause);
  assert.deepEqual([error.code, error.cause], ["database-unavailable", cause]);
  assert.match(error.message, /does not answer/);
});

test("a database that lost its files is told as away, not as a bug of ours", async () => {
  const error = await refusal(failure('could not open file "base/5/16384"', "58P01"));
  assert.equal(error.code, "database-unavailable");
});

test("a database that ended while it had a statement is told as away, though Prisma hides its code in words", async () => {
  const ended = (state: string) =>
    failure(`Database error. Code: \`${state}\`. Message: \`terminating connection\``, "P2010");
  assert.equal((await refusal(ended("57P01"))).code, "database-unavailable");
  const wrong = ended("42601");
  assert.equal(await refusal(wrong), wrong);
});

test("a statement that is wrong stays a bug", async () => {
  const cause = failure("syntax error", "42601");
  assert.equal(await refusal(cause), cause);
});
