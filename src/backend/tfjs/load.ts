// TensorFlow for the tensorflow backend: an optional peer dependency, whose install downloads libtensorflow. It is loaded when it is asked
// for and in a host process only. Invariant: where it cannot be had, the error says what is missing; what cannot work is not tried.

import { createRequire } from "node:module";
import { BackendUnavailable } from "../unavailable.ts";
import type { Tfjs } from "./device.ts";

const PACKAGE: string = "@tensorflow/tfjs-node-gpu";
const VERSION = "4.22.0";

/** The binding calls functions of `node:util` that Node 23 took away. */
const NEWEST_NODE = 22;

/**
 * What TensorFlow is told unless the environment says otherwise: products of float32 are not rounded to TF32's 10 bits; a host takes
 * the GPU's memory as it needs it, so that several can share one; start-up chatter stays out of the log.
 */
const SETTINGS = { NVIDIA_TF32_OVERRIDE: "0", TF_FORCE_GPU_ALLOW_GROWTH: "true", TF_CPP_MIN_LOG_LEVEL: "1" };

export type Tensorflow = {
  readonly tf: Tfjs;
  /** Whether a GPU computes; otherwise the processor does. */
  readonly isOnGpu: boolean;
};

/** What loading takes from the process; a parameter, so that tests need no TensorFlow. */
export type Surroundings = {
  readonly nodeVersion: string;
  readonly env: Record<string, string | undefined>;
  readonly isInstalled: () => boolean;
  readonly load: () => Tfjs;
};

/** The binding is a CommonJS module. */
const require = createRequire(import.meta.url);

const THIS_PROCESS: Surroundings = {
  nodeVersion: process.versions.node,
  env: process.env,
  isInstalled: () => {
    try {
      require.resolve(PACKAGE);
      return true;
    } catch {
      return false;
    }
  },
  load: () => require(PACKAGE),
};

type LoadOptions = {
  /** Of the processor, where it computes. */
  readonly threads: number;
  /** Which of several processes this is: of the GPUs in `CUDA_VISIBLE_DEVICES` each takes its own, in turn. */
  readonly host?: number;
};

/** Nothing to warn of where nobody asked for it. */
export class NotInstalled extends BackendUnavailable {}

/** @throws BackendUnavailable */
export async function loadTensorflow(options: LoadOptions, surroundings = THIS_PROCESS): Promise<Tensorflow> {
  const { nodeVersion, env, isInstalled, load } = surroundings;
  if (!isInstalled()) {
    const how = `npm install --no-save ${PACKAGE}@${VERSION} (Node ${NEWEST_NODE} or older), or use the gpu image`;
    throw new NotInstalled(`The tensorflow backend needs the package ${PACKAGE}, which is not installed: ${how}.`);
  }
  if (Number.parseInt(nodeVersion, 10) > NEWEST_NODE) {
    const why = `${PACKAGE} ${VERSION} runs on Node ${NEWEST_NODE} or older, and this is Node ${nodeVersion}`;
    throw new BackendUnavailable(`The tensorflow backend cannot be used: ${why}.`);
  }
  prepare(env, options);
  const tf = loaded(load);
  await tf.ready();
  tf.enableProdMode();
  // tfjs-node's backend says so; tfjs-core's type of a backend does not know.
  const { isUsingGpuDevice } = tf.backend() as { readonly isUsingGpuDevice?: boolean };
  return { tf, isOnGpu: isUsingGpuDevice === true };
}

/** A native library reads these once, when it is loaded. */
function prepare(env: Surroundings["env"], { threads, host = 0 }: LoadOptions): void {
  for (const [name, value] of Object.entries({ ...SETTINGS, TF_NUM_INTRAOP_THREADS: `${threads}` }))
    env[name] ??= value;
  const gpus = env.CUDA_VISIBLE_DEVICES?.split(",") ?? [];
  if (gpus.length > 1) env.CUDA_VISIBLE_DEVICES = gpus[host % gpus.length];
}

function loaded(load: () => Tfjs): Tfjs {
  try {
    return load();
  } catch (error) {
    const why = `${PACKAGE} does not load: ${error instanceof Error ? error.message : String(error)}`;
    throw new BackendUnavailable(`The tensorflow backend cannot be used: ${why}`, { cause: error });
  }
}
