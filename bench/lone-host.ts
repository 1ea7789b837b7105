// A compute process without a server: what its work costs where nothing is logged and nothing comes by HTTP.

import { pino } from "pino";
import type { Brain } from "../src/brain/brain.ts";
import { encodeEvent, type Learned } from "../src/brain/events.ts";
import { encodeHeader } from "../src/brain/state.ts";
import { HostPool } from "../src/host/host-pool.ts";
import type { Matrix } from "../src/tensor/matrix.ts";
import { bytesOf, layOut } from "../src/tensor/safetensors.ts";
import { classesOf } from "./full-memory.ts";
import { quantiles, round } from "./measures.ts";

/** What calls it may be asked, by the names of brains; each resolves when it has its result. */
export type LoneHost = {
  readonly teach: (brain: string, inputs: Matrix) => Promise<unknown>;
  readonly ask: (brain: string, inputs: Matrix) => Promise<unknown>;
};

/** Runs `use` with a process, of one thread, that holds the states of `brains`, by their names. */
export async function withLoneHost(
  brains: Readonly<Record<string, Brain>>,
  use: (host: LoneHost) => Promise<void>,
): Promise<void> {
  const batch = { maxBatchRows: 256, maxBatchDelayMs: 0 };
  const settings = {
    hosts: 1,
    silenceMs: 0,
    backend: "cpu",
    threads: 1,
    logLevel: "warn",
    encodersDir: "",
    encoderProvider: "cpu",
    ...batch,
  } as const;
  const hosts = new HostPool(settings, pino({ level: "silent" }));
  try {
    await hosts.ready();
    const [host] = hosts.hosts;
    if (host === undefined) throw new Error("there is no host");
    for (const [name, brain] of Object.entries(brains)) await load(host, name, brain);
    const seqs = new Map<string, number>();
    await use({
      teach: (brain, inputs) => {
        const seq = (seqs.get(brain) ?? 0) + 1;
        seqs.set(brain, seq);
        const classes = classesOf(inputs.rows);
        const lesson: Learned = { type: "learned", inputs, classes, newLabels: [], mode: "plastic", memorize: true };
        return host.request("apply", { brain, seq }, encodeEvent(lesson));
      },
      ask: (brain, { rows, cols, data }) =>
        host.request("predict", { brain, rows, cols, topK: 1, explain: false }, bytesOf(data)),
    });
  } finally {
    await hosts.close();
  }
}

async function load(host: HostPool["hosts"][number], name: string, brain: Brain): Promise<void> {
  const { header, tensors } = await brain.state();
  const file = layOut(tensors, encodeHeader(header));
  await host.request("loadBegin", { brain: name, seq: 0, byteLength: file.byteLength });
  for (const part of [file.header, ...file.parts]) await host.request("loadPart", { brain: name }, part);
  await host.request("loadEnd", { brain: name });
}

/** So many callers make calls for so many seconds, each its next once it has a result; ms. */
export async function throng(call: () => Promise<unknown>, callers: number, seconds: number) {
  const latencies: number[] = [];
  const startedMs = performance.now();
  const endMs = startedMs + 1000 * seconds;
  const caller = async (): Promise<void> => {
    while (performance.now() < endMs) {
      const sentMs = performance.now();
      await call();
      latencies.push(performance.now() - sentMs);
    }
  };
  await Promise.all(Array.from({ length: callers }, caller));
  const { p50, p99 } = quantiles(latencies);
  const rate = round((1000 * latencies.length) / (performance.now() - startedMs));
  return { p50, p99, "calls/s": rate, failed: 0 };
}
