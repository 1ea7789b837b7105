// The server's own numbers, once a second while somebody listens; nothing is measured while nobody does.

import { type IntervalHistogram, monitorEventLoopDelay } from "node:perf_hooks";
import type { ServerSample } from "../../metrics/meters.ts";
import type { ServerMessage } from "../schemas/server-numbers.ts";

const EVERY_MS = 1000;
/** How often the event loop's delay is looked at. */
const RESOLUTION_MS = 10;
const NS_PER_MS = 1e6;

/** A second that has just begun: what was done before it. */
type Second = { readonly timer: NodeJS.Timeout; readonly delays: IntervalHistogram };

export class ServerNumbers {
  readonly #sample: () => ServerSample;
  readonly #now: () => number;
  readonly #tell: (message: ServerMessage) => void;
  #running: Second | null = null;

  /**
   * @param now a clock that never goes back, in ms
   * @param tell called once a second between `start` and `stop`
   */
  constructor(sample: () => ServerSample, now: () => number, tell: (message: ServerMessage) => void) {
    this.#sample = sample;
    this.#now = now;
    this.#tell = tell;
  }

  start(): void {
    if (this.#running !== null) return;
    const delays = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
    delays.enable();
    let before = { ...this.#sample(), atMs: this.#now() };
    const tell = (): void => {
      const now = { ...this.#sample(), atMs: this.#now() };
      this.#tell(messageOf(before, now, delays));
      delays.reset();
      before = now;
    };
    this.#running = { delays, timer: setInterval(tell, EVERY_MS).unref() };
  }

  stop(): void {
    if (this.#running === null) return;
    clearInterval(this.#running.timer);
    this.#running.delays.disable();
    this.#running = null;
  }
}

type Moment = ServerSample & { readonly atMs: number };

function messageOf(before: Moment, now: Moment, delays: IntervalHistogram): ServerMessage {
  const seconds = (now.atMs - before.atMs) / 1000;
  const perSecond = (rows: number): number => (seconds > 0 ? Math.round((10 * rows) / seconds) / 10 : 0);
  // Each delay is the time between two looks: what is over the interval is the lag.
  const lagMs = Math.max(0, delays.percentile(99) / NS_PER_MS - RESOLUTION_MS);
  return {
    type: "server",
    time: new Date().toISOString(),
    residentBrains: now.residentBrains,
    streams: now.streams,
    learnedRowsPerSecond: perSecond(now.learnedRows - before.learnedRows),
    predictedRowsPerSecond: perSecond(now.predictedRows - before.predictedRows),
    eventLoopLagMs: Math.round(100 * lagMs) / 100,
    hosts: now.hosts.map(({ host, isUp, waiting, busyShare, memoryBytes }) => ({
      ...{ host, isUp, waiting, memoryBytes },
      busyShare: Math.round(1000 * busyShare) / 1000,
    })),
  };
}
