// Settings: defaults, refusals that name the variable, and no secret in the log.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { ConfigError, configHelp, configWarnings, describeConfig, loadConfig, wantsTraces } from "../../src/config.ts";
import { ConfigSchema } from "../../src/settings.ts";

const MACHINE = { cores: 4, memoryBytes: 8 * 1024 ** 3 };
const load = (env: Record<string, string> = {}) => loadConfig(env, MACHINE);

test("defaults stay within the limits on the largest machines", () => {
  const config = loadConfig({}, { cores: 384, memoryBytes: 4 * 2 ** 40 });
  assert.equal(config.hosts, 256);
  assert.equal(config.memoryBudgetMb, 1_048_576);
});

test("an empty environment gives the documented defaults", () => {
  assert.deepEqual(
    { ...load() },
    {
      host: "127.0.0.1",
      port: 8080,
      dataDir: "./data",
      encoderProvider: "cpu",
      allowedHosts: [],
      allowedOrigins: [],
      backend: "auto",
      hosts: 4,
      hostThreads: 1,
      hostSilenceMs: 30_000,
      memoryBudgetMb: 4096,
      idleEvictMs: 900_000,
      maxBodyMb: 32,
      maxDatasetMb: 1024,
      maxCallRows: 1024,
      maxBatchRows: 256,
      maxBatchDelayMs: 2,
      maxPending: 256,
      maxInFlight: 1024,
      maxInFlightMb: 512,
      curriculaRunning: 4,
      checkpointEveryEvents: 1000,
      checkpointEveryS: 300,
      keepCheckpoints: 2,
      historyDays: 7,
      trackingTtlHours: 168,
      trackingMaxPending: 100_000,
      idempotencyTtlHours: 24,
      metricsBrains: [],
      shutdownTimeoutMs: 10_000,
      logLevel: "info",
    },
  );
});

test("a set variable wins, an empty one counts as unset", () => {
  const config = load({ ENGRAM_PORT: "0", ENGRAM_HOSTS: " 2 ", ENGRAM_LOG_LEVEL: "debug", ENGRAM_API_KEY: "" });
  assert.equal(config.port, 0);
  assert.equal(config.hosts, 2);
  assert.equal(config.logLevel, "debug");
  assert.equal(config.apiKey, undefined);
  assert.ok(Object.isFrozen(config));
});

const BAD: readonly (readonly [string, string, RegExp])[] = [
  ["ENGRAM_PORT", "65536", /ENGRAM_PORT is "65536"; it must be a whole number from 0 to 65535/],
  ["ENGRAM_PORT", "80x", /ENGRAM_PORT is "80x"/],
  ["ENGRAM_PORT", "0x50", /ENGRAM_PORT/],
  ["ENGRAM_PORT", "-1", /ENGRAM_PORT/],
  ["ENGRAM_HOSTS", "0", /ENGRAM_HOSTS/],
  ["ENGRAM_MAX_BODY_MB", "1.5", /ENGRAM_MAX_BODY_MB/],
  ["ENGRAM_BACKEND", "gpu", /ENGRAM_BACKEND is "gpu"; it must be one of auto, cpu, tensorflow, wasm, reference/],
  ["ENGRAM_LOG_LEVEL", "INFO", /one of fatal, error/],
  ["DATABASE_URL", "mysql://u:hunter2@db/x", /^DATABASE_URL is not a postgresql:\/\/ URL \(value hidden\)$/],
  ["ENGRAM_API_KEY", "two words", /ENGRAM_API_KEY is not printable ASCII/],
  ["ENGRAM_ALLOWED_ORIGINS", "https://a.example,b.example", /ENGRAM_ALLOWED_ORIGINS .* must be origins such as/],
  ["ENGRAM_METRICS_BRAINS", "pets,No Slug", /ENGRAM_METRICS_BRAINS .* must be ids of at most 100 brains/],
  ["ENGRAM_METRICS_BRAINS", Array.from({ length: 101 }, (_, i) => `b${i}`).join(), /ENGRAM_METRICS_BRAINS/],
  ["ENGRAM_ALLOWED_HOSTS", "a.example:80", /ENGRAM_ALLOWED_HOSTS .* must be host names without ports/],
];
for (const [name, value, message] of BAD) {
  test(`${name}=${value} is refused by name`, () => {
    assert.throws(
      () => load({ [name]: value }),
      (error) => error instanceof ConfigError && message.test(error.message),
    );
  });
}

