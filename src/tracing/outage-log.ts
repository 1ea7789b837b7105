// Sends spans on, and says once that they cannot be sent, and once that they can again: a collector that is away must not fill the log.

import { type ExportResult, ExportResultCode } from "@opentelemetry/core";
import type { ReadableSpan, SpanExporter } from "@opentelemetry/sdk-trace-base";
import type { Logger } from "pino";

export class OutageLog implements SpanExporter {
  readonly #exporter: SpanExporter;
  readonly #log: Logger;
  /** Spans lost since the outage began. */
  #lost = 0;

  constructor(exporter: SpanExporter, log: Logger) {
    this.#exporter = exporter;
    this.#log = log;
  }

  export(spans: ReadableSpan[], done: (result: ExportResult) => void): void {
    this.#exporter.export(spans, ({ code, error }) => {
      if (code === ExportResultCode.FAILED) this.#fail(spans.length, error);
      else this.#succeed();
      done({ code: ExportResultCode.SUCCESS }); // nobody else needs to hear of it
    });
  }

  forceFlush(): Promise<void> {
    return this.#exporter.forceFlush?.() ?? Promise.resolve();
  }

  shutdown(): Promise<void> {
    return this.#exporter.shutdown();
  }

  #fail(spans: number, error: Error | undefined): void {
    if (this.#lost === 0) this.#log.warn({ err: error }, "traces not sent");
    this.#lost += spans;
  }

  #succeed(): void {
    if (this.#lost > 0) this.#log.info({ spans: this.#lost }, "traces sent again");
    this.#lost = 0;
  }
}
