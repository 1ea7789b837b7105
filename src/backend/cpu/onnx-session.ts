// How the cpu backend runs onnxruntime.

import * as ort from "onnxruntime-node";

export const startSession = (model: Uint8Array, threads: number): Promise<ort.InferenceSession> =>
  ort.InferenceSession.create(model, {
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    executionMode: "sequential",
    // A thread that spins while it waits takes the core from another host.
    extra: { session: { intra_op: { allow_spinning: "0" } } },
  });
