// A server on each database, for tests that move brains from one to another.

import { after, before } from "node:test";
import { DATABASE_KINDS, newSite, type Site } from "./databases.ts";
import { startTestServer, type TestServer } from "./server.ts";

export type Here = { readonly server: TestServer; readonly brains: string; readonly site: Site };

/**
 * Starts one server a database before the tests of a file, and ends them after.
 * @param environment settings by their environment names
 * @returns the server on a kind of database; `brains` is the address of its brains
 */
export function serverPerDatabase(environment: Record<string, string>): (kind: string) => Here {
  const servers = new Map<string, Here>();
  before(async () => {
    for (const kind of DATABASE_KINDS) {
      const site = await newSite(kind);
      const database = site.options.url === undefined ? undefined : { DATABASE_URL: site.options.url };
      const server = await startTestServer({ ...environment, ...database });
      servers.set(kind, { server, site, brains: `${server.url}/v1/brains` });
    }
  });
  after(async () => {
    for (const { server, site } of servers.values()) {
      await server.close();
      await site.dispose();
    }
  });
  return (kind) => servers.get(kind)!;
}
