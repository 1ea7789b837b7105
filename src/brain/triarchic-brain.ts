// A triarchic brain: a sparse base recognises, a slow core and a fast overlay answer. It is a fold over its events.
// Invariants: `apply` is deterministic and total; `predict` changes nothing; one call runs at a time (its owner sees to that).

import type { SparseCodes } from "../backend/backend.ts";
import type { Matrix } from "../tensor/matrix.ts";
import { f32 } from "../tensor/safetensors.ts";
import type { RowWatcher } from "../tensor/watched-matrix.ts";
import type { Brain, BrainState, Contributions, Energies, PerRow, Prediction, TriarchicHeader } from "./brain.ts";
import type { Mode, TriarchicConfig } from "./config.ts";
import type { BrainEvent, Learned, LearnOutcome, Outcome } from "./events.ts";
import type { LayerStats } from "./layer-stats.ts";
import type { AnswerObserver, Answers } from "./measures/answers.ts";
import { forRow, predictionOf } from "./prediction.ts";
import type { Random } from "./random.ts";
import type { Logits, Readout } from "./readout.ts";
import type { SparseBase } from "./sparse-base.ts";
import type { Trace, TraceRequest } from "./trace.ts";
import { energiesOf, traceBase } from "./triarchic-trace.ts";
import { watchingOf } from "./watching.ts";
import type { WeightArrays } from "./weights.ts";

/** What a brain is put together from; it owns all of it. */
export type TriarchicParts = {
  readonly config: TriarchicConfig;
  readonly mode: Mode;
  readonly step: number;
  readonly labels: readonly string[];
  readonly random: Random;
  readonly base: SparseBase;
  readonly readout: Readout;
};

export class TriarchicBrain implements Brain {
  readonly memory = null;
  readonly #parts: Omit<TriarchicParts, "config">;
  #config: TriarchicConfig;
  #mode: Mode;
  #step: number;
  #labels: readonly string[];

