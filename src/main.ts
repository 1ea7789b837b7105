#!/usr/bin/env node
// The server as a process: configuration from the environment, log lines on standard output, signals.
// SIGTERM and SIGINT stop it cleanly; a second one, or the shutdown timeout, ends it at once.

import "dotenv/config";
import { pino } from "pino";
import { ConfigError, configHelp, describeConfig, loadConfig } from "./config.ts";
import { startServer } from "./server.ts";

const args = process.argv.slice(2);
if (args.includes("--help") || args.includes("-h")) {
  process.stdout.write(configHelp());
  process.exit(0);
}

const config = readConfig();
const logger = pino({ level: config.logLevel });
logger.info(describeConfig(config), "starting");
if (config.apiKey === undefined && !isLoopback(config.host)) {
  logger.warn(
    { host: config.host },
    "listening beyond this machine without ENGRAM_API_KEY: anybody who reaches it may use it",
  );
}

const server = await startServer(config, logger).catch((error: unknown) => {
  logger.fatal({ err: error }, "not started");
  process.exit(1);
});

let isStopping = false;
for (const signal of ["SIGTERM", "SIGINT"] as const) {
  process.on(signal, () => {
    if (isStopping) process.exit(1);
    isStopping = true;
    stop(signal).catch((error: unknown) => {
      logger.fatal({ err: error }, "not stopped cleanly");
      process.exit(1);
    });
  });
}

async function stop(signal: string): Promise<void> {
  logger.info({ signal }, "stopping");
  setTimeout(() => {
    logger.error({ shutdownTimeoutMs: config.shutdownTimeoutMs }, "stopped by the shutdown timeout");
    process.exit(1);
  }, config.shutdownTimeoutMs).unref();
  await server.close();
  logger.info("stopped");
  process.exit(0);
}

function readConfig() {
  try {
    return loadConfig(process.env);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`${error.message}\n`);
    return process.exit(2);
  }
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || host.startsWith("127.");
}
