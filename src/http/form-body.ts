// Bodies that are files: a form (`multipart/form-data`) whose parts are named as the fields of the JSON body, or one image as the whole body, with
// the other fields in the query. Either is read as the JSON body that says the same, so that one schema checks all of them, and one route.

import type { FastifyInstance, FastifyRequest } from "fastify";
import { EngramError } from "../errors.ts";
import { addJsonParser } from "./body-parser.ts";
import { compressionRefusal, JSON_TYPE, refuseOtherBodies } from "./body-types.ts";
import { digestBody } from "./idempotency-key.ts";
import { FORM, IMAGE_TYPES } from "./schemas/media.ts";

/** Fields that are lists, of which a form has a part for each item. */
const LISTS = new Set(["images", "texts", "labels"]);

/** Makes the routes of `app` (a scope of its own) take JSON, forms and images. */
export function takeFiles(app: FastifyInstance): void {
  const types = [JSON_TYPE, FORM, ...IMAGE_TYPES];
  app.removeAllContentTypeParsers();
  addJsonParser(app, types);
  addFileParsers(app, types);
  refuseOtherBodies(app, types);
}

/** @param types that calls of `app` take, these among them */
export function addFileParsers(app: FastifyInstance, types: readonly string[]): void {
  const add = (type: string | string[], read: (request: FastifyRequest, body: Buffer) => Promise<unknown>): void => {
    app.addContentTypeParser(type, { parseAs: "buffer" }, async (request: FastifyRequest, body: Buffer) => {
      digestBody(request, body);
      request.slot?.measure(body.byteLength);
      const refusal = compressionRefusal(request.headers, types);
      if (refusal !== null) throw refusal;
      return read(request, body);
    });
  };
  add(FORM, async ({ headers }, body) => bodyOf(await partsOf(body, headers["content-type"] ?? FORM)));
  add([...IMAGE_TYPES], async ({ query }, body) => {
    // Fastify's parser of queries gives text, or a list of texts.
    const fields = Object.entries(query as Record<string, string | string[]>);
    const options = fields.flatMap(([name, value]) => [value].flat().map((text): Part => [name, text]));
    return bodyOf([["images", body.toString("base64")], ...options]);
  });
}

/** A field's name, and its text; of a file its bytes in base64. */
type Part = readonly [name: string, text: string];

async function partsOf(body: Buffer, type: string): Promise<Part[]> {
  const form = await new Response(body, { headers: { "content-type": type } }).formData().catch(() => {
    throw new EngramError("bad-request", "The body is not the form that its content type says.");
  });
  const parts: Part[] = [];
  for (const [name, value] of form) {
    parts.push([name, typeof value === "string" ? value : Buffer.from(await value.arrayBuffer()).toString("base64")]);
  }
  return parts;
}

/** Lists are grown in place: a form may have some hundred thousand parts. */
function bodyOf(parts: readonly Part[]): Record<string, unknown> {
  const lists = new Map<string, string[]>();
  const body = new Map<string, unknown>();
  for (const [name, text] of parts) {
    if (!LISTS.has(name)) {
      body.set(name, scalarOf(text));
      continue;
    }
    const list = lists.get(name) ?? [];
    list.push(text);
    lists.set(name, list);
  }
  return Object.fromEntries([...body, ...lists]);
}

/** Numbers as JSON writes them, and not longer than a number can tell: a digest may be all digits. */
const SCALAR = /^(true|false|-?(0|[1-9]\d{0,14})(\.\d{1,15})?)$/;

/** `3` and `true` are what they are in JSON, everything else is text. */
const scalarOf = (text: string): unknown => (SCALAR.test(text) ? JSON.parse(text) : text);
