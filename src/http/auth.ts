// The one API key: with a key configured, every route but the probes wants it, WebSocket upgrades and unknown addresses included.

import { createHash, timingSafeEqual } from "node:crypto";
import type { FastifyInstance } from "fastify";
import { EngramError } from "../errors.ts";

declare module "fastify" {
  interface FastifyContextConfig {
    /** Routes that answer without the API key: probes. */
    isPublic?: boolean;
  }
}

const BEARER = /^bearer +(\S+) *$/i;

const digest = (text: string): Buffer => createHash("sha256").update(text, "utf8").digest();

/**
 * Compares in a time that tells nothing about the key: digests have one length, whatever was sent.
 * @returns whether `header`, an Authorization header, carries `apiKey`
 */
export function carriesKey(header: string | undefined, apiKey: string): boolean {
  const token = BEARER.exec(header ?? "")?.[1];
  return token !== undefined && timingSafeEqual(digest(token), digest(apiKey));
}

/** Makes `app` refuse calls without `apiKey`; must run before any route is added. */
export function requireApiKey(app: FastifyInstance, apiKey: string): void {
  app.addHook("onRequest", async (request) => {
    if (request.routeOptions.config?.isPublic === true || carriesKey(request.headers.authorization, apiKey)) return;
    throw new EngramError("unauthorized", whatIsWrong(request.headers.authorization));
  });
}

function whatIsWrong(header: string | undefined): string {
  if (header === undefined) return 'The API key is missing: send "Authorization: Bearer <key>".';
  return BEARER.test(header) ? "The API key is wrong." : 'Authorization must be "Bearer <key>".';
}
