// The address that the server listens on: tried before anything else is started, and told in plain words when it cannot be had.

import { once } from "node:events";
import { createServer } from "node:net";
import type { Config } from "./config.ts";
import { EngramError } from "./errors.ts";

type Address = Pick<Config, "host" | "port">;

/**
 * Listens for a moment, so that a port which is taken is known before the database is opened.
 * @throws EngramError `not-ready` when the address cannot be had
 */
export async function tryAddress({ host, port }: Address): Promise<void> {
  const server = createServer();
  try {
    server.listen(port, host);
    await once(server, "listening");
  } catch (error) {
    throw addressError({ host, port }, error);
  }
  server.close();
  await once(server, "close");
}

/** @returns what `error`, which listening on the address threw, means for who set it */
export function addressError({ host, port }: Address, error: unknown): unknown {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  const because = (detail: string) => new EngramError("not-ready", detail, [], { cause: error });
  if (code === "EADDRINUSE") return because(`Port ${port} is taken; set ENGRAM_PORT.`);
  if (code === "EACCES") return because(`Port ${port} is not for this user; set ENGRAM_PORT to one above 1023.`);
  if (code === "EADDRNOTAVAIL" || code === "ENOTFOUND" || code === "EAI_AGAIN") {
    return because(`${host} is no address of this machine; set ENGRAM_HOST.`);
  }
  return error;
}
