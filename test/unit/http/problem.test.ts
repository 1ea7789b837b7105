// The map from error codes to problem documents.

import assert from "node:assert/strict";
import { test } from "node:test";
import { EngramError, ERROR_CODES, invalid, overloaded } from "../../../src/errors.ts";
import { isErrorCode, problemHeaders, toProblem, unexpected } from "../../../src/http/problem.ts";
import { PROBLEMS, problemType } from "../../../src/http/problems/by-code.ts";

test("every code has an error status, a title of its own and a description", () => {
  assert.deepEqual(Object.keys(PROBLEMS).sort(), [...ERROR_CODES].sort());
  assert.equal(new Set(ERROR_CODES.map((code) => problemType(code).title)).size, ERROR_CODES.length);
  for (const code of ERROR_CODES) {
    const { status, description } = problemType(code);
    assert.ok(status >= 400 && status < 600 && description.length > 20, code);
  }
});

test("what passes by itself says when to try again", () => {
  for (const code of ERROR_CODES) {
    const { status } = problemType(code);
    // A change that is kept must not be made again, however long one waits.
    const isBusy = [429, 503, 507].includes(status) || code === "idempotency-in-progress";
    const passes = isBusy && code !== "change-kept";
    assert.equal("retry-after" in problemHeaders(new EngramError(code, "")), passes, code);
  }
});

test("what was measured is said instead of what is usual", () => {
  assert.equal(problemHeaders(overloaded("All is full", 17))["retry-after"], "17");
  assert.match(overloaded("All is full", 17).message, /^All is full; .* 17 s\.$/);
});

test("a problem document carries code, detail, path and fields", () => {
  assert.deepEqual(toProblem(invalid("#/inputs/3", "is wrong"), "/v1/x"), {
    type: "/problems/validation",
    title: PROBLEMS.validation.title,
    status: 422,
    detail: "#/inputs/3 is wrong",
    instance: "/v1/x",
    errors: [{ pointer: "#/inputs/3", detail: "is wrong" }],
  });
  assert.ok(!("errors" in toProblem(new EngramError("not-found", "no"), "/")));
});

test("the text of an unexpected error stays inside", () => {
  const problem = toProblem(unexpected(new Error("password is hunter2")), "/");
  assert.equal(problem.status, 500);
  assert.ok(!JSON.stringify(problem).includes("hunter2"));
});

test("only codes are codes", () => {
  assert.ok(isErrorCode("validation"));
  assert.ok(!isErrorCode("toString"));
});
