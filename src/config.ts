// Every setting: one schema says what it is called in the environment, what it may be, and what it is when nobody says.
// Invariant: nobody else reads `process.env`, and a value that is not understood stops the start instead of being guessed at.

import { availableParallelism, totalmem } from "node:os";
import Type, { type Static, type TSchema } from "typebox";
import Value from "typebox/value";

const MIB = 1024 * 1024;
const MAX_HOSTS = 256;
const MAX_MEMORY_MB = 1_048_576;
export const BACKENDS = ["auto", "cpu", "reference"] as const;
export const LOG_LEVELS = ["fatal", "error", "warn", "info", "debug", "trace", "silent"] as const;

const integer = (minimum: number, maximum: number, options: object) => Type.Integer({ minimum, maximum, ...options });

/** The settings, in the order in which they are printed. `env` is the variable's name, `secret` keeps the value out of logs. */
export const ConfigSchema = Type.Object({
  host: Type.String({ env: "ENGRAM_HOST", default: "127.0.0.1", description: "Address to listen on." }),
  port: integer(0, 65_535, {
    env: "ENGRAM_PORT",
    default: 8080,
    description: "Port to listen on; 0 picks a free one.",
  }),
  dataDir: Type.String({
    env: "ENGRAM_DATA_DIR",
    default: "./data",
    description: "Folder of the embedded database and of scratch files.",
  }),
  databaseUrl: Type.Optional(
    Type.String({
      env: "DATABASE_URL",
      secret: "password",
      pattern: "^postgres(ql)?://",
      expects: "a postgresql:// URL",
      description: "PostgreSQL to keep everything in; unset: an embedded one in ENGRAM_DATA_DIR.",
    }),
  ),
  apiKey: Type.Optional(
    Type.String({
      env: "ENGRAM_API_KEY",
      secret: "all",
      pattern: "^[\\x21-\\x7e]+$",
      expects: "printable ASCII without spaces (it travels in a header)",
      description: "Key that every call but the probes must carry as `Authorization: Bearer <key>`; unset: no key.",
    }),
  ),
  backend: Type.Enum(BACKENDS, {
    env: "ENGRAM_BACKEND",
    default: "auto",
    description:
      "Numerical library: `cpu`, `reference` (slow, for comparison), or `auto` for the best that works here.",
  }),
  hosts: integer(1, MAX_HOSTS, {
    env: "ENGRAM_HOSTS",
    defaultText: "one per core",
    description: "Compute processes; a brain lives in one of them.",
  }),
  hostThreads: integer(1, 256, {
    env: "ENGRAM_HOST_THREADS",
    default: 1,
    description: "Threads of each compute process.",
  }),
  memoryBudgetMb: integer(1, MAX_MEMORY_MB, {
    env: "ENGRAM_MEMORY_BUDGET_MB",
    defaultText: "half of the machine's memory",
    description: "Memory that brains may take, all compute processes together, in MiB.",
  }),
  maxBodyMb: integer(1, 1024, {
    env: "ENGRAM_MAX_BODY_MB",
    default: 32,
    description: "Largest request body, in MiB.",
  }),
  maxBatchRows: integer(1, 65_536, {
    env: "ENGRAM_MAX_BATCH_ROWS",
    default: 1024,
    description: "Inputs that one call may carry.",
  }),
  maxPending: integer(1, 100_000, {
    env: "ENGRAM_MAX_PENDING",
    default: 256,
    description: "Calls that may wait per brain; more are answered with 429.",
  }),
  checkpointEveryEvents: integer(1, 1_000_000, {
    env: "ENGRAM_CHECKPOINT_EVERY_EVENTS",
    default: 1000,
    description: "Changes of a brain between two automatic checkpoints.",
  }),
  keepCheckpoints: integer(1, 1000, {
    env: "ENGRAM_KEEP_CHECKPOINTS",
    default: 2,
    description: "Automatic checkpoints kept per brain; those asked for are kept until they are deleted.",
  }),
  trackingTtlHours: integer(1, 87_600, {
    env: "ENGRAM_TRACKING_TTL_HOURS",
    default: 168,
    description: "How long a tracked prediction waits for its label, in hours.",
  }),
  trackingMaxPending: integer(1, 10_000_000, {
    env: "ENGRAM_TRACKING_MAX_PENDING",
    default: 100_000,
    description: "Tracked predictions that may wait for labels per brain; more are answered with 429.",
  }),
  shutdownTimeoutMs: integer(0, 600_000, {
    env: "ENGRAM_SHUTDOWN_TIMEOUT_MS",
    default: 10_000,
    description: "How long calls in flight may take to end at shutdown, in ms.",
  }),
  logLevel: Type.Enum(LOG_LEVELS, {
    env: "ENGRAM_LOG_LEVEL",
    default: "info",
    description: "Least level that is logged.",
  }),
});

