// Whether the parts that every call needs are there, and what computes: what was seen last of each, so that the answer never waits.

import type { HostPool } from "../host/host-pool.ts";
import type { Database } from "../store/database.ts";
import type { Health } from "./api.ts";

/** @returns `up` or why not, per part */
export function checkHealth(parts: {
  readonly database: Pick<Database, "presence">;
  readonly hosts: HostPool;
}): Health["checks"] {
  const { presence } = parts.database;
  const database = presence.isUp ? "up" : `down since ${presence.since.toISOString()}: ${presence.reason}`;
  const hosts = parts.hosts.hosts.map((host) => [`host${host.index}`, host.state] as const);
  return { database, ...Object.fromEntries(hosts) };
}

/** @returns what each host that is up computes with */
export function computingHosts({ hosts }: HostPool): Health["hosts"] {
  return Object.fromEntries(
    hosts.flatMap(({ index, computing }) => (computing === null ? [] : [[`host${index}`, computing]])),
  );
}
