// The experiment as curricula: what is taught in which order, and on what the brain is judged meanwhile.

import type { EvaluationSet, Phase } from "../../src/curricula/api.ts";
import type { SetName, Source } from "./source.ts";

/** `storm`: vehicles, animals, then inverted vehicles in mode panic, each once. `rounds`: the seed's order for its triarchic brain. */
export type Course = "storm" | "rounds";

/** What of a phase varies; the API's own defaults where it is absent. */
export type Lessons = Partial<Pick<Phase, "batchSize" | "order" | "mode" | "consolidate" | "neurogenesis">>;

/** A curriculum as it is asked for; the server fills in what is absent. */
export type PlanRequest = { readonly name: string; readonly evaluations: readonly EvaluationSet[] } & {
  readonly phases: readonly (Pick<Phase, "name" | "dataset"> & Partial<Phase>)[];
};

export type Wish = {
  readonly course: Course;
  /** Of the order of the samples. */
  readonly seed: number;
  /** Of all phases. */
  readonly lessons: Lessons;
  /** Of the storm, over `lessons`. */
  readonly storm: Lessons;
  /** Steps between two looks at what the brain knows; null for looks between the phases alone. */
  readonly evaluateEvery: number | null;
};

export function planOf(source: Source, wish: Wish): PlanRequest {
  const { taught, judged } = source;
  const sets =
    wish.course === "storm" ? (["vehicles", "animals", "storm"] as const) : (["vehicles", "animals"] as const);
  const evaluations = sets.map((name) => ({ name, ...judged[name] }));
  const every = wish.evaluateEvery === null ? {} : { evaluateEvery: wish.evaluateEvery };
  const phase = (name: SetName, evaluate: readonly SetName[], own: Partial<Phase> = {}) => {
    return { name, ...taught[name], seed: wish.seed, ...wish.lessons, evaluate, ...every, ...own };
  };
  const phases =
    wish.course === "storm"
      ? [
          phase("vehicles", ["vehicles"]),
          phase("animals", sets),
          phase("storm", sets, { mode: "panic", ...wish.storm }),
        ]
      : [phase("animals", ["animals"], { epochs: 3 }), phase("vehicles", sets, { epochs: 2 })];
  return { name: `CIFAR-10, ${wish.course}`, phases, evaluations };
}
