// Without an API key, whoever reaches the server may use it, and a browser on this machine reaches it for every page that it shows. So pages
// of other sites are kept out: they may change nothing and open no stream, and (on loopback) no foreign name may lead here (DNS rebinding).
// With a key a page does not have it, and calls need no more; streams still open for pages of allowed sites alone, as browsers let any page try.

import { isIP } from "node:net";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { EngramError } from "../errors.ts";
import type { HttpConfig } from "./server.ts";

const READING_METHODS = new Set(["GET", "HEAD", "OPTIONS"]);

/** Makes `app` refuse other sites' pages; must run before any route is added. */
export function refuseCrossSite(app: FastifyInstance, { host, allowedHosts, allowedOrigins }: HttpConfig): void {
  const names = new Set(allowedHosts.map((name) => name.toLowerCase()));
  const refuseForeign = foreignRefusal(allowedOrigins);
  const checksHost = isLoopback(host);
  app.addHook("onRequest", async (request) => {
    const { host: given } = request.headers;
    if (checksHost && given !== undefined && !isLocalName(given) && !names.has(hostnameOf(given) ?? "")) {
      throw crossSite(`The host ${JSON.stringify(given)} is not this machine`, "ENGRAM_ALLOWED_HOSTS");
    }
    if (needsOrigin(request)) refuseForeign(request);
  });
}

/** Makes `app` refuse streams to other sites' pages, and nothing else; must run before any route is added. */
export function refuseForeignStreams(app: FastifyInstance, { allowedOrigins }: HttpConfig): void {
  const refuseForeign = foreignRefusal(allowedOrigins);
  app.addHook("onRequest", async (request) => {
    if (request.ws) refuseForeign(request);
  });
}

/** @returns a function that throws for what another site's page sent */
function foreignRefusal(allowedOrigins: readonly string[]): (request: FastifyRequest) => void {
  const origins = new Set(allowedOrigins.map((origin) => origin.toLowerCase()));
  return ({ ws, headers: { origin, host } }) => {
    if (origin === undefined || isSameHost(origin, host) || origins.has(origin.toLowerCase())) return;
    const what = ws ? "open no stream" : "change nothing";
    throw crossSite(`Pages of ${JSON.stringify(origin)} may ${what} here`, "ENGRAM_ALLOWED_ORIGINS");
  };
}

/** @returns whether who listens at `host` is heard on this machine alone */
export const isLoopback = (host: string): boolean =>
  host === "localhost" || host === "::1" || host === "[::1]" || host.startsWith("127.");

/** Pages read answers of other sites only where those allow it, and this server does not; a stream has no such rule. */
const needsOrigin = (request: FastifyRequest): boolean => request.ws || !READING_METHODS.has(request.method);

/** An address names no foreign site: who can answer under it has no need to rebind anything. */
function isLocalName(host: string): boolean {
  const name = hostnameOf(host);
  if (name === null) return false;
  return name === "localhost" || name.endsWith(".localhost") || isIP(name.replace(/^\[(.*)\]$/, "$1")) !== 0;
}

function isSameHost(origin: string, host: string | undefined): boolean {
  const page = urlOf(origin);
  // The page's protocol decides which port goes without saying.
  return page !== null && host !== undefined && page.host === urlOf(`${page.protocol}//${host}`)?.host;
}

const hostnameOf = (host: string): string | null => urlOf(`http://${host}`)?.hostname ?? null;

const urlOf = (text: string): URL | null => (URL.canParse(text) ? new URL(text) : null);

const crossSite = (what: string, setting: string): EngramError =>
  new EngramError("cross-site", `${what}; the setting ${setting} can allow it.`);
