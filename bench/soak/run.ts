// `npm run soak [-- --minutes=10] [--database=embedded|postgres] [--clients=8] [--every=30] [--url=http://…]`: uses a server for as long as told,
// and says at intervals and at the end whether it grows. The server is the built one, started for this, unless `--url` names another, of
// which only the calls are measured then. Ends with 1 when a call failed or something rose.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { LocalServer } from "../../examples/digits/local-server.ts";
import { startPostgres } from "../../test/support/postgres.ts";
import { probeDatabase, probeProcess, type Sample } from "./probes.ts";
import { type Measured, trendOf } from "./trend.ts";
import { Workload } from "./workload.ts";

/** Rises that are noise, by the unit at the end of a name. */
const SLACK: Readonly<Record<string, number>> = {
  MB: 8,
  fds: 4,
  threads: 2,
  handles: 4,
  "calls/s": Number.POSITIVE_INFINITY,
};

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "10" },
    database: { type: "string", default: "embedded" },
    clients: { type: "string", default: "8" },
    every: { type: "string", default: "30" },
    hosts: { type: "string", default: "2" },
    url: { type: "string" },
  },
});
const everyMs = Number(values.every) * 1000;
const until = Date.now() + Number(values.minutes) * 60_000;

type Subject = { readonly url: string; readonly probe: () => Promise<Sample> };

/** Runs `use` with a server of its own, of which everything can be measured. */
async function withOwnServer<T>(use: (subject: Subject) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), "engram-soak-"));
  const postgres = values.database === "postgres" ? await startPostgres() : null;
  const dataDir = join(folder, "data");
  const server = await LocalServer.start(dataDir, {
    // The past is kept for as long as recovery needs it: else the log grows, as it should.
    ENGRAM_HISTORY_DAYS: "0",
    ENGRAM_CHECKPOINT_EVERY_EVENTS: "200",
    // Brains leave memory in the middle of their lives, and come back.
    ENGRAM_IDLE_EVICT_MS: "1000",
    ENGRAM_HOSTS: values.hosts,
    ENGRAM_LOG_LEVEL: "info",
    NODE_OPTIONS: `--import=${new URL("vitals.mjs", import.meta.url).href}`,
    SOAK_VITALS: folder,
    SOAK_EVERY_MS: String(everyMs / 2),
    ...(postgres && { DATABASE_URL: postgres.url }),
  });
  const probe = async (): Promise<Sample> => ({
    ...(await probeProcess("gateway", server.pid, folder)),
    ...Object.assign(
      {},
      ...(await Promise.all(server.hostPids.map((pid, i) => probeProcess(`host${i}`, pid, folder)))),
    ),
    ...(await probeDatabase(dataDir, postgres?.url)),
  });
  try {
    return await use({ url: server.url, probe });
  } finally {
    await server.end("SIGTERM");
    await postgres?.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function soak({ url, probe }: Subject): Promise<boolean> {
  const workload = new Workload(url, process.env.ENGRAM_API_KEY, until);
  const series = new Map<string, Measured[]>();
  const startedAt = Date.now();
  let isOver = false;
  const working = workload.run(Number(values.clients)).finally(() => {
    isOver = true;
  });
  let [lastCalls, lastAt] = [0, startedAt];
  while (!isOver) {
    await Promise.race([sleep(everyMs), working]);
    if (isOver) break;
    const { calls, refused, failures } = workload.tally;
    const now = Date.now();
    const sample = { ...(await probe()), "calls/s": ((calls - lastCalls) * 1000) / (now - lastAt) };
    [lastCalls, lastAt] = [calls, now];
    const atS = (now - startedAt) / 1000;
    for (const [name, value] of Object.entries(sample)) {
      series.set(name, [...(series.get(name) ?? []), { atS, value }]);
    }
    const failed = [...failures.values()].reduce((total, count) => total + count, 0);
    const shown = Object.entries(sample).map(([name, value]) => `${name} ${round(value)}`);
    say(`${Math.round(atS)} s  ${calls} calls, ${refused} refused, ${failed} failed  ${shown.join("  ")}`);
  }
  await working;
  return summarize(series, workload);
}

/** @returns whether all is well */
function summarize(series: ReadonlyMap<string, readonly Measured[]>, { tally }: Workload): boolean {
  say(`\n${tally.calls} calls, ${tally.refused} refused (429)`);
  const rising: string[] = [];
  for (const [name, measured] of series) {
    const trend = trendOf(measured, SLACK[name.split(" ").at(-1) ?? ""] ?? 0);
    if (trend === null) continue;
    const { from, to, perHour, isFlat } = trend;
    if (!isFlat) rising.push(name);
    say(
      `${isFlat ? "flat  " : "RISING"}  ${name}: ${round(from)} → ${round(to)} (${perHour < 0 ? "" : "+"}${round(perHour)} an hour)`,
    );
  }
  for (const [failure, count] of tally.failures) say(`FAILED  ${count} × ${failure}`);
  const isWell = rising.length === 0 && tally.failures.size === 0;
  if (isWell) say("All is flat, and no call failed.");
  else say(`Look at: ${[...rising, ...(tally.failures.size > 0 ? ["the failed calls"] : [])].join(", ")}.`);
  return isWell;
}

const round = (value: number): number => Math.round(value * 10) / 10;
const say = (line: string): void => void process.stdout.write(`${line}\n`);

const { url } = values;
const isWell =
  url === undefined ? await withOwnServer(soak) : await soak({ url: url.replace(/\/$/, ""), probe: async () => ({}) });
process.exitCode = isWell ? 0 : 1;
