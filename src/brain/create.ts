// A brain's first state: orthogonal encoders, zero decoders, an empty memory. It comes from the configuration alone (its seed included),
// so that the same configuration gives the same brain on any machine.

import type { Backend } from "../backend/backend.ts";
import type { Brain } from "./brain.ts";
import type { PlasticConfig } from "./config.ts";
import { EpisodicMemory, NEW_COUNTERS } from "./episodic-memory.ts";
import { MemoryEntries } from "./memory-entries.ts";
import { policyOf } from "./memory-policy.ts";
import { Normalization } from "./normalization.ts";
import { orthogonal } from "./orthogonal.ts";
import { PlasticBrain } from "./plastic-brain.ts";
import { PlasticLayer } from "./plastic-layer.ts";
import { Random } from "./random.ts";

/** @param config complete and in range: the HTTP schema has checked it */
export async function createBrain(config: PlasticConfig, backend: Backend): Promise<Brain> {
  const { inputDim, normalization: kind, seed } = config;
  const random = Random.seeded(seed);
  const layers = [];
  for (let index = 0; index < config.layers; index++) layers.push(await freshLayer(config, random, backend));
  const memory = await freshMemory(config, backend);
  const statistics = kind === "none" ? 0 : inputDim;
  const normalization = new Normalization(kind, new Float32Array(statistics), new Float32Array(statistics).fill(1));
  return new PlasticBrain({ config, mode: "plastic", step: 0, labels: [], random, layers, normalization, memory });
}

async function freshMemory({ memorySize, inputDim, neighbors, memoryPolicy }: PlasticConfig, backend: Backend) {
  const kernel = await backend.createMemory(memorySize, inputDim, new Float32Array(0));
  const entries = MemoryEntries.empty(memorySize);
  const policy = policyOf(memoryPolicy, entries);
  return new EpisodicMemory({ kernel, neighbors, entries, policy, counters: NEW_COUNTERS });
}

async function freshLayer(config: PlasticConfig, random: Random, backend: Backend): Promise<PlasticLayer> {
  const { hiddenDim, inputDim } = config;
  const kernel = await backend.createLayer(config, {
    encoder: orthogonal(hiddenDim, inputDim, random),
    decoder: new Float32Array(hiddenDim * inputDim),
    decoderStep: new Int32Array(hiddenDim),
    steps: 0,
  });
  const perNeuron = () => new Float32Array(hiddenDim);
  return new PlasticLayer(config, kernel, { frequency: perNeuron(), maturity: perNeuron(), recycled: 0 });
}
