// One of several clients that use a server at once, each for itself, each by its own random numbers: everything that changes a brain, what
// reads it, checkpoints, going back, forks, creating and deleting. Every call is booked in the ledger.

import { Random } from "../../src/brain/random.ts";
import { attempt, change, type Target } from "./calls.ts";
import { BrainLedger, type Ledger } from "./ledger.ts";
import { feedback, lesson, one, type Sample } from "./wants.ts";

const DIM = 6;
const CONFIG = { inputDim: DIM, hiddenDim: 24, winners: 4 };
const MODES = ["inference", "plastic", "plastic", "panic"] as const;
const LABELS = 7;
const MAX_BRAINS = 5;
const MAX_ROWS = 6;
/** Predictions that the oracle is to repeat, per brain and round. */
const MAX_CLAIMS = 4;

type Stamp = { readonly seq: number; readonly step: number; readonly mode: string };
type Operation = { readonly weight: number; readonly isPlasticOnly?: true; run(brain: BrainLedger): Promise<unknown> };

export class Client {
  readonly #target: Target;
  readonly #ledger: Ledger;
  readonly #random: Random;
  readonly #name: string;
  #created = 0;
  readonly #onCall: () => void;

  /** @param onCall hears of each call before it is made */
  constructor(name: string, target: Target, ledger: Ledger, seed: number, onCall: () => void) {
    this.#onCall = onCall;
    this.#name = name;
    this.#target = target;
    this.#ledger = ledger;
    this.#random = Random.seeded(seed);
  }

  /** Goes on until the server is gone. @throws Gone, Fault */
  async run(): Promise<void> {
    for (;;) {
      this.#onCall();
      const { usable } = this.#ledger;
      if (usable.length === 0 || (usable.length < MAX_BRAINS && this.#chance(0.04))) await this.#create();
      else
        await this.#pick(
          this.#operations.filter(({ isPlasticOnly }) => !isPlasticOnly),
          usable,
        );
    }
  }

  async #pick(common: readonly Operation[], usable: readonly BrainLedger[]): Promise<void> {
    const brain = this.#one(usable);
    const possible = brain.kind === "plastic" ? this.#operations : common;
    let left = this.#random.uniform() * possible.reduce((sum, { weight }) => sum + weight, 0);
    for (const { weight, run } of possible) {
      left -= weight;
      if (left < 0) return void (await run(brain));
    }
  }

