// All hosts of a server, and which of them a brain is given to: of those that are up, the one with the fewest bytes of brains.
// That they compute with another backend than asked for is said once, not by each host, nor at each of their starts.

import type { Logger } from "pino";
import type { HostSettings } from "./arguments.ts";
import { HostProcess } from "./host-process.ts";
import type { Computing } from "./protocol.ts";

export type HostPoolSettings = Omit<HostSettings, "index"> & { readonly hosts: number };

export class HostPool {
  readonly #hosts: readonly HostProcess[];
  readonly #bytes: Map<HostProcess, number>;

  constructor({ hosts, ...settings }: HostPoolSettings, log: Logger) {
    let isSaid = false;
    const onHello = ({ backend, fallback }: Computing): void => {
      if (fallback === undefined || isSaid) return;
      isSaid = true;
      log.warn({ backend, reason: fallback }, "computing with another backend than asked for");
    };
    this.#hosts = Array.from({ length: hosts }, (_, index) => new HostProcess({ ...settings, index }, log, onHello));
    this.#bytes = new Map(this.#hosts.map((host) => [host, 0]));
  }

  get hosts(): readonly HostProcess[] {
    return this.#hosts;
  }

  /** Resolves once every host serves requests. @throws EngramError `not-ready` when one says that it never will */
  async ready(): Promise<void> {
    await Promise.all(this.#hosts.map((host) => host.ready()));
  }

  /** Gives a brain of `bytes` a host. Call `release` when the brain leaves it. */
  place(bytes: number): HostProcess {
    const up = this.#hosts.filter((host) => host.isUp);
    const host = (up.length > 0 ? up : this.#hosts).reduce((best, other) =>
      this.#load(other) < this.#load(best) ? other : best,
    );
    this.add(host, bytes);
    return host;
  }

  /** Counts a brain of `bytes` into this very host. */
  add(host: HostProcess, bytes: number): void {
    this.#bytes.set(host, this.#load(host) + bytes);
  }

  release(host: HostProcess, bytes: number): void {
    this.#bytes.set(host, this.#load(host) - bytes);
  }

  async close(): Promise<void> {
    await Promise.all(this.#hosts.map((host) => host.close()));
  }

  #load(host: HostProcess): number {
    return this.#bytes.get(host) ?? 0;
  }
}
