// Whether TensorFlow computes: because it was named, or because there is a GPU for it.

import type { BackendOptions } from "../select.ts";
import { BackendUnavailable } from "../unavailable.ts";
import { loadTensorflow, NotInstalled } from "./load.ts";
import { TfjsBackend } from "./tfjs-backend.ts";

/** @throws BackendUnavailable */
export async function tensorflowBackend(options: BackendOptions, load = loadTensorflow): Promise<TfjsBackend> {
  const { tf, isOnGpu } = await load(options);
  if (!isOnGpu) options.warn?.("TensorFlow has found no GPU: it computes on the processor");
  return new TfjsBackend(tf, options.warn);
}

/** @returns null where TensorFlow or a GPU is missing */
export async function gpuBackend(options: BackendOptions, load = loadTensorflow): Promise<TfjsBackend | null> {
  try {
    const { tf, isOnGpu } = await load(options);
    if (isOnGpu) return new TfjsBackend(tf, options.warn);
    options.warn?.("TensorFlow is installed, but it has found no GPU: it is not used");
  } catch (error) {
    if (!(error instanceof BackendUnavailable)) throw error;
    // Nobody asked for it.
    if (!(error instanceof NotInstalled)) options.warn?.(error.message);
  }
  return null;
}
