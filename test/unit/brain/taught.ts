// Brains that are taught and merged: samples about a direction of each class's own, and a brain with the labels that it has heard of.

import type { BrainState, PlasticHeader } from "../../../src/brain/brain.ts";
import type { PlasticConfig } from "../../../src/brain/config.ts";
import { createPlasticBrain } from "../../../src/brain/create.ts";
import type { PlasticBrain } from "../../../src/brain/plastic-brain.ts";
import { Random } from "../../../src/brain/random.ts";
import { restorePlasticBrain } from "../../../src/brain/restore.ts";
import { learnedSince } from "../../../src/brain/since.ts";
import { gatheredRows, type Matrix } from "../../../src/tensor/matrix.ts";
import { BACKENDS, copyOf, gaussianMatrix, learned, SMALL } from "./support.ts";

/** Without a gate a thought is the input, so that nothing of what the layers learn shows in it. */
export const CONFIG: PlasticConfig = {
  ...SMALL,
  readout: "blend",
  gate: 0,
  memorySize: 200,
  memoryPolicy: "class-balanced",
};
export const NAMES = ["a", "b", "c", "d"];

export type Samples = { readonly inputs: Matrix; readonly names: readonly string[] };

/** Samples about a direction of each class's own. */
export function samplesOf(seed: number, rows: number, names: readonly string[] = NAMES): Samples {
  const random = Random.seeded(seed);
  const centres = gaussianMatrix(Random.seeded(99), NAMES.length, CONFIG.inputDim);
  const inputs = gaussianMatrix(random, rows, CONFIG.inputDim);
  const chosen = Array.from({ length: rows }, () => names[random.below(names.length)]!);
  inputs.data.forEach((noise, i) => {
    const centre = NAMES.indexOf(chosen[Math.floor(i / CONFIG.inputDim)]!);
    inputs.data[i] = centres.data[centre * CONFIG.inputDim + (i % CONFIG.inputDim)]! + 0.6 * noise;
  });
  return { inputs, names: chosen };
}

export const some = ({ inputs, names }: Samples, rows: readonly number[]): Samples => ({
  inputs: gatheredRows(inputs, rows),
  names: rows.map((row) => names[row]!),
});

export class Taught {
  readonly brain: PlasticBrain;
  readonly #labels: string[];
  seq: number;

  private constructor(brain: PlasticBrain, labels: readonly string[] = [], seq = 0) {
    this.brain = brain;
    this.#labels = [...labels];
    this.seq = seq;
  }

  /** @param labels in the order in which the brain hears of them */
  static async begin(labels: readonly string[], config = CONFIG, backend = BACKENDS[1]!): Promise<Taught> {
    const taught = new Taught(await createPlasticBrain(config, backend));
    taught.#labels.push(...labels);
    await taught.apply(learned(gaussianMatrix(Random.seeded(1), 0, config.inputDim), [], { newLabels: labels }));
    return taught;
  }

  apply(event: Parameters<PlasticBrain["apply"]>[0]) {
    return this.brain.apply(event, ++this.seq);
  }

  async teach({ inputs, names }: Samples, call = inputs.rows, more = {}): Promise<this> {
    for (let from = 0; from < inputs.rows; from += call) {
      const rows = Array.from({ length: Math.min(call, inputs.rows - from) }, (_, i) => from + i);
      const classes = rows.map((row) => this.#labels.indexOf(names[row]!));
      await this.apply(learned(gatheredRows(inputs, rows), classes, more));
    }
    return this;
  }

  /** Another brain that goes on from here. */
  async fork(backend = BACKENDS[1]!): Promise<Taught> {
    return new Taught(await restorePlasticBrain(copyOf(await this.brain.state()), backend), this.#labels, this.seq);
  }

  async hear(...newLabels: readonly string[]): Promise<this> {
    this.#labels.push(...newLabels);
    const { inputDim } = (await this.brain.state()).header.config;
    await this.apply(learned(gaussianMatrix(Random.seeded(1), 0, inputDim), [], { newLabels }));
    return this;
  }

  async take(other: Taught) {
    return this.brain.merge(await other.brain.state(), ++this.seq);
  }

  /** Takes in what the other one has learned since `base`. @returns why not, where that cannot be told */
  async takeSince(base: BrainState<PlasticHeader>, other: Taught) {
    const states = { base, own: await this.brain.state(), source: await other.brain.state() };
    const since = await learnedSince(states);
    return "notFromBase" in since ? since : this.brain.merge(since, ++this.seq);
  }

  async readout() {
    const { tensors } = copyOf(await this.brain.state());
    return Object.fromEntries(Object.entries(tensors).filter(([name]) => name.startsWith("readout.")));
  }

  /** What is remembered, as text, in no order. */
  async remembered(): Promise<string[]> {
    const { header, tensors } = await this.brain.state();
    const { cols, keys, classes } = {
      cols: header.config.inputDim,
      keys: tensors["memory.keys"]!.data,
      classes: tensors["memory.classes"]!.data,
    };
    return Array.from(
      classes,
      (id, slot) => `${header.labels[Number(id)]} ${keys.slice(slot * cols, (slot + 1) * cols)}`,
    ).sort();
  }

  async counters() {
    const { header } = await this.brain.state();
    return { seen: header.seen, ...header.memory };
  }
}
