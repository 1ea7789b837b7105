// What is measured of a brain, as clients read it (docs/measures.md says how each number comes about).

import Type from "typebox";
import { MAX_CONFUSION_LABELS } from "../../brain/measures/confusion-counts.ts";
import { WINDOW_SAMPLES } from "../../brain/measures/prequential.ts";
import { MAX_TASKS } from "../../brain/measures/task-measures.ts";
import { DRIFT_DETECTORS, MAX_TASK_CHARACTERS, MODE_POLICIES } from "../../brain/watching.ts";
import { calibrationExample, reliability } from "./calibration.ts";
import { Label, nonNegative, share, stamp, visibleText } from "./common.ts";
import { Confusion } from "./evaluate.ts";
import { LAYER_EXAMPLE, Layer } from "./layers.ts";
import { nullableInteger, nullableRef, nullableShare, nullableString, ref } from "./ref.ts";

const nullableNumber = (description: string, least: number, most: number) =>
  Type.Unsafe<number | null>({ type: ["number", "null"], minimum: least, maximum: most, description });

const score = (what: string) => ({
  samples: nonNegative(`${what}.`),
  right: nonNegative("Of these, answered right."),
  accuracy: nullableShare("The share that was right; null of none."),
});

const CALIBRATION_EXAMPLE = calibrationExample(
  { answered: 2 },
  { 13: { weight: 1.999, confidence: 0.9, accuracy: 1 } },
  { weight: 0 },
  0.1,
);

const FadedCalibration = Type.Object(
  {
    ...reliability({ weight: Type.Number({ minimum: 0, description: "What the answers in the bin weigh." }) }),
    answered: nonNegative("Samples that were answered since calibration is measured."),
  },
  {
    $id: "FadedCalibration",
    description:
      "How far confidence was from being right before a sample was learned; an answer weighs 0.999 of the one after it, and samples without one are left out.",
    examples: [CALIBRATION_EXAMPLE],
  },
);

const PREQUENTIAL_EXAMPLE = {
  samples: 3,
  right: 2,
  accuracy: 0.6666666666666666,
  window: { samples: 3, right: 2, accuracy: 0.6666666666666666 },
  accuracyFaded: 0.667,
  calibration: CALIBRATION_EXAMPLE,
  noveltyFaded: 0.2,
  rewardFaded: 1,
};

const Prequential = Type.Object(
  {
    ...score("Samples taught, held out or not"),
    window: Type.Object(score("Of the window"), { description: `The last ${WINDOW_SAMPLES} samples.` }),
    accuracyFaded: nullableShare("Accuracy in which a sample weighs 0.999 of the one after it."),
    calibration: ref(FadedCalibration),
    noveltyFaded: nullableNumber("Mean novelty of the samples, fading alike.", 0, 2),
    rewardFaded: nullableNumber("Mean reward of the samples learned, fading alike.", -1, 1),
  },
  {
    $id: "Prequential",
    description: "Test, then train: what the brain answered to samples before it learned them.",
    examples: [PREQUENTIAL_EXAMPLE],
  },
);

const CLASS_EXAMPLE = {
  label: "cat",
  samples: 3,
  right: 2,
  accuracy: 0.6666666666666666,
  accuracyFaded: 0.667,
  heldOut: 1,
  holdoutAccuracy: 0.5,
  holdoutBest: 1,
  forgetting: 0.5,
};

const ClassMeasures = Type.Object(
  {
    label: ref(Label),
    ...score("Samples of the class that were taught"),
    accuracyFaded: nullableShare("The same, in which a sample of the class weighs 0.999 of the one after it."),
    heldOut: nonNegative("Samples of the class that are held out."),
    holdoutAccuracy: nullableShare("Accuracy on these when the hold-out was last evaluated."),
    holdoutBest: nullableShare("The best that it ever was."),
    forgetting: nullableShare("The best less the last."),
  },
  { $id: "ClassMeasures", description: "How well one class is known.", examples: [CLASS_EXAMPLE] },
);

const TASK_EXAMPLE = {
  task: 0,
  name: "animals",
  seq: 0,
  samples: 3,
  right: 2,
  accuracy: 0.6666666666666666,
  firstAccuracy: 0,
  heldOut: 1,
  holdoutAccuracy: 0.5,
};

const TaskMeasures = Type.Object(
  {
    task: nonNegative("Which task it is, counted from 0."),
    name: nullableString({ description: "What it was called." }),
    seq: nonNegative("The `seq` with which it began."),
    ...score("Samples taught in it"),
    firstAccuracy: nullableShare("Accuracy of its first learn call, answered before anything of the task was learned."),
    heldOut: nonNegative("Samples of the task that are held out."),
    holdoutAccuracy: nullableShare("Accuracy on these when the hold-out was last evaluated."),
  },
  { $id: "TaskMeasures", description: "How well one task is known.", examples: [TASK_EXAMPLE] },
);

const HOLD_OUT_EXAMPLE = { limit: 20, heldOut: 2, evaluatedSeq: 12, samples: 2, right: 1, accuracy: 0.5 };

const HoldOut = Type.Object(
  {
    limit: nonNegative("Samples per class that are held out at most (`config.holdout`)."),
    heldOut: nonNegative("Samples that are."),
    evaluatedSeq: nullableInteger({ minimum: 0, description: "The state that was last evaluated; null before." }),
    ...score("Samples that it was evaluated on"),
  },
  {
    $id: "HoldOut",
    description: "Samples that are never learned, and how well the brain does on them.",
    examples: [HOLD_OUT_EXAMPLE],
  },
);

const TRANSFER_EXAMPLE = {
  tasks: [0, 1],
  matrix: [
    [0.9, null],
    [0.5, 0.8],
  ],
  forgetting: 0.4,
  backwardTransfer: -0.4,
  forwardTransfer: 0.1,
};

