// A real server for tests: the whole product in this process, an embedded database in a folder of its own (or the Postgres that is named),
// real host processes, a free port.

import { rm } from "node:fs/promises";
import { type DestinationStream, pino } from "pino";
import { loadConfig } from "../../src/config.ts";
import { errorForLog } from "../../src/log-error.ts";
import { type Server, startServer } from "../../src/server.ts";
import { newDataDir } from "./data-folder.ts";

export type TestServer = Server & { readonly dataDir: string };

/**
 * @param environment settings by their environment names, over those of tests
 * @param log where log lines go: standard output unless said
 */
export async function startTestServer(
  environment: Record<string, string> = {},
  log?: DestinationStream,
): Promise<TestServer> {
  const dataDir = await newDataDir();
  const config = loadConfig({
    ENGRAM_PORT: "0",
    ENGRAM_DATA_DIR: dataDir,
    ENGRAM_HOSTS: "1",
    ENGRAM_LOG_LEVEL: process.env.TEST_LOG_LEVEL ?? "silent",
    ...environment,
  });
  const server = await startServer(config, pino({ level: config.logLevel, serializers: { err: errorForLog } }, log));
  const close = async (timeoutMs?: number): Promise<boolean> => {
    const isWhole = await server.close(timeoutMs);
    await rm(dataDir, { recursive: true, force: true });
    return isWhole;
  };
  return { ...server, dataDir, close };
}
