// Entry of a thread that runs a TensorFlow.js graph on tfjs's WebAssembly backend (thread.ts). Optional packages, loaded here and nowhere else.

import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { workerData } from "node:worker_threads";
import type { io } from "@tensorflow/tfjs-core";
import { serve } from "../thread.ts";

/** What the thread is told at its start. */
export type GraphModel = {
  /** The model's `model.json`; its weights lie beside it. */
  readonly path: string;
  /** Of one picture, as the graph takes it. */
  readonly shape: readonly number[];
  /** The node whose numbers are the features. */
  readonly output: string;
};

/** What a `model.json` of tfjs's converter says of its weights. */
type WeightsManifest = readonly { readonly paths: readonly string[]; readonly weights: io.WeightsManifestEntry[] }[];

await serve(async () => {
  // Whoever starts the thread gives it that.
  const { path, shape, output } = workerData as GraphModel;
  const tf = await import("@tensorflow/tfjs-core");
  await import("@tensorflow/tfjs-backend-wasm");
  const { loadGraphModel } = await import("@tensorflow/tfjs-converter");
  await tf.setBackend("wasm");
  const model = await loadGraphModel({ load: () => artifactsOf(path) });
  return async (picture: Float32Array) => {
    const features = tf.tidy(() => {
      const result = model.execute(tf.tensor(picture, [...shape]), output);
      if (Array.isArray(result)) throw new Error(`output ${output} is several tensors`);
      return tf.reshape(result, [-1]);
    });
    // A copy: the numbers are the backend's.
    const numbers = Float32Array.from(await features.data());
    features.dispose();
    return numbers;
  };
});

/** Topology and weights, which lie in files of their own. */
async function artifactsOf(path: string): Promise<io.ModelArtifacts> {
  const { modelTopology, weightsManifest, format } = JSON.parse(await readFile(path, "utf8"));
  const groups: WeightsManifest = weightsManifest;
  const names = groups.flatMap(({ paths }) => paths);
  const bytes = Buffer.concat(await Promise.all(names.map((name) => readFile(join(dirname(path), name)))));
  return {
    modelTopology,
    format,
    weightSpecs: groups.flatMap(({ weights }) => weights),
    weightData: bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength),
  };
}
