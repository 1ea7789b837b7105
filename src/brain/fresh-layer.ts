// A layer that knows nothing yet: an orthogonal encoder from the brain's generator, a zero decoder, neurons that never fired.

import type { Backend } from "../backend/backend.ts";
import { type Pace, paced, unpaced } from "../tensor/pace.ts";
import type { PlasticConfig } from "./config.ts";
import { orthogonalPieces } from "./orthogonal.ts";
import { PlasticLayer } from "./plastic-layer.ts";
import type { Random } from "./random.ts";
import { freshSettings } from "./shape.ts";

/** @param config in force now: its learning rate and neurogenesis are the layer's */
export async function freshLayer(
  config: PlasticConfig,
  random: Random,
  backend: Backend,
  pace: Pace = unpaced,
): Promise<PlasticLayer> {
  const { hiddenDim, inputDim } = config;
  const tensors = {
    encoder: await paced(orthogonalPieces(hiddenDim, inputDim, random), pace),
    decoder: new Float32Array(hiddenDim * inputDim),
    decoderStep: new Int32Array(hiddenDim),
    steps: 0,
  };
  const kernel = await backend.createLayer(config, tensors, pace);
  const perNeuron = () => new Float32Array(hiddenDim);
  const neurons = { frequency: perNeuron(), maturity: perNeuron(), recycled: 0 };
  return new PlasticLayer(config, kernel, neurons, freshSettings(config));
}
