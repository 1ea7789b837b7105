import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { parseIfMatch } from "../../../src/http/entity-tags.ts";

const tag = fc.record({ isWeak: fc.boolean(), text: fc.stringMatching(/^[!#-~]{0,12}$/) });

test("of a list, the strong tags may match", () => {
  fc.assert(
    fc.property(fc.array(tag, { minLength: 1 }), fc.constantFrom(",", ", ", " ,\t", ",,"), (tags, comma) => {
      const header = tags.map(({ isWeak, text }) => `${isWeak ? "W/" : ""}"${text}"`).join(comma);
      const strong = tags.filter(({ isWeak }) => !isWeak).map(({ text }) => text);
      assert.deepEqual(parseIfMatch(header), strong);
    }),
  );
});

test("a star is any", () => {
  assert.equal(parseIfMatch(" * "), "any");
});

test("anything else is refused, and the problem names the header", () => {
  for (const header of ["", ",", "17", '"17', '17"', '"17" "18"', '"1"x', '*, "1"', 'w/"1"', '"a"b"', '"1", *']) {
    assert.throws(
      () => parseIfMatch(header),
      (error: { code: string; fields: { pointer: string }[] }) =>
        error.code === "header-malformed" && error.fields[0]?.pointer === "If-Match",
      header,
    );
  }
});
