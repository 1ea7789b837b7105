// The contract as a document: current, complete, and true to itself.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { asyncapiText, openapiText } from "../../scripts/openapi.ts";
import { assertMatches, document } from "../support/contract.ts";

const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
);

test("openapi.json is what the schemas say now (else: npm run openapi)", async () => {
  const file = readFileSync(new URL("../../openapi/openapi.json", import.meta.url), "utf8");
  assert.equal(await openapiText(), file);
});

test("asyncapi.json is what the schemas say now (else: npm run openapi)", () => {
  const file = readFileSync(new URL("../../openapi/asyncapi.json", import.meta.url), "utf8");
  assert.equal(asyncapiText(), file);
});

test("every operation has a name of its own, a summary and a description", () => {
  assert.ok(operations.length >= 20);
  assert.equal(new Set(operations.map(({ operation }) => operation.operationId)).size, operations.length);
  for (const { path, method, operation } of operations) {
    assert.ok(operation.operationId && operation.summary && operation.description, `${method} ${path}`);
  }
});

test("every schema has a description and an example that it accepts", () => {
  for (const [name, schema] of Object.entries(document.components.schemas)) {
    assert.ok(typeof schema.description === "string", `${name} has no description`);
    assert.ok(Array.isArray(schema.examples) && schema.examples.length > 0, `${name} has no example`);
    for (const example of schema.examples) assertMatches(example, name, "components", "schemas", name);
  }
});

test("every body and every answer with content has an example that its schema accepts", () => {
  for (const { path, method, operation } of operations) {
    const at = ["paths", path, method];
    const parts = [
      { steps: [...at, "requestBody"], content: operation.requestBody?.content },
      ...Object.entries(operation.responses).map(([status, { content }]) => ({
        steps: [...at, "responses", status],
        content,
      })),
    ];
    for (const { steps, content = {} } of parts) {
      for (const [type, media] of Object.entries(content)) {
        const shared = Object.keys(media.examples ?? {}).map((name) => document.components.examples[name]?.value);
        const examples = media.example === undefined ? shared : [media.example, ...shared];
        assert.ok(examples.length > 0, `${steps.join(" ")} ${type} has no example`);
        for (const example of examples) assertMatches(example, steps.join(" "), ...steps, "content", type, "schema");
      }
    }
  }
});
