// Bodies that are safetensors files. Such a body is its JSON header, which a schema can check as it would any JSON, with the bytes on it.
// Invariant: whatever is read of the bytes, the header was held against the schema of its call before.

import { isUtf8 } from "node:buffer";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { EngramError, invalid } from "../errors.ts";
import {
  decodeSafetensors,
  headerLength,
  PREFIX_BYTES,
  SafetensorsError,
  type Tensors,
} from "../tensor/safetensors.ts";
import { JsonError, parseStrictJson } from "../tensor/strict-json.ts";
import { addJsonParser, emptyBody } from "./body-parser.ts";
import { compressionRefusal, JSON_TYPE, refuseOtherBodies } from "./body-types.ts";
import { addFileParsers } from "./form-body.ts";
import { digestBody } from "./idempotency-key.ts";
import { SAFETENSORS } from "./schemas/files.ts";
import { FORM, IMAGE_TYPES } from "./schemas/media.ts";
import { toPointer } from "./violations.ts";

const TYPES = [JSON_TYPE, SAFETENSORS, FORM, ...IMAGE_TYPES];

/** Of a header: an entry a tensor, and a list in it. */
const MAX_HEADER_DEPTH = 3;

const FILE = Symbol("the whole file");

/** A file's header, with the values of its metadata parsed. */
export type TensorFile<Header = object> = Header & { readonly [FILE]: Uint8Array };

export const isTensorFile = (body: unknown): body is TensorFile =>
  typeof body === "object" && body !== null && FILE in body;

/** Makes the routes of `app` (a scope of its own) take JSON, safetensors files, forms and images. */
export function takeTensors(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  addJsonParser(app, TYPES);
  app.addContentTypeParser(SAFETENSORS, { parseAs: "buffer" }, async (request: FastifyRequest, body: Buffer) => {
    digestBody(request, body);
    request.slot?.measure(body.byteLength);
    const refusal = compressionRefusal(request.headers, TYPES);
    if (refusal !== null) throw refusal;
    return refusingOthers(() => readHeader(body));
  });
  addFileParsers(app, TYPES);
  refuseOtherBodies(app, TYPES);
  // No body has no type either, by which the schema for it would be found.
  app.addHook("preValidation", async ({ body }) => {
    if (body === undefined) throw emptyBody();
  });
}

/** @returns the tensors of a file whose header was found right. @throws EngramError `not-safetensors` */
export const tensorsOf = (file: TensorFile): Tensors => refusingOthers(() => decodeSafetensors(file[FILE]).tensors);

/** Has a refusal of a field of the request point at where the file has it: in its metadata. */
export function pointedInto(body: unknown, error: EngramError): EngramError {
  const [field, ...more] = error.fields;
  if (!isTensorFile(body) || error.code !== "validation" || field === undefined || more.length > 0) return error;
  const metadata = "__metadata__" in body ? Object(body.__metadata__) : {};
  const [, name = ""] = field.pointer.split("/");
  if (Object.hasOwn(body, name) || !Object.hasOwn(metadata, name)) return error;
  return invalid(field.pointer.replace("#", "#/__metadata__"), field.detail);
}

/** @throws SafetensorsError, JsonError; EngramError `validation` where metadata is not JSON */
function readHeader(bytes: Uint8Array): TensorFile {
  if (bytes.length === 0) throw new SafetensorsError("it is empty");
  const end = PREFIX_BYTES + headerLength(bytes);
  if (end > bytes.length) throw new SafetensorsError("header is cut off");
  const header = parseStrictJson(utf8(bytes.subarray(PREFIX_BYTES, end)), MAX_HEADER_DEPTH);
  if (!isRecord(header)) throw new SafetensorsError("header is not an object");
  const { __metadata__: metadata, ...entries } = header;
  return { ...entries, ...(metadata !== undefined && { __metadata__: readMetadata(metadata) }), [FILE]: bytes };
}

/** What is no text is left as it is: the decoder will refuse it. */
function readMetadata(metadata: unknown): unknown {
  if (!isRecord(metadata)) return metadata;
  const values = Object.entries(metadata).map(([name, text]) => [
    name,
    typeof text === "string" ? readText(name, text) : text,
  ]);
  return Object.fromEntries(values);
}

function readText(name: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw invalid(`#${toPointer(["__metadata__", name])}`, 'must be JSON as text: 5, true, "plastic" in its quotes');
  }
}

function utf8(bytes: Uint8Array): string {
  if (!isUtf8(bytes)) throw new SafetensorsError("header is not UTF-8");
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8");
}

/** @throws EngramError `not-safetensors` where `read` finds the file not well-formed */
function refusingOthers<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof SafetensorsError || error instanceof JsonError)) throw error;
    throw new EngramError("not-safetensors", `The body is not a safetensors file: ${error.message}.`);
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
