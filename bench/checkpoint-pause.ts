// How long a snapshot keeps a brain waiting, and what it costs the changes beside it: a host without its process, the default brain, its
// memory full. Prints, asserts nothing.

import type { PlasticConfig } from "../src/brain/config.ts";
import { encodeEvent } from "../src/brain/events.ts";
import { MeasuredBrain } from "../src/brain/measures/measured-brain.ts";
import { newMeasuring } from "../src/brain/measures/measuring.ts";
import type { PlasticBrain } from "../src/brain/plastic-brain.ts";
import { Random } from "../src/brain/random.ts";
import { HostedBrain } from "../src/host/hosted-brain.ts";
import { Scheduler } from "../src/host/scheduler.ts";
import { randomRows } from "./full-memory.ts";
import { CHUNK_BYTES, quantiles } from "./measures.ts";

/** @param brain taken over */
export async function benchPause(brain: PlasticBrain, config: PlasticConfig, rounds: number): Promise<void> {
  const scheduler = new Scheduler((error) => {
    throw error;
  });
  const measured = new MeasuredBrain(brain, newMeasuring({ kind: "plastic", config }), 0);
  const hosted = new HostedBrain(measured, scheduler, { maxBatchRows: 256, maxBatchDelayMs: 0 });
  const random = Random.seeded(3);
  let seq = 0;
  const learn = () => {
    const event = {
      type: "learned",
      inputs: randomRows(random, 1, config.inputDim),
      classes: Int32Array.of(0),
      newLabels: [],
      mode: "plastic",
      memorize: true,
    } as const;
    return timed(hosted.apply(++seq, encodeEvent(event)));
  };
  const [idle, pauses, first, later, hashing]: number[][] = [[], [], [], [], []] as const;
  for (let round = 0; round < rounds; round++) {
    for (let i = 0; i < 5; i++) idle.push(await learn());
    const snapshot = timed(hosted.beginSnapshot("bench", CHUNK_BYTES));
    // Answered as soon as the state is taken: hashing lets others pass.
    pauses.push(await timed(hosted.memorySummary()));
    first.push(await learn());
    hashing.push(await snapshot);
    for (let i = 0; i < 5; i++) later.push(await learn());
    hosted.endSnapshot("bench");
  }
  const rows = { idle, pauses, first, later, hashing };
  const titles = {
    idle: "learn, idle",
    pauses: "pause while the state is taken",
    first: "learn, first after it (while hashing)",
    later: "learn, the next five (hashed, not ended)",
    hashing: "hashing, beside two learns",
  } as const;
  console.table(
    Object.entries(rows).map(([name, times]) => ({ ms: titles[name as keyof typeof titles], ...quantiles(times) })),
  );
  await hosted.dispose();
}

async function timed(run: Promise<unknown>): Promise<number> {
  const start = performance.now();
  await run;
  return performance.now() - start;
}
