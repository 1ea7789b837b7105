// Forms whose parts are files too large for memory, one after the other as they arrive. Invariant: of a part no more is held than a few pieces, and
// when the form breaks off, whoever reads a part of it hears of that.

import { on, once } from "node:events";
import { Busboy, type BusboyEvents, type BusboyFileStream, type BusboyInstance } from "@fastify/busboy";
import type { ArrivingFile } from "../byte-source.ts";
import { EngramError } from "../errors.ts";

export type FormFile = ArrivingFile & {
  /** Of the form's field. */
  readonly name: string;
  /** What the sender calls the file; null where it does not. */
  readonly fileName: string | null;
  readonly type: string;
};

/** Two are the most that anybody has to send. */
const MAX_PARTS = 8;

/**
 * The parts of a form, in order. What is not taken of one is thrown away when the next is asked for.
 * @param contentType with the form's boundary
 * @throws EngramError `bad-request` when the bytes are no such form; what `bytes` throws; the parts' iterables throw what the stream does
 */
export async function* formFiles(bytes: AsyncIterable<Uint8Array>, contentType: string): AsyncGenerator<FormFile> {
  const parser = parserFor(contentType);
  const streams: BusboyFileStream[] = [];
  const note: BusboyEvents["file"] = (_name, stream) => {
    streams.push(stream.on("error", () => {})); // its taker hears of it, where there is one
  };
  const end: BusboyEvents["error"] = (error) => {
    for (const stream of streams) stream.destroy(error instanceof Error ? error : undefined);
  };
  parser.on("file", note);
  parser.on("error", end);
  const parts = on(parser, "file", { close: ["finish"] });
  const leaving = new AbortController();
  const feeding = feed(bytes, parser, leaving.signal).catch((error: unknown) => {
    parser.destroy(error instanceof Error ? error : new Error(String(error)));
  });
  try {
    for await (const part of parts) {
      // What Busboy tells listeners to `file`.
      const [name, stream, fileName, , type] = part as [string, BusboyFileStream, string | undefined, string, string];
      yield { name, fileName: fileName ?? null, type, byteLength: null, bytes: stream };
      stream.resume();
    }
  } catch (error) {
    throw error instanceof EngramError ? error : malformed(error);
  } finally {
    leaving.abort();
    await feeding;
  }
}

/** Gives the parser one piece after the other, as fast as the parts are taken. */
async function feed(bytes: AsyncIterable<Uint8Array>, parser: BusboyInstance, signal: AbortSignal): Promise<void> {
  for await (const piece of bytes) {
    if (signal.aborted) return;
    if (!parser.write(piece)) await once(parser, "drain", { signal });
  }
  parser.end();
}

function parserFor(contentType: string): BusboyInstance {
  try {
    const headers = { "content-type": contentType };
    return new Busboy({ headers, limits: { parts: MAX_PARTS }, isPartAFile: () => true });
  } catch (error) {
    throw malformed(error);
  }
}

const malformed = (cause: unknown): EngramError =>
  new EngramError("bad-request", "The body is not the form that its content type says, or is cut off.", [], { cause });
