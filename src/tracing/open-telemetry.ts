// Traces by OpenTelemetry, sent as OTLP over HTTP (JSON). The libraries read their own settings (OTEL_*) from the environment. This file is loaded
// only where traces are wanted, and nothing else may import those libraries. Invariant: nothing that fails here is heard of by a call.

import { AsyncLocalStorage } from "node:async_hooks";
import {
  type Context,
  defaultTextMapGetter,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  type Tracer as SpanMaker,
  SpanStatusCode,
  trace,
} from "@opentelemetry/api";
import { W3CTraceContextPropagator } from "@opentelemetry/core";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { defaultResource, detectResources, envDetector, resourceFromAttributes } from "@opentelemetry/resources";
import { BasicTracerProvider, BatchSpanProcessor } from "@opentelemetry/sdk-trace-base";
import type { Logger } from "pino";
import { OutageLog } from "./outage-log.ts";
import type { Arrival, Note, RequestSpan, SpanAttributes, Tracer } from "./tracer.ts";

/** A tracer that somebody has to close. */
export type Tracing = Tracer & {
  /** Sends what was not sent yet. Never rejects. */
  close(): Promise<void>;
};

const FIRST_SERVER_ERROR = 500;

/** @param version of this server */
export function startTracing(version: string, log: Logger): Tracing {
  const own = resourceFromAttributes({ "service.name": "engram", "service.version": version });
  // OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES have the last word.
  const resource = defaultResource()
    .merge(own)
    .merge(detectResources({ detectors: [envDetector] }));
  const exporter = new OutageLog(new OTLPTraceExporter(), log);
  const provider = new BasicTracerProvider({ resource, spanProcessors: [new BatchSpanProcessor(exporter)] });
  return new OpenTelemetryTracer(provider);
}

class OpenTelemetryTracer implements Tracing {
  readonly isOn = true;
  readonly #provider: BasicTracerProvider;
  readonly #maker: SpanMaker;
  readonly #propagator = new W3CTraceContextPropagator();
  /** What is under way where code runs. Its own, not OpenTelemetry's global one: a process may hold several servers. */
  readonly #current = new AsyncLocalStorage<Context>();

  constructor(provider: BasicTracerProvider) {
    this.#provider = provider;
    this.#maker = provider.getTracer("engram");
  }

  span<T>(name: string, attributes: SpanAttributes, work: (note: Note) => Promise<T>, isOwnTrace = false): Promise<T> {
    const parent = isOwnTrace ? ROOT_CONTEXT : (this.#current.getStore() ?? ROOT_CONTEXT);
    const span = this.#maker.startSpan(name, { attributes }, parent);
    return this.#current.run(trace.setSpan(parent, span), async () => {
      try {
        return await work((more) => span.setAttributes(more));
      } catch (error) {
        fail(span, typeOf(error));
        throw error;
      } finally {
        span.end();
      }
    });
  }

  request({ method, route, path, headers }: Arrival): RequestSpan {
    const caller = this.#propagator.extract(ROOT_CONTEXT, headers, defaultTextMapGetter);
    const attributes = {
      "http.request.method": method,
      "url.path": path,
      "url.scheme": "http",
      ...(route !== undefined && { "http.route": route }),
    };
    const name = route === undefined ? method : `${method} ${route}`;
    const span = this.#maker.startSpan(name, { kind: SpanKind.SERVER, attributes }, caller);
    const context = trace.setSpan(caller, span);
    return {
      traceId: span.spanContext().traceId,
      spanId: span.spanContext().spanId,
      within: (work) => this.#current.run(context, work),
      end(status) {
        span.setAttribute("http.response.status_code", status);
        if (status >= FIRST_SERVER_ERROR) fail(span, String(status));
        span.end();
      },
    };
  }

  async close(): Promise<void> {
    await this.#provider.shutdown().catch(() => {}); // the exporter has said what was wrong
  }
}

/** @param type of what went wrong; its message may tell what a call carried */
function fail(span: Span, type: string): void {
  span.setStatus({ code: SpanStatusCode.ERROR });
  span.setAttribute("error.type", type);
}

function typeOf(error: unknown): string {
  if (!(error instanceof Error)) return "_OTHER";
  return "code" in error ? String(error.code) : error.constructor.name;
}
