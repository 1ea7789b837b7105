import assert from "node:assert/strict";
import { test } from "node:test";
import pg from "pg";
import { pino } from "pino";
import { errorForLog } from "../../src/log-error.ts";
import { LogLines } from "../support/log-lines.ts";

/** @returns what a logger writes of `err` */
function logged(err: unknown) {
  const lines = new LogLines();
  pino({ serializers: { err: errorForLog } }, lines.destination).error({ err }, "failed");
  return lines.all[0]?.err as { code: string; constraint: string; type: string; message: string; stack: string };
}

test("what a database quotes of a row stays out, also of a cause; what says where it went wrong stays", () => {
  const quoted = new pg.DatabaseError("duplicate key value violates unique constraint", 1, "error");
  Object.assign(quoted, {
    code: "23505",
    constraint: "one_key",
    detail: "Key (key)=(secret) already exists.",
    where: "secret",
  });
  const direct = logged(quoted);
  assert.deepEqual([direct.code, direct.constraint, direct.type], ["23505", "one_key", "DatabaseError"]);
  const outer = logged(new Error("not committed", { cause: quoted }));
  assert.match(outer.message, /not committed: duplicate key value/);
  assert.match(outer.stack, /log-error\.test/);
  assert.doesNotMatch(JSON.stringify([direct, outer]), /secret/);
});

test("what is thrown and is no error is not written", () => {
  assert.deepEqual(logged("secret"), { type: "string" });
});
