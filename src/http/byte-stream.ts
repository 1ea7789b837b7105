// Bodies that are files: passed on as they arrive, never whole in memory. Who takes one reads at his own speed, and the sender has to wait.

import { Readable } from "node:stream";
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { ArrivingFile } from "../byte-source.ts";
import { EngramError, type ErrorCode } from "../errors.ts";
import { compressionRefusal, refuseOtherBodies } from "./body-types.ts";
import { digestBody } from "./idempotency-key.ts";
import { waitedFor } from "./slow-clients.ts";

/** Makes the routes of `app` (a scope of its own) take bodies of these types as streams, and no others. */
export function takeByteStreams(app: FastifyInstance, types: readonly string[]): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser([...types], (request, payload, done) => {
    const refusal = compressionRefusal(request.headers, types);
    return refusal === null ? done(null, payload) : done(refusal);
  });
  refuseOtherBodies(app, types);
}

/**
 * Lets `take` read the body; a client that sends nothing while it is read loses its connection. What it leaves unread is thrown away, so that the sender gets to read the answer.
 * @param take gets the file, and what reads the rest of it
 * @param refusal code of the error when there is no body
 * @throws EngramError
 */
export async function withBody<T>(
  request: FastifyRequest,
  take: (file: ArrivingFile, arrived: () => Promise<void>) => Promise<T>,
  refusal: ErrorCode = "file-invalid",
): Promise<T> {
  const { body, headers } = request;
  if (!(body instanceof Readable)) throw new EngramError(refusal, "The body is empty.");
  const length = headers["content-length"];
  const raw: AsyncIterableIterator<Uint8Array> = body.iterator({ destroyOnReturn: false });
  const bytes = digesting(waitedFor(raw, request.raw, request.server.silenceMs), request);
  const arrived = async (): Promise<void> => {
    for await (const _ of bytes);
  };
  try {
    return await take({ bytes, byteLength: length === undefined ? null : Number(length) }, arrived);
  } finally {
    await raw.return?.();
    body.resume();
  }
}

async function* digesting(
  bytes: AsyncIterable<Uint8Array>,
  request: FastifyRequest,
): AsyncIterableIterator<Uint8Array> {
  for await (const piece of bytes) {
    digestBody(request, piece);
    yield piece;
  }
}
