// Where every error becomes an answer: expected ones say what the caller can do, unexpected ones are logged and hidden.
// Invariant: no answer that is an error leaves the server in another form than a problem document.

import { STATUS_CODES } from "node:http";
import type { ConnectionError, FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { EngramError, type ErrorCode } from "../errors.ts";
import { emptyBody } from "./body-parser.ts";
import { type Problem, problemHeaders, toProblem, unexpected } from "./problem.ts";
import { problemType } from "./problems/by-code.ts";
import { pointedInto } from "./tensor-body.ts";
import { type Part, toFieldError } from "./violations.ts";

const MIB = 1024 * 1024;
const PROBLEM_JSON = "application/problem+json";

/** Makes `app` answer every error of a route or hook with a problem document. */
export function answerWithProblems(app: FastifyInstance): void {
  app.setErrorHandler((error: FastifyError | EngramError, request, reply) => {
    if (error.name === "AbortError" && reply.raw.destroyed) {
      request.slot?.answer();
      return reply.hijack(); // nobody is there to be answered
    }
    return sendProblem(toEngramError(error, request), request, reply);
  });
}

/**
 * Sends `error` as the answer to `request`, and logs it where it is the server's fault.
 * @param extension what the problem document says besides
 */
export function sendProblem(
  error: EngramError,
  request: FastifyRequest,
  reply: FastifyReply,
  extension: Pick<Problem, "checks"> = {},
): FastifyReply {
  const problem = { ...toProblem(error, pathOf(request.url)), ...extension };
  if (problem.status === 500) request.log.error({ err: error.cause ?? error }, "request failed");
  return reply.code(problem.status).headers(problemHeaders(error)).type(PROBLEM_JSON).send(problem);
}

/** @returns the path of `url`, without the query: it may carry what does not belong into logs and answers */
export const pathOf = (url: string): string => url.split("?", 1)[0] ?? url;

/** Fastify's own refusals, by its code. */
const FRAMEWORK_ERRORS: Readonly<Record<string, readonly [ErrorCode, string]>> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: [
    "unsupported-media-type",
    "The content-type header cannot be read; send JSON with -H 'content-type: application/json'.",
  ],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: ["bad-request", "The body is not as long as its content-length header says."],
  FST_ERR_BAD_URL: ["bad-request", "The address has a broken %-escape."],
  FST_ERR_MAX_PARAM_LENGTH: ["not-found", "A part of the address is longer than any id."],
};

function toEngramError(error: FastifyError | EngramError, request: FastifyRequest): EngramError {
  if (error instanceof EngramError) return pointedInto(request.body, error);
  if (error.validation) return fromValidation(error, request);
  if (error.code === "FST_ERR_CTP_BODY_TOO_LARGE") return tooLarge(request.routeOptions.bodyLimit);
  const known = FRAMEWORK_ERRORS[error.code];
  if (known) return new EngramError(known[0], known[1], [], { cause: error });
  // What Node or Fastify blame on the client (an aborted upload, say).
  if (error.statusCode !== undefined && error.statusCode >= 400 && error.statusCode < 500) {
    return new EngramError("bad-request", "The request is not complete or not well-formed.", [], { cause: error });
  }
  return unexpected(error);
}

const tooLarge = (limitBytes: number): EngramError =>
  new EngramError(
    "body-too-large",
    `The body is larger than ${limitBytes / MIB} MiB (ENGRAM_MAX_BODY_MB); send smaller batches.`,
  );

function fromValidation(error: FastifyError, request: FastifyRequest): EngramError {
  const part: Part =
    error.validationContext === "querystring" || error.validationContext === "params"
      ? error.validationContext
      : "body";
  if (part === "body" && request.body === undefined) return emptyBody();
  const fields = (error.validation ?? []).slice(0, 1).map((violation) => toFieldError(violation, part));
  const [first] = fields;
  return new EngramError(
    "validation",
    first ? `${first.pointer} ${first.detail}` : "The request is not valid.",
    fields,
  );
}

/**
 * Answers what Fastify refuses before any route or hook runs (a broken address).
 * @throws nothing; hooks have not run, so the request id is set here
 */
export function answerFrameworkError(error: FastifyError, request: FastifyRequest, reply: FastifyReply): void {
  reply.header("x-request-id", request.id);
  // Nobody else ends the socket of an upgrade that never reached the WebSocket plugin.
  if (request.headers.upgrade !== undefined) reply.raw.once("finish", () => request.raw.socket.destroySoon());
  sendProblem(toEngramError(error, request), request, reply);
}

const CLIENT_ERRORS: Readonly<Record<string, readonly [ErrorCode, string]>> = {
  ERR_HTTP_REQUEST_TIMEOUT: ["request-timeout", "The request was not complete in time."],
  HPE_HEADER_OVERFLOW: ["headers-too-large", "The address and headers take more than 16 KiB."],
};

/** Answers what Node cannot even parse as HTTP; there is no request yet, only a socket. */
export function answerClientError(error: ConnectionError, socket: ConnectionSocket): void {
  if (error.code === "ECONNRESET") return void socket.destroy();
  const [code, detail] = CLIENT_ERRORS[error.code] ?? (["bad-request", "This is not well-formed HTTP/1.1."] as const);
  endWithProblem(socket, new EngramError(code, detail));
}

/** Answers `error` on a connection that no reply belongs to, and ends it. */
export function endWithProblem(
  socket: ConnectionSocket,
  error: EngramError,
  headers: Readonly<Record<string, string>> = {},
): void {
  if (socket.destroyed || !socket.writable) return void socket.destroy();
  const body = JSON.stringify(toProblem(error));
  const { status } = problemType(error.code);
  const all = {
    ...headers,
    ...problemHeaders(error),
    "content-type": PROBLEM_JSON,
    "content-length": Buffer.byteLength(body),
    connection: "close",
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`);
  socket.end(`${[`HTTP/1.1 ${status} ${STATUS_CODES[status]}`, ...lines].join("\r\n")}\r\n\r\n${body}`);
}

type ConnectionSocket = {
  readonly destroyed: boolean;
  readonly writable: boolean;
  destroy(): unknown;
  end(text: string): unknown;
};
