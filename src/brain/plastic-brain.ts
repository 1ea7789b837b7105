// A plastic brain: a stack of plastic layers thinks, an episodic memory answers. It is a fold over its events.
// Invariants: `apply` is deterministic and total; `predict` changes nothing; one call runs at a time, but for where a lesson pauses (its owner sees to that).

import { type Matrix, unitRows } from "../tensor/matrix.ts";
import { type Pace, unpaced } from "../tensor/pace.ts";
import type { RowWatcher } from "../tensor/watched-matrix.ts";
import type { AnalyticReadout } from "./analytic/analytic-readout.ts";
import { contextsOf } from "./analytic/class-sums.ts";
import { classMap, readArriving } from "./arriving.ts";
import type { Brain, BrainState, MemoryReader, Merge, PerRow, PlasticHeader, Prediction } from "./brain.ts";
import type { Mode, PlasticConfig } from "./config.ts";
import type { EpisodicMemory } from "./episodic-memory.ts";
import type {
  BrainEvent,
  ForgetOutcome,
  Forgot,
  LayerEvent,
  Learned,
  LearnOutcome,
  Outcome,
  Tuned,
  TuneOutcome,
} from "./events.ts";
import type { LayerStats } from "./layer-stats.ts";
import { type LessonReading, readLesson } from "./lesson-reading.ts";
import type { AnswerObserver, Answers } from "./measures/answers.ts";
import type { Normalization } from "./normalization.ts";
import type { PlasticStack, Thinking } from "./plastic-stack.ts";
import { plasticState } from "./plastic-state.ts";
import { traceLayers } from "./plastic-trace.ts";
import { answersOf, forRow, predictionOf } from "./prediction.ts";
import type { Random } from "./random.ts";
import { rewards } from "./reward.ts";
import { settingsIn, tuningOf } from "./shape.ts";
import type { Trace, TraceRequest } from "./trace.ts";
import type { WeightArrays } from "./weights.ts";

/** What a brain is put together from; it owns all of it. */
export type PlasticParts = {
  readonly config: PlasticConfig;
  readonly mode: Mode;
  readonly step: number;
  readonly labels: readonly string[];
  readonly random: Random;
  readonly stack: PlasticStack;
  readonly normalization: Normalization;
  readonly memory: EpisodicMemory;
  /** Null where the memory answers alone. */
  readonly readout: AnalyticReadout | null;
  /** As `Backend.pieceRows`. */
  readonly pieceRows: number;
};

export class PlasticBrain implements Brain {
  readonly #parts: Omit<PlasticParts, "config" | "mode" | "step" | "labels">;
  #config: PlasticConfig;
  #mode: Mode;
  #step: number;
  #labels: readonly string[];

