// How much the server takes in at once, whichever brains it is for: so many calls, so many bytes of their bodies, and so many open streams.
// What is refused is refused before its body is read, so nothing was done, and its connection stays usable. Probes and documents (all but
// /v1) pass. Invariant: a call counts until its answer is gone, and also, when its client has left, until there is an answer.

import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { EngramError, overloaded } from "../errors.ts";
import { Pace } from "../metrics/pace.ts";
import type { HttpConfig } from "./server.ts";

declare module "fastify" {
  interface FastifyContextConfig {
    /** The body is passed on as it arrives, and never whole in memory. */
    streamsBody?: boolean;
  }
  interface FastifyRequest {
    /** What counts it among those under way; null where nothing does. */
    slot: Slot | null;
  }
}

export type Slot = {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  /** Tells what the body turned out to be: of one whose length was not said the worst is believed until it is there. */
  measure(bodyBytes: number): void;
  /** Tells that it has an answer, or that nobody waits for one. */
  answer(): void;
  bodyBytes: number;
  isAnswered: boolean;
  isGone: boolean;
};

const MIB = 1024 * 1024;
/** What is held of a body that is passed on as it arrives: its next pieces, and a page on its way into the database. */
const STREAMED_BYTES = MIB;
/** Streams last: nobody knows when one ends. */
const STREAM_RETRY_S = 30;

export class Intake {
  readonly #maxCalls: number;
  readonly #maxBytes: number;
  readonly #pace = new Pace();
  readonly #slots = new Set<Slot>();
  #bytes = 0;
  #streams = 0;

  constructor({
    maxInFlight,
    maxInFlightMb,
    maxBodyMb,
  }: Pick<HttpConfig, "maxInFlight" | "maxInFlightMb" | "maxBodyMb">) {
    this.#maxCalls = maxInFlight;
    // A server that takes no body as large as may be would refuse some calls for ever.
    this.#maxBytes = Math.max(maxInFlightMb, maxBodyMb) * MIB;
  }

  /** The calls that wait for an answer. */
  get unanswered(): readonly Slot[] {
    return [...this.#slots].filter(({ isAnswered }) => !isAnswered);
  }

  /** Calls that wait for an answer, or whose answer is not gone. */
  get underWay(): number {
    return this.#slots.size;
  }

  /** Answers that are on their way. */
  get sending(): number {
    return [...this.#slots].filter(({ isAnswered, isGone }) => isAnswered && !isGone).length;
  }

  /** Counts a call in. @throws EngramError overloaded */
  enter(request: FastifyRequest, reply: FastifyReply): void {
    const bodyBytes = heldBytes(request);
    this.#refuseFull(bodyBytes);
    const measure = (bytes: number): void => {
      this.#bytes += bytes - slot.bodyBytes;
      slot.bodyBytes = bytes;
    };
    const answer = (): void => {
      slot.isAnswered = true;
      this.#leaveIfOver(slot);
    };
    const slot: Slot = { request, reply, measure, answer, bodyBytes, isAnswered: false, isGone: false };
    request.slot = slot;
    this.#slots.add(slot);
    this.#bytes += bodyBytes;
    this.#pace.begin(performance.now());
    reply.raw.once("close", () => {
      slot.isGone = true;
      this.#leaveIfOver(slot);
    });
  }

  /** Counts a stream in, until its connection closes. @throws EngramError overloaded */
  enterStream({ raw }: FastifyRequest): void {
    if (this.#streams >= this.#maxCalls) {
      const detail = `${this.#streams} streams are open, as many as may be (ENGRAM_MAX_IN_FLIGHT).`;
      throw new EngramError("overloaded", detail, [], { retryAfterS: STREAM_RETRY_S });
    }
    this.#streams++;
    raw.socket.once("close", () => {
      this.#streams--;
    });
  }

  #refuseFull(bodyBytes: number): void {
    const calls = this.#slots.size;
    if (calls >= this.#maxCalls) {
      throw this.#full(`${calls} calls are under way, as many as may be (ENGRAM_MAX_IN_FLIGHT)`);
    }
    if (bodyBytes > 0 && this.#bytes + bodyBytes > this.#maxBytes) {
      const [held, more, most] = [this.#bytes, bodyBytes, this.#maxBytes].map((bytes) => (bytes / MIB).toFixed(1));
      throw this.#full(
        `The bodies of ${calls} calls hold ${held} MiB; with ${more} MiB more they would pass ${most} MiB (ENGRAM_MAX_IN_FLIGHT_MB)`,
      );
    }
  }

  #full(what: string): EngramError {
    return overloaded(what, this.#pace.retryAfterS(performance.now()));
  }

  #leaveIfOver(slot: Slot): void {
    if (!slot.isAnswered || !slot.isGone || !this.#slots.delete(slot)) return;
    this.#bytes -= slot.bodyBytes;
    this.#pace.end(performance.now());
  }
}

/** Makes `app` refuse what is too much for `intake`; must run before any route is added, and after the hooks that refuse strangers. */
export function limitIntake(app: FastifyInstance, intake: Intake): void {
  app.decorateRequest("slot", null);
  app.addHook("onRequest", async (request, reply) => {
    if (request.routeOptions.url?.startsWith("/v1/") !== true) return;
    if (request.ws) intake.enterStream(request);
    else intake.enter(request, reply);
  });
  app.addHook("onSend", async ({ slot }) => {
    slot?.answer();
  });
}

/** @returns the bytes of its body that a call will hold; 0 for one that is longer than may be: it is refused unread */
function heldBytes({ headers, routeOptions }: FastifyRequest): number {
  const length = headers["content-length"];
  const isChunked = headers["transfer-encoding"] !== undefined;
  const limit = routeOptions.bodyLimit;
  const bytes = isChunked ? limit : Number(length ?? 0);
  if (routeOptions.config.streamsBody === true) return Math.min(bytes, STREAMED_BYTES);
  return bytes > limit ? 0 : bytes;
}
