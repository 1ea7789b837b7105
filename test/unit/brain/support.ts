// What the tests of the mathematics share: every backend, golden figures, brains with given weights, a digest of a whole state.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import type { Backend } from "../../../src/backend/backend.ts";
import { selectBackend } from "../../../src/backend/select.ts";
import type { Brain, BrainState, PlasticHeader, StateHeader } from "../../../src/brain/brain.ts";
import {
  type Blueprint,
  type PlasticConfig,
  TRIARCHIC_DEFAULTS,
  type TriarchicConfig,
} from "../../../src/brain/config.ts";
import { createPlasticBrain } from "../../../src/brain/create.ts";
import { ENCODED_DEFAULTS } from "../../../src/brain/encoder-identity.ts";
import type { BrainEvent, Learned } from "../../../src/brain/events.ts";
import type { PlasticBrain } from "../../../src/brain/plastic-brain.ts";
import { Random } from "../../../src/brain/random.ts";
import { restorePlasticBrain } from "../../../src/brain/restore.ts";
import { initialShape, reshape } from "../../../src/brain/shape.ts";
import { encodeHeader } from "../../../src/brain/state.ts";
import { WATCHING_DEFAULTS } from "../../../src/brain/watching.ts";
import type { Matrix } from "../../../src/tensor/matrix.ts";
import { encodeSafetensors, f32, type Tensors } from "../../../src/tensor/safetensors.ts";
import { tensorflowBackends } from "../../support/tfjs.ts";

const NAMED: readonly (readonly [title: string, backend: Backend])[] = [
  ["reference", await selectBackend("reference", { threads: 1 })],
  ["cpu", await selectBackend("cpu", { threads: 2 })],
  ["wasm", await selectBackend("wasm", { threads: 1 })],
  ...(await tensorflowBackends()),
];

export const BACKENDS: readonly Backend[] = NAMED.map(([, backend]) => backend);

export const titleOf = (backend: Backend): string => NAMED.find(([, named]) => named === backend)?.[0] ?? backend.name;

/** A golden file (computed with the seed's PyTorch implementation, see test/fixtures/golden). */
export const golden = (name: string) =>
  JSON.parse(readFileSync(new URL(`../../fixtures/golden/${name}.json`, import.meta.url), "utf8"));

export const matrixOf = (rows: readonly (readonly number[])[]): Matrix => ({
  rows: rows.length,
  cols: rows[0]?.length ?? 0,
  data: Float32Array.from(rows.flat()),
});

export const transposed = (rows: readonly (readonly number[])[]): number[][] =>
  (rows[0] ?? []).map((_, col) => rows.map((row) => row[col]!));

/** The largest distance between two arrays, relative to the largest magnitude in the expected one. */
export function distance(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (actual.length !== expected.length) return Number.POSITIVE_INFINITY;
  let worst = 0;
  let largest = 1e-12;
  for (let i = 0; i < expected.length; i++) {
    worst = Math.max(worst, Math.abs(actual[i]! - expected[i]!));
    largest = Math.max(largest, Math.abs(expected[i]!));
  }
  return Number.isNaN(worst) ? Number.POSITIVE_INFINITY : worst / largest;
}

/** A state of its own: what `state` gives are views, and restoring takes arrays over. */
export function copyOf<State extends BrainState>({ header, tensors }: State) {
  const copies = Object.entries(tensors).map(([name, tensor]) => [name, { ...tensor, data: tensor.data.slice() }]);
  return { header: header as State["header"], tensors: Object.fromEntries(copies) as Tensors };
}

/** SHA-256 over every bit of a brain's state. */
export async function digestOf(brain: Brain): Promise<string> {
  const { header, tensors } = await brain.state();
  return createHash("sha256")
    .update(encodeSafetensors(tensors, encodeHeader(header)))
    .digest("hex");
}

export const SMALL: PlasticConfig = {
  inputDim: 12,
  hiddenDim: 40,
  winners: 6,
  layers: 2,
  memorySize: 50,
  memoryPolicy: "fifo",
  memoryIndex: "exact",
  readout: "memory",
  directions: 0,
  neighbors: 5,
  learningRate: 0.04,
  gate: 0.01,
  neurogenesis: true,
  normalization: "none",
  reward: { right: 1, wrong: -0.2 },
  rejectBelow: null,
  ...ENCODED_DEFAULTS,
  ...WATCHING_DEFAULTS,
  seed: 7,
};

export const SMALL_TRIARCHIC: TriarchicConfig = {
  ...TRIARCHIC_DEFAULTS,
  inputDim: 12,
  hiddenDim: 40,
  winners: 6,
  seed: 7,
};

/** `header`, which is a plastic brain's. */
export function plastic(header: StateHeader): PlasticHeader {
  assert.ok(header.kind === "plastic");
  return header;
}

/** A fresh brain whose state is changed before it starts. */
async function brainWith(
  config: PlasticConfig,
  backend: Backend,
  change: (state: BrainState<PlasticHeader>) => BrainState<PlasticHeader>,
): Promise<PlasticBrain> {
  const fresh = await createPlasticBrain(config, backend);
  return restorePlasticBrain(change(await fresh.state()), backend);
}

