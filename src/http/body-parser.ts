// Reading request bodies that are JSON, in UTF-8 only. No body at all is a body that is `undefined`, so that calls with nothing to say need
// no `-d '{}'`. What is not understood is refused, never guessed at: a label that arrives broken would be learned.

import { isUtf8 } from "node:buffer";
import type { FastifyInstance } from "fastify";
import { EngramError, invalid } from "../errors.ts";
import { compressionRefusal, JSON_TYPE, refuseOtherBodies, unsupported } from "./body-types.ts";
import { digestBody } from "./idempotency-key.ts";
import { toPointer } from "./violations.ts";

/** Makes `app` read JSON bodies, and nothing else. */
export function readJsonBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  addJsonParser(app, [JSON_TYPE]);
  refuseOtherBodies(app, [JSON_TYPE]);
}

/** @param types that calls of `app` take, this one among them */
export function addJsonParser(app: FastifyInstance, types: readonly string[]): void {
  const parseJson = app.getDefaultJsonParser("error", "error");
  app.addContentTypeParser(JSON_TYPE, { parseAs: "buffer" }, (request, body: Buffer, done) => {
    digestBody(request, body);
    request.slot?.measure(body.byteLength);
    if (body.byteLength === 0) return done(null, undefined);
    const { headers } = request;
    const refusal =
      compressionRefusal(headers, types) ?? charsetRefusal(headers["content-type"], types) ?? utf8Refusal(body);
    if (refusal !== null) return done(refusal);
    const text = body.toString("utf8");
    return parseJson(request, text, (error, value) => (error ? done(notJson(text)) : done(null, value)));
  });
}

export const emptyBody = (): EngramError =>
  new EngramError("not-json", "The body is empty; this call needs a JSON object.");

function charsetRefusal(contentType = "", types: readonly string[]): EngramError | null {
  const charset = /;\s*charset\s*=\s*"?([^\s;"]*)/i.exec(contentType)?.[1] ?? "utf-8";
  return /^utf-?8$/i.test(charset) ? null : unsupported(`The body's charset is ${charset}; send UTF-8`, types);
}

const utf8Refusal = (body: Buffer): EngramError | null =>
  isUtf8(body) ? null : new EngramError("not-json", "The body is not UTF-8, as JSON has to be.");

/** The body is parsed again to learn what is wrong with it: Fastify's parser does not tell. */
function notJson(body: string): EngramError {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch (error) {
    const reason = error instanceof Error ? error.message : "it does not parse";
    return new EngramError("not-json", `The body is not JSON: ${reason}.`);
  }
  return invalid(`#${toPointer(pathToRefused(value))}`, "has a name that no call takes");
}

type Step = { readonly value: object; readonly name: string; readonly parent: Step | null };

/**
 * Looks for what Fastify's parser refuses although it is JSON, because careless code would change prototypes with it.
 * @returns the names and indices that lead to a `__proto__`, or to a `constructor` with a `prototype`
 */
function pathToRefused(root: unknown): readonly string[] {
  // By hand and with links to parents: a body may be nested deeper than the stack, and then paths are long.
  const waiting: Step[] = isObject(root) ? [{ value: root, name: "", parent: null }] : [];
  for (let step = waiting.pop(); step !== undefined; step = waiting.pop()) {
    for (const [name, value] of children(step.value)) {
      if (name === "__proto__" || (name === "constructor" && isObject(value) && Object.hasOwn(value, "prototype"))) {
        return [...pathOf(step), name];
      }
      if (isObject(value)) waiting.push({ value, name, parent: step });
    }
  }
  return [];
}

/** One at a time: the entries of a large array, all at once, would take many times its room. */
function* children(value: object): Iterable<readonly [string, unknown]> {
  // A value that was parsed from JSON: an array, or a plain object.
  const fields = value as Readonly<Record<string, unknown>>;
  if (Array.isArray(value)) for (let index = 0; index < value.length; index++) yield [String(index), value[index]];
  else for (const name of Object.keys(fields)) yield [name, fields[name]];
}

function pathOf(step: Step): readonly string[] {
  const names: string[] = [];
  for (let at = step; at.parent !== null; at = at.parent) names.push(at.name);
  return names.reverse();
}

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;
