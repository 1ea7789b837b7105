// What a host process is told at its start, as command-line arguments, so that `ps` shows them.

import { BACKEND_NAMES, type BackendName } from "../backend/backend.ts";
import { PROVIDERS, type Provider } from "../encoders/encoder.ts";
import type { BatchLimits } from "./prediction-queue.ts";

export type HostSettings = {
  readonly index: number;
  readonly backend: BackendName | "auto";
  /** Threads of the numerical library. */
  readonly threads: number;
  readonly logLevel: string;
  /** Folder of the server's encoders. */
  readonly encodersDir: string;
  /** What computes their networks. */
  readonly encoderProvider: Provider;
} & BatchLimits;

export const hostArguments = {
  encode: (settings: HostSettings): string[] => [
    `host-${settings.index}`,
    settings.backend,
    String(settings.threads),
    settings.logLevel,
    settings.encodersDir,
    settings.encoderProvider,
    String(settings.maxBatchRows),
    String(settings.maxBatchDelayMs),
  ],

  /** Reads what `encode` wrote. */
  decode([
    name = "",
    backendName = "auto",
    threads = "1",
    logLevel = "info",
    encodersDir = "",
    providerName = "cpu",
    maxBatchRows = "1",
    maxBatchDelayMs = "0",
  ]: readonly string[]): HostSettings {
    const backend = (["auto", ...BACKEND_NAMES] as const).find((known) => known === backendName);
    if (backend === undefined) throw new Error(`unknown backend ${backendName}`);
    const encoderProvider = PROVIDERS.find((known) => known === providerName);
    if (encoderProvider === undefined) throw new Error(`unknown provider ${providerName}`);
    return {
      index: Number(name.slice("host-".length)),
      backend,
      threads: Number(threads),
      logLevel,
      encodersDir,
      encoderProvider,
      maxBatchRows: Number(maxBatchRows),
      maxBatchDelayMs: Number(maxBatchDelayMs),
    };
  },
};
