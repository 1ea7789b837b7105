// An ONNX model on onnxruntime. One picture at a time: its features are then the same bits whatever else is encoded beside it.

import * as ort from "onnxruntime-node";
import type { ImageInput } from "../definition.ts";
import type { Computing } from "../encoder.ts";
import type { Network } from "./network.ts";
import { shapeOf } from "./planes.ts";

/** @throws Error that says what is wrong with the model */
export async function openOnnxNetwork(
  path: string,
  input: ImageInput,
  output: string,
  { threads, provider }: Computing,
): Promise<Network> {
  const session = await ort.InferenceSession.create(path, {
    // What the provider has no kernel for the processor computes.
    executionProviders: provider === "cpu" ? ["cpu"] : [provider, "cpu"],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    executionMode: "sequential",
    // A thread that spins while it waits takes the core from another host.
    extra: { session: { intra_op: { allow_spinning: "0" } } },
  });
  const [name, ...others] = session.inputNames;
  if (name === undefined || others.length > 0) {
    throw new Error(`the model has ${session.inputNames.length} inputs, an encoder wants one`);
  }
  if (!session.outputNames.includes(output)) {
    throw new Error(`the model has no output ${output}; it has ${session.outputNames.join(", ")}`);
  }
  const shape = shapeOf(input);
  const run = async (picture: Float32Array): Promise<Float32Array> => {
    const results = await session.run({ [name]: new ort.Tensor("float32", picture, shape) }, [output]);
    const features = results[output]?.data;
    if (!(features instanceof Float32Array)) throw new Error(`output ${output} is not float32`);
    return features;
  };
  return { run, dispose: () => void session.release() };
}
