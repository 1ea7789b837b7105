// A curriculum for tests, as the API tells of one.

import type { Curriculum, CurriculumMessage, Plan } from "../../../../src/dashboard/api/types.ts";

const phase = (name: string) =>
  ({
    name,
    dataset: "digits",
    epochs: 2,
    batchSize: 32,
    order: "shuffled",
    seed: 0,
    memorize: true,
    consolidate: false,
    task: true,
  }) as const;

export const PLAN: Plan = {
  name: null,
  phases: [
    { ...phase("day"), classes: ["0", "1"] },
    {
      ...phase("night"),
      mode: "panic",
      neurogenesis: false,
      evaluate: ["test"],
      evaluateEvery: 10,
      transform: [{ type: "invert" }, { type: "rotate", degrees: -90 }],
    },
  ],
  evaluations: [{ name: "test", dataset: "digits-test", samplesPerClass: 5 }],
};

const report = (name: string, steps: number): Curriculum["phases"][number] => ({
  name,
  state: "pending",
  steps,
  done: 0,
  samples: 0,
  fromSeq: null,
  toSeq: null,
  startedAt: null,
  endedAt: null,
  summary: {},
});

export const CURRICULUM: Curriculum = {
  id: "c1",
  brain: "pets",
  name: null,
  state: "running",
  plan: PLAN,
  progress: {
    phase: 0,
    phaseName: "day",
    epoch: 1,
    phaseStep: 30,
    phaseSteps: 40,
    done: 30,
    total: 100,
    samplesPerSecond: 812,
    secondsLeft: 4,
    waiting: null,
  },
  phases: [report("day", 40), report("night", 60)],
  error: null,
  createdAt: "2026-03-01T09:30:05.120Z",
  startedAt: "2026-03-01T09:30:06.120Z",
  endedAt: null,
};

export const message = (part: Partial<CurriculumMessage>): CurriculumMessage => ({
  ...CURRICULUM.progress,
  streamSeq: 1,
  brain: "pets",
  seq: 31,
  step: 31,
  time: "2026-03-01T09:30:07.120Z",
  type: "curriculum",
  curriculum: "c1",
  name: null,
  state: "running",
  ...part,
});
