// What routes are added to and made of: the typed Fastify instance, and what `buildApp` gets from outside.

import type { IncomingMessage, ServerResponse } from "node:http";
import type { TypeBoxTypeProvider } from "@fastify/type-provider-typebox";
import type { FastifyBaseLogger, FastifyInstance, RawServerDefault } from "fastify";
import type { Brains } from "../brains/api.ts";
import type { Config } from "../config.ts";
import type { Curricula } from "../curricula/api.ts";
import type { Datasets } from "../datasets/api.ts";
import type { Feed } from "../metrics/feed.ts";
import type { Meters } from "../metrics/meters.ts";
import type { Tracer } from "../tracing/tracer.ts";

/** Fastify, with request types taken from TypeBox schemas. */
export type App = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>;

export type HttpConfig = Pick<
  Config,
  | "host"
  | "apiKey"
  | "allowedHosts"
  | "allowedOrigins"
  | "maxBodyMb"
  | "maxDatasetMb"
  | "maxInFlight"
  | "maxInFlightMb"
  | "maxCallRows"
>;

/** What the HTTP side needs; nothing of it is started or closed here. */
export type AppParts = {
  readonly brains: Brains;
  readonly datasets: Datasets;
  readonly curricula: Curricula;
  readonly feed: Feed;
  readonly meters: Meters;
  readonly config: HttpConfig;
  readonly log: FastifyBaseLogger;
  readonly tracer: Tracer;
};
