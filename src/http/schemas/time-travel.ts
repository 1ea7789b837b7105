// States of the past: going back to one, branching off, holding two against each other.

import Type from "typebox";
import { creation } from "./brain.ts";
import { BrainMode, Label, nonNegative, share } from "./common.ts";
import { inputFields } from "./inputs.ts";
import { labelsSchema } from "./learn.ts";
import { nullableInteger, nullableRef, ref } from "./ref.ts";

const seq = (description: string) =>
  Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER, description, examples: [2] });

export const RestoreTo = Type.Object(
  { seq: seq("The change whose state is wanted back.") },
  { $id: "RestoreTo", additionalProperties: false, description: "Which state to go back to.", examples: [{ seq: 2 }] },
);

export const ForkBrain = Type.Object(
  {
    ...creation,
    seq: Type.Optional(seq("The state that the new brain begins with; the present one when left out.")),
  },
  {
    $id: "ForkBrain",
    additionalProperties: false,
    description: "The new brain's id and notes, and the state that it begins with; the body may be left out.",
    examples: [{ id: "pets-b", seq: 2 }],
  },
);

/** @param maxRows inputs that one call may carry */
export const compareBody = (maxRows: number) =>
  Type.Object(
    {
      from: seq("One state."),
      to: Type.Optional(seq("The other; the present one when left out.")),
      ...inputFields(maxRows),
      labels: Type.Optional(labelsSchema(maxRows)),
    },
    {
      $id: "CompareRequest",
      additionalProperties: false,
      description: "Two states of the brain, and samples to judge both on, if wanted: `inputs` with `labels`.",
      examples: [{ from: 1, inputs: [[0.9, 0.1, 0, 0.2]], labels: ["cat"] }],
    },
  );

const StateSummary = Type.Object(
  {
    seq: nonNegative("The change that led to this state."),
    step: nonNegative("Learn calls that it has taken in."),
    mode: ref(BrainMode),
    classes: nonNegative("Classes that it has been told of."),
  },
  {
    $id: "StateSummary",
    description: "Where a state stands.",
    examples: [{ seq: 1, step: 1, mode: "plastic", classes: 2 }],
  },
);

const SETTING = { type: ["string", "number", "boolean", "null"] };
const settingValue = (description: string) =>
  Type.Unsafe<string | number | boolean | null>({ ...SETTING, description });

const SettingDifference = Type.Object(
  {
    name: Type.String({ description: "The setting, e.g. `learningRate` or `layers.0.isFrozen`." }),
    from: settingValue("Its value in the one state; null where there is none."),
    to: settingValue("Its value in the other."),
  },
  {
    $id: "SettingDifference",
    description: "A setting with another value.",
    examples: [{ name: "learningRate", from: 0.04, to: 0.02 }],
  },
);

const ClassDifference = Type.Object(
  {
    label: ref(Label),
    from: nullableInteger({
      minimum: 0,
      description: "Samples of it that the one state remembers; null where it does not know the class.",
    }),
    to: nullableInteger({ minimum: 0, description: "The same of the other state." }),
  },
  { $id: "ClassDifference", description: "A class in two states.", examples: [{ label: "fox", from: null, to: 1 }] },
);

const shape = (description: string) =>
  Type.Unsafe<readonly number[] | null>({
    type: ["array", "null"],
    items: { type: "integer", minimum: 0 },
    description,
  });

const change = (description: string) => Type.Number({ minimum: 0, description });

const TensorDifference = Type.Object(
  {
    name: Type.String({ description: "The array, by its name in the checkpoint's file." }),
    from: shape("Its shape in the one state; null where it is not there."),
    to: shape("Its shape in the other."),
    compared: nonNegative("Numbers that both states have."),
    changed: nonNegative("Of these, those that differ."),
    meanChange: change("Mean of |to − from| over those compared."),
    maxChange: change("The largest |to − from|."),
  },
  {
    $id: "TensorDifference",
    description: "One array of weights in two states.",
    examples: [
      {
        name: "layers.0.encoder",
        from: [64, 4],
        to: [64, 4],
        compared: 256,
        changed: 64,
        meanChange: 0.004,
        maxChange: 0.31,
      },
    ],
  },
);

const Judgement = Type.Object(
  {
    samples: nonNegative("Samples that both were asked."),
    from: share("Share that the one state knows."),
    to: share("Share that the other state knows."),
    agreement: share("Share to which both say the same, right or wrong."),
  },
  {
    $id: "Judgement",
    description: "How right two states are on the same samples.",
    examples: [{ samples: 1, from: 1, to: 1, agreement: 1 }],
  },
);

export const CompareAnswer = Type.Object(
  {
    brain: Type.String({ description: "The brain's id." }),
    from: ref(StateSummary),
    to: ref(StateSummary),
    settings: Type.Array(ref(SettingDifference), { description: "Settings that differ." }),
    classes: Type.Array(ref(ClassDifference), { description: "Every class of either state." }),
    weights: Type.Object(
      { compared: nonNegative("Numbers that both states have."), changed: nonNegative("Of these, those that differ.") },
      { description: "All arrays together." },
    ),
    tensors: Type.Array(ref(TensorDifference), {
      description:
        "Every array of weights of either state. Decoder rows are compared as they are stored: each as of the last step that touched it.",
    }),
    evaluation: nullableRef(Judgement, { description: "On the samples of the request; null without any." }),
  },
  {
    $id: "CompareAnswer",
    description: "What two states of a brain have in common and what not.",
    examples: [
      {
        brain: "pets",
        from: { seq: 1, step: 1, mode: "plastic", classes: 2 },
        to: { seq: 4, step: 2, mode: "panic", classes: 3 },
        settings: [],
        classes: [
          { label: "cat", from: 1, to: 1 },
          { label: "dog", from: 1, to: 1 },
          { label: "fox", from: null, to: 1 },
        ],
        weights: { compared: 256, changed: 64 },
        tensors: [
          {
            name: "layers.0.encoder",
            from: [64, 4],
            to: [64, 4],
            compared: 256,
            changed: 64,
            meanChange: 0.004,
            maxChange: 0.31,
          },
        ],
        evaluation: { samples: 1, from: 1, to: 1, agreement: 1 },
      },
    ],
  },
);

export const timeTravelSchemas = [
  RestoreTo,
  ForkBrain,
  StateSummary,
  SettingDifference,
  ClassDifference,
  TensorDifference,
  Judgement,
  CompareAnswer,
];
