// The OpenAPI and AsyncAPI documents as they are checked in: made from the schemas under default limits. Nothing is started for them.

import { pino } from "pino";
import type { Brains } from "../src/brains/api.ts";
import { loadConfig } from "../src/config.ts";
import type { Curricula } from "../src/curricula/api.ts";
import type { Datasets } from "../src/datasets/api.ts";
import { buildApp } from "../src/http/app.ts";
import { asyncapiDocument } from "../src/http/asyncapi.ts";
import { allSchemas, limitedSchemas } from "../src/http/schemas/index.ts";
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
    datasets: {} as Datasets,
    curricula: {} as Curricula,
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

/** @returns the text of `openapi/asyncapi.json` */
export function asyncapiText(): string {
  const { maxCallRows } = loadConfig({});
  return `${JSON.stringify(asyncapiDocument(allSchemas(limitedSchemas(maxCallRows))), null, 2)}\n`;
}
