// A TensorFlow.js graph, in a thread of its own.

import type { ImageInput } from "../definition.ts";
import { ModelThread } from "../thread.ts";
import type { GraphModel } from "./graph-thread.ts";
import type { Network } from "./network.ts";
import { shapeOf } from "./planes.ts";

const PACKAGES = "@tensorflow/tfjs-core, @tensorflow/tfjs-converter and @tensorflow/tfjs-backend-wasm";

/** @throws EncoderUnavailable when the model cannot be loaded */
export function openGraphNetwork(path: string, input: ImageInput, output: string): Promise<Network> {
  const model: GraphModel = { path, shape: shapeOf(input), output };
  return ModelThread.start<Float32Array>(import.meta.url, "graph-thread", model, PACKAGES);
}
