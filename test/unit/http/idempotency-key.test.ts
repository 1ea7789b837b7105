import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { parseIdempotencyKey } from "../../../src/http/idempotency-key.ts";

const PRINTABLE = fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code));
const key = fc.string({ unit: PRINTABLE, minLength: 1, maxLength: 255 });

test("any printable key comes out of its quotes as it went in", () => {
  fc.assert(
    fc.property(key, (text) => {
      assert.equal(parseIdempotencyKey([`"${text.replace(/["\\]/g, "\\$&")}"`]), text);
    }),
  );
});

test("without quotes a key is what it is in quotes", () => {
  for (const text of ["8e03978e-40d5-43dd-bc93-6894a57f9324", "retry 7, second half", "a\\b"]) {
    assert.equal(parseIdempotencyKey([text]), text);
  }
});

test("anything else is refused, and the problem names the header", () => {
  const values = [
    [""],
    ['""'],
    ['"open'],
    ['open"" "'.slice(4)],
    ['"a" "b"'],
    ['"a"b'],
    ['"a\\b"'],
    ['"a";p=1'],
    ["ключ"],
    ["tab\there"],
    ["x".repeat(256)],
    [`"${"x".repeat(256)}"`],
    ["a", "a"],
  ];
  for (const value of values) {
    assert.throws(
      () => parseIdempotencyKey(value),
      (error: { code: string; fields: { pointer: string }[] }) =>
        error.code === "header-malformed" && error.fields[0]?.pointer === "Idempotency-Key",
      JSON.stringify(value),
    );
  }
});
