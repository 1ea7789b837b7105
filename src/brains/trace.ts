// What a brain does with single inputs, layer by layer, for those who want to see how a prediction comes about.

import { invalid } from "../errors.ts";
import type { TraceAnswer, TraceInputs } from "./api.ts";
import type { LiveBrain } from "./live-brain.ts";

/** Inputs of one call. With so few, no answer holds more scores, neighbours or logits than one may (`checkScores`). */
export const MAX_TRACED = 8;

/** An answer of more than this (5 MB of JSON) would take long to write and to read. */
const MAX_NUMBERS = 250_000;

/** What each neuron that fires is told with: itself, how strongly, and in a layer whether it is mature. */
const NUMBERS_PER_WINNER = { plastic: 3, triarchic: 2 } as const;

/** All in the state that the stamp names. @throws EngramError `validation` */
export async function trace(brain: LiveBrain, request: TraceInputs): Promise<TraceAnswer> {
  const { inputs, topK, imaginations = false, signal } = request;
  checkLength(request, brain);
  const { rows, cols, data } = inputs;
  const body = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  const { result } = await brain.read("trace", { rows, cols, topK, imaginations }, body, signal);
  const { traces, ...stamp } = result;
  return { brain: brain.row.id, ...stamp, traces };
}

/** @throws EngramError `validation` when the answer would be too long */
function checkLength({ inputs, imaginations = false }: TraceInputs, { row, head }: LiveBrain): void {
  const { inputDim, winners } = row.config;
  const layers = row.kind === "plastic" ? head.shape.layers.length : 1;
  const firing = inputs.rows * layers * NUMBERS_PER_WINNER[row.kind] * winners;
  if (firing > MAX_NUMBERS) {
    throw invalid("#/inputs", `asks for ${firing} numbers of the neurons that fire; one answer holds ${MAX_NUMBERS}`);
  }
  const all = firing + (imaginations && row.kind === "plastic" ? inputs.rows * layers * inputDim : 0);
  if (all > MAX_NUMBERS) {
    throw invalid("#/imaginations", `asks for ${all} numbers in all; one answer holds ${MAX_NUMBERS}`);
  }
}
