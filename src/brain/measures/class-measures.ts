// How right a brain was about each class, test-then-train. Invariant: all lists have one entry a class, in the order of class ids.

import { type Answers, accuracyOf, type Tally } from "./answers.ts";
import { FADING } from "./faded.ts";

export type ClassState = Tally & {
  /** Of being right, as float32: fading by the class's own samples, so that a rare class is as well measured as a frequent one. */
  readonly rightFaded: number;
  /** The weight that goes with it, as float32. */
  readonly weight: number;
};

export class ClassMeasures {
  readonly #samples: number[];
  readonly #right: number[];
  readonly #rightFaded: number[];
  readonly #weight: number[];

  constructor(states: readonly ClassState[] = []) {
    this.#samples = states.map(({ samples }) => samples);
    this.#right = states.map(({ right }) => right);
    this.#rightFaded = states.map(({ rightFaded }) => rightFaded);
    this.#weight = states.map(({ weight }) => weight);
  }

  addClasses(count: number): void {
    for (const list of [this.#samples, this.#right, this.#rightFaded, this.#weight]) {
      for (let i = 0; i < count; i++) list.push(0);
    }
  }

  tally(classId: number): Tally {
    return { samples: this.#samples[classId] ?? 0, right: this.#right[classId] ?? 0 };
  }

  accuracy(classId: number): number | null {
    return accuracyOf(this.tally(classId));
  }

  accuracyFaded(classId: number): number | null {
    const weight = this.#weight[classId] ?? 0;
    return weight === 0 ? null : (this.#rightFaded[classId] ?? 0) / weight;
  }

  get state(): readonly ClassState[] {
    return this.#samples.map((samples, classId) => ({
      samples,
      right: this.#right[classId] ?? 0,
      rightFaded: this.#rightFaded[classId] ?? 0,
      weight: this.#weight[classId] ?? 0,
    }));
  }

  /** @param truth int32 [batch] */
  note({ classes }: Answers, truth: Int32Array): void {
    for (let row = 0; row < truth.length; row++) {
      const classId = truth[row] ?? 0;
      const isRight = classes[row] === classId ? 1 : 0;
      this.#samples[classId] = (this.#samples[classId] ?? 0) + 1;
      this.#right[classId] = (this.#right[classId] ?? 0) + isRight;
      this.#rightFaded[classId] = Math.fround(FADING * (this.#rightFaded[classId] ?? 0) + isRight);
      this.#weight[classId] = Math.fround(FADING * (this.#weight[classId] ?? 0) + 1);
    }
  }
}
