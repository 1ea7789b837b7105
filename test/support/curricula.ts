// A small dataset, curricula on it, and the same lessons given by hand.

import { setTimeout as sleep } from "node:timers/promises";
import type { CurriculumInfo, Phase } from "../../src/curricula/api.ts";
import { call, inputOf } from "./client.ts";

export const CLASSES = ["ant", "bee", "cow"] as const;

export type Row = { readonly input: readonly number[]; readonly label: string };

/** Row number `index`: the same for the same index. */
const rowOf = (index: number): Row => ({ input: inputOf(index), label: CLASSES[index % CLASSES.length]! });

/** Uploads `rows` samples of 8 features. @returns them, in their order */
export async function putRows(server: string, id: string, rows: number): Promise<readonly Row[]> {
  const samples = Array.from({ length: rows }, (_, index) => rowOf(index));
  const names = samples[0]!.input.map((_, column) => `x${column}`);
  const lines = samples.map(({ input, label }) => [...input, label].join());
  const response = await fetch(`${server}/v1/datasets/${id}`, {
    method: "PUT",
    headers: { "content-type": "text/csv" },
    body: `${[...names, "label"].join()}\n${lines.join("\n")}\n`,
  });
  if (!response.ok) throw new Error(await response.text());
  return samples;
}

/** Begins a curriculum. */
export const start = (brain: string, plan: object): Promise<CurriculumInfo> => call("POST", `${brain}/curricula`, plan);

/** Waits until it is as `isIt` wants, and asks every so often: an answer costs as much as a step. */
export async function until(
  brain: string,
  id: string,
  isIt: (info: CurriculumInfo) => boolean,
  everyMs = 20,
): Promise<CurriculumInfo> {
  for (;;) {
    const info = await call<CurriculumInfo>("GET", `${brain}/curricula/${id}`);
    if (isIt(info)) return info;
    if (info.endedAt !== null) throw new Error(`it has ended: ${JSON.stringify(info)}`);
    await sleep(everyMs);
  }
}

/** Waits for its end. */
export const ended = (brain: string, id: string): Promise<CurriculumInfo> =>
  until(brain, id, ({ endedAt }) => endedAt !== null, 50);

/** Gives the lessons of a phase in stored order, call by call. */
export async function teach(brain: string, rows: readonly Row[], phase: Partial<Phase>): Promise<void> {
  const { epochs = 1, batchSize = 32, memorize = true } = phase;
  for (let epoch = 0; epoch < epochs; epoch++) {
    for (let at = 0; at < rows.length; at += batchSize) {
      const some = rows.slice(at, at + batchSize);
      const [inputs, labels] = [some.map(({ input }) => input), some.map(({ label }) => label)];
      await call("POST", `${brain}/learn`, { inputs, labels, memorize });
    }
  }
}