const Transfer = Type.Object(
  {
    tasks: Type.Array(Type.Integer({ minimum: 0 }), { description: "The tasks of rows and columns." }),
    matrix: Type.Array(Type.Array(Type.Unsafe<number | null>({ type: ["number", "null"], minimum: 0, maximum: 1 })), {
      description:
        "`matrix[i][j]`: hold-out accuracy on the samples of task j at the end of task i; the last row is the current task's latest. null where nothing was measured.",
    }),
    forgetting: nullableNumber("Mean fall from the best, of all but the last task (Chaudhry et al. 2018).", -1, 1),
    backwardTransfer: nullableNumber("Mean change since a task's end (Lopez-Paz and Ranzato 2017).", -1, 1),
    forwardTransfer: nullableShare("Mean `firstAccuracy` of all tasks but the first; an untrained brain's is 0."),
  },
  {
    $id: "Transfer",
    description: "What learning one task did to others; null with fewer than two that can be compared.",
    examples: [TRANSFER_EXAMPLE],
  },
);

const LAST_DRIFT_EXAMPLE = { detector: "adwin", error: 0.8, before: 0.1, samples: 640 } as const;

const LastDrift = Type.Object(
  {
    detector: Type.Enum(
      DRIFT_DETECTORS.filter((name) => name !== "none"),
      { type: "string", description: "Who noticed it." },
    ),
    error: share("Share of the latest samples that the brain did not know before it learned them."),
    before: share("The same of those before."),
    samples: nonNegative("Samples that it had been taught by then."),
  },
  { $id: "LastDrift", description: "A drift that was noticed.", examples: [LAST_DRIFT_EXAMPLE] },
);

const DRIFT_EXAMPLE = {
  detector: "adwin",
  error: 0.25,
  recentError: 0.2,
  drifts: 1,
  lastDrift: LAST_DRIFT_EXAMPLE,
  policy: "fixed",
  phase: "calm",
} as const;

const DriftWatch = Type.Object(
  {
    detector: Type.Enum(DRIFT_DETECTORS, { type: "string", description: "Who watches (`config.driftDetector`)." }),
    error: nullableShare("Share of errors since the detector last saw a change; null before any sample."),
    recentError: nullableShare("Share of errors among the latest 50 samples or so."),
    drifts: nonNegative("How often drift was noticed."),
    lastDrift: nullableRef(LastDrift, { description: "The last time; null before." }),
    policy: Type.Enum(MODE_POLICIES, { type: "string", description: "Who sets the mode (`config.modePolicy`)." }),
    phase: Type.String({ description: "What the policy `auto` is at; `calm` where it has nothing to do." }),
  },
  { $id: "DriftWatch", description: "The watch for drift in the brain's errors.", examples: [DRIFT_EXAMPLE] },
);

const NUMBERS_EXAMPLE = { samples: 3, accuracy: 0.6666666666666666, accuracyBatch: null };

export const MeasuresAnswer = Type.Object(
  {
    ...stamp,
    since: nonNegative("The `seq` after which they count: above 0 where the brain is older than its measures."),
    numbers: Type.Record(Type.String(), Type.Unsafe<number | null>({ type: ["number", "null"] }), {
      description: "What streams and the history tell, by name.",
    }),
    prequential: ref(Prequential),
    classes: Type.Array(ref(ClassMeasures), { description: "Every class, in the order in which they were met." }),
    tasks: Type.Array(ref(TaskMeasures), { description: `The last ${MAX_TASKS} tasks, the current one last.` }),
    confusion: nullableRef(Confusion, {
      description: `What was taken for what, test-then-train; null with more than ${MAX_CONFUSION_LABELS} classes.`,
    }),
    holdout: ref(HoldOut),
    transfer: ref(Transfer),
    drift: ref(DriftWatch),
    recycled: nonNegative("Neurons born again while it was measured."),
    layers: Type.Array(ref(Layer), { description: "The layers; none of a triarchic brain." }),
  },
  {
    $id: "Measures",
    description: "All that is measured of a brain.",
    examples: [
      {
        brain: "pets",
        seq: 12,
        step: 11,
        mode: "plastic",
        since: 0,
        numbers: NUMBERS_EXAMPLE,
        prequential: PREQUENTIAL_EXAMPLE,
        classes: [CLASS_EXAMPLE],
        tasks: [TASK_EXAMPLE],
        confusion: { labels: ["cat"], counts: [[2]], unanswered: [1] },
        holdout: HOLD_OUT_EXAMPLE,
        transfer: TRANSFER_EXAMPLE,
        drift: DRIFT_EXAMPLE,
        recycled: 3,
        layers: [LAYER_EXAMPLE],
      },
    ],
  },
);

export const StartTask = Type.Object(
  {
    name: Type.Optional(Type.String(visibleText(MAX_TASK_CHARACTERS, { description: "What to call it." }))),
  },
  {
    $id: "StartTask",
    additionalProperties: false,
    description: "The task that begins; the body may be left out.",
    examples: [{ name: "animals" }],
  },
);

export const TaskAnswer = Type.Object(
  { ...stamp, name: nullableString({ description: "What it is called; null without a name." }) },
  {
    $id: "TaskAnswer",
    description: "Which state began the task.",
    examples: [{ brain: "pets", seq: 12, step: 11, mode: "plastic", name: "animals" }],
  },
);

export const measuresSchemas = [
  FadedCalibration,
  Prequential,
  ClassMeasures,
  TaskMeasures,
  HoldOut,
  Transfer,
  LastDrift,
  DriftWatch,
  MeasuresAnswer,
  StartTask,
  TaskAnswer,
];
