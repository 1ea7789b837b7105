// What is waited for and what is not, and pieces that are read ahead.

import assert from "node:assert/strict";
import { test } from "node:test";
import { readAhead } from "../../../src/curricula/ahead.ts";
import { patiently } from "../../../src/curricula/patience.ts";
import { EngramError, type ErrorCode } from "../../../src/errors.ts";

const away = (code: ErrorCode): EngramError => new EngramError(code, "It is away.");

test("what passes is tried again until it has, and told once as it begins and once as it ends", async () => {
  const failures = [away("host-unavailable"), away("host-unavailable"), away("overloaded")];
  const told: unknown[] = [];
  const work = async () => {
    const failure = failures.shift();
    if (failure !== undefined) throw failure;
    return "done";
  };
  const result = await patiently(work, new AbortController().signal, (code) => told.push(code));
  assert.deepEqual([result, told], ["done", ["host-unavailable", "overloaded", null]]);
});

test("what does not pass is thrown at once, after waiting too", async () => {
  for (const failures of [[away("brain-frozen")], [away("storage-full"), new TypeError("a bug")]]) {
    const last = failures.at(-1);
    const told: unknown[] = [];
    const work = async () => {
      throw failures.shift();
    };
    await assert.rejects(
      patiently(work, new AbortController().signal, (code) => told.push(code)),
      (error) => error === last,
    );
    assert.ok(told.length === 0 || told.at(-1) === null);
  }
});

test("who does not want to wait any longer does not", async () => {
  const ending = new AbortController();
  const reason = new Error("enough");
  const waiting = patiently(
    () => Promise.reject(away("database-unavailable")),
    ending.signal,
    () => ending.abort(reason),
  );
  await assert.rejects(waiting, (error) => error === reason);
});

test("pieces come in order, each read before its turn, and a failure at its own", async () => {
  const asked: number[] = [];
  const read = async (n: number) => {
    asked.push(n);
    if (n === 4) throw new Error("damaged");
    return n * 10;
  };
  const seen: number[] = [];
  const all = async () => {
    for await (const { n, piece } of readAhead(read, 1, 7)) {
      seen.push(await piece);
      assert.equal(asked.at(-1), n + 1);
    }
  };
  await assert.rejects(all, /damaged/);
  assert.deepEqual(seen, [10, 20, 30]);
  for await (const _ of readAhead(read, 3, 3)) assert.fail("there is none");
});
