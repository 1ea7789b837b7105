// Every setting: what it is called in the environment, what it may be, and what it is when nobody says.

import Type, { type Static } from "typebox";
import { BACKEND_NAMES } from "./backend/backend.ts";
import { PROVIDERS } from "./encoders/encoder.ts";

export const MAX_HOSTS = 256;
export const MAX_MEMORY_MB = 1_048_576;
export const BACKENDS = ["auto", ...BACKEND_NAMES] as const;
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
  encodersDir: Type.Optional(
    Type.String({
      env: "ENGRAM_ENCODERS_DIR",
      description: "Folder of the encoders of images and texts; unset: `encoders` in ENGRAM_DATA_DIR.",
    }),
  ),
  scratchDir: Type.Optional(
    Type.String({
      env: "ENGRAM_SCRATCH_DIR",
      description:
        "Folder of scratch files, which hold datasets while they are read or taught, and nothing that must stay; unset: `scratch` in ENGRAM_DATA_DIR.",
    }),
  ),
  encoderProvider: Type.Enum([...PROVIDERS], {
    env: "ENGRAM_ENCODER_PROVIDER",
    default: "cpu",
    description:
      "What computes the networks of ONNX encoders: `cpu`, `webgpu` (a GPU by Vulkan; comes with onnxruntime), or `cuda` (where onnxruntime's CUDA libraries are installed).",
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
      expects: "printable ASCII without spaces",
      description: "Key that calls must carry as `Authorization: Bearer <key>`; unset: no key.",
    }),
  ),
  allowedHosts: Type.Array(Type.String({ pattern: "^[A-Za-z0-9_.-]+$" }), {
    env: "ENGRAM_ALLOWED_HOSTS",
    default: [],
    defaultText: "none",
    expects: "host names without ports, separated by commas",
    description:
      "Names under which calls may come besides localhost and IP addresses, while it listens on loopback and has no key.",
  }),
  allowedOrigins: Type.Array(Type.String({ pattern: "^https?://[^/\\s]+$" }), {
    env: "ENGRAM_ALLOWED_ORIGINS",
    default: [],
    defaultText: "none",
    expects: "origins such as https://dash.example.com, separated by commas",
    description:
      "Sites whose pages may open streams here and, while there is no key, change things, e.g. that of a proxy which does not pass on Host.",
  }),
  backend: Type.Enum(BACKENDS, {
    env: "ENGRAM_BACKEND",
    default: "auto",
    description:
      "Numerical library: `cpu`, `tensorflow` (GPU), `wasm` (no native library), `reference` (slow, for comparison), or `auto` for the best that works here.",
  }),
  hosts: integer(1, MAX_HOSTS, {
    env: "ENGRAM_HOSTS",
    defaultText: "one per core",
    description: "Compute processes; a brain lives in one of them. With `tensorflow`: one for each GPU.",
  }),
  hostThreads: integer(1, 256, {
    env: "ENGRAM_HOST_THREADS",
    default: 1,
    description: "Threads of each compute process.",
  }),
  hostSilenceMs: integer(0, 86_400_000, {
    env: "ENGRAM_HOST_SILENCE_MS",
    default: 30_000,
    description:
      "A compute process that neither speaks nor computes for so long, in ms, is ended and started again; one that computes without a word after ten times as long. 0: never.",
  }),
  memoryBudgetMb: integer(1, MAX_MEMORY_MB, {
    env: "ENGRAM_MEMORY_BUDGET_MB",
    defaultText: "half of the machine's memory",
    description:
      "Memory that brains may take, all compute processes together, in MiB; those used least recently leave it for others.",
  }),
  idleEvictMs: integer(0, 2_147_483_647, {
    env: "ENGRAM_IDLE_EVICT_MS",
    default: 900_000,
    description: "A brain that nobody uses for so long is checkpointed and leaves memory, in ms; 0: never.",
  }),
  maxBodyMb: integer(1, 1024, {
    env: "ENGRAM_MAX_BODY_MB",
    default: 32,
    description: "Largest request body, in MiB.",
  }),
  maxDatasetMb: integer(1, 65_536, {
    env: "ENGRAM_MAX_DATASET_MB",
    default: 1024,
    description: "Largest upload of a dataset, and largest dataset as it is kept, in MiB.",
  }),
  maxCallRows: integer(1, 65_536, {
    env: "ENGRAM_MAX_CALL_ROWS",
    default: 1024,
    description: "Inputs that one call may carry.",
  }),
  maxBatchRows: integer(1, 65_536, {
    env: "ENGRAM_MAX_BATCH_ROWS",
    default: 256,
    description:
      "Inputs of one brain's predictions that are computed together when they wait together; 1: each call alone.",
  }),
  maxBatchDelayMs: integer(0, 1000, {
    env: "ENGRAM_MAX_BATCH_DELAY_MS",
    default: 2,
    description:
      "How long the first of such a batch may wait for others, in ms, while several callers are at it; a lone caller never waits.",
  }),
  maxPending: integer(1, 100_000, {
    env: "ENGRAM_MAX_PENDING",
    default: 256,
    description: "Calls of one brain that may be under way at once; more are answered with 429.",
  }),
  maxInFlight: integer(1, 100_000, {
    env: "ENGRAM_MAX_IN_FLIGHT",
    default: 1024,
    description:
      "Calls that may be under way at once over all brains, and streams that may be open; more are answered with 429.",
  }),
  maxInFlightMb: integer(1, MAX_MEMORY_MB, {
    env: "ENGRAM_MAX_IN_FLIGHT_MB",
    default: 512,
    description:
      "Bodies that calls under way may hold together, in MiB (at least one of ENGRAM_MAX_BODY_MB); more are answered with 429.",
  }),
  curriculaRunning: integer(1, 1000, {
    env: "ENGRAM_CURRICULA_RUNNING",
    default: 4,
    description: "Curricula that run at once; one brain's run one after the other.",
  }),
  checkpointEveryEvents: integer(1, 1_000_000, {
    env: "ENGRAM_CHECKPOINT_EVERY_EVENTS",
    default: 1000,
    description: "Changes of a brain between two automatic checkpoints.",
  }),
  checkpointEveryS: integer(1, 604_800, {
    env: "ENGRAM_CHECKPOINT_EVERY_S",
    default: 300,
    description: "Age of a changed brain's last checkpoint at which an automatic one is taken, in seconds.",
  }),
  keepCheckpoints: integer(1, 1000, {
    env: "ENGRAM_KEEP_CHECKPOINTS",
    default: 2,
    description: "Newest automatic checkpoints kept per brain; those asked for are kept until they are deleted.",
  }),
  historyDays: integer(0, 3650, {
    env: "ENGRAM_HISTORY_DAYS",
    default: 7,
    description: "Days of which every state of a brain can be had back; 0: only what recovery needs is kept.",
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
  idempotencyTtlHours: integer(1, 87_600, {
    env: "ENGRAM_IDEMPOTENCY_TTL_HOURS",
    default: 24,
    description: "How long a call that was made under an Idempotency-Key is known when it is sent again, in hours.",
  }),
  metricsBrains: Type.Array(Type.String({ pattern: "^[a-z0-9][a-z0-9._-]{0,62}$" }), {
    env: "ENGRAM_METRICS_BRAINS",
    default: [],
    defaultText: "none",
    maxItems: 100,
    expects: "ids of at most 100 brains, separated by commas",
    description: "Brains that `/metrics` tells of by their names; it tells nothing of single brains otherwise.",
  }),
  shutdownTimeoutMs: integer(0, 600_000, {
    env: "ENGRAM_SHUTDOWN_TIMEOUT_MS",
    default: 10_000,
    description: "How long a shutdown may take, in ms: most of it is for calls in flight, the rest for checkpoints.",
  }),
  logLevel: Type.Enum(LOG_LEVELS, {
    env: "ENGRAM_LOG_LEVEL",
    default: "info",
    description: "Least level that is logged.",
  }),
});

export type Config = Readonly<Static<typeof ConfigSchema>>;
