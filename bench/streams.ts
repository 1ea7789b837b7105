// What streams cost the gateway: messages a second to one listener and to a hundred, thousands of streams that hear nothing, and one that is
// not read at all. The real application without brains under it; its clients are another process.

import { fork } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { pino } from "pino";
import type { Brains } from "../src/brains/api.ts";
import { loadConfig } from "../src/config.ts";
import type { Curricula } from "../src/curricula/api.ts";
import type { Datasets } from "../src/datasets/api.ts";
import { buildApp } from "../src/http/app.ts";
import { Feed, type FeedMessage } from "../src/metrics/feed.ts";
import { Meters } from "../src/metrics/meters.ts";
import { UNTRACED } from "../src/tracing/tracer.ts";
import type { BenchOptions } from "./brain.ts";
import { residentMb, round } from "./measures.ts";

const CLIENTS = fileURLToPath(new URL("./stream-clients.ts", import.meta.url));
const LISTENERS = [1, 100] as const;
/** Messages that are published without a look at the sockets. */
const BURST = 500;
const STALLED_PER_SECOND = 1000;

type Outcome = "sent" | "coalesced" | "dropped";
type Site = {
  readonly feed: Feed;
  /** @returns how many messages for streams have ended so */
  readonly count: (outcome: Outcome) => Promise<number>;
};

/** Prints three tables. */
export async function benchStreams({ isQuick }: BenchOptions): Promise<void> {
  const seconds = isQuick ? 10 : 60;
  console.log(`streams: one whose socket is not read, ${STALLED_PER_SECOND} messages a second for ${seconds} s`);
  console.table(await inTurn([0, 1], (stalled) => stalling(stalled, seconds)));
  console.log("streams: lessons told to so many listeners, as fast as they take them");
  console.table(await inTurn(LISTENERS, (listeners) => telling(listeners, isQuick ? 2000 : 20_000)));
  const idle = isQuick ? 1000 : 8000;
  console.log(`streams: ${idle} that hear nothing, each of a brain of its own`);
  console.table([await resting(idle)]);
}

async function inTurn<T, R>(values: readonly T[], run: (value: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (const value of values) results.push(await run(value));
  return results;
}

async function telling(listeners: number, messages: number): Promise<object> {
  return withClients(listeners, "read", async ({ feed, count }, heard) => {
    for (let seq = 1; seq <= BURST; seq++) feed.publish(lesson("warm", seq)); // compiles
    while ((await heard()) < BURST * listeners) await sleep(10);
    const before = { ms: performance.now(), cpu: process.cpuUsage(), sent: await count("sent") };
    for (let seq = 1; seq <= messages; seq++) {
      feed.publish(lesson("busy", seq));
      if (seq % BURST !== 0) continue;
      // What a reader has not taken yet would be merged.
      while ((await heard()) < (seq + BURST) * listeners) await sleep(1);
    }
    const seconds = (performance.now() - before.ms) / 1000;
    const { user, system } = process.cpuUsage(before.cpu);
    const sends = (await count("sent")) - before.sent;
    return {
      listeners,
      "messages/s": Math.round(messages / seconds),
      "sent/s": Math.round(sends / seconds),
      "CPU µs a message": round((user + system) / messages),
      "CPU µs a send": round((user + system) / sends),
    };
  });
}

async function resting(streams: number): Promise<object> {
  const before = heldBytes();
  return withClients(streams, "idle", async ({ feed }) => {
    const grewBytes = heldBytes() - before;
    const cpu = process.cpuUsage();
    const messages = 10_000;
    for (let seq = 1; seq <= messages; seq++) feed.publish(lesson("somebody else's", seq));
    const { user, system } = process.cpuUsage(cpu);
    return {
      streams,
      "MiB together": round(grewBytes / 2 ** 20),
      "KiB each": round(grewBytes / 1024 / streams),
      "CPU µs a message for none of them": round((user + system) / messages),
    };
  });
}

/** What is left after a collection. */
function heldBytes(): number {
  setFlagsFromString("--expose-gc");
  runInNewContext("gc")();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

async function stalling(stalled: number, seconds: number): Promise<object> {
  return withClients(stalled, "stall", async ({ feed, count }) => {
    const before = heldBytes();
    let most = before;
    let seq = 0;
    let looks = 0;
    const start = performance.now();
    for (let passed = 0; passed < seconds; passed = (performance.now() - start) / 1000) {
      // Half of them could merge, half of them could not.
      while (seq < passed * STALLED_PER_SECOND) {
        feed.publish(++seq % 2 === 0 ? lesson(`brain-${seq % 10}`, seq) : switched("busy", seq));
      }
      for (; looks < passed; looks++) most = Math.max(most, heldBytes());
      await sleep(5);
    }
    return {
      "stalled streams": stalled,
      messages: seq,
      sent: await count("sent"),
      dropped: await count("dropped"),
      "most MiB held more": round((most - before) / 2 ** 20),
      "resident MiB": Math.round(residentMb(process.pid)),
    };
  });
}

/** Runs `use` with a server and so many clients. @param use gets a function that asks how many messages they have got */
async function withClients<T>(
  streams: number,
  mode: "read" | "idle" | "stall",
  use: (site: Site, heard: () => Promise<number>) => Promise<T>,
): Promise<T> {
  const feed = new Feed();
  const meters = new Meters(feed);
  const config = loadConfig({ ENGRAM_MAX_IN_FLIGHT: "20000" });
  // The path of all streams asks the service for nothing.
  const app = await buildApp({
    brains: {} as Brains,
    datasets: {} as Datasets,
    curricula: {} as Curricula,
    feed,
    meters,
    config,
    log: pino({ level: "silent" }),
    tracer: UNTRACED,
  });
  const url = await app.listen({ port: 0, host: "127.0.0.1" });
  const clients = fork(CLIENTS, [url, String(streams), mode], { execArgv: ["--import", "tsx"] });
  try {
    await once(clients, "message");
    const heard = async (): Promise<number> => {
      clients.send("heard?");
      const [answer] = await once(clients, "message");
      return Number(answer);
    };
    const count = async (outcome: Outcome): Promise<number> => {
      const { text } = await meters.read();
      const sample = `engram_stream_messages_total{outcome="${outcome}"} `;
      return Number(
        text
          .split("\n")
          .find((line) => line.startsWith(sample))
          ?.slice(sample.length) ?? 0,
      );
    };
    return await use({ feed, count }, heard);
  } finally {
    clients.kill();
    await app.close();
  }
}

const stamp = (brain: string, seq: number) => ({ brain, seq, step: seq, time: new Date().toISOString() });

const lesson = (brain: string, seq: number): FeedMessage => ({
  ...stamp(brain, seq),
  ...{ type: "learned", samples: 10, heldOut: 0, accuracy: 0.91, reward: 0.89, recycled: 1 },
  memory: { stored: seq, capacity: 60_000 },
});

const switched = (brain: string, seq: number): FeedMessage => ({
  ...stamp(brain, seq),
  type: "modeChanged",
  mode: "panic",
});
