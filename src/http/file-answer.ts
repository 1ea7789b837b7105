// Answers that are files: streamed as fast as the client reads, and known again by their ETag. A client that goes away ends the reading, and
// a file that cannot be read to its end breaks the connection off, so that it is not taken for whole.

import { Readable } from "node:stream";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { DownloadFile, StateFile } from "../brains/api.ts";

/** Answers a GET or HEAD with `file`, whose bytes are always the same; 304 where the client has it already. */
export async function sendStateFile(
  request: FastifyRequest,
  reply: FastifyReply,
  type: string,
  file: StateFile,
): Promise<FastifyReply> {
  const tag = `"${file.digest}"`;
  reply.header("etag", tag);
  if (namesTag(request.headers["if-none-match"], tag)) return reply.code(304).send();
  reply.header("content-length", file.byteLength);
  return sendFile(request, reply, type, file);
}

/** Answers a GET or HEAD with `file`. */
export async function sendFile(
  { method }: FastifyRequest,
  reply: FastifyReply,
  type: string,
  { name, open }: DownloadFile,
): Promise<FastifyReply> {
  const bytes = method === "HEAD" ? [] : await open();
  return reply
    .type(type)
    .header("content-disposition", `attachment; filename="${name}"`)
    .send(Readable.from(bytes, { objectMode: false }));
}

/** RFC 9110 §13.1.2: any of a list, weakly compared, or `*`. */
const namesTag = (header: string | undefined, tag: string): boolean =>
  (header ?? "").split(",").some((given) => ["*", tag, `W/${tag}`].includes(given.trim()));