/** A fresh brain with the given encoders, `[layer][hidden][in]`. */
export const brainWithEncoders = (config: PlasticConfig, backend: Backend, encoders: readonly number[][][]) =>
  brainWith(config, backend, ({ header, tensors }) => ({
    header,
    tensors: {
      ...tensors,
      ...Object.fromEntries(
        encoders.map((encoder, index) => [
          `layers.${index}.encoder`,
          f32(Float32Array.from(encoder.flat()), config.hiddenDim, config.inputDim),
        ]),
      ),
    },
  }));

export const gaussianMatrix = (random: Random, rows: number, cols: number): Matrix => ({
  rows,
  cols,
  data: random.gaussians(rows * cols),
});

export const learned = (inputs: Matrix, classes: readonly number[], more: Partial<Learned> = {}): Learned => ({
  type: "learned",
  inputs,
  classes: Int32Array.from(classes),
  newLabels: [],
  mode: "plastic",
  memorize: true,
  ...more,
});

/** A random but repeatable life: classes c0 to c3, batches of 1 to 9, every kind of event. */
export function lifeOf(config: Blueprint["config"], events: number, seed: number): BrainEvent[] {
  const random = Random.seeded(seed);
  const life: BrainEvent[] = [];
  for (let i = 0; i < events; i++) {
    const chance = random.uniform();
    if (i > 0 && chance < 0.08) life.push({ type: "consolidated" });
    else if (i > 0 && chance < 0.11) life.push({ type: "forgot", samples: { of: "class", classId: random.below(4) } });
    else if (i > 0 && chance < 0.14) {
      // The first row's id of an event that may have stored it, see `IDS_PER_EVENT`.
      life.push({ type: "forgot", samples: { of: "entry", id: 2 ** 16 * (1 + random.below(i)) } });
    } else if (i > 0 && chance < 0.15) life.push({ type: "forgot", samples: { of: "all" } });
    else if (i > 0 && chance < 0.25) {
      life.push({ type: "modeChanged", mode: (["inference", "plastic", "panic"] as const)[random.below(3)]! });
    } else {
      const inputs = gaussianMatrix(random, 1 + random.below(9), config.inputDim);
      const classes = Array.from({ length: inputs.rows }, () => random.below(4));
      const mode = random.uniform() < 0.3 ? "panic" : "plastic";
      const newLabels = i === 0 ? ["c0", "c1", "c2", "c3"] : [];
      const memorize = random.uniform() < 0.9;
      const admission = mode === "panic" && i % 2 === 0 ? { isAdmitted: true } : {};
      const births = "neurogenesis" in config && i % 3 === 0 ? { neurogenesis: i % 2 === 0 } : {};
      life.push(learned(inputs, classes, { newLabels, mode, memorize, ...admission, ...births }));
    }
  }
  return life;
}

/** A life as `lifeOf` gives it, in which every third event or so is a tuning or a piece of layer surgery that fits the brain by then. */
export function lifeWithSurgeryOf(config: PlasticConfig, events: number, seed: number): BrainEvent[] {
  const random = Random.seeded(seed + 2);
  let shape = initialShape({ kind: "plastic", config });
  return lifeOf(config, events, seed).flatMap((event) => {
    if (random.uniform() > 0.5) return [event];
    const operation = surgery(random, shape.layers.length, config);
    shape = reshape(shape, operation);
    return [event, operation];
  });
}

function surgery(random: Random, layers: number, config: PlasticConfig): BrainEvent {
  const index = random.below(layers);
  const isFrozen = random.uniform() < 0.5;
  const operations: readonly BrainEvent[] = [
    { type: "tuned", tuning: { learningRate: random.uniform(), neighbors: 1 + random.below(config.memorySize) } },
    { type: "tuned", tuning: { gate: random.uniform(), rejectBelow: random.uniform(), neurogenesis: isFrozen } },
    { type: "tuned", tuning: { memoryIndex: isFrozen ? "hnsw" : "exact" } },
    { type: "tuned", tuning: { reward: { right: random.uniform(), wrong: -random.uniform() }, rejectBelow: null } },
    layers < 5 ? { type: "layerAdded", index: random.below(layers + 1) } : { type: "layerReplaced", index },
    { type: "layerReplaced", index },
    layers > 1 ? { type: "layerRemoved", index } : { type: "layerReplaced", index },
    { type: "layerTuned", index, settings: { isFrozen, learningRate: random.uniform() } },
    { type: "layerTuned", index, settings: { isFrozen: !isFrozen, neurogenesis: isFrozen } },
    { type: "layerRenewed", index },
  ];
  return operations[random.below(operations.length)]!;
}

/** A life of either kind, with surgery in which layers come and go, or classes that join. */
export function livesOf(blueprint: Blueprint, events: number, seed: number): BrainEvent[] {
  if (blueprint.kind === "plastic") return lifeWithSurgeryOf(blueprint.config, events, seed);
  const { config } = blueprint;
  const random = Random.seeded(seed);
  // Classes join now and then, so that the readout's arrays are exchanged for larger ones.
  return lifeOf(config, events, seed)
    .filter(({ type }) => type !== "forgot")
    .flatMap((event, index) => {
      if (random.uniform() < 0.7) return [event];
      const joining = learned(gaussianMatrix(random, 1, config.inputDim), [0], { newLabels: [`new ${index}`] });
      return [event, joining];
    });
}
