// All hosts of a server, and which of them a brain is given to (placement.ts).
// That they compute with another backend than asked for is said once, not by each host, nor at each of their starts.

import type { Logger } from "pino";
import type { HostSettings } from "./arguments.ts";
import { type HostListener, HostProcess } from "./host-process.ts";
import { leastLoaded } from "./placement.ts";
import type { Computing, HostEnd } from "./protocol.ts";

export type HostPoolSettings = Omit<HostSettings, "index"> & {
  readonly hosts: number;
  /** A host that neither speaks nor computes for so long is ended and started again; 0: never. */
  readonly silenceMs: number;
};

export type HostObserver = Pick<HostListener, "onReply" | "onReport">;

const UNOBSERVED: HostObserver = { onReply() {}, onReport() {} };

export class HostPool {
  readonly #hosts: readonly HostProcess[];
  readonly #bytes: Map<HostProcess, number>;

  readonly #onEnd = new Set<(end: HostEnd) => void>();

  /** @param observer hears what hosts answer and tell, for whoever measures */
  constructor({ hosts, silenceMs, ...settings }: HostPoolSettings, log: Logger, observer: HostObserver = UNOBSERVED) {
    let isSaid = false;
    const onHello = ({ backend, fallback }: Computing): void => {
      if (fallback === undefined || isSaid) return;
      isSaid = true;
      log.warn({ backend, reason: fallback }, "computing with another backend than asked for");
    };
    const onEnd = (end: HostEnd): void => {
      for (const listener of this.#onEnd) listener(end);
    };
    const listener = { ...observer, onHello, onEnd };
    this.#hosts = Array.from(
      { length: hosts },
      (_, index) => new HostProcess({ ...settings, index }, silenceMs, log, listener),
    );
    this.#bytes = new Map(this.#hosts.map((host) => [host, 0]));
  }

  get hosts(): readonly HostProcess[] {
    return this.#hosts;
  }

  /** Resolves once every host serves requests. @throws EngramError `not-ready` when one says that it never will */
  async ready(): Promise<void> {
    await Promise.all(this.#hosts.map((host) => host.ready()));
  }

  /** Has `listener` hear of each host that ends, before those who wait for its answers. */
  onEnd(listener: (end: HostEnd) => void): void {
    this.#onEnd.add(listener);
  }

  /** Gives a brain of `bytes` a host. Call `release` when the brain leaves it. */
  place(bytes: number): HostProcess {
    const loads = this.#hosts.map((host) => {
      return { isServing: host.isServing, bytes: this.bytesIn(host), busyShare: host.load.busyShare };
    });
    const host = this.#hosts[leastLoaded(loads, bytes)];
    if (host === undefined) throw new RangeError("there are no hosts");
    this.add(host, bytes);
    return host;
  }

  /** Counts a brain of `bytes` into this very host. */
  add(host: HostProcess, bytes: number): void {
    this.#bytes.set(host, this.bytesIn(host) + bytes);
  }

  release(host: HostProcess, bytes: number): void {
    this.#bytes.set(host, this.bytesIn(host) - bytes);
  }

  /** Bytes of the brains that `host` was given. */
  bytesIn(host: HostProcess): number {
    return this.#bytes.get(host) ?? 0;
  }

  /** Each host as it is now. */
  get states() {
    return this.#hosts.map((host) => ({
      host: host.index,
      isUp: host.isServing,
      starts: host.generation,
      waiting: host.waiting,
      busyShare: host.load.busyShare,
      memoryBytes: host.load.memoryBytes,
      brainBytes: this.bytesIn(host),
    }));
  }

  async close(): Promise<void> {
    await Promise.all(this.#hosts.map((host) => host.close()));
  }
}
