// Distributions of weights over HTTP, held against the contract.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { decodeSafetensors } from "../../src/tensor/safetensors.ts";
import {
  type CheckpointAnswer,
  call,
  digestOf,
  inputOf,
  SMALL_BRAIN,
  SMALL_TRIARCHIC_BRAIN,
} from "../support/client.ts";
import { type ContractClient, contractClient } from "../support/contract.ts";
import { startTestServer, type TestServer } from "../support/server.ts";

const WEIGHTS = "/v1/brains/{brain}/weights";

type Told = {
  readonly name: string;
  readonly shape: readonly number[];
  readonly count: number;
  readonly min: number | null;
  readonly max: number | null;
  readonly histogram: { readonly from: number; readonly to: number; readonly counts: readonly number[] } | null;
};

let server: TestServer;
let api: ContractClient;
before(async () => {
  server = await startTestServer();
  api = contractClient(server.url);
  for (const brain of [SMALL_BRAIN, SMALL_TRIARCHIC_BRAIN]) {
    const params = { brain: brain.kind };
    await api("post", "/v1/brains", { body: { id: brain.kind, ...brain } });
    for (let from = 0; from < 40; from += 8) {
      const labels = Array.from({ length: 8 }, (_, i) => `c${i % 3}`);
      const body = { inputs: labels.map((_, i) => inputOf(from + i)), labels };
      await api("post", "/v1/brains/{brain}/learn", { params, body });
    }
  }
});
after(() => server.close());

const weights = (brain: string, query = "") => api("get", WEIGHTS, { params: { brain }, query });

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

/** The arrays of the brain's present state, as its file has them. */
async function arraysOf(brain: string) {
  const url = `${server.url}/v1/brains/${brain}/checkpoints`;
  const { id } = await call<CheckpointAnswer>("POST", url);
  return decodeSafetensors(new Uint8Array(await (await fetch(`${url}/${id}/file`)).arrayBuffer())).tensors;
}

for (const { kind, config } of [SMALL_BRAIN, SMALL_TRIARCHIC_BRAIN]) {
  test(`every array of weights is told of by the name that files have for it, and nothing changes in any mode (${kind})`, async () => {
    const params = { brain: kind };
    const tensors = await arraysOf(kind);
    const expected =
      kind === "plastic"
        ? Array.from({ length: config.layers }, (_, i) =>
            ["encoder", "decoder", "frequency", "maturity"].map((part) => `layers.${i}.${part}`),
          ).flat()
        : ["projection", "utility", "core", "overlay", "importance"];
    for (const mode of ["panic", "inference", "plastic"]) {
      await api("put", "/v1/brains/{brain}/mode", { params, body: { mode } });
      const earlier = await digestOf(`${server.url}/v1/brains/${kind}`);
      const { status, body } = await weights(kind);
      const { seq, step } = (await api("get", "/v1/brains/{brain}", { params })).body;
      assert.deepEqual([status, body.brain, body.seq, body.step, body.mode], [200, kind, seq, step, mode]);
      const told: readonly Told[] = body.tensors;
      assert.deepEqual(
        told.map(({ name }) => name),
        expected,
      );
      for (const { name, shape, count, min, max, histogram } of told) {
        const { data, ...tensor } = tensors[name]!;
        assert.deepEqual([shape, count], [tensor.shape, data.length]);
        assert.equal(sum(histogram!.counts), count);
        assert.equal(histogram!.counts.length, min === max ? 1 : 50);
        assert.deepEqual([histogram!.from, histogram!.to], [min, max]);
        if (name.endsWith("decoder")) continue; // told as it is by now, not as of its stamps
        assert.deepEqual([min, max], [Math.min(...data), Math.max(...data)]);
      }
      assert.equal(await digestOf(`${server.url}/v1/brains/${kind}`), earlier);
    }
  });
}

test("a histogram has as many bins as are asked for, whose counts are those of a coarser one", async () => {
  const encoderOf = async (bins: number) =>
    (await weights("plastic", `?bins=${bins}`)).body.tensors[0].histogram.counts;
  const [one, ten, many] = [await encoderOf(1), await encoderOf(10), await encoderOf(200)];
  assert.deepEqual([one.length, ten.length, many.length], [1, 10, 200]);
  assert.deepEqual(one, [SMALL_BRAIN.config.hiddenDim * SMALL_BRAIN.config.inputDim]);
  const joined = ten.map((_: number, i: number) => sum(many.slice(20 * i, 20 * (i + 1))));
  assert.deepEqual(joined, ten);
});

test("where there is nothing there are no figures, and equal numbers are in one bin", async () => {
  await api("post", "/v1/brains", { body: { id: "empty", ...SMALL_TRIARCHIC_BRAIN } });
  await api("post", "/v1/brains", { body: { id: "fresh", ...SMALL_BRAIN } });
  const core = (await weights("empty")).body.tensors.find(({ name }: Told) => name === "core");
  const nothing = { min: null, max: null, mean: null, standardDeviation: null, zeros: 0, histogram: null };
  assert.deepEqual(core, { name: "core", shape: [0, 48], count: 0, ...nothing });
  const maturity = (await weights("fresh")).body.tensors.find(({ name }: Told) => name === "layers.1.maturity");
  const still = {
    min: 0,
    max: 0,
    mean: 0,
    standardDeviation: 0,
    zeros: 48,
    histogram: { from: 0, to: 0, counts: [48] },
  };
  assert.deepEqual(maturity, { name: "layers.1.maturity", shape: [48], count: 48, ...still });
});

test("a decoder is told as the dense rule has it: a neuron that rests goes on towards its encoder row", async () => {
  const config = { ...SMALL_BRAIN.config, winners: 1, layers: 1, neurogenesis: false };
  const params = { brain: "resting" };
  await api("post", "/v1/brains", { body: { id: "resting", kind: "plastic", config } });
  const body = { inputs: [inputOf(0)], labels: ["a"] };
  for (let step = 0; step < 100; step++) await api("post", "/v1/brains/{brain}/learn", { params, body });
  const { data, shape } = (await arraysOf("resting"))["layers.0.decoder"]!;
  // Neurons that never fired: nothing of theirs is written, and by now all but 0.95¹⁰⁰ of it is there.
  assert.ok(data.filter((value) => value === 0).length >= (shape[0]! - 1) * shape[1]!);
  const [encoder, decoder] = (await weights("resting")).body.tensors;
  assert.equal(decoder.zeros, 0);
  const rest = 1 - 0.95 ** 100;
  assert.ok(Math.abs(decoder.standardDeviation / encoder.standardDeviation - rest) < 0.02);
});

test("bins that are none are refused, and unknown brains", async () => {
  for (const query of ["?bins=0", "?bins=201", "?bins=2.5", "?bins=many", "?bins="]) {
    const { status, body } = await weights("plastic", query);
    assert.deepEqual([status, body.errors[0].pointer], [422, "?bins"], query);
  }
  const { status, body } = await weights("plastic", "?bin=5");
  assert.deepEqual([status, body.errors[0].pointer], [422, "?bin"]);
  const unknown = await weights("nobody");
  assert.deepEqual([unknown.status, unknown.body.type], [404, "/problems/brain-not-found"]);
});
