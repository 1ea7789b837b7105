// Judging a brain on samples whose labels are known.

import Type from "typebox";
import { MAX_CONFUSION_LABELS } from "../../metrics/evaluation.ts";
import { calibrationExample, reliability } from "./calibration.ts";
import { Label, nonNegative, share, stamp } from "./common.ts";
import { inputFields } from "./inputs.ts";
import { labelsSchema } from "./learn.ts";
import { nullableRef, nullableShare, ref } from "./ref.ts";

/** @param maxRows inputs that one call may carry */
export const evaluateBody = (maxRows: number) =>
  Type.Object(
    { ...inputFields(maxRows), labels: labelsSchema(maxRows) },
    {
      $id: "EvaluateRequest",
      additionalProperties: false,
      description:
        "Samples and what they are. Labels that the brain does not know are allowed: it cannot get them right.",
      examples: [
        {
          inputs: [
            [0.9, 0.1, 0, 0.2],
            [0, 0.1, 0.8, 0.9],
            [0.1, 0, 0.9, 0.8],
          ],
          labels: ["cat", "dog", "owl"],
        },
      ],
    },
  );

const ClassScore = Type.Object(
  {
    label: ref(Label),
    support: nonNegative("Samples that are of this class."),
    precision: nullableShare("Share of the predictions of this class that are right; null when there are none."),
    recall: nullableShare("Share of the class's samples that were predicted right; null when there are none."),
    f1: share("Harmonic mean of precision and recall; 0 when nothing was right."),
  },
  {
    $id: "ClassScore",
    description: "How well one class was predicted.",
    examples: [{ label: "dog", support: 1, precision: 0.5, recall: 1, f1: 0.6666666666666666 }],
  },
);

const count = Type.Integer({ minimum: 0 });

export const Confusion = Type.Object(
  {
    labels: Type.Array(ref(Label), { description: "The classes of rows and columns, in this order." }),
    counts: Type.Array(Type.Array(count), {
      description: "`counts[i][j]`: samples of class `labels[i]` that were predicted as `labels[j]`.",
    }),
    unanswered: Type.Array(count, {
      description:
        "`unanswered[i]`: samples of class `labels[i]` for which the brain predicted `null`. With row i of `counts` they add up to the class's support.",
    }),
  },
  {
    $id: "Confusion",
    description: "What was taken for what: rows are true, columns predicted.",
    examples: [
      {
        labels: ["cat", "dog", "owl"],
        counts: [
          [1, 0, 0],
          [0, 1, 0],
          [0, 1, 0],
        ],
        unanswered: [0, 0, 0],
      },
    ],
  },
);

const CALIBRATION_EXAMPLE = calibrationExample(
  { unanswered: 0 },
  { 13: { samples: 1, confidence: 0.87, accuracy: 1 }, 14: { samples: 2, confidence: 0.95, accuracy: 0.5 } },
  { samples: 0 },
  0.3433333333333333,
);

const Calibration = Type.Object(
  {
    ...reliability({ samples: nonNegative("Answers in the bin.") }),
    unanswered: nonNegative("Samples for which the brain predicted `null`; they are in no bin."),
  },
  {
    $id: "Calibration",
    description: "How far the `confidence` of the predictions is from how often they are right.",
    examples: [CALIBRATION_EXAMPLE],
  },
);

export const EvaluateAnswer = Type.Object(
  {
    ...stamp,
    samples: nonNegative("Samples judged."),
    accuracy: share("Share of the samples that were predicted right."),
    classes: Type.Array(ref(ClassScore), {
      description:
        "Each class that occurs among labels or predictions: those of the labels first, each group in order of appearance.",
    }),
    confusion: nullableRef(Confusion, {
      description: `The confusion matrix; null when more than ${MAX_CONFUSION_LABELS} classes occur.`,
    }),
    calibration: ref(Calibration),
  },
  {
    $id: "EvaluateAnswer",
    description: "How well the brain, in this state, predicts these samples.",
    examples: [
      {
        brain: "pets",
        seq: 1,
        step: 1,
        mode: "plastic",
        samples: 3,
        accuracy: 0.6666666666666666,
        classes: [
          { label: "cat", support: 1, precision: 1, recall: 1, f1: 1 },
          { label: "dog", support: 1, precision: 0.5, recall: 1, f1: 0.6666666666666666 },
          { label: "owl", support: 1, precision: null, recall: 0, f1: 0 },
        ],
        confusion: {
          labels: ["cat", "dog", "owl"],
          counts: [
            [1, 0, 0],
            [0, 1, 0],
            [0, 1, 0],
          ],
          unanswered: [0, 0, 0],
        },
        calibration: CALIBRATION_EXAMPLE,
      },
    ],
  },
);

export const evaluateSchemas = [ClassScore, Confusion, Calibration, EvaluateAnswer];