  constructor(parts: PlasticParts) {
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

  get memory(): MemoryReader {
    return this.#parts.memory.view(this.#labels);
  }

  async predict(inputs: Matrix, topK: PerRow<number>, explain: PerRow<boolean> = false): Promise<Prediction[]> {
    if (inputs.rows === 0) return [];
    const { thoughts } = await this.#think(inputs);
    return this.#judge(thoughts, topK, explain);
  }

  async #judge(thoughts: Matrix, topK: PerRow<number>, explain: PerRow<boolean>): Promise<Prediction[]> {
    const { normalization, memory, readout } = this.#parts;
    const keys = unitRows(normalization.predict(thoughts));
    const consulted = await memory.consult(keys);
    const ballots = (await readout?.predict(keys, consulted)) ?? consulted;
    const view = memory.view(this.#labels);
    return ballots.map((ballot, row) => {
      const prediction = predictionOf(ballot, this.#labels, forRow(topK, row), this.#config.rejectBelow);
      return forRow(explain, row) ? { ...prediction, explanation: { neighbors: view.explain(ballot) } } : prediction;
    });
  }

  async trace(inputs: Matrix, { topK, imaginations }: TraceRequest): Promise<Trace[]> {
    const { passes, thoughts } = await this.#think(inputs);
    const predictions = await this.#judge(thoughts, topK, true);
    const traced = await traceLayers(inputs, passes, this.#config.gate, imaginations);
    return predictions.map((prediction, row) => ({ prediction, layers: traced.flatMap((rows) => rows[row] ?? []) }));
  }

  async answer(inputs: Matrix, mode: Mode, pace: Pace = unpaced): Promise<Answers> {
    await this.#finishSettling();
    const { normalization, readout } = this.#parts;
    const { keys, ballots } = await this.#read(inputs, mode, (thoughts) => normalization.predict(thoughts), pace);
    return answersOf((await readout?.answer(keys, ballots)) ?? ballots, this.#config.rejectBelow);
  }

  readonly energies = null;

  async apply(event: BrainEvent, seq: number, observe?: AnswerObserver, pace: Pace = unpaced): Promise<Outcome> {
    await this.#finishSettling();
    switch (event.type) {
      case "learned":
        return this.#learn(event, seq, observe, pace);
      case "modeChanged":
        this.#mode = event.mode;
        return event;
      case "taskStarted":
        return event; // for the measures alone
      case "consolidated":
        this.#parts.readout?.consolidate();
        return this.#parts.stack.consolidate();
      case "forgot":
        return this.#forget(event);
      case "tuned":
        return this.#tune(event);
      default:
        return this.#changeLayers(event);
    }
  }

  async merge(other: BrainState, seq: number, pace: Pace = unpaced): Promise<Merge> {
    const { header, tensors } = other;
    // The gateway lets no other pair through.
    if (header.kind !== "plastic") throw new RangeError(`a plastic brain cannot take in a ${header.kind} one`);
    await this.#finishSettling();
    const { memory, readout, random } = this.#parts;
    const { newLabels, idOf } = classMap(this.#labels, header.labels);
    const arriving = await readArriving({ header, tensors }, idOf);
    this.#labels = [...this.#labels, ...newLabels];
    readout?.addClasses(newLabels.length);
    if (arriving.sums !== null) readout?.join(arriving.sums, idOf);
    const remembered = await memory.join(arriving.memory, seq, random, pace);
    const samples = arriving.sums?.classSums.samples ?? arriving.memory.experience;
    return { newLabels, samples, remembered, memory: memory.fill };
  }

  layers(): readonly LayerStats[] {
    return this.#parts.stack.stats(this.#config.gate);
  }

  #think(inputs: Matrix): Promise<Thinking> {
    return this.#parts.stack.think(inputs, this.#mode, this.#config.gate);
  }

  #read(inputs: Matrix, mode: Mode, normalize: (thoughts: Matrix) => Matrix, pace: Pace): Promise<LessonReading> {
    return readLesson({ ...this.#parts, gate: this.#config.gate }, inputs, mode, normalize, pace);
  }

  /** Answers first, as the brain was; then learns by how right the answers were; then remembers. Pauses while it reads, and not once it changes anything. */
  async #learn(lesson: Learned, seq: number, observe: AnswerObserver | undefined, pace: Pace): Promise<LearnOutcome> {
    const { memory, normalization, readout } = this.#parts;
    const { inputs, newLabels, mode } = lesson;
    const reading =
      inputs.rows === 0 ? null : await this.#read(inputs, mode, (thoughts) => normalization.ofLesson(thoughts), pace);
    this.#labels = [...this.#labels, ...newLabels];
    readout?.addClasses(newLabels.length);
    this.#step += 1;
    const did = reading === null ? NOTHING_LEARNED : await this.#learnSamples(lesson, reading, seq, observe);
    return { type: "learned", samples: inputs.rows, heldOut: 0, ...did, memory: memory.fill };
  }

  async #learnSamples(
    { classes, memorize, isAdmitted = false, ...lesson }: Learned,
    { passes, thoughts, keys, ballots }: LessonReading,
    seq: number,
    observe?: AnswerObserver,
  ) {
    const { stack, normalization, memory, readout, random } = this.#parts;
    const { mode } = lesson;
    normalization.learn(thoughts);
    // The seed rewards the class of the largest vote, even where no vote speaks for it and a prediction names none.
    const right = ballots.map(({ votes: [winner] }, row) => winner?.classId === classes[row]);
    const answers = answersOf((await readout?.answer(keys, ballots)) ?? ballots, this.#config.rejectBelow);
    observe?.(answers);
    const known = answers.classes.map((answer, row) => Number(answer === classes[row]));
    const reward = rewards(right, memory.counters.experience, mode, this.#config.reward);
    const recycled = await stack.learn(passes, reward, lesson, random);
    const contexts = contextsOf(classes, mode, readout?.refuted);
    readout?.learn(keys, classes, contexts);
    if (memorize) await memory.memorize(keys, classes, seq, random, isAdmitted, contexts);
    return { accuracy: mean(known), reward: mean(reward), recycled };
  }

  async #forget({ samples }: Forgot): Promise<ForgetOutcome> {
    const { memory, readout } = this.#parts;
    if (readout !== null) {
      const gone = samples.of === "all" ? new Int32Array(0) : memory.slotsOf(samples);
      readout.forget(samples, await memory.samplesAt(gone));
    }
    const forgotten = await memory.forget(samples);
    return { type: "forgot", forgotten, memory: memory.fill };
  }

  async #tune({ tuning }: Tuned): Promise<TuneOutcome> {
    this.#config = { ...this.#config, ...tuning };
    this.#parts.memory.neighbors = this.#config.neighbors;
    if (tuning.neighbors !== undefined) this.#parts.readout?.askAnew();
    await this.#parts.memory.chooseIndex(this.#config.memoryIndex);
    this.#parts.stack.tune(settingsIn(tuning));
    return { type: "tuned", tuning: tuningOf(this.#config) };
  }

  async #changeLayers(event: LayerEvent): Promise<Outcome> {
    const { stack, random } = this.#parts;
    const outcome = await stack.change(event, this.#config, random);
    this.#config = { ...this.#config, layers: stack.length };
    return outcome;
  }

  async weights(): Promise<WeightArrays> {
    const { headers, tensors } = await this.#parts.stack.states();
    return { tensors, steps: headers.map(({ steps }) => steps) };
  }

  async state(): Promise<BrainState<PlasticHeader>> {
    await this.#finishSettling();
    const now = { config: this.#config, mode: this.#mode, step: this.#step, labels: this.#labels };
    return plasticState({ ...this.#parts, ...now });
  }

  get isSettling(): boolean {
    return this.#parts.readout?.isSettling ?? false;
  }

  async settle(): Promise<void> {
    await this.#parts.readout?.settle();
  }

  async #finishSettling(): Promise<void> {
    while (this.isSettling) await this.settle();
  }

  get isBehind(): boolean {
    return this.#parts.memory.isBehind || this.isUnsolved;
  }

  get isUnsolved(): boolean {
    return this.#parts.readout?.isBehind ?? false;
  }

  async catchUp(): Promise<void> {
    const { memory, readout } = this.#parts;
    if (this.isUnsolved) await readout?.catchUp();
    else if (memory.isBehind) await memory.catchUp();
  }

  watch(watcher: RowWatcher | null): readonly Float32Array[] {
    const { stack, memory } = this.#parts;
    return [...stack.watch(watcher), ...memory.watch(watcher)];
  }

  dispose(): void {
    this.#parts.stack.dispose();
    this.#parts.memory.dispose();
  }
}

/** Of a lesson without samples. */
const NOTHING_LEARNED = { accuracy: 0, reward: 0, recycled: 0 };

/** 0 of nothing. */
const mean = (values: ArrayLike<number>): number => {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i] ?? 0;
  return values.length === 0 ? 0 : sum / values.length;
};
