import assert from "node:assert/strict";
import { test } from "node:test";
import { fieldErrorsOf } from "../../../src/dashboard/api/problem-fields.ts";
import type { Problem } from "../../../src/dashboard/api/types.ts";

const problemOf = (errors: Problem["errors"], type = "/problems/validation"): Problem => ({
  type,
  title: "Request is well-formed but wrong",
  status: 422,
  detail: "all that is wrong",
  ...(errors === undefined ? {} : { errors }),
});

const POINTERS = ["#/id", "#/config/inputDim", "#/tags"];

test("an error lands at the field that its pointer names or lies in, several of one field together", () => {
  const { fields, rest } = fieldErrorsOf(
    problemOf([
      { pointer: "#/config/inputDim", detail: "must be at least 1" },
      { pointer: "#/tags/team", detail: "is too long" },
      { pointer: "#/tags/place", detail: "is too long as well" },
    ]),
    POINTERS,
  );
  assert.deepEqual(
    [...fields],
    [
      ["#/config/inputDim", "must be at least 1"],
      ["#/tags", "is too long; is too long as well"],
    ],
  );
  assert.equal(rest, null);
});

test("an error of no field is told with its pointer, and a problem without errors by its detail", () => {
  const elsewhere = fieldErrorsOf(problemOf([{ pointer: "#/idle", detail: "is unknown" }]), POINTERS);
  assert.deepEqual([elsewhere.fields.size, elsewhere.rest], [0, "#/idle is unknown"]);
  assert.equal(fieldErrorsOf(problemOf(undefined), POINTERS).rest, "all that is wrong");
  assert.equal(fieldErrorsOf(problemOf([]), POINTERS).rest, "all that is wrong");
});

test("a problem that is about one field by its type lands there", () => {
  const { fields, rest } = fieldErrorsOf(problemOf(undefined, "/problems/brain-exists"), POINTERS, {
    "brain-exists": "#/id",
  });
  assert.deepEqual([[...fields], rest], [[["#/id", "all that is wrong"]], null]);
});
