// Answers that are files: streamed as fast as the client reads, and known again by their ETag. A client that goes away ends the reading, and
// a file that cannot be read to its end breaks the connection off: with fewer bytes than content-length says it is not taken for whole.

import { Readable } from "node:stream";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { StateFile } from "../brains/api.ts";

/** Answers a GET or HEAD with `file`; 304 where the client has it already. */
export async function sendFile(
  request: FastifyRequest,
  reply: FastifyReply,
  type: string,
  { name, byteLength, digest, open }: StateFile,
): Promise<FastifyReply> {
  const tag = `"${digest}"`;
  reply.header("etag", tag);
  if (namesTag(request.headers["if-none-match"], tag)) return reply.code(304).send();
  const bytes = request.method === "HEAD" ? [] : await open();
  return reply
    .type(type)
    .header("content-length", byteLength)
    .header("content-disposition", `attachment; filename="${name}"`)
    .send(Readable.from(bytes, { objectMode: false }));
}

/** RFC 9110 §13.1.2: any of a list, weakly compared, or `*`. */
const namesTag = (header: string | undefined, tag: string): boolean =>
  (header ?? "").split(",").some((given) => ["*", tag, `W/${tag}`].includes(given.trim()));
