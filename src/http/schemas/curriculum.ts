// A curriculum: how far it is, what it has measured, and the answers that tell of many of its steps.

import Type from "typebox";
import { CURRICULUM_STATES } from "../../curricula/api.ts";
import { BrainParams, nextCursor, nonNegative, PageQuery, timestamp } from "./common.ts";
import { CurriculumPlan, PLAN_EXAMPLE } from "./curriculum-plan.ts";
import { nullableInteger, nullableString, ref } from "./ref.ts";

const ID = "0b1d2f6e-6f0e-4c43-9a52-5b8d6f1c2a37";
const TIME = "2026-03-01T09:30:05.120Z";

export const CurriculumParams = Type.Object({
  brain: BrainParams.properties.brain,
  curriculum: Type.String({ description: "The curriculum's id.", examples: [ID] }),
});

const state = Type.Enum(CURRICULUM_STATES, {
  type: "string",
  description:
    "`queued`: waits for its turn; `running`; `completed`; `cancelled`: ended by a call; `failed`: `error` says why. The last two can be resumed.",
});

export const CurriculaQuery = Type.Object(
  {
    ...PageQuery.properties,
    state: Type.Optional(Type.Enum(CURRICULUM_STATES, { type: "string", description: "Only those in this state." })),
  },
  { additionalProperties: false },
);

const nullableNumber = (description: string) =>
  Type.Unsafe<number | null>({ type: ["number", "null"], minimum: 0, description });

/** Where a curriculum is; streams tell the same. */
export const progressFields = {
  phase: nullableInteger({
    minimum: 0,
    description: "The phase under way, from 0; null before the first and behind the last.",
  }),
  phaseName: nullableString({ description: "What it is called." }),
  epoch: nullableInteger({ minimum: 1, description: "Which of its epochs, from 1." }),
  phaseStep: nullableInteger({ minimum: 0, description: "Steps of the phase that are done." }),
  phaseSteps: nullableInteger({ minimum: 0, description: "Steps of the phase." }),
  done: nonNegative("Steps that are done, of all phases."),
  total: nonNegative("Steps of all phases."),
  samplesPerSecond: nullableNumber("Samples learned a second, lately; null while that is not known."),
  secondsLeft: nullableNumber("Seconds that it takes still, at the pace of the last half minute."),
  waiting: nullableString({
    description:
      "Why it stands still: `turn` while it is queued, or the code of the problem that it waits to see solved, e.g. `host-unavailable`; null while it goes on.",
  }),
};

const PROGRESS_EXAMPLE = {
  phase: 1,
  phaseName: "night",
  epoch: 1,
  phaseStep: 12,
  phaseSteps: 40,
  done: 52,
  total: 80,
  samplesPerSecond: 812.5,
  secondsLeft: 2,
  waiting: null,
};

const Progress = Type.Object(progressFields, {
  $id: "CurriculumProgress",
  description: "Where a curriculum is.",
  examples: [PROGRESS_EXAMPLE],
});

const number = (description: string) => Type.Number({ description });

const Summary = Type.Object(
  {
    initial: number("At the first step; of an evaluation: before it."),
    final: number("At the last step; of an evaluation: after it."),
    mean: number("Of all that was measured."),
    improvement: number("`final` less `initial`."),
  },
  {
    $id: "NumberSummary",
    description: "A number over a phase.",
    examples: [{ initial: 0.1, final: 0.9, mean: 0.7, improvement: 0.8 }],
  },
);

const time = (description: string) => nullableString({ format: "date-time", description });

const REPORT_EXAMPLE = {
  name: "day",
  state: "completed",
  steps: 40,
  done: 40,
  samples: 1280,
  fromSeq: 3,
  toSeq: 45,
  startedAt: TIME,
  endedAt: "2026-03-01T09:30:07.480Z",
  summary: { accuracy: { initial: 0.1, final: 0.9, mean: 0.7, improvement: 0.8 } },
};

const PhaseReport = Type.Object(
  {
    name: Type.String({ description: "What the phase is called." }),
    state: Type.Enum(["pending", "running", "completed", "cancelled", "failed"], {
      type: "string",
      description: "`pending`: not begun.",
    }),
    steps: nonNegative("All of its steps."),
    done: nonNegative("Steps that are done."),
    samples: nonNegative("Samples that were learned, or held out, in them."),
    fromSeq: nullableInteger({ minimum: 0, description: "The brain's `seq` when it began; null before." }),
    toSeq: nullableInteger({ minimum: 0, description: "The brain's `seq` after its last change so far; null before." }),
    startedAt: time("When it began, UTC; null before."),
    endedAt: time("When it ended, UTC; null before."),
    summary: Type.Record(Type.String(), ref(Summary), {
      description:
        "By the number's name; `evaluation.NAME` is the share of that evaluation's samples that the brain knows, `calibration.NAME` the calibration error of what it answers.",
    }),
  },
  { $id: "PhaseReport", description: "How a phase went.", examples: [REPORT_EXAMPLE] },
);

const Failure = Type.Object(
  {
    code: Type.String({ description: "The problem's name, as under `/problems/`." }),
    detail: Type.String({ description: "What it is." }),
  },
  { description: "Why it failed." },
);

