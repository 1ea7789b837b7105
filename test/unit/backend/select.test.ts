// Which backend is chosen, with TensorFlow here or not: the package is played by tfjs on its `cpu` backend.

import assert from "node:assert/strict";
import { test } from "node:test";
import { loadTensorflow, NotInstalled, type Surroundings } from "../../../src/backend/tfjs/load.ts";
import { gpuBackend, tensorflowBackend } from "../../../src/backend/tfjs/select.ts";
import { BackendUnavailable } from "../../../src/backend/unavailable.ts";
import { tf } from "../../support/tfjs.ts";

const surroundings = (change: Partial<Surroundings> = {}): Surroundings => ({
  nodeVersion: "20.20.2",
  env: {},
  isInstalled: () => true,
  load: () => tf,
  ...change,
});

const refusal = (message: RegExp) => (error: unknown) =>
  error instanceof BackendUnavailable && message.test(error.message);

const never = () => assert.fail("loaded");

/** Runs `choose` as if the machine had this TensorFlow. @returns the backend's name, and what it warned of */
async function chosen(choose: typeof gpuBackend, has: Surroundings | boolean) {
  const warnings: string[] = [];
  const load: typeof loadTensorflow = async (options) =>
    typeof has === "boolean" ? { tf, isOnGpu: has } : loadTensorflow(options, has);
  const backend = await choose({ threads: 1, warn: (message) => warnings.push(message) }, load);
  return { name: backend?.name ?? null, warnings };
}

test("what is not installed is named, with how to install it", async () => {
  const without = surroundings({ isInstalled: () => false, load: never });
  const named =
    /needs the package @tensorflow\/tfjs-node-gpu.* npm install --no-save @tensorflow\/tfjs-node-gpu@4\.22\.0/;
  await assert.rejects(loadTensorflow({ threads: 1 }, without), refusal(named));
});

test("a Node that is too new is refused before anything is loaded", async () => {
  const onNode = (nodeVersion: string, load = () => tf) =>
    loadTensorflow({ threads: 1 }, surroundings({ nodeVersion, load }));
  for (const version of ["23.0.0", "24.11.1"]) {
    const named = new RegExp(`runs on Node 22 or older, and this is Node ${version}`);
    await assert.rejects(onNode(version, never), refusal(named));
  }
  assert.equal((await onNode("22.21.1")).tf, tf);
});

test("what does not load says why", async () => {
  const broken = surroundings({
    load: () => {
      throw new Error("libcudart.so.11.0: no such file");
    },
  });
  await assert.rejects(
    loadTensorflow({ threads: 1 }, broken),
    refusal(/does not load: libcudart\.so\.11\.0: no such file/),
  );
});

test("TensorFlow computes in float32 unless the environment says otherwise", async () => {
  const env: Record<string, string | undefined> = { TF_FORCE_GPU_ALLOW_GROWTH: "false" };
  await loadTensorflow({ threads: 3 }, surroundings({ env }));
  assert.equal(env.NVIDIA_TF32_OVERRIDE, "0");
  assert.equal(env.TF_FORCE_GPU_ALLOW_GROWTH, "false");
  assert.equal(env.TF_NUM_INTRAOP_THREADS, "3");
});

test("of the GPUs that the environment names each process takes its own, in turn", async () => {
  const gpuOf = async (host: number, gpus?: string) => {
    const env: Record<string, string | undefined> = { CUDA_VISIBLE_DEVICES: gpus };
    await loadTensorflow({ threads: 1, host }, surroundings({ env }));
    return env.CUDA_VISIBLE_DEVICES;
  };
  assert.deepEqual(await Promise.all([0, 1, 2].map((host) => gpuOf(host, "0,3"))), ["0", "3", "0"]);
  assert.deepEqual([await gpuOf(1, "2"), await gpuOf(1)], ["2", undefined]);
});

test("by itself TensorFlow is chosen for a GPU only; why not is told where it is installed", async () => {
  assert.deepEqual(await chosen(gpuBackend, true), { name: "tensorflow", warnings: [] });
  assert.deepEqual(await chosen(gpuBackend, surroundings({ isInstalled: () => false })), { name: null, warnings: [] });
  for (const has of [surroundings(), surroundings({ nodeVersion: "24.0.0" })]) {
    const { name, warnings } = await chosen(gpuBackend, has);
    assert.deepEqual([name, warnings.length], [null, 1]);
  }
});

test("asked for, it is used without a GPU too, with a warning, and missed where it is not there", async () => {
  assert.deepEqual(await chosen(tensorflowBackend, true), { name: "tensorflow", warnings: [] });
  const { name, warnings } = await chosen(tensorflowBackend, surroundings());
  assert.deepEqual([name, warnings.length], ["tensorflow", 1]);
  const without = surroundings({ isInstalled: () => false });
  await assert.rejects(chosen(tensorflowBackend, without), NotInstalled);
});

test("a mistake in the code is not taken for a missing GPU", async () => {
  const bug = new TypeError("a bug");
  const load = () => Promise.reject(bug);
  await assert.rejects(gpuBackend({ threads: 1 }, load), bug);
});
