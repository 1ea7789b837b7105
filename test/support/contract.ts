// Holds answers against openapi/openapi.json: a status, content type or property that the document does not know is a failure.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import type { IncomingMessage } from "node:http";
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import request, { type Response } from "supertest";
import { SAFETENSORS } from "../../src/http/schemas/files.ts";

type Schema = { readonly [key: string]: unknown };
export type Media = {
  readonly schema: Schema;
  readonly example?: unknown;
  readonly examples?: Record<string, unknown>;
};
type DocumentedResponse = {
  readonly description: string;
  readonly headers?: Record<string, unknown>;
  readonly content?: Record<string, Media>;
};
export type Operation = {
  readonly operationId: string;
  readonly summary: string;
  readonly description?: string;
  readonly requestBody?: { readonly content: Record<string, Media> };
  readonly parameters?: readonly { readonly in: string; readonly name: string }[];
  readonly responses: Record<string, DocumentedResponse>;
};
export type Document = {
  readonly paths: Record<string, Record<string, Operation>>;
  readonly components: {
    readonly schemas: Record<string, Schema>;
    readonly examples: Record<string, { value: unknown }>;
  };
};

export const document: Document = JSON.parse(
  readFileSync(new URL("../../openapi/openapi.json", import.meta.url), "utf8"),
);

const BASE = "http://contract.test/openapi.json";
// Each schema is compiled once, for the few answers that a test file holds against it.
const ajv = new Ajv2020({ strict: false, allErrors: false, inlineRefs: false, code: { optimize: false } });
addFormats.default(ajv);
ajv.addSchema({ $id: BASE, ...closed(document) });

/** A copy in which objects hold what their schema names and nothing else; of alternatives, each closes itself. */
function closed<T>(value: T): T {
  if (Array.isArray(value)) return value.map(closed) as T;
  if (typeof value !== "object" || value === null) return value;
  const copy = Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, closed(inner)]));
  if (copy.type === "object" && copy.properties !== undefined && copy.oneOf === undefined)
    copy.additionalProperties ??= false;
  return copy as T;
}

const pointer = (...steps: readonly string[]) =>
  steps.map((step) => `/${encodeURIComponent(step.replaceAll("~", "~0").replaceAll("/", "~1"))}`).join("");

/** Fails unless `value` is what the document says at `steps`. */
export function assertMatches(value: unknown, what: string, ...steps: readonly string[]): void {
  const validate = ajv.getSchema(`${BASE}#${pointer(...steps)}`);
  assert.ok(validate, `${what}: no schema at ${steps.join(" ")}`);
  assert.ok(validate(value), `${what}: ${ajv.errorsText(validate.errors)} in ${JSON.stringify(value)}`);
}

/** Fails unless the document knows such an answer of this operation. */
export function assertContract(method: string, template: string, response: Response): void {
  const what = `${method.toUpperCase()} ${template} ${response.status}`;
  const operation = document.paths[template]?.[method];
  assert.ok(operation, `${what}: not in the document`);
  const documented = operation.responses[response.status];
  assert.ok(documented, `${what}: status not documented: ${response.text}`);
  assert.match(String(response.headers["x-request-id"]), /^[\w.:-]+$/, `${what}: no x-request-id`);
  if (response.status < 300) {
    assert.equal("etag" in response.headers, "etag" in (documented.headers ?? {}), `${what}: etag`);
  }
  if ("idempotency-replayed" in response.headers) {
    assert.ok(documented.headers?.["idempotency-replayed"], `${what}: idempotency-replayed not documented`);
  }
  if (documented.content === undefined) {
    assert.equal(response.text ?? "", "", `${what}: has a body`);
    return;
  }
  const type = String(response.headers["content-type"]).split(";")[0] ?? "";
  assert.ok(documented.content[type], `${what}: content type ${type} not documented`);
  const value = type.endsWith("json") ? JSON.parse(response.text) : headerOf(type, response.body);
  if (value === undefined) return; // bytes
  assertMatches(
    value,
    what,
    "paths",
    template,
    method,
    "responses",
    String(response.status),
    "content",
    type,
    "schema",
  );
}

/** @returns what the document describes of a safetensors file; undefined of other files, and of one that was not read whole */
function headerOf(type: string, body: unknown): unknown {
  if (type !== SAFETENSORS || !Buffer.isBuffer(body)) return undefined;
  return JSON.parse(body.subarray(8, 8 + Number(body.readBigUInt64LE(0))).toString());
}

/** Reads safetensors as bytes into `body`, and all else as it would be. */
function readTensors(response: Response, done: (error: Error | null, body: unknown) => void): void {
  const parts: Buffer[] = [];
  // superagent hands its parsers the stream of the response.
  const stream = response as unknown as IncomingMessage & { text?: string };
  stream.on("data", (part: Buffer) => parts.push(part));
  stream.on("end", () => {
    const bytes = Buffer.concat(parts);
    if (stream.headers["content-type"] === SAFETENSORS) return done(null, bytes);
    stream.text = bytes.toString();
    return done(null, stream.headers["content-type"]?.includes("json") ? JSON.parse(stream.text) : {});
  });
}

export type CallOptions = {
  /** Values of the template's parameters. */
  readonly params?: Readonly<Record<string, string>>;
  /** Sent as JSON; a string or bytes are sent as they are. */
  readonly body?: unknown;
  readonly query?: string;
  readonly headers?: Readonly<Record<string, string>>;
};

/** @returns a function that calls an operation by its path template and holds the answer against the contract */
export function contractClient(url: string, common: Readonly<Record<string, string>> = {}) {
  return async (method: "get" | "post" | "put" | "patch" | "delete", template: string, options: CallOptions = {}) => {
    const { params = {}, body, query = "", headers = {} } = options;
    const path = template.replace(/\{(\w+)\}/g, (_, name: string) => params[name] ?? "pets");
    const call = request(url)
      [method](path + query)
      .set({ ...common, ...headers });
    if (headers.accept !== undefined) call.buffer(true).parse(readTensors);
    if (body !== undefined && headers["content-type"] === undefined) call.set("content-type", "application/json");
    const response = await (body === undefined
      ? call
      : call
          .serialize((sent) => sent)
          .send(typeof body === "string" || Buffer.isBuffer(body) ? body : JSON.stringify(body)));
    assertContract(method, template, response);
    return response;
  };
}

export type ContractClient = ReturnType<typeof contractClient>;
