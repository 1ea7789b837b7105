// Brains that the experiment puts through it: ours as they come, one change at a time from them, and from the seed's settings.

import type { Course, Lessons } from "./plan.ts";

export type Variant = {
  /** What is told of it; the change, where it is one. */
  readonly name: string;
  readonly kind: "plastic" | "triarchic";
  /** What differs from the API's defaults. */
  readonly config: object;
  readonly lessons: Lessons;
  readonly storm: Lessons;
  readonly course: Course;
};

const plain = { config: {}, lessons: {}, storm: {}, course: "storm" } as const;

/** What is judged is what has been solved by then. */
const CONSOLIDATED = { lessons: { consolidate: true }, storm: { consolidate: true } } as const;

export const READOUTS = ["memory", "analytic", "blend"] as const;
export type Readout = (typeof READOUTS)[number];

/** A plastic brain with this readout, all else as it comes. */
export const withReadout = (readout: Readout): Variant => ({
  ...plain,
  ...(readout === "memory" ? {} : CONSOLIDATED),
  kind: "plastic",
  name: `plastic, ${readout}`,
  config: { readout },
});

/** What the experiment shows when nothing else is asked for. */
export const mainVariants = (readouts: readonly Readout[]): readonly Variant[] => [
  ...readouts.map(withReadout),
  { ...plain, kind: "triarchic", name: "triarchic" },
];

/** The seed's order for its triarchic brain: animals three times, then vehicles twice, 64 a step. */
export const ROUNDS: readonly Variant[] = [
  { ...plain, kind: "triarchic", name: "triarchic, stable rules", lessons: { batchSize: 64 }, course: "rounds" },
  {
    ...plain,
    kind: "triarchic",
    name: "triarchic, the seed's rules",
    config: { rules: "seed" },
    lessons: { batchSize: 64 },
    course: "rounds",
  },
];

/** A memory that is full long before the storm: a seventh of what is taught. */
const SMALL = { memorySize: 2000 };

const ours = (name: string, config: object, lessons: Lessons = {}, storm: Lessons = {}): Variant => ({
  ...plain,
  kind: "plastic",
  name,
  config,
  lessons,
  storm,
});

/** By the memory alone, whatever the API's default is. */
function votedByMemory(variant: Variant): Variant {
  return { ...variant, config: { readout: "memory", ...variant.config } };
}

const fromMemory: readonly Variant[] = [
  ours("defaults", {}),
  ours("normalization running", { normalization: "running" }),
  ours("normalization batch", { normalization: "batch" }),
  ours("10 neighbours", { neighbors: 10 }),
  ours("50 neighbours", { neighbors: 50 }),
  ours("steps of 256 samples", {}, { batchSize: 256 }),
  ours("all of a class before the next", {}, { order: "byClass" }),
  ours("gate 0 (plain kNN)", { gate: 0 }),
  ours("gate 1", { gate: 1 }),
  ours("one layer", { layers: 1 }),
  ours("no neurogenesis", { neurogenesis: false }),
  ours("consolidated after each phase", {}, { consolidate: true }),
  ours("storm without panic", {}, {}, { mode: "plastic" }),
  ours("memory of 2,000", SMALL),
  ours("… storm without panic", SMALL, {}, { mode: "plastic" }),
  ours("… reservoir", { ...SMALL, memoryPolicy: "reservoir" }),
  ours("… fifo", { ...SMALL, memoryPolicy: "fifo" }),
].map(votedByMemory);

const fromBlend: readonly Variant[] = [
  ours("defaults", {}),
  ours("readout analytic", { readout: "analytic" }),
  ours("normalization running", { normalization: "running" }),
  ours("10 neighbours", { neighbors: 10 }),
  ours("steps of 256 samples", {}, { batchSize: 256 }),
  ours("gate 0", { gate: 0 }),
  ours("storm without panic", {}, {}, { mode: "plastic" }),
  ours("memory of 2,000", SMALL),
  ours("… storm without panic", SMALL, {}, { mode: "plastic" }),
].map(
  (variant): Variant => ({
    ...variant,
    config: { readout: "blend", ...variant.config },
    lessons: { ...CONSOLIDATED.lessons, ...variant.lessons },
    storm: { ...CONSOLIDATED.storm, ...variant.storm },
  }),
);

const SEED = { normalization: "batch", memoryPolicy: "fifo", memorySize: 20_000, neighbors: 50 } as const;
const SEED_LESSONS: Lessons = { batchSize: 256 };

const fromSeed: readonly Variant[] = [
  ours("the seed's settings", SEED, SEED_LESSONS),
  ours("+ normalization none", { ...SEED, normalization: "none" }, SEED_LESSONS),
  ours("+ normalization running", { ...SEED, normalization: "running" }, SEED_LESSONS),
  ours("+ 20 neighbours", { ...SEED, neighbors: 20 }, SEED_LESSONS),
  ours("+ steps of 32 samples", SEED),
  ours("+ class-balanced memory", { ...SEED, memoryPolicy: "class-balanced" }, SEED_LESSONS),
].map(votedByMemory);

const triarchic = (name: string, config: object, lessons: Lessons = {}, storm: Lessons = {}): Variant => ({
  ...ours(name, config, lessons, storm),
  kind: "triarchic",
});

const fromTriarchic: readonly Variant[] = [
  triarchic("defaults", {}),
  triarchic("the seed's rules", { rules: "seed" }),
  triarchic("consolidated after each phase", {}, { consolidate: true }),
  triarchic("storm without panic", {}, {}, { mode: "plastic" }),
  triarchic("64 winners", { winners: 64 }),
  triarchic("steps of 8 samples", {}, { batchSize: 8 }),
  triarchic("steps of 256 samples", {}, { batchSize: 256 }),
];

/** One change at a time, by what is changed. */
export const ABLATIONS: readonly { readonly title: string; readonly variants: readonly Variant[] }[] = [
  { title: "Plastic with readout blend, one change", variants: fromBlend },
  { title: "Plastic with readout memory, one change", variants: fromMemory },
  { title: "Plastic, one change from the seed's settings", variants: fromSeed },
  { title: "Triarchic, one change from the defaults", variants: fromTriarchic },
];
