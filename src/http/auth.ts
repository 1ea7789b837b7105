// The one API key: with a key configured, every route but the public ones (public-routes.ts, probes) wants it, WebSocket upgrades and unknown
// addresses included. It comes in the Authorization header; browsers cannot set that on an upgrade, where it may be an offered subprotocol.

import { createHash, timingSafeEqual } from "node:crypto";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { EngramError } from "../errors.ts";
import { offeredKey } from "./stream/subprotocols.ts";

declare module "fastify" {
  interface FastifyContextConfig {
    /** Answers without the API key (public-routes.ts). */
    isPublic?: boolean;
  }
}

const BEARER = /^bearer +(\S+) *$/i;

const digest = (text: string): Buffer => createHash("sha256").update(text, "utf8").digest();

/**
 * Compares in a time that tells nothing about the key: digests have one length, whatever was sent.
 * @returns whether `header`, an Authorization header, carries `apiKey`
 */
export const carriesKey = (header: string | undefined, apiKey: string): boolean =>
  isKey(BEARER.exec(header ?? "")?.[1], apiKey);

const isKey = (given: string | undefined, apiKey: string): boolean =>
  given !== undefined && timingSafeEqual(digest(given), digest(apiKey));

/** Makes `app` refuse calls without `apiKey`; must run before any route is added. */
export function requireApiKey(app: FastifyInstance, apiKey: string): void {
  app.addHook("onRequest", async (request) => {
    const { authorization } = request.headers;
    if (request.routeOptions.config?.isPublic === true || carriesKey(authorization, apiKey)) return;
    const offered = authorization === undefined ? keyOfUpgrade(request) : undefined;
    if (isKey(offered, apiKey)) return;
    throw new EngramError("unauthorized", offered === undefined ? whatIsWrong(authorization) : WRONG);
  });
}

const keyOfUpgrade = (request: FastifyRequest): string | undefined =>
  request.ws ? offeredKey(request.headers["sec-websocket-protocol"]) : undefined;

const WRONG = "The API key is wrong.";

function whatIsWrong(header: string | undefined): string {
  if (header === undefined) return 'The API key is missing: send "Authorization: Bearer <key>".';
  return BEARER.test(header) ? WRONG : 'Authorization must be "Bearer <key>".';
}
