// Entry of a host process. It serves frames on file descriptor 3, which its gateway opened, and ends when that closes or on any bug:
// a host keeps nothing that the gateway cannot bring back, so ending is always safe. Descriptor 4 is the file that says what it computes.

import { Socket } from "node:net";
import { pino } from "pino";
import { selectBackend } from "../backend/select.ts";
import { BackendUnavailable } from "../backend/unavailable.ts";
import { errorForLog } from "../log-error.ts";
import { Activity } from "./activity.ts";
import { hostArguments } from "./arguments.ts";
import { HostEncoders } from "./encoders.ts";
import { encodeFrame, FrameReader } from "./frames.ts";
import { HostServer } from "./host-server.ts";
import { type CancelFrame, HostRefusal, type ReplyFrame, type RequestFrame } from "./protocol.ts";
import { PULSE_MS } from "./pulse.ts";

const GATEWAY_FD = 3;
const BLACK_BOX_FD = 4;

const {
  index,
  backend: backendName,
  threads,
  logLevel,
  encodersDir,
  encoderProvider,
  ...batchLimits
} = hostArguments.decode(process.argv.slice(2));
const options = { level: logLevel, base: { host: index }, serializers: { err: errorForLog } };
const log = pino(options, pino.destination({ fd: 1, sync: true }));

const end = (error: unknown): never => {
  log.fatal({ err: error }, "host failed");
  process.exit(1);
};
process.on("uncaughtException", end);
process.on("unhandledRejection", end);
// The gateway decides when a host stops; a terminal's Ctrl-C, or a service manager's stop, reaches the whole process group.
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => {});

const gateway = new Socket({ fd: GATEWAY_FD, readable: true, writable: true });
// From the start: a gateway that ends while the backend is still being made must not leave a host behind.
gateway.on("close", () => process.exit(0));
gateway.on("error", () => process.exit(0));
const send = (reply: ReplyFrame, body?: Uint8Array): void => {
  gateway.cork();
  for (const part of encodeFrame(reply, body)) gateway.write(part);
  gateway.uncork();
};

let fallback: string | undefined;
const backend = await selectBackend(backendName, {
  threads,
  host: index,
  warn: (message) => log.warn(message),
  onFallback(reason, error) {
    fallback = reason;
    log.debug({ err: error }, "backend does not work");
  },
}).catch(refuse);
const activity = new Activity(BLACK_BOX_FD);
const encoders = new HostEncoders(encodersDir, { threads, provider: encoderProvider });
const server = new HostServer({ backend, encoders, limits: batchLimits, activity }, end);

/** Tells the gateway why there is nothing to compute with, for whoever starts the server. */
async function refuse(error: unknown): Promise<never> {
  if (!(error instanceof BackendUnavailable)) throw error;
  send({ unavailable: error.message });
  await new Promise<void>((resolve) => gateway.end(resolve));
  return process.exit(1);
}

/** Requests without a reply yet, and whether it is still waited for. */
const running = new Map<number, { isWanted: boolean }>();

async function serve(request: RequestFrame, body: Uint8Array): Promise<void> {
  const { id } = request;
  const call = { isWanted: true };
  running.set(id, call);
  try {
    const reply = await server.handle(request, body, () => call.isWanted);
    send({ id, result: reply.result }, reply.body);
  } catch (error) {
    if (!(error instanceof HostRefusal)) return end(error);
    send({ id, failure: error.failure, message: error.message });
  } finally {
    running.delete(id);
  }
}

function receive(frame: RequestFrame | CancelFrame, body: Uint8Array): void {
  if ("op" in frame) {
    serve(frame, body).catch(end);
    return;
  }
  const call = running.get(frame.cancel);
  if (call !== undefined) call.isWanted = false;
}

const reader = new FrameReader();
gateway.on("data", (chunk) => {
  // The gateway is the only writer of this socket, and it writes these frames.
  for (const { header, body } of reader.push(chunk)) receive(header as RequestFrame | CancelFrame, body);
});
send({ hello: { backend: backend.name, ...(fallback !== undefined && { fallback }), pid: process.pid } });
setInterval(() => send({ load: activity.report() }), PULSE_MS).unref();