test("lists are separated by commas", () => {
  const config = load({
    ENGRAM_ALLOWED_HOSTS: "a.example, b.example,",
    ENGRAM_ALLOWED_ORIGINS: "https://c.example:8443",
    ENGRAM_METRICS_BRAINS: "pets, birds.2",
  });
  assert.deepEqual(config.metricsBrains, ["pets", "birds.2"]);
  assert.deepEqual(config.allowedHosts, ["a.example", "b.example"]);
  assert.deepEqual(config.allowedOrigins, ["https://c.example:8443"]);
});

test("all that is wrong is named at once", () => {
  assert.throws(
    () => load({ ENGRAM_PORT: "x", ENGRAM_HOSTS: "0", ENGRAM_PROT: "1" }),
    (error) =>
      error instanceof ConfigError &&
      error.message.split("\n").length === 3 &&
      /ENGRAM_PORT is/.test(error.message) &&
      /ENGRAM_HOSTS is/.test(error.message) &&
      /no setting ENGRAM_PROT/.test(error.message),
  );
});

test("a key that is set but empty is warned of", () => {
  assert.match(configWarnings({ ENGRAM_API_KEY: " " }).join(), /ENGRAM_API_KEY is set but empty/);
  assert.deepEqual(configWarnings({ ENGRAM_API_KEY: "k" }), []);
  assert.deepEqual(configWarnings({}), []);
});

test("traces are wanted where OpenTelemetry's variables say so", () => {
  const endpoint = { OTEL_EXPORTER_OTLP_ENDPOINT: "http://localhost:4318" };
  for (const env of [
    endpoint,
    { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: "http://localhost:4318/v1/traces" },
    { OTEL_TRACES_EXPORTER: "console, otlp" },
  ]) {
    assert.equal(wantsTraces(env), true, JSON.stringify(env));
  }
  for (const env of [
    {},
    { OTEL_EXPORTER_OTLP_ENDPOINT: " " },
    { ...endpoint, OTEL_TRACES_EXPORTER: "none" },
    { ...endpoint, OTEL_SDK_DISABLED: "TRUE" },
  ]) {
    assert.equal(wantsTraces(env), false, JSON.stringify(env));
  }
  assert.match(configWarnings({ OTEL_TRACES_EXPORTER: "zipkin" }).join(), /sent by otlp or not at all/);
  assert.match(configWarnings({ ...endpoint, OTEL_EXPORTER_OTLP_PROTOCOL: "grpc" }).join(), /sent by http\/json/);
});

test("a refusal never shows a secret", () => {
  assert.throws(
    () => load({ DATABASE_URL: "mysql://u:hunter2@db/x" }),
    (error) => error instanceof Error && !error.message.includes("hunter2"),
  );
});

test("a misspelt variable is refused, other programs' variables are not", () => {
  assert.throws(() => load({ ENGRAM_PROT: "1" }), /no setting ENGRAM_PROT/);
  assert.doesNotThrow(() => load({ PATH: "/bin", HOME: "/" }));
});

test("the start-up log masks the key and the password", () => {
  const text = (env: Record<string, string>) => JSON.stringify(describeConfig(load(env)));
  const shown = text({ ENGRAM_API_KEY: "topsecret", DATABASE_URL: "postgresql://eng:hunter2@db:5432/x" });
  assert.doesNotMatch(shown, /topsecret|hunter2/);
  assert.match(shown, /postgresql:\/\/eng:\*\*\*@db:5432\/x/);
  assert.doesNotMatch(text({ DATABASE_URL: "postgresql://eng:hun@ter2@db/x" }), /ter2/);
  assert.doesNotMatch(text({ DATABASE_URL: "postgresql://eng:hun/ter2@db/x" }), /ter2/);
  assert.doesNotMatch(text({ DATABASE_URL: "postgresql://db/x?user=eng&password=hunter2" }), /hunter2/);
  assert.match(text({ DATABASE_URL: "postgresql://db/x" }), /postgresql:\/\/db\/x/);
  assert.equal(describeConfig(load()).DATABASE_URL, null);
});

test("help and .env.example name every setting", () => {
  const example = readFileSync(new URL("../../.env.example", import.meta.url), "utf8");
  for (const schema of Object.values(ConfigSchema.properties)) {
    const name = String((schema as unknown as { env: string }).env);
    assert.ok(configHelp().includes(`  ${name}\n`), name);
    assert.ok(example.includes(`#${name}=`), name);
  }
});
