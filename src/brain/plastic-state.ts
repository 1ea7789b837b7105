// The state of a plastic brain: what its parts hold, as a header and named tensors (`state.ts`). `restore.ts` is the way back.
// Invariant: the tensors are views, valid until the brain's next change.

import { f32, i32 } from "../tensor/safetensors.ts";
import type { BrainState, PlasticHeader } from "./brain.ts";
import type { PlasticParts } from "./plastic-brain.ts";

/** Once nothing is settling. */
export async function plasticState(parts: PlasticParts): Promise<BrainState<PlasticHeader>> {
  const { config, mode, step, labels, random, stack, normalization, memory, readout } = parts;
  const { headers, tensors } = await stack.states();
  const remembered = await memory.state(labels.length);
  for (const [name, tensor] of Object.entries(remembered)) tensors[`memory.${name}`] = tensor;
  const { seen, lastId, experience } = memory.counters;
  if (normalization.kind !== "none") {
    tensors["normalization.mean"] = f32(normalization.mean, config.inputDim);
    tensors["normalization.variance"] = f32(normalization.variance, config.inputDim);
  }
  if (readout !== null) {
    const { contexts } = memory;
    Object.assign(tensors, { "memory.contexts": i32(contexts, contexts.length) }, readout.tensors);
  }
  return {
    header: {
      format: 2,
      kind: "plastic",
      config,
      mode,
      step,
      labels,
      random: random.state,
      seen,
      memory: { stored: memory.fill.stored, lastId, experience },
      layers: headers,
      ...(readout === null ? {} : { readout: readout.header }),
    },
    tensors,
  };
}
