import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { JsonError, parseStrictJson } from "../../../src/tensor/strict-json.ts";

test("what JSON.stringify writes is read as JSON.parse reads it", () =>
  fc.assert(
    fc.property(fc.json({ maxDepth: 4 }), (text) => {
      assert.deepEqual(parseStrictJson(text, 8), JSON.parse(text));
    }),
  ));

test("any text is read as JSON.parse reads it, or refused as no JSON that is taken", () =>
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom(...'{}[]:,"\\ a1') })), (text) => {
      try {
        assert.deepEqual(parseStrictJson(text, 3), JSON.parse(text));
      } catch (error) {
        assert.ok(error instanceof JsonError, String(error));
      }
    }),
    { numRuns: 2000 },
  ));

for (const text of ['{"a":1,"a":1}', '{"a":{"b":1,"\\u0062":2}}', '[{"__proto__":1,"__proto__":2}]', '{"":1,"":2}']) {
  test(`a name that comes twice is refused: ${text}`, () => {
    assert.throws(() => parseStrictJson(text, 8), { message: "has a name twice in one object" });
  });
}

test("names with colons and quotation marks, and names like those of prototypes, are names", () => {
  const text = '{"a\\":":":","__proto__":{"constructor":"\\\\"},"toString":[":{"]}';
  assert.deepEqual(parseStrictJson(text, 3), JSON.parse(text));
});

test("what is nested too deep is refused before it is parsed, however deep", () => {
  assert.deepEqual(parseStrictJson("[[[]]]", 3), [[[]]]);
  assert.throws(() => parseStrictJson("[[[[]]]]", 3), { message: "is nested deeper than 3" });
  assert.throws(() => parseStrictJson("[".repeat(8_000_000), 3), JsonError);
});
