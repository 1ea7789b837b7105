// The OpenAPI document as it is checked in: made from the schemas of the routes under default limits. Nothing is started for it.

import { pino } from "pino";
import type { Brains } from "../src/brains/api.ts";
import { loadConfig } from "../src/config.ts";
import { buildApp } from "../src/http/app.ts";
import { Feed } from "../src/metrics/feed.ts";
import { Meters } from "../src/metrics/meters.ts";
import { UNTRACED } from "../src/tracing/tracer.ts";

/** @returns the text of `openapi/openapi.json` */
export async function openapiText(): Promise<string> {
  // Describing the routes calls no method of the service.
  const brains = {} as Brains;
  const feed = new Feed();
  const meters = new Meters(feed);
  const app = await buildApp({
    brains,
    feed,
    meters,
    config: loadConfig({}),
    log: pino({ level: "silent" }),
    tracer: UNTRACED,
  });
  await app.ready();
  const text = JSON.stringify(app.swagger(), null, 2);
  await app.close();
  return `${text}\n`;
}
