// A server under load: what computing predictions together gains, what the log costs, and many brains on several compute processes.
// Invariant: prints, asserts nothing; what is compared is measured in one run, and calls that failed are counted.

import { availableParallelism } from "node:os";
import { selectBackend } from "../src/backend/select.ts";
import { PLASTIC_DEFAULTS, type PlasticConfig } from "../src/brain/config.ts";
import { Random } from "../src/brain/random.ts";
import type { BenchOptions } from "./brain.ts";
import { fire, type Shot, send } from "./fire.ts";
import { brainWithFullMemory, randomRows } from "./full-memory.ts";
import { throng, withLoneHost } from "./lone-host.ts";
import { round } from "./measures.ts";
import { bodiesOf, type Call, JSON_TYPE } from "./samples.ts";
import { bring, onEachDatabase, onEmbedded, type Site, withServer } from "./served.ts";

const CONNECTIONS = [1, 32, 256] as const;
const BRAINS = [1, 10, 100] as const;
/** Different bodies that a line of a table sends in turn. */
const BODIES = 64;
/** Of the many: about 3 MB each. */
const SMALL: PlasticConfig = {
  ...PLASTIC_DEFAULTS,
  ...{ inputDim: 64, hiddenDim: 512, winners: 16, layers: 2, memorySize: 5000, neighbors: 20, seed: 1 },
};

/** Prints three tables. */
export async function benchLoad({ isQuick }: BenchOptions): Promise<void> {
  const seconds = isQuick ? 2 : 10;
  const config = { ...PLASTIC_DEFAULTS, ...(isQuick ? { memorySize: 20_000 } : {}), seed: 1 };
  console.log(
    `load: the default brain, its memory of ${config.memorySize} full, one compute process of one thread; ${seconds} s a line, ms`,
  );
  console.table(await batching(config, seconds));
  console.table(await logging(config, seconds));
  console.log(
    `load: small brains (${SMALL.inputDim} inputs, ${SMALL.layers} × ${SMALL.hiddenDim}), ${availableParallelism()} compute processes, 32 connections`,
  );
  console.table(await manyBrains(seconds));
}

/** Predictions of one input by many callers, each call computed alone and those that wait computed together, with and without a delay. */
async function batching(config: PlasticConfig, seconds: number): Promise<object[]> {
  const table: object[] = [];
  const shots = shotsFor("predict", ["full"], config.inputDim);
  const ways = {
    alone: { ENGRAM_MAX_BATCH_ROWS: "1" },
    "together, no delay": { ENGRAM_MAX_BATCH_DELAY_MS: "0" },
    together: {},
  };
  const alone = new Map<number, number>();
  for (const [way, settings] of Object.entries(ways)) {
    await onEmbedded((site) =>
      withFullBrain(site, config, settings, async (url) => {
        for (const connections of CONNECTIONS) {
          await send(url, shots[0]);
          const measured = await fire(url, shots, connections, seconds);
          const rate = measured["calls/s"];
          if (way === "alone") alone.set(connections, rate);
          table.push({ predict: way, connections, ...measured, ratio: round(rate / (alone.get(connections) ?? rate)) });
        }
      }),
    );
  }
  return table;
}

/** Lessons of one sample, over HTTP with the log of each database, beside the same lessons handed straight to a compute process. */
async function logging(config: PlasticConfig, seconds: number): Promise<object[]> {
  const table: object[] = [];
  const shots = shotsFor("learn", ["full"], config.inputDim);
  const without = new Map<number, number>();
  const random = Random.seeded(4);
  await withLoneHost({ full: await fullBrain(config) }, async ({ teach }) => {
    for (const connections of [1, 32]) {
      const measured = await throng(() => teach("full", randomRows(random, 1, config.inputDim)), connections, seconds);
      without.set(connections, measured["calls/s"]);
      table.push({ learn: "no log, no HTTP", connections, ...measured, ratio: 1 });
    }
  });
  await onEachDatabase((site) =>
    withFullBrain(site, config, {}, async (url) => {
      for (const connections of [1, 32]) {
        await send(url, shots[0]);
        const measured = await fire(url, shots, connections, seconds);
        const ratio = round(measured["calls/s"] / (without.get(connections) ?? Number.NaN));
        table.push({ learn: `log in ${site.name}`, connections, ...measured, ratio });
      }
    }),
  );
  return table;
}

/** Calls over many brains, in turn. */
async function manyBrains(seconds: number): Promise<object[]> {
  const table: object[] = [];
  const hosts = { ENGRAM_HOSTS: String(availableParallelism()) };
  await onEmbedded((site) =>
    withServer(
      site,
      async (server) => {
        const brain = await fullBrain(SMALL);
        const names = Array.from({ length: Math.max(...BRAINS) }, (_, index) => `brain-${index}`);
        for (const name of names) await bring(server, name, brain);
        for (const call of ["predict", "learn"] as const) {
          for (const brains of BRAINS) {
            const shots = shotsFor(call, names.slice(0, brains), SMALL.inputDim);
            for (const shot of shots.slice(0, brains)) await send(server.url, shot);
            table.push({ call, brains, ...(await fire(server.url, shots, 32, seconds)) });
          }
        }
      },
      hosts,
    ),
  );
  return table;
}

async function withFullBrain(
  site: Site,
  config: PlasticConfig,
  settings: Readonly<Record<string, string>>,
  use: (url: string) => Promise<void>,
): Promise<void> {
  const brain = await fullBrain(config);
  await withServer(
    site,
    async (server) => {
      await bring(server, "full", brain);
      await use(server.url);
    },
    settings,
  );
}

const fullBrain = async (config: PlasticConfig) =>
  brainWithFullMemory(config, await selectBackend("cpu", { threads: 1 }), Random.seeded(2));

/** Calls of one input each, to the brains in turn. */
function shotsFor(call: Call, brains: readonly string[], inputDim: number): Shot[] {
  const random = Random.seeded(4);
  return Array.from({ length: Math.max(BODIES, brains.length) }, (_, index) => ({
    path: `/v1/brains/${brains[index % brains.length]}/${call}`,
    body: bodiesOf(call, random, 1, inputDim)[JSON_TYPE],
  }));
}
