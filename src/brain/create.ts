// A brain's first state; of a plastic one: orthogonal encoders, zero decoders, an empty memory. It comes from the configuration alone (its seed included),
// so that the same configuration gives the same brain on any machine.

import type { Backend } from "../backend/backend.ts";
import { type Pace, unpaced } from "../tensor/pace.ts";
import { freshReadout } from "./analytic/readout-create.ts";
import type { Brain } from "./brain.ts";
import type { Blueprint, PlasticConfig } from "./config.ts";
import { EpisodicMemory, NEW_COUNTERS } from "./episodic-memory.ts";
import { freshLayer } from "./fresh-layer.ts";
import { MemoryEntries } from "./memory-entries.ts";
import { MemoryKeys } from "./memory-keys.ts";
import { policyOf } from "./memory-policy.ts";
import { Normalization } from "./normalization.ts";
import { PlasticBrain } from "./plastic-brain.ts";
import { PlasticStack } from "./plastic-stack.ts";
import { Random } from "./random.ts";
import { createTriarchicBrain } from "./triarchic-create.ts";

/**
 * @param blueprint complete and in range: the HTTP schema has checked it
 * @param pace asked between small pieces of the work
 */
export const createBrain = ({ kind, config }: Blueprint, backend: Backend, pace: Pace = unpaced): Promise<Brain> =>
  kind === "plastic" ? createPlasticBrain(config, backend, pace) : createTriarchicBrain(config, backend, pace);

/** As `createBrain`, of a plastic brain. */
export async function createPlasticBrain(
  config: PlasticConfig,
  backend: Backend,
  pace: Pace = unpaced,
): Promise<PlasticBrain> {
  const { inputDim, normalization: kind, seed } = config;
  const random = Random.seeded(seed);
  const layers = [];
  for (let index = 0; index < config.layers; index++) layers.push(await freshLayer(config, random, backend, pace));
  const stack = new PlasticStack(layers, (now) => freshLayer(now, random, backend));
  const memory = await freshMemory(config, backend);
  const readout = await freshReadout(config, memory, backend);
  const statistics = kind === "none" ? 0 : inputDim;
  const normalization = new Normalization(kind, new Float32Array(statistics), new Float32Array(statistics).fill(1));
  const mode = "plastic";
  return new PlasticBrain({
    config,
    mode,
    step: 0,
    labels: [],
    random,
    stack,
    normalization,
    memory,
    readout,
    pieceRows: backend.pieceRows,
  });
}

async function freshMemory(config: PlasticConfig, backend: Backend) {
  const { memorySize, inputDim, neighbors, memoryPolicy, memoryIndex } = config;
  const keys = await MemoryKeys.create(backend, { capacity: memorySize, inputDim }, new Float32Array(0), memoryIndex);
  const entries = MemoryEntries.empty(memorySize);
  const policy = policyOf(memoryPolicy, entries);
  return new EpisodicMemory({ keys, neighbors, entries, policy, counters: NEW_COUNTERS });
}
