// What a schema refused, as a pointer and words.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Ajv } from "ajv";
import { toFieldError } from "../../../src/http/violations.ts";

const ajv = new Ajv({ verbose: true, keywords: ["x-expects"] });

function refusal(schema: object, value: unknown, part: "body" | "querystring" = "body") {
  assert.equal(ajv.validate(schema, value), false);
  const [violation] = ajv.errors ?? [];
  assert.ok(violation);
  return toFieldError(violation, part);
}

const pet = {
  type: "object",
  properties: { a: { type: "number" }, "x/y~z": { type: "string" } },
  required: ["a"],
  additionalProperties: false,
};

const CASES: readonly (readonly [string, object, unknown, string, string])[] = [
  ["a missing property", pet, {}, "#/a", "is missing"],
  ["an unknown property", pet, { a: 1, b: 2 }, "#/b", "is not known here; known: a, x/y~z"],
  ["a name with slash and tilde", pet, { a: 1, "x/y~z": 1 }, "#/x~1y~0z", "must be a string, got 1"],
  ["a name with a hash and a space", pet, { a: 1, "# é": 1 }, "#/%23%20%C3%A9", "is not known here; known: a, x/y~z"],
  ["half a surrogate pair", pet, { a: 1, "\ud800": 1 }, "#/%EF%BF%BD", "is not known here; known: a, x/y~z"],
  [
    "infinity",
    { type: "array", items: { type: "number" } },
    [1, Number.POSITIVE_INFINITY],
    "#/1",
    "must be a finite number, got Infinity",
  ],
  ["a long string", { type: "number" }, "x".repeat(50), "#", "must be a finite number, got a string of 50 characters"],
  ["an object", { type: ["string", "null"] }, {}, "#", "must be a string or null, got an object"],
  ["an empty array", { type: "array", minItems: 1 }, [], "#", "must not be empty"],
  ["a long array", { type: "array", maxItems: 1 }, [1, 2], "#", "has 2 items, at most 1 are allowed"],
  ["an unknown choice", { enum: ["a", "b"] }, "c", "#", 'must be one of a, b, got "c"'],
  ["a small number", { type: "number", exclusiveMinimum: 0 }, 0, "#", "must be > 0, got 0"],
  ["a pattern in words", { type: "string", pattern: "^a$", "x-expects": "an a" }, "b", "#", "must be an a"],
  ["a bare pattern", { type: "string", pattern: "^a$" }, "b", "#", "must match ^a$"],
  [
    "a bad name",
    { type: "object", propertyNames: { maxLength: 1 } },
    { ab: 1 },
    "#/ab",
    "has a name that must have at most 1 characters",
  ],
];
for (const [name, schema, value, pointer, detail] of CASES) {
  test(`${name} is told as "${pointer} ${detail}"`, () => {
    assert.deepEqual(refusal(schema, value), { pointer, detail });
  });
}

test("a query parameter is pointed at by name", () => {
  assert.equal(refusal(pet, {}, "querystring").pointer, "?a");
});