  constructor(parts: TriarchicParts) {
    this.#parts = parts;
    this.#config = parts.config;
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

  async predict(inputs: Matrix, topK: PerRow<number>, explain: PerRow<boolean> = false): Promise<Prediction[]> {
    const { base, readout } = this.#parts;
    const codes = await base.encode(inputs);
    return this.#judge(codes, readout.read(codes), topK, explain);
  }

  #judge(codes: SparseCodes, logits: Logits, topK: PerRow<number>, explain: PerRow<boolean>): Prediction[] {
    const { classes } = this.#parts.readout;
    return Array.from({ length: codes.best.length }, (_, row) => {
      const votes = votesOf(logits.combined.subarray(row * classes, (row + 1) * classes));
      const verdict = { votes, novelty: noveltyOf(codes.best[row] ?? 0) };
      const most = forRow(topK, row);
      const prediction = predictionOf(verdict, this.#labels, most, null);
      if (!forRow(explain, row)) return prediction;
      const best = votes.slice(0, most).map(({ classId }) => classId);
      return { ...prediction, explanation: { contributions: this.#contributions(logits, row, best) } };
    });
  }

  #contributions(logits: Logits, row: number, best: readonly number[]): Contributions {
    const { classes } = this.#parts.readout;
    const of = (part: Float32Array) =>
      best.map((classId) => ({ label: this.#labels[classId] ?? "", score: part[row * classes + classId] ?? 0 }));
    return { combined: of(logits.combined), core: of(logits.core), overlay: of(logits.overlay) };
  }

  async trace(inputs: Matrix, { topK }: TraceRequest): Promise<Trace[]> {
    const { base, readout } = this.#parts;
    const codes = await base.encode(inputs);
    const logits = readout.read(codes);
    return this.#judge(codes, logits, topK, true).map((prediction, row) => ({
      prediction,
      base: traceBase(codes, row, this.#config.hiddenDim),
      energies: energiesOf(logits, row, readout.classes),
    }));
  }

  layers(): readonly LayerStats[] {
    return [];
  }

  async answer(inputs: Matrix, _mode: Mode): Promise<Answers> {
    const { base, readout } = this.#parts;
    const codes = await base.encode(inputs);
    return { ...readout.answer(codes), novelty: codes.best.map(noveltyOf) };
  }

  get energies(): Energies {
    return this.#parts.readout.energies;
  }

  async merge(): Promise<never> {
    throw new RangeError("triarchic brains are not merged"); // mergeObstacles says why
  }

  async apply(event: BrainEvent, _seq?: number, observe?: AnswerObserver): Promise<Outcome> {
    switch (event.type) {
      case "learned":
        return this.#learn(event, observe);
      case "modeChanged":
        this.#mode = event.mode;
        return event;
      case "taskStarted":
        return event; // for the measures alone
      case "tuned":
        this.#config = { ...this.#config, ...event.tuning };
        return { type: "tuned", tuning: watchingOf(this.#config) };
      case "consolidated":
        return { type: "consolidated", ...this.#parts.readout.consolidate() };
      default:
        // A bug: the gateway lets no event through that a kind has no use for.
        throw new RangeError(`a triarchic brain cannot be ${event.type}`);
    }
  }

  async #learn({ newLabels, ...lesson }: Learned, observe?: AnswerObserver): Promise<LearnOutcome> {
    const { readout } = this.#parts;
    const known = readout.classes;
    this.#labels = [...this.#labels, ...newLabels];
    readout.addClasses(newLabels.length);
    this.#step += 1;
    const { inputs } = lesson;
    const did = inputs.rows === 0 ? NOTHING_LEARNED : await this.#learnSamples(lesson, known, observe);
    return { type: "learned", samples: inputs.rows, heldOut: 0, ...did, memory: { stored: 0, capacity: 0 } };
  }

  /** @param known classes that there were before the lesson */
  async #learnSamples(
    { inputs, classes, mode }: Pick<Learned, "inputs" | "classes" | "mode">,
    known: number,
    observe?: AnswerObserver,
  ) {
    const { random, base, readout } = this.#parts;
    const { codes, born, best } = await base.grow(inputs, random);
    if (this.#config.rules === "stable") readout.forgetNeurons(born);
    const answers = readout.learn(codes, { classes, known, isBraked: mode !== "panic" });
    observe?.({ ...answers, novelty: best.map(noveltyOf) });
    const right = answers.classes.filter((answer, row) => answer === classes[row]).length;
    // Errors teach here, not rewards: every sample reaches the synapses whole.
    return { accuracy: right / inputs.rows, reward: 1, recycled: born.length };
  }

  async weights(): Promise<WeightArrays> {
    const { base, readout } = this.#parts;
    const { core, overlay, importance } = readout.tensors;
    const perClass = (data: Float32Array) => f32(data, readout.classes, this.#config.hiddenDim);
    return {
      tensors: {
        ...(await base.tensors()),
        core: perClass(core),
        overlay: perClass(overlay),
        importance: perClass(importance),
      },
      steps: [],
    };
  }

  async state(): Promise<BrainState<TriarchicHeader>> {
    const { random, base } = this.#parts;
    return {
      header: {
        format: 1,
        kind: "triarchic",
        config: this.#config,
        mode: this.#mode,
        step: this.#step,
        labels: this.#labels,
        random: random.state,
        recycled: base.recycled,
      },
      tensors: (await this.weights()).tensors,
    };
  }

  readonly isSettling = false;

  async settle(): Promise<void> {
    // Every event is done when it is applied.
  }

  readonly isBehind = false;

  readonly isUnsolved = false;

  async catchUp(): Promise<void> {
    // Nothing of it is left for later.
  }

  watch(watcher: RowWatcher | null): readonly Float32Array[] {
    return [this.#parts.base, this.#parts.readout].flatMap((part) => part.watch(watcher));
  }

  dispose(): void {
    this.#parts.base.dispose();
  }
}

/** Of a lesson without samples. */
const NOTHING_LEARNED = { accuracy: 0, reward: 0, recycled: 0 };

/** Classes by logit, largest first (ties: the lowest class); none where no neuron that fired says anything. */
function votesOf(logits: Float32Array) {
  if (logits.every((logit) => logit === 0)) return [];
  const votes = Array.from(logits, (vote, classId) => ({ classId, vote }));
  return votes.sort((a, b) => b.vote - a.vote || a.classId - b.classId);
}

/** Rounding can take a cosine a little beyond 1, and the seed's raw inputs have any length. */
const noveltyOf = (best: number): number => Math.min(2, Math.max(0, 1 - best));
