#!/usr/bin/env node
// The server as a process: configuration from the environment, log lines on standard output, signals.
// SIGTERM and SIGINT stop it cleanly, at any time; a second one, or the shutdown timeout, ends it at once.

import "dotenv/config";
import { pino } from "pino";
import { readCommandLine, version } from "./command-line.ts";
import { ConfigError, configWarnings, describeConfig, encodersDirOf, loadConfig, wantsTraces } from "./config.ts";
import { EngramError } from "./errors.ts";
import { isLoopback } from "./http/cross-site.ts";
import { errorForLog } from "./log-error.ts";
import type { Server } from "./server.ts";

const command = readCommandLine(process.argv.slice(2));
if (command.kind === "print") {
  process.stdout.write(command.text);
  process.exit(0);
}
if (command.kind === "refuse") {
  process.stderr.write(command.text);
  process.exit(2);
}

const config = readConfig();
if (command.kind === "encoders") {
  const { runEncoders } = await import("./cli/encoders.ts");
  const say = (text: string): void => void process.stdout.write(text);
  const complain = (text: string): void => void process.stderr.write(text);
  process.exit(await runEncoders(command.args, encodersDirOf(config), say, complain));
}
const logger = pino({ level: config.logLevel, serializers: { err: errorForLog } });
let server: Server | null = null;
let isStopping = false;
for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, () => void onSignal(signal));

logger.info(describeConfig(config), "starting");
for (const warning of configWarnings(process.env)) logger.warn(warning);
if (config.apiKey === undefined && !isLoopback(config.host)) {
  logger.warn(
    { host: config.host },
    "listening beyond this machine without ENGRAM_API_KEY: anybody who reaches it may use it",
  );
}

// Only now that somebody hears a signal: to load all of it takes a moment.
const { startServer } = await import("./server.ts");
// Nor is what traces loaded where nobody asks for it.
const tracing = wantsTraces(process.env)
  ? (await import("./tracing/open-telemetry.ts")).startTracing(version(), logger)
  : null;
server = await startServer(config, logger, tracing).catch((error: unknown) => {
  // An expected error is written for who started the server, and says it all.
  if (error instanceof EngramError) logger.fatal({ code: error.code }, `not started: ${error.message}`);
  else logger.fatal({ err: error }, "not started");
  process.exit(1);
});

async function onSignal(signal: string): Promise<void> {
  if (isStopping) {
    logger.warn({ signal }, "stopped at once");
    process.exit(1);
  }
  isStopping = true;
  logger.info({ signal }, "stopping");
  // Nothing was accepted yet, and what the start has written may end anywhere.
  if (server === null) process.exit(0);
  const { shutdownTimeoutMs } = config;
  setTimeout(() => {
    logger.error({ shutdownTimeoutMs }, "stopped by the shutdown timeout");
    process.exit(1);
  }, shutdownTimeoutMs).unref();
  const isWhole = await server.close(shutdownTimeoutMs).catch((error: unknown) => {
    logger.fatal({ err: error }, "not stopped cleanly");
    return false;
  });
  logger.info("stopped");
  process.exit(isWhole ? 0 : 1);
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