  readonly #operations: readonly Operation[] = [
    { weight: 40, run: (brain) => this.#learn(brain) },
    { weight: 6, run: (brain) => this.#setMode(brain) },
    { weight: 5, run: (brain) => this.#change(brain, ["POST", "/consolidate"], one("consolidated")) },
    { weight: 4, run: (brain) => this.#startTask(brain) },
    { weight: 12, run: (brain) => this.#predict(brain) },
    { weight: 8, run: (brain) => this.#track(brain) },
    { weight: 8, run: (brain) => this.#giveFeedback(brain) },
    { weight: 8, run: (brain) => this.#checkpoint(brain) },
    { weight: 6, run: (brain) => this.#deleteCheckpoint(brain) },
    { weight: 4, run: (brain) => this.#restore(brain) },
    { weight: 3, run: (brain) => this.#restoreTo(brain) },
    { weight: 2, run: (brain) => this.#fork(brain) },
    { weight: 1, run: (brain) => this.#delete(brain) },
    { weight: 4, isPlasticOnly: true, run: (brain) => this.#addOrRemoveLayer(brain) },
    { weight: 4, isPlasticOnly: true, run: (brain) => this.#changeLayer(brain) },
    { weight: 3, isPlasticOnly: true, run: (brain) => this.#tune(brain) },
    { weight: 3, isPlasticOnly: true, run: (brain) => this.#forget(brain) },
  ];

  async #learn(brain: BrainLedger) {
    const samples = Array.from({ length: this.#chance(0.7) ? 1 : 1 + this.#below(MAX_ROWS) }, () => this.#sample());
    const mode = this.#chance(0.2) ? this.#one(["plastic", "panic"]) : undefined;
    const memorize = this.#chance(0.9);
    const [inputs, labels] = [samples.map(({ input }) => input), samples.map(({ label }) => label)];
    const wishes = {
      ...(mode === undefined ? {} : { mode }),
      ...(brain.kind === "plastic" && this.#chance(0.2) ? { neurogenesis: this.#chance(0.5) } : {}),
    };
    const body = { inputs, labels, memorize, ...wishes };
    await this.#change(brain, ["POST", "/learn", body], lesson(samples, memorize, wishes));
  }

  async #setMode(brain: BrainLedger) {
    const mode = this.#one(MODES);
    await this.#change(
      brain,
      ["PUT", "/mode", { mode }],
      one("modeChanged", (event) => event.mode === mode),
    );
  }

  async #startTask(brain: BrainLedger) {
    const name = `task ${this.#below(1000)}`;
    await this.#change(
      brain,
      ["POST", "/tasks", { name }],
      one("taskStarted", (event) => event.name === name),
    );
  }

  async #predict(brain: BrainLedger) {
    const inputs = [this.#input(), this.#input()];
    const { seen } = brain;
    const ended = await this.#attempt<Stamp & { predictions: unknown }>("POST", `/${brain.id}/predict`, {
      inputs,
      topK: 2,
    });
    if (ended.is !== "answered") return;
    const { seq, predictions } = ended.answer;
    brain.see(ended.answer, seen);
    if (brain.claims.length < MAX_CLAIMS) brain.claims.push({ of: "predictions", seq, inputs, topK: 2, predictions });
  }

  async #track(brain: BrainLedger) {
    const inputs = Array.from({ length: 1 + this.#below(3) }, () => this.#input());
    const ended = await this.#attempt<Stamp & { predictions: { id: string }[] }>("POST", `/${brain.id}/predict`, {
      inputs,
      track: true,
    });
    if (ended.is !== "answered") return;
    for (const [row, { id }] of ended.answer.predictions.entries()) {
      brain.tracked.set(id, { input: inputs[row]!, label: "no", settledSeq: null });
    }
  }

  async #giveFeedback(brain: BrainLedger) {
    const ids = [...brain.tracked].filter(([, { label }]) => label !== "yes" || this.#chance(0.1));
    if (ids.length === 0) return this.#track(brain);
    const chosen = ids.slice(-1 - this.#below(4)).map(([id, tracked]) => ({ id, tracked, label: this.#label() }));
    for (const { tracked } of chosen) if (tracked.label === "no") tracked.label = "unsure";
    const samples: Sample[] = chosen.map(({ tracked, label }) => ({ input: tracked.input, label }));
    const items = chosen.map(({ id, label }) => ({ id, label }));
    type Answer = Stamp & { results: { id: string; status: string }[]; learn: object | null };
    const wanted = feedback(samples);
    brain.unsure.add(wanted);
    const ended = await this.#attempt<Answer>("POST", `/${brain.id}/feedback`, { items });
    if (ended.is === "unsure") return;
    brain.unsure.delete(wanted);
    if (ended.is === "refused") return; // an `unsure` that stays is no claim
    const { seq, results, learn } = ended.answer;
    if (learn !== null) brain.acknowledge(seq, wanted);
    for (const { id, status } of results) {
      const tracked = brain.tracked.get(id)!;
      if (status === "learned") Object.assign(tracked, { label: "yes", settledSeq: seq });
      else if (status === "duplicate") tracked.label = "yes";
      else throw new Error(`${brain.id}: prediction ${id} was tracked and is ${status}`);
    }
  }

  async #checkpoint(brain: BrainLedger) {
    const { seen } = brain;
    const ended = await this.#attempt<Stamp & { id: string; digest: string }>("POST", `/${brain.id}/checkpoints`);
    if (ended.is !== "answered") return;
    const { id, seq, digest } = ended.answer;
    brain.see(ended.answer, seen);
    brain.checkpoints.set(id, { seq, digest, isDeleted: "no" });
  }

  async #deleteCheckpoint(brain: BrainLedger) {
    const there = [...brain.checkpoints].filter(([, { isDeleted }]) => isDeleted === "no");
    if (there.length < 2) return;
    const [id, checkpoint] = this.#one(there);
    checkpoint.isDeleted = "unsure";
    const ended = await this.#attempt("DELETE", `/${brain.id}/checkpoints/${id}`);
    if (ended.is !== "unsure") checkpoint.isDeleted = ended.is === "answered" ? "yes" : "no";
  }

  async #restore(brain: BrainLedger) {
    const there = [...brain.checkpoints].filter(([, { isDeleted }]) => isDeleted === "no");
    if (there.length === 0) return;
    const [id, { seq }] = this.#one(there);
    const wanted = one("restored", (event) => event.checkpoint === id && event.from === seq);
    await this.#change(brain, ["POST", `/checkpoints/${id}/restore`], wanted);
  }

  async #restoreTo(brain: BrainLedger) {
    const seq = this.#past(brain);
    await this.#change(
      brain,
      ["POST", "/restore", { seq }],
      one("restored", (event) => event.from === seq),
    );
  }

  async #fork(brain: BrainLedger) {
    if (this.#ledger.usable.length >= MAX_BRAINS) return;
    const seq = this.#past(brain);
    const fork = new BrainLedger(this.#newId(), brain.kind, { brain, seq });
    this.#ledger.add(fork);
    const ended = await this.#attempt<Stamp>("POST", `/${brain.id}/fork`, { id: fork.id, seq });
    if (ended.is !== "unsure") fork.exists = ended.is === "answered" ? "yes" : "no";
  }

  async #delete(brain: BrainLedger) {
    // The oracle needs the log of what a fork came from, until it has seen the fork.
    if (this.#ledger.all.some(({ origin, isAudited }) => origin?.brain === brain && !isAudited)) return;
    brain.isDeleted = "unsure";
    const ended = await this.#attempt("DELETE", `/${brain.id}`);
    if (ended.is !== "unsure") brain.isDeleted = ended.is === "answered" ? "yes" : "no";
  }

  async #create() {
    const kind = this.#chance(0.7) ? "plastic" : "triarchic";
    const brain = new BrainLedger(this.#newId(), kind);
    this.#ledger.add(brain);
    const seed = this.#below(1000);
    const memory = {
      ...{ memorySize: 40, neighbors: 5, layers: 2, memoryPolicy: this.#one(["class-balanced", "fifo"]) },
      readout: this.#one(["memory", "blend"]),
    };
    const own = { ...CONFIG, holdout: this.#below(4), seed };
    const config = kind === "plastic" ? { ...own, ...memory } : own;
    const ended = await this.#attempt<Stamp>("POST", "", { id: brain.id, kind, config });
    if (ended.is !== "unsure") brain.exists = ended.is === "answered" ? "yes" : "no";
  }

  async #addOrRemoveLayer(brain: BrainLedger) {
    if (this.#chance(0.5)) return this.#change(brain, ["POST", "/layers"], one("layerAdded"));
    return this.#change(
      brain,
      ["DELETE", "/layers/1"],
      one("layerRemoved", ({ index }) => index === 1),
    );
  }

  async #changeLayer(brain: BrainLedger) {
    const frozen = this.#chance(0.3);
    const learningRate = this.#random.uniform();
    switch (this.#below(3)) {
      case 0:
        return this.#change(
          brain,
          ["PUT", "/layers/0"],
          one("layerReplaced", ({ index }) => index === 0),
        );
      case 1:
        return this.#change(brain, ["POST", "/layers/0/neurogenesis"], one("layerRenewed"));
      default: {
        const isIt = ({ settings }: { settings: { isFrozen?: boolean; learningRate?: number } }) =>
          settings.isFrozen === frozen && settings.learningRate === learningRate;
        return this.#change(brain, ["PATCH", "/layers/0", { frozen, learningRate }], one("layerTuned", isIt));
      }
    }
  }

  /** Answers what the brain is, without the change's `seq`: it is found in the log or not. */
  async #tune(brain: BrainLedger) {
    const gate = this.#random.uniform() / 10;
    const wanted = one("tuned", ({ tuning }) => tuning.gate === gate);
    brain.unsure.add(wanted);
    const ended = await this.#attempt("PATCH", `/${brain.id}`, { config: { gate } });
    if (ended.is === "answered") brain.must.add(wanted);
    if (ended.is !== "unsure") brain.unsure.delete(wanted);
  }

  async #forget(brain: BrainLedger) {
    const label = this.#label();
    const wanted = one("forgot", ({ samples }, labels) => samples.of === "class" && labels[samples.classId] === label);
    await this.#change(brain, ["DELETE", `/memory?label=${label}`], wanted);
  }

  #change(brain: BrainLedger, request: readonly [string, string, unknown?], wanted: Parameters<typeof change>[3]) {
    return change(this.#target, brain, request, wanted);
  }

  #attempt<Answer>(method: string, path: string, body?: unknown) {
    return attempt<Answer>(this.#target, method, path, body);
  }

  /** A state that the brain had, most often a late one. */
  #past({ seen, origin }: BrainLedger): number {
    const first = origin?.seq ?? 0;
    return Math.max(first, this.#chance(0.7) ? seen - this.#below(10) : first + this.#below(seen - first + 1));
  }

  readonly #newId = () => `${this.#name}-${++this.#created}`;
  readonly #chance = (share: number) => this.#random.uniform() < share;
  readonly #below = (n: number) => this.#random.below(n);
  readonly #one = <T>(items: readonly T[]): T => items[this.#random.below(items.length)]!;
  readonly #label = () => `class-${this.#below(LABELS)}`;
  readonly #input = () => [...this.#random.gaussians(DIM)];
  readonly #sample = (): Sample => ({ input: this.#input(), label: this.#label() });
}
