// Reads the settings (settings.ts) out of the environment, and tells of them.
// Invariant: nobody else reads `process.env`, and a value that is not understood stops the start instead of being guessed at.

import { availableParallelism, totalmem } from "node:os";
import { join, resolve } from "node:path";
import type { TSchema } from "typebox";
import Value from "typebox/value";
import { type Config, ConfigSchema, MAX_HOSTS, MAX_MEMORY_MB } from "./settings.ts";

export type { Config } from "./settings.ts";

const MIB = 1024 * 1024;

/** Where the server's encoders are. */
export const encodersDirOf = ({ encodersDir, dataDir }: Config): string =>
  resolve(encodersDir ?? join(dataDir, "encoders"));

/** Where scratch files are made. */
export const scratchDirOf = ({ scratchDir, dataDir }: Config): string =>
  resolve(scratchDir ?? join(dataDir, "scratch"));

/** What the defaults take from the machine; a parameter, so that tests need no particular machine. */
export type Machine = { readonly cores: number; readonly memoryBytes: number };

/** @returns this machine, as a container's memory limit shows it */
export function thisMachine(): Machine {
  const limit = process.constrainedMemory();
  const memoryBytes = limit > 0 ? Math.min(limit, totalmem()) : totalmem();
  return { cores: availableParallelism(), memoryBytes };
}

/** Settings that cannot be used; the message has a line for each: the variable, what it holds and what it may hold. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
}

type Setting = {
  readonly key: string;
  readonly env: string;
  readonly schema: TSchema;
  readonly type: unknown;
  readonly secret: "all" | "password" | undefined;
  readonly description: string;
  readonly expects: string;
  readonly defaultText: string;
};

/**
 * Reads the settings out of `env`; an empty value counts as unset.
 * @throws ConfigError on bad values, or on an `ENGRAM_` variable that does not exist (a misspelt one would go unnoticed)
 */
export function loadConfig(env: NodeJS.ProcessEnv, machine: Machine = thisMachine()): Config {
  const memoryBudgetMb = Math.max(1, Math.floor(machine.memoryBytes / 2 / MIB));
  const computed = {
    hosts: Math.min(MAX_HOSTS, machine.cores),
    memoryBudgetMb: Math.min(MAX_MEMORY_MB, memoryBudgetMb),
  };
  const given = SETTINGS.flatMap((setting) => {
    const text = env[setting.env]?.trim();
    return text ? [{ setting, text, value: parse(setting, text) }] : [];
  });
  const wrong = given.filter(({ setting, value }) => !Value.Check(setting.schema, value));
  const complaints = [...unknownSettings(env), ...wrong.map(({ setting, text }) => complaint(setting, text))];
  if (complaints.length > 0) throw new ConfigError(complaints.join("\n"));
  const values = Value.Default(ConfigSchema, {
    ...computed,
    ...Object.fromEntries(given.map(({ setting, value }) => [setting.key, value])),
  });
  return Object.freeze(Value.Parse(ConfigSchema, values));
}

/** @returns what is not wrong in `env`, but may not be what was meant */
export function configWarnings(env: NodeJS.ProcessEnv): readonly string[] {
  const warnings: string[] = [];
  if (env.ENGRAM_API_KEY?.trim() === "") warnings.push("ENGRAM_API_KEY is set but empty: calls need no key");
  const foreign = tracesExporters(env).filter((name) => name !== "otlp" && name !== "none");
  if (foreign.length > 0) warnings.push("OTEL_TRACES_EXPORTER: traces are sent by otlp or not at all");
  const protocol = env.OTEL_EXPORTER_OTLP_TRACES_PROTOCOL ?? env.OTEL_EXPORTER_OTLP_PROTOCOL;
  if (wantsTraces(env) && protocol === "grpc")
    warnings.push("OTEL_EXPORTER_OTLP_PROTOCOL: traces are sent by http/json");
  return warnings;
}

/** @returns whether OpenTelemetry's own variables in `env` ask for traces; all else in them is read by its libraries */
export function wantsTraces(env: NodeJS.ProcessEnv): boolean {
  if (env.OTEL_SDK_DISABLED?.trim().toLowerCase() === "true") return false;
  const exporters = tracesExporters(env);
  if (exporters.length > 0) return exporters.includes("otlp");
  return [env.OTEL_EXPORTER_OTLP_ENDPOINT, env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT].some((url) => Boolean(url?.trim()));
}

const tracesExporters = (env: NodeJS.ProcessEnv): readonly string[] =>
  (env.OTEL_TRACES_EXPORTER ?? "").split(",").flatMap((name) => name.trim() || []);

/** @returns the settings as the start-up log shows them: by variable, secrets masked */
export function describeConfig(config: Config): Record<string, string | number | null> {
  const values = new Map<string, unknown>(Object.entries(config));
  return Object.fromEntries(SETTINGS.map((setting) => [setting.env, shown(setting, values.get(setting.key))]));
}

/** @returns the settings as text for `--help` */
export function configHelp(): string {
  const lines = SETTINGS.map(
    ({ env, description, expects, defaultText }) =>
      `  ${env}\n      ${description}\n      ${expects}; default: ${defaultText}`,
  );
  return `Settings are environment variables (or lines of a .env file):\n\n${lines.join("\n\n")}\n`;
}

const SETTINGS: readonly Setting[] = Object.entries(ConfigSchema.properties).map(([key, schema]) =>
  setting(key, schema),
);

function setting(key: string, schema: TSchema): Setting {
  // TypeBox keeps the options it is given on the schema object, but does not type them.
  const options = schema as TSchema & Record<string, unknown>;
  const { env, secret, description, type, default: value, defaultText } = options;
  return {
    key,
    env: String(env),
    schema,
    type,
    secret: secret === "all" || secret === "password" ? secret : undefined,
    description: String(description),
    expects: expected(options),
    defaultText: String(defaultText ?? value ?? "unset"),
  };
}

function expected(options: Record<string, unknown>): string {
  if (typeof options.expects === "string") return options.expects;
  if (Array.isArray(options.enum)) return `one of ${options.enum.join(", ")}`;
  if (options.type === "integer") return `a whole number from ${options.minimum} to ${options.maximum}`;
  return "any text";
}

/** @returns what `text` says, to be checked against the setting's schema */
function parse({ type }: Setting, text: string): unknown {
  if (type === "array") return text.split(",").flatMap((part) => part.trim() || []);
  return type === "integer" && /^[+-]?\d+$/.test(text) ? Number(text) : text;
}

function complaint({ env, secret, expects }: Setting, text: string): string {
  if (secret !== undefined) return `${env} is not ${expects} (value hidden)`;
  return `${env} is ${JSON.stringify(text)}; it must be ${expects}`;
}

function unknownSettings(env: NodeJS.ProcessEnv): readonly string[] {
  const known = new Set(SETTINGS.map((setting) => setting.env));
  const unknown = Object.keys(env).filter((name) => name.startsWith("ENGRAM_") && !known.has(name));
  if (unknown.length === 0) return [];
  return [`There is no setting ${unknown.join(", ")}. Settings: ${[...known].join(", ")}`];
}

function shown(setting: Setting, value: unknown): string | number | null {
  if (value === undefined || (Array.isArray(value) && value.length === 0)) return null;
  if (setting.secret === "all") return "***";
  if (setting.secret === "password")
    return String(value)
      .replace(/^([a-z]+:\/\/[^/?#]*?:).*@/, "$1***@")
      .replace(/([?&]password=)[^&]*/, "$1***");
  return typeof value === "number" ? value : String(value);
}
