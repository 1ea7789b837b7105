// What looking into the default brain costs over HTTP, and those who call it meanwhile: traces, and the distributions of its weights while the brain
// rests, predicts and learns. One compute process of one thread. Invariant: prints, asserts nothing.

import { selectBackend } from "../src/backend/select.ts";
import { PLASTIC_DEFAULTS } from "../src/brain/config.ts";
import { Random } from "../src/brain/random.ts";
import type { BenchOptions } from "./brain.ts";
import { send } from "./fire.ts";
import { brainWithFullMemory, randomRows } from "./full-memory.ts";
import { throng } from "./lone-host.ts";
import { bodiesOf, JSON_TYPE } from "./samples.ts";
import { bring, onEmbedded, withServer } from "./served.ts";

const SAMPLES = 8;

/** Prints one table: call, what goes on beside it, quantiles and rate of both. */
export async function benchInspect({ isQuick }: BenchOptions): Promise<void> {
  const seconds = isQuick ? 2 : 10;
  const config = { ...PLASTIC_DEFAULTS, ...(isQuick ? { memorySize: 20_000 } : {}), seed: 1 };
  const brain = await brainWithFullMemory(config, await selectBackend("cpu", { threads: 1 }), Random.seeded(2));
  const random = Random.seeded(3);
  const table: object[] = [];
  await onEmbedded((site) =>
    withServer(site, async (server) => {
      const url = await bring(server, "full", brain);
      const post = (call: string, body: Buffer) => () => send(url, { path: `/${call}`, body });
      const traced = (rows: number, imaginations: boolean) => {
        const { data } = randomRows(random, rows, config.inputDim);
        const inputs = Array.from({ length: rows }, (_, row) =>
          Array.from(data.subarray(row * config.inputDim, (row + 1) * config.inputDim)),
        );
        return post("trace", Buffer.from(JSON.stringify({ inputs, imaginations })));
      };
      const predict = post("predict", bodiesOf("predict", random, 1, config.inputDim)[JSON_TYPE]);
      const learn = post("learn", bodiesOf("learn", random, SAMPLES, config.inputDim)[JSON_TYPE]);
      const weights = async (): Promise<void> => {
        const response = await fetch(`${url}/weights`);
        if (!response.ok) throw new Error(`weights: ${response.status} ${await response.text()}`);
        await response.arrayBuffer();
      };
      const line = async (call: string, made: () => Promise<unknown>, beside = "", other?: () => Promise<unknown>) => {
        const [own, others] = await Promise.all([throng(made, 1, seconds), other && throng(other, 1, seconds)]);
        table.push({ call, beside, p50: own.p50, p99: own.p99, "its p50": others?.p50, "its p99": others?.p99 });
      };
      await predict(); // the first one brings the brain to the compute process
      await line("predict, 1", predict);
      await line("trace, 1", traced(1, false));
      await line(`trace, ${SAMPLES}, imaginations`, traced(SAMPLES, true));
      await line("weights", weights);
      await line("weights", weights, "predict, 1", predict);
      await line(`learn, ${SAMPLES}`, learn);
      await line("weights", weights, `learn, ${SAMPLES}`, learn);
    }),
  );
  console.log(
    `inspect: the default brain, its memory full; one client a call, ${seconds} s a line; ms from request to answer`,
  );
  console.table(table);
}
