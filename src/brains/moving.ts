// Has the balancer look at the hosts of a server and move its live brains.

import type { Logger } from "pino";
import type { HostPool } from "../host/host-pool.ts";
import type { HostProcess } from "../host/host-process.ts";
import type { HostBusyness, Move } from "../host/rebalance.ts";
import { Balancer } from "./balancer.ts";
import { uidOf } from "./place.ts";
import type { Registry } from "./registry.ts";

export type MovingParts = { readonly hosts: HostPool; readonly logger: Logger };

const busynessOf = ({ isServing, load }: HostProcess): HostBusyness => {
  const brains = new Map(Array.from(load.brains, ([key, share]) => [uidOf(key), share]));
  return { isServing, busyShare: load.busyShare, brains };
};

/** @returns a balancer at work; close it */
export function balance(registry: Pick<Registry, "all">, { hosts, logger }: MovingParts): Balancer {
  const find = (uid: string) => registry.all.find(({ row }) => row.uid === uid);
  const move = async ({ brain: uid, from, to }: Move): Promise<boolean> => {
    const brain = find(uid);
    const host = hosts.hosts[to];
    if (brain === undefined || host === undefined) return false;
    const startedAt = performance.now();
    try {
      const hasMoved = await brain.moveTo(host);
      const durationMs = Math.round(performance.now() - startedAt);
      if (hasMoved)
        logger.info({ brain: brain.row.id, from, host: to, seq: brain.head.seq, durationMs }, "brain moved");
      return hasMoved;
    } catch (error) {
      logger.warn({ brain: brain.row.id, from, host: to, err: error }, "brain not moved");
      return false;
    }
  };
  return new Balancer({
    hosts: () => hosts.hosts.map(busynessOf),
    isMovable: (uid) => find(uid)?.status === "resident",
    move,
  });
}
