// Brains through streams on a server, one after the other, each told of in a line.

import type { Client } from "../cifar10/client.ts";
import { percent } from "../cifar10/tables.ts";
import { say, show } from "../console.ts";
import type { Teach } from "./courses.ts";
import { runStream } from "./stream.ts";

export const teachOn =
  (client: Client, signal: AbortSignal): Teach =>
  async (pool, learner, stream) => {
    const what = `${learner.name}, ${stream.name}`;
    const brain = `${pool.name}-${Date.now().toString(36)}`;
    const heed = (progress: string) => show(`${what}: ${progress}`);
    const outcome = await runStream(client, { pool, learner, stream, brain }, { signal, heed });
    show("");
    const { seconds, accuracy, calibration } = outcome;
    say(`${what}: ${seconds.toFixed(1)} s; ${percent(accuracy)}, calibration error ${percent(calibration)}`);
    return outcome;
  };
