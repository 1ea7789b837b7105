// A brain whose work is known to its host while it is done (activity.ts). It does what the brain does.

import type { Brain, MemoryReader } from "../brain/brain.ts";
import { type Pace, unpaced } from "../tensor/pace.ts";
import type { Activity } from "./activity.ts";
import type { Piece } from "./protocol.ts";

export class ObservedBrain implements Brain {
  readonly #brain: Brain;
  readonly #name: string;
  readonly #activity: Activity;

  /** @param name under which the gateway knows the brain in this host */
  /** Of the last event that it was given. */
  #seq: number;

  /** @param seq of the state that it begins with */
  constructor(brain: Brain, name: string, seq: number, activity: Activity) {
    this.#brain = brain;
    this.#name = name;
    this.#seq = seq;
    this.#activity = activity;
  }

  get mode() {
    return this.#brain.mode;
  }

  get step() {
    return this.#brain.step;
  }

  get isSettling() {
    return this.#brain.isSettling;
  }

  settle() {
    return this.#reading(() => this.#brain.settle());
  }

  get isBehind() {
    return this.#brain.isBehind;
  }

  get isUnsolved() {
    return this.#brain.isUnsolved;
  }

  get memory(): MemoryReader | null {
    const { memory } = this.#brain;
    return (
      memory && {
        fill: memory.fill,
        summary: () => memory.summary(),
        page: (request) => this.#reading(() => memory.page(request)),
      }
    );
  }

  get energies() {
    return this.#brain.energies;
  }

  answer(...[inputs, mode, pace = unpaced]: Parameters<Brain["answer"]>) {
    return this.#inTurns({ op: "read" }, pace, (own) => this.#brain.answer(inputs, mode, own));
  }

  predict(...call: Parameters<Brain["predict"]>) {
    this.#activity.countBatch(call[0].rows);
    return this.#reading(() => this.#brain.predict(...call));
  }

  trace(...call: Parameters<Brain["trace"]>) {
    return this.#reading(() => this.#brain.trace(...call));
  }

  layers() {
    return this.#brain.layers();
  }

  apply(...[event, seq, observe, pace = unpaced]: Parameters<Brain["apply"]>) {
    this.#seq = seq;
    return this.#inTurns({ op: "apply", seq }, pace, (own) => this.#brain.apply(event, seq, observe, own));
  }

  merge(...[other, seq, pace = unpaced]: Parameters<Brain["merge"]>) {
    this.#seq = seq;
    return this.#inTurns({ op: "apply", seq }, pace, (own) => this.#brain.merge(other, seq, own));
  }

  state() {
    return this.#reading(() => this.#brain.state());
  }

  weights() {
    return this.#reading(() => this.#brain.weights());
  }

  /** Each state is caught up with by work of its own: who dies in that of three different states was killed by somebody else. */
  catchUp() {
    return this.#during({ op: "catchUp", seq: this.#seq }, () => this.#brain.catchUp());
  }

  watch(...call: Parameters<Brain["watch"]>) {
    return this.#brain.watch(...call);
  }

  dispose(): void {
    this.#brain.dispose();
  }

  #reading<T>(work: () => Promise<T>): Promise<T> {
    return this.#during({ op: "read" }, work);
  }

  /** Runs work that asks a pace of its own between its pieces: while it waits it is not under way. */
  #inTurns<T>(piece: Omit<Piece, "brain">, pace: Pace, work: (own: Pace) => Promise<T>): Promise<T> {
    return this.#activity.during({ ...piece, brain: this.#name }, (rest) =>
      work(() => {
        const pause = pace();
        return pause && rest(pause);
      }),
    );
  }

  #during<T>(piece: Omit<Piece, "brain">, work: () => Promise<T>): Promise<T> {
    return this.#activity.during({ ...piece, brain: this.#name }, work);
  }
}
