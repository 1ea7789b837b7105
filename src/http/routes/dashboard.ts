// The page at `/`: the files that `npm run build` made of src/dashboard. They hold no data; what they show they ask for like any other client.

import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import fastifyStatic from "@fastify/static";
import { EngramError } from "../../errors.ts";
import { PACKAGE_ROOT } from "../../package-root.ts";
import { withoutKey } from "../public-routes.ts";
import type { App } from "../server.ts";

const FOLDER = fileURLToPath(new URL("dist/dashboard/", PACKAGE_ROOT));

/** Everything comes from this server and from files; `'self'` covers its streams. */
const PAGE_POLICY = [
  "default-src 'none'",
  "base-uri 'none'",
  "connect-src 'self'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "img-src 'self' blob: data:",
  "script-src 'self'",
  "style-src 'self'",
].join("; ");

const HASHED = /[/\\]assets[/\\]/;
/** A file with a hash of its bytes in its name never changes; the others are asked for each time, and are mostly `304`. */
const cacheOf = (path: string): string => (HASHED.test(path) ? "public, max-age=31536000, immutable" : "no-cache");

/** @param folder where the built page lies */
export async function dashboardRoutes(app: App, folder: string = FOLDER): Promise<void> {
  await withoutKey(app, async (scope) => {
    if (!existsSync(folder)) {
      scope.get("/", { schema: { hide: true } }, async () => {
        throw new EngramError(
          "not-found",
          "The dashboard is not built: `npm run build` does that. The API is at /docs.",
        );
      });
      return;
    }
    await scope.register(fastifyStatic, {
      root: folder,
      // A route for each file: an address that is none of them gets the same answer as anywhere else.
      wildcard: false,
      globIgnore: ["**/*.{br,gz}"],
      preCompressed: true,
      decorateReply: false,
      cacheControl: false,
      setHeaders: (reply, path) => {
        reply.setHeader("cache-control", cacheOf(path));
        reply.setHeader("content-security-policy", PAGE_POLICY);
        reply.setHeader("referrer-policy", "no-referrer");
        reply.setHeader("vary", "accept-encoding");
        reply.setHeader("x-content-type-options", "nosniff");
      },
    });
  });
}
