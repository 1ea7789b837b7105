// The seed's figures of a triarchic brain, on every backend: relative tolerance 1e-4 on weights and 1e-3 on logits; victims, firings and
// counts exact. The figures' classes are all there from the first event, as the seed's are.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Backend } from "../../../src/backend/backend.ts";
import type { TriarchicConfig } from "../../../src/brain/config.ts";
import { ENCODED_DEFAULTS } from "../../../src/brain/encoder-identity.ts";
import { Random } from "../../../src/brain/random.ts";
import { Readout } from "../../../src/brain/readout.ts";
import { SparseBase } from "../../../src/brain/sparse-base.ts";
import { TriarchicBrain } from "../../../src/brain/triarchic-brain.ts";
import { WATCHING_DEFAULTS } from "../../../src/brain/watching.ts";
import { BACKENDS, distance, golden, learned, matrixOf, titleOf } from "./support.ts";

const WEIGHTS = 1e-4;
const LOGITS = 1e-3;

const file = golden("triarchic-brain");

const config: TriarchicConfig = {
  inputDim: file.in_size,
  hiddenDim: file.hidden_size,
  winners: file.sparsity_k,
  noveltyThreshold: file.neurogenesis_threshold,
  utilityDecay: file.utility_decay,
  contextLearningRate: file.context_lr,
  contextDecay: file.context_decay,
  coreLearningRate: file.core_lr,
  consolidationRate: file.consolidation_rate,
  rules: "seed",
  seed: 1,
  ...ENCODED_DEFAULTS,
  ...WATCHING_DEFAULTS,
};

const LABELS = Array.from({ length: file.out_size }, (_, index) => String(index));

/** The figures' noise: i/n for neuron i of n, at every choice of victims. */
class Ramp extends Random {
  #neuron = 0;

  override uniform(): number {
    return (this.#neuron++ % config.hiddenDim) / config.hiddenDim;
  }
}

async function goldenBrain(backend: Backend): Promise<TriarchicBrain> {
  const kernel = await backend.createBase(config, Float32Array.from(file.projection0.flat()));
  const base = new SparseBase(config, kernel, new Float32Array(config.hiddenDim), 0);
  const random = new Ramp([1, 2, 3, 4]);
  return new TriarchicBrain({
    config,
    mode: "plastic",
    step: 0,
    labels: [],
    random,
    base,
    readout: new Readout(config),
  });
}

function assertClose(actual: ArrayLike<number>, expected: readonly number[], tolerance: number, what: string): void {
  const off = distance(actual, expected);
  assert.ok(off <= tolerance, `${what} is off by ${off}`);
}

const meanSize = (values: ArrayLike<number>): number =>
  Array.from(values).reduce((sum, value) => sum + Math.abs(value), 0) / values.length;

async function tensorsOf(brain: TriarchicBrain) {
  const { tensors } = await brain.state();
  const floats = (name: string) => tensors[name]!.data as Float32Array;
  return {
    projection: floats("projection"),
    utility: floats("utility"),
    core: floats("core"),
    overlay: floats("overlay"),
    importance: floats("importance"),
  };
}

type Op = ReturnType<typeof golden>["ops"][number];

async function checkLearn(brain: TriarchicBrain, op: Op, index: number): Promise<void> {
  const what = (part: string) => `op ${index} (learn): ${part}`;
  const event = learned(matrixOf(op.x), op.y, { newLabels: index === 0 ? LABELS : [] });
  const outcome = await brain.apply(event);
  assert.ok(outcome.type === "learned");
  assertClose([outcome.accuracy], [op.accuracy], WEIGHTS, what("accuracy"));
  const { utility, importance } = await tensorsOf(brain);
  assertClose(utility, op.utility, WEIGHTS, what("utility"));
  assert.equal(utility.filter((value) => value > 0).length, op.stats.n_active_neurons, what("neurons in use"));
  assertClose([brain.energies.overlay], [op.stats.context_energy], WEIGHTS, what("overlay"));
  assertClose([brain.energies.core], [op.stats.core_energy], WEIGHTS, what("core"));
  assertClose([meanSize(importance)], [op.stats.mean_importance], WEIGHTS, what("mean importance"));
  assertClose([Math.max(...importance)], [op.stats.max_importance], WEIGHTS, what("largest importance"));
}

async function checkPredict(brain: TriarchicBrain, backend: Backend, op: Op, index: number): Promise<void> {
  const what = (part: string) => `op ${index} (predict): ${part}`;
  const { projection, ...tensors } = await tensorsOf(brain);
  const codes = await (await backend.createBase(config, projection.slice())).encode(matrixOf(op.x));
  const dense = new Float32Array(op.x.length * config.hiddenDim);
  codes.winners.forEach((neuron, i) => {
    dense[Math.floor(i / codes.k) * config.hiddenDim + neuron] = codes.activations[i]!;
  });
  assertClose(dense, op.sparse.flat(), WEIGHTS, what("codes"));
  const { core, combined } = new Readout(config, tensors).read(codes);
  assertClose(core, op.core_logits.flat(), LOGITS, what("logits of the core"));
  assertClose(combined, op.logits.flat(), LOGITS, what("logits"));
  const predictions = await brain.predict(matrixOf(op.x), LABELS.length);
  for (const [row, { label }] of predictions.entries()) {
    const logits: number[] = op.logits[row];
    const best = logits.indexOf(Math.max(...logits));
    assert.equal(label, logits.some((logit) => logit !== 0) ? LABELS[best] : null, what(`label of row ${row}`));
  }
}

describe("golden figures", () => {
  for (const backend of BACKENDS) {
    test(`a triarchic brain grows, learns and predicts as the seed's does (${titleOf(backend)})`, async () => {
      const brain = await goldenBrain(backend);
      for (const [index, op] of file.ops.entries()) {
        if (op.op === "learn") await checkLearn(brain, op, index);
        else await checkPredict(brain, backend, op, index);
      }
      const { projection, core, overlay, importance } = await tensorsOf(brain);
      assert.deepEqual([...projection.subarray(0, config.inputDim)], file.ops[0].x[0].map(Math.fround));
      assertClose(projection, file.final.projection.flat(), WEIGHTS, "projection");
      assertClose(core, file.final.w_core.flat(), WEIGHTS, "core");
      assertClose(overlay, file.final.w_context.flat(), WEIGHTS, "overlay");
      assertClose(importance, file.final.importance.flat(), WEIGHTS, "importance");
    });
  }
});