const CURRICULUM_EXAMPLE = {
  id: ID,
  brain: "pets",
  name: "Day and night",
  state: "running",
  plan: PLAN_EXAMPLE,
  progress: PROGRESS_EXAMPLE,
  phases: [REPORT_EXAMPLE],
  error: null,
  createdAt: TIME,
  startedAt: TIME,
  endedAt: null,
};

export const Curriculum = Type.Object(
  {
    id: Type.String({ description: "The curriculum's id." }),
    brain: Type.String({ description: "The brain's id." }),
    name: nullableString({ description: "What it is called; null without a name." }),
    state,
    plan: ref(CurriculumPlan),
    progress: ref(Progress),
    phases: Type.Array(ref(PhaseReport), { description: "How each phase went, or goes." }),
    error: Type.Unsafe<{ readonly code: string; readonly detail: string } | null>({
      anyOf: [Failure, { type: "null" }],
      description: "Why it failed; null unless it did.",
    }),
    createdAt: timestamp("When it was asked for, UTC."),
    startedAt: time("When it began, UTC; null before."),
    endedAt: time("When it ended, UTC; null before."),
  },
  { $id: "Curriculum", description: "A brain's curriculum.", examples: [CURRICULUM_EXAMPLE] },
);

export const CurriculumList = Type.Object(
  {
    curricula: Type.Array(ref(Curriculum), { description: "The newest first." }),
    nextCursor: nullableString(nextCursor),
  },
  {
    $id: "CurriculumList",
    description: "A page of curricula.",
    examples: [{ curricula: [CURRICULUM_EXAMPLE], nextCursor: null }],
  },
);

export const HistoryQuery = Type.Object(
  {
    from: Type.Optional(nonNegative("The first step wanted, of all phases; 0 when left out.")),
    limit: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 10_000, default: 1000, description: "Steps wanted.", examples: [1000] }),
    ),
    points: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 10_000,
        description:
          "All steps as about so many lines, each the mean of steps that follow one another; `limit` counts for nothing then.",
        examples: [300],
      }),
    ),
  },
  { additionalProperties: false },
);

const integers = (description: string) => Type.Array(Type.Integer({ minimum: 0 }), { description });

export const CurriculumHistorySchema = Type.Object(
  {
    curriculum: Type.String({ description: "The curriculum's id." }),
    brain: Type.String({ description: "The brain's id." }),
    phases: Type.Array(
      Type.Object({
        name: Type.String({ description: "What the phase is called." }),
        from: nonNegative("The index of its first step."),
        to: nullableInteger({ minimum: 0, description: "The index behind its last step; null while it runs." }),
      }),
      { description: "Where the phases that have begun lie." },
    ),
    index: integers("Counts the steps of all phases, from 0."),
    phase: integers("The phase, from 0."),
    epoch: integers("The phase's epoch, from 1."),
    step: integers("The step within the phase, from 0."),
    seq: integers("The brain's `seq` after it."),
    time: Type.Array(timestamp("When it was done, UTC.")),
    numbers: Type.Unsafe<{ readonly [name: string]: readonly (number | null)[] }>({
      type: "object",
      additionalProperties: { type: "array", items: { type: ["number", "null"] } },
      description: "By name, a value for each line; null where a step did not measure it.",
    }),
  },
  {
    $id: "CurriculumHistory",
    description: "What a curriculum measured: one line per step, the oldest first, as columns of equal length.",
    examples: [
      {
        curriculum: ID,
        brain: "pets",
        phases: [{ name: "day", from: 0, to: 2 }],
        index: [0, 1],
        phase: [0, 0],
        epoch: [1, 1],
        step: [0, 1],
        seq: [2, 3],
        time: [TIME, "2026-03-01T09:30:05.160Z"],
        numbers: { accuracy: [0, 0.5], "evaluation.test": [null, 0.7] },
      },
    ],
  },
);

export const CurriculumCsv = Type.String({
  $id: "CurriculumCsv",
  description: "A header line, and a line for each step; RFC 4180. Empty where a step did not measure a number.",
  examples: [`index,phase,phaseName,epoch,step,seq,time,accuracy\r\n0,0,day,1,0,2,${TIME},0.5\r\n`],
});

export const CurriculumSummary = Type.Object(
  {
    curriculum: Type.String({ description: "The curriculum's id." }),
    brain: Type.String({ description: "The brain's id." }),
    phases: Type.Array(ref(PhaseReport), { description: "How each phase went." }),
  },
  {
    $id: "CurriculumSummary",
    description: "What each phase of a curriculum came to.",
    examples: [{ curriculum: ID, brain: "pets", phases: [REPORT_EXAMPLE] }],
  },
);

export const SummaryCsv = Type.String({
  $id: "CurriculumSummaryCsv",
  description: "A header line, and a line for each phase and number; RFC 4180.",
  examples: [
    "phase,phaseName,state,number,initial,final,mean,improvement\r\n0,day,completed,accuracy,0.1,0.9,0.7,0.8\r\n",
  ],
});

export const curriculumSchemas = [
  Progress,
  Summary,
  PhaseReport,
  Curriculum,
  CurriculumList,
  CurriculumHistorySchema,
  CurriculumCsv,
  CurriculumSummary,
  SummaryCsv,
];
