// A plastic brain: a stack of plastic layers thinks, an episodic memory answers. It is a fold over its events.
// Invariants: `apply` is deterministic and total; `predict` changes nothing; one call runs at a time (its owner sees to that).

import { type Matrix, unitRows } from "../tensor/matrix.ts";
import { f32, type Tensor } from "../tensor/safetensors.ts";
import type { Brain, BrainState, Prediction } from "./brain.ts";
import type { Mode, PlasticConfig } from "./config.ts";
import type { EpisodicMemory } from "./episodic-memory.ts";
import type { BrainEvent, ConsolidateOutcome, Learned, LearnOutcome, Outcome } from "./events.ts";
import type { Normalization } from "./normalization.ts";
import type { PlasticLayer } from "./plastic-layer.ts";
import { predictionOf } from "./prediction.ts";
import type { Random } from "./random.ts";
import { rewards } from "./reward.ts";

/** What a brain is put together from; it owns all of it. */
export type PlasticParts = {
  readonly config: PlasticConfig;
  readonly mode: Mode;
  readonly step: number;
  readonly labels: readonly string[];
  readonly random: Random;
  readonly layers: readonly PlasticLayer[];
  readonly normalization: Normalization;
  readonly memory: EpisodicMemory;
};

export class PlasticBrain implements Brain {
  readonly #parts: PlasticParts;
  #mode: Mode;
  #step: number;
  #labels: readonly string[];

  constructor(parts: PlasticParts) {
    this.#parts = parts;
    this.#mode = parts.mode;
    this.#step = parts.step;
    this.#labels = parts.labels;
  }

  get mode(): Mode {
    return this.#mode;
  }

  get step(): number {
    return this.#step;
  }

  async predict(inputs: Matrix, topK: number): Promise<Prediction[]> {
    const { normalization, memory } = this.#parts;
    const { thoughts } = await this.#think(inputs, this.#mode);
    const ballots = await memory.ask(unitRows(normalization.predict(thoughts)));
    return ballots.map((ballot) => predictionOf(ballot, this.#labels, topK));
  }

  async apply(event: BrainEvent, seq: number): Promise<Outcome> {
    switch (event.type) {
      case "learned":
        return this.#learn(event, seq);
      case "modeChanged":
        this.#mode = event.mode;
        return { type: "modeChanged", mode: event.mode };
      case "consolidated":
        return this.#consolidate();
    }
  }

  /** Sends inputs through the stack; `passes` has one entry a layer. */
  async #think(inputs: Matrix, mode: Mode) {
    const passes = [];
    let thoughts = inputs;
    for (const layer of this.#parts.layers) {
      const pass = await layer.forward(thoughts, mode);
      passes.push({ layer, pass });
      thoughts = pass.output;
    }
    return { passes, thoughts };
  }

  /** Answers first, as the brain was; then learns by how right the answers were; then remembers. */
  async #learn({ inputs, classes, newLabels, mode, memorize }: Learned, seq: number): Promise<LearnOutcome> {
    const { normalization, memory, random } = this.#parts;
    this.#labels = [...this.#labels, ...newLabels];
    const { passes, thoughts } = await this.#think(inputs, mode);
    const keys = unitRows(normalization.learn(thoughts));
    const ballots = await memory.ask(keys);
    const right = ballots.map(({ votes: [winner] }, row) => winner?.classId === classes[row]);
    const reward = rewards(right, memory.counters.experience, mode);
    let recycled = 0;
    for (const { layer, pass } of passes) recycled += await layer.learn(pass, reward, mode, random);
    if (memorize) await memory.memorize(keys, classes, seq, random);
    this.#step += 1;
    return {
      type: "learned",
      samples: inputs.rows,
      accuracy: mean(right.map(Number)),
      reward: mean(reward),
      recycled,
      memory: memory.fill,
    };
  }

  #consolidate(): ConsolidateOutcome {
    let matured = 0;
    let mature = 0;
    for (const layer of this.#parts.layers) {
      const counts = layer.consolidate();
      matured += counts.matured;
      mature += counts.mature;
    }
    return { type: "consolidated", matured, mature };
  }

  async state(): Promise<BrainState> {
    const { config, random, layers, normalization, memory } = this.#parts;
    const tensors: Record<string, Tensor> = {};
    const headers = [];
    for (const [index, layer] of layers.entries()) {
      const state = await layer.state();
      headers.push(state.header);
      for (const [name, tensor] of Object.entries(state.tensors)) tensors[`layers.${index}.${name}`] = tensor;
    }
    const remembered = await memory.state(this.#labels.length);
    for (const [name, tensor] of Object.entries(remembered)) tensors[`memory.${name}`] = tensor;
    const { seen, lastId, experience } = memory.counters;
    if (normalization.kind !== "none") {
      tensors["normalization.mean"] = f32(normalization.mean, config.inputDim);
      tensors["normalization.variance"] = f32(normalization.variance, config.inputDim);
    }
    return {
      header: {
        format: 1,
        kind: "plastic",
        config,
        mode: this.#mode,
        step: this.#step,
        labels: this.#labels,
        random: random.state,
        seen,
        memory: { stored: memory.fill.stored, lastId, experience },
        layers: headers,
      },
      tensors,
    };
  }

  dispose(): void {
    for (const layer of this.#parts.layers) layer.dispose();
    this.#parts.memory.dispose();
  }
}

/** 0 of nothing. */
const mean = (values: ArrayLike<number>): number => {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i] ?? 0;
  return values.length === 0 ? 0 : sum / values.length;
};
