// Whether the parts that every call needs are there, and what computes.

import type { HostPool } from "../host/host-pool.ts";
import type { Database } from "../store/database.ts";
import type { Health } from "./api.ts";
import { withTimeout } from "./with-timeout.ts";

const PING_TIMEOUT_MS = 2_000;

/** @returns `up` or why not, per part */
export async function checkHealth(parts: {
  readonly database: Pick<Database, "ping">;
  readonly hosts: HostPool;
}): Promise<Health["checks"]> {
  const ping = withTimeout(parts.database.ping(), PING_TIMEOUT_MS, () => new Error("does not answer"));
  const database = await ping.then(
    () => "up",
    (error: unknown) => `down: ${error instanceof Error ? error.message : String(error)}`,
  );
  const hosts = parts.hosts.hosts.map((host) => [`host${host.index}`, host.state] as const);
  return { database, ...Object.fromEntries(hosts) };
}

/** @returns what each host that is up computes with */
export function computingHosts({ hosts }: HostPool): Health["hosts"] {
  return Object.fromEntries(
    hosts.flatMap(({ index, computing }) => (computing === null ? [] : [[`host${index}`, computing]])),
  );
}
