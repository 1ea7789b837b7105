// Where the time of a call goes, told to whoever traces; nothing here knows by what. Work is told where the brain's id is known.
// Invariant: attributes name brains, states and hosts, never what a call carries (inputs, labels, tags, keys) nor what an error says.

import type { IncomingHttpHeaders } from "node:http";

/** What a span is about. Names of ours begin with `engram.`, the others are OpenTelemetry's. */
export type SpanAttributes = Readonly<Record<string, string | number>>;

/** Adds what is only known once the work is under way. */
export type Note = (attributes: SpanAttributes) => void;

/** A request that has arrived. */
export type Arrival = {
  readonly method: string;
  /** The route's template, e.g. `/v1/brains/:brain/learn`; undefined where there is no such address. */
  readonly route: string | undefined;
  /** Without the query, which may name a class. */
  readonly path: string;
  /** Its `traceparent` is followed. */
  readonly headers: IncomingHttpHeaders;
};

export type RequestSpan = {
  /** Both in hexadecimal, as log lines carry them. */
  readonly traceId: string;
  readonly spanId: string;
  /** Runs `work`; spans of what it starts are parts of this one. */
  within<T>(work: () => T): T;
  /** @param status of the answer */
  end(status: number): void;
};

export type Tracer = {
  /** Whether anybody hears of spans. */
  readonly isOn: boolean;
  /**
   * Runs `work` as a span of the work that it is called in.
   * @param isOwnTrace for what is done behind calls: part of none of them
   * @throws what `work` throws
   */
  span<T>(name: string, attributes: SpanAttributes, work: (note: Note) => Promise<T>, isOwnTrace?: boolean): Promise<T>;
  /** Begins the span of a request; whoever calls ends it. Null where nobody hears of it. */
  request(arrival: Arrival): RequestSpan | null;
};

/** Traces nothing, and costs a call. */
export const UNTRACED: Tracer = {
  isOn: false,
  span: (_name, _attributes, work) => work(() => {}),
  request: () => null,
};