export type Config = Readonly<Static<typeof ConfigSchema>>;

/** What the defaults take from the machine; a parameter, so that tests need no particular machine. */
export type Machine = { readonly cores: number; readonly memoryBytes: number };

/** @returns this machine, as a container's memory limit shows it */
export function thisMachine(): Machine {
  const limit = process.constrainedMemory();
  const memoryBytes = limit > 0 ? Math.min(limit, totalmem()) : totalmem();
  return { cores: availableParallelism(), memoryBytes };
}

/** A setting that cannot be used; the message names the variable, what it holds and what it may hold. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
}

type Setting = {
  readonly key: string;
  readonly env: string;
  readonly schema: TSchema;
  readonly integer: boolean;
  readonly secret: "all" | "password" | undefined;
  readonly description: string;
  readonly expects: string;
  readonly defaultText: string;
};

/**
 * Reads the settings out of `env`; an empty value counts as unset.
 * @throws ConfigError on a bad value, or on an `ENGRAM_` variable that does not exist (a misspelt one would go unnoticed)
 */
export function loadConfig(env: NodeJS.ProcessEnv, machine: Machine = thisMachine()): Config {
  refuseUnknown(env);
  const memoryBudgetMb = Math.max(1, Math.floor(machine.memoryBytes / 2 / MIB));
  const computed = {
    hosts: Math.min(MAX_HOSTS, machine.cores),
    memoryBudgetMb: Math.min(MAX_MEMORY_MB, memoryBudgetMb),
  };
  const given = SETTINGS.flatMap((setting) => {
    const text = env[setting.env]?.trim();
    return text ? [[setting.key, parse(setting, text)] as const] : [];
  });
  const values = Value.Default(ConfigSchema, { ...computed, ...Object.fromEntries(given) });
  return Object.freeze(Value.Parse(ConfigSchema, values));
}

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
    integer: type === "integer",
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

function parse(setting: Setting, text: string): unknown {
  const value = setting.integer && /^[+-]?\d+$/.test(text) ? Number(text) : text;
  if (Value.Check(setting.schema, value)) return value;
  const got = setting.secret ? "something else" : JSON.stringify(text);
  throw new ConfigError(`${setting.env} is ${got}; it must be ${setting.expects}`);
}

function refuseUnknown(env: NodeJS.ProcessEnv): void {
  const known = new Set(SETTINGS.map((setting) => setting.env));
  const unknown = Object.keys(env).filter((name) => name.startsWith("ENGRAM_") && !known.has(name));
  if (unknown.length === 0) return;
  throw new ConfigError(`There is no setting ${unknown.join(", ")}. Settings: ${[...known].join(", ")}`);
}

function shown(setting: Setting, value: unknown): string | number | null {
  if (value === undefined) return null;
  if (setting.secret === "all") return "***";
  if (setting.secret === "password")
    return String(value)
      .replace(/^([a-z]+:\/\/[^/?#]*?:).*@/, "$1***@")
      .replace(/([?&]password=)[^&]*/, "$1***");
  return typeof value === "number" ? value : String(value);
}
