// What calls cost from end to end: the built server on either database, the default brain with its memory full, and autocannon as its clients.
// Beside each figure what the step alone takes in this process, in the same run: the rest is HTTP, checks, the log and waiting in line.
// Invariant: prints, asserts nothing; calls that failed are counted beside those that did not.

import type { LocalServer } from "../examples/digits/local-server.ts";
import { selectBackend } from "../src/backend/select.ts";
import { PLASTIC_DEFAULTS, type PlasticConfig } from "../src/brain/config.ts";
import type { PlasticBrain } from "../src/brain/plastic-brain.ts";
import { Random } from "../src/brain/random.ts";
import type { BenchOptions } from "./brain.ts";
import { fire, send } from "./fire.ts";
import { brainWithFullMemory, classesOf, randomRows } from "./full-memory.ts";
import { medianMs, residentMb, round } from "./measures.ts";
import { bodiesOf, CALLS, type Call, JSON_TYPE } from "./samples.ts";
import { bring, onEachDatabase, withServer } from "./served.ts";

const BATCHES = [1, 32] as const;
const CONNECTIONS = [1, 32] as const;
/** Different bodies that a line of the table sends in turn. */
const BODIES = 32;
/** So small that a prediction is nearly all gateway. */
const TINY: PlasticConfig = {
  ...PLASTIC_DEFAULTS,
  ...{ inputDim: 16, hiddenDim: 64, winners: 8, layers: 1, memorySize: 100, neighbors: 5, seed: 1 },
};

type Subject = { readonly name: string; readonly brain: PlasticBrain; readonly config: PlasticConfig };

/** Prints one table: brain, database, call, batch, connections, quantiles, rate, and the ratio to the step alone. */
export async function benchHttp({ isQuick }: BenchOptions): Promise<void> {
  const seconds = isQuick ? 2 : 10;
  const config = { ...PLASTIC_DEFAULTS, ...(isQuick ? { memorySize: 20_000 } : {}), seed: 1 };
  const backend = await selectBackend("cpu", { threads: 1 });
  const full: Subject = { name: "full", config, brain: await brainWithFullMemory(config, backend, Random.seeded(2)) };
  const tiny: Subject = {
    name: "tiny",
    config: TINY,
    brain: await brainWithFullMemory(TINY, backend, Random.seeded(2)),
  };
  const table: object[] = [];
  const measure = async (database: string, server: LocalServer, subject: Subject, call: Call, batch: number) => {
    const { name: brain, config } = subject;
    const path = `/v1/brains/${brain}/${call}`;
    const shots = bodiesFor(call, batch, config.inputDim).map((body) => ({ path, body }));
    for (const connections of CONNECTIONS) {
      const aloneMs = await alone(subject, call, batch, isQuick ? 3 : 15);
      // Brings the brain to the compute process, and waits for what the line before has left in its queue.
      await send(server.url, shots[0]);
      const { p50, ...rest } = await fire(server.url, shots, connections, seconds);
      const ratio = round(p50 / aloneMs);
      table.push({ database, brain, call, batch, connections, p50, ...rest, "alone ms": round(aloneMs), ratio });
    }
  };
  await onEachDatabase(async (site) =>
    withServer(site, async (server) => {
      for (const { name, brain } of [full, tiny]) await bring(server, name, brain);
      await measure(site.name, server, tiny, "learn", 1);
      await measure(site.name, server, tiny, "predict", 1);
      for (const call of CALLS) for (const batch of BATCHES) await measure(site.name, server, full, call, batch);
      const [host = 0] = server.hostPids;
      console.log(`${site.name}: after these calls the compute process takes ${round(residentMb(host))} MB`);
    }),
  );
  console.log(
    `http: the default brain, its memory of ${config.memorySize} full, and a tiny one; one thread, ${seconds} s a line; ms from request to answer, clients on the same machine; \`alone\` is the step in this process, \`ratio\` p50 to it`,
  );
  console.table(table);
}

/** Median of the step in this process, in ms. */
function alone({ brain, config }: Subject, call: Call, batch: number, rounds: number): Promise<number> {
  const inputs = randomRows(Random.seeded(3), batch, config.inputDim);
  const lesson = { type: "learned", inputs, classes: classesOf(batch), newLabels: [], mode: "plastic" } as const;
  const learn = () => brain.apply({ ...lesson, memorize: true }, brain.step + 1);
  return medianMs(call === "predict" ? () => brain.predict(inputs, 5) : learn, rounds);
}

const bodiesFor = (call: Call, batch: number, inputDim: number): readonly Buffer[] => {
  const random = Random.seeded(4);
  return Array.from({ length: BODIES }, () => bodiesOf(call, random, batch, inputDim)[JSON_TYPE]);
};
