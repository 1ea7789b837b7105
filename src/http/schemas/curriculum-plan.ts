// What a curriculum is to do, as callers say it and as it is told back.

import Type, { type Static, type TProperties } from "typebox";
import { ORDERS, type Plan } from "../../curricula/api.ts";
import { BRAIN_ID_PATTERN, Label, visibleText } from "./common.ts";
import { learningModes } from "./learn.ts";
import { type DeepReadonly, nullableString, ref } from "./ref.ts";

/** Text that names a phase or an evaluation; numbers are called after it. */
const nameOf = (what: string, example: string) =>
  Type.String(
    visibleText(100, { description: `What the ${what} is called; no two of a plan alike.`, examples: [example] }),
  );

const transform = <T extends string, Fields extends TProperties>(
  type: T,
  $id: string,
  description: string,
  fields: Fields,
  example: object,
) =>
  Type.Object(
    { type: Type.Literal(type), ...fields },
    { $id, additionalProperties: false, description, examples: [{ type, ...example }] },
  );

const transforms = [
  transform(
    "invert",
    "InvertTransform",
    "Light becomes dark: `1 − x` of pixels, `−x` of other numbers. Exact, for images too.",
    {
      range: Type.Optional(
        Type.Enum(["unit", "signed"], {
          type: "string",
          description:
            "`unit`: numbers from 0 to 1, as pixels are; `signed`: around 0, which images are not. Pixels are `unit`, other features `signed`, when left out.",
        }),
      ),
    },
    { range: "unit" },
  ),
  transform(
    "noise",
    "NoiseTransform",
    "Adds Gaussian noise, another one to each sample in each epoch, the same again with the same `seed`; in an evaluation always the same. Features are not clamped; images are rounded to bytes.",
    {
      deviation: Type.Number({
        minimum: 0,
        maximum: 1000,
        description: "Its standard deviation; pixels count from 0 to 1.",
      }),
    },
    { deviation: 0.1 },
  ),
  transform(
    "blur",
    "BlurTransform",
    "The mean of a square around each pixel; what lies outside counts as 0. Of images, and of features with a shape [height, width, channels].",
    {
      size: Type.Optional(
        Type.Integer({ minimum: 1, maximum: 99, default: 5, description: "Pixels of the square's side; odd." }),
      ),
    },
    { size: 3 },
  ),
  transform(
    "brightness",
    "BrightnessTransform",
    "Numbers times a factor; pixels stay within 0 to 1.",
    { factor: Type.Number({ minimum: 0, maximum: 1000, description: "Below 1 darker, above it lighter." }) },
    { factor: 0.5 },
  ),
  transform(
    "rotate",
    "RotateTransform",
    "Turns a picture counter-clockwise around its middle: bilinear, and 0 where nothing comes from. Quarter turns of a square are exact. Of images, and of features with a shape [height, width, channels].",
    { degrees: Type.Number({ minimum: -360, maximum: 360, description: "By how much." }) },
    { degrees: 90 },
  ),
] as const;

type AnyTransform = DeepReadonly<Static<(typeof transforms)[number]>>;

const TransformSchema = Type.Unsafe<AnyTransform>({
  $id: "Transform",
  type: "object",
  oneOf: transforms.map((schema) => ref(schema)),
  discriminator: { propertyName: "type" },
  "x-expects": `one of ${transforms.map(({ properties }) => properties.type.const).join(", ")}`,
  description:
    "What is done to a sample before the brain meets it. Texts take none. An image is decoded first, made smaller where a side is over 1024 pixels, and goes to the encoder without loss.",
  examples: [{ type: "invert" }],
});

const selection = {
  dataset: Type.String({
    pattern: BRAIN_ID_PATTERN,
    "x-expects": "the id of a dataset",
    description: "The dataset that the samples are of.",
    examples: ["digits"],
  }),
  classes: Type.Optional(
    Type.Array(ref(Label), {
      minItems: 1,
      maxItems: 10_000,
      description: "Of these classes alone; of all when left out.",
    }),
  ),
  samplesPerClass: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: 2_147_483_647,
      description: "So many of each class at most, the first ones; all when left out.",
    }),
  ),
  transform: Type.Optional(
    Type.Array(ref(TransformSchema), {
      maxItems: 16,
      description: "What is done to each sample, one after the other.",
    }),
  ),
};

const evaluation = Type.Object(
  { name: nameOf("evaluation", "test"), ...selection },
  {
    $id: "EvaluationSet",
    additionalProperties: false,
    description: "Samples that the brain is judged on. Judging changes nothing.",
    examples: [{ name: "test", dataset: "digits-test" }],
  },
);

const MAX_STEPS = 2_147_483_647;

const phaseFields = {
  mode: Type.Optional(
    Type.Enum(learningModes, {
      type: "string",
      description:
        "The brain's mode while the phase runs; as it is when left out. When the curriculum ends, it has its own mode again.",
    }),
  ),
  neurogenesis: Type.Optional(
    Type.Boolean({ description: "Whether idle neurons may be born again; as the brain's layers say when left out." }),
  ),
  evaluate: Type.Optional(
    Type.Array(Type.String({ description: "The name of an evaluation." }), {
      maxItems: 100,
      description: "The evaluations before and after the phase; all of the plan when left out.",
    }),
  ),
  evaluateEvery: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: MAX_STEPS,
      description: "And after every so many steps; never in between when left out.",
    }),
  ),
};

const withDefaults = {
  epochs: Type.Integer({
    minimum: 1,
    maximum: 100_000,
    default: 1,
    description: "How often it goes through its samples.",
  }),
  batchSize: Type.Integer({ minimum: 1, maximum: 65_536, default: 32, description: "Samples of a step." }),
  order: Type.Enum(ORDERS, {
    type: "string",
    default: "shuffled",
    description:
      "`shuffled`: anew in each epoch; `stored`: as the dataset has them; `byClass`: all of one class before any of the next, in the order of `classes`.",
  }),
  seed: Type.Integer({
    minimum: 0,
    maximum: 4_294_967_295,
    default: 0,
    description: "Of the shuffle and of the noise: the same one gives the same steps.",
  }),
  memorize: Type.Boolean({ default: true, description: "Whether the samples enter the episodic memory." }),
  consolidate: Type.Boolean({ default: false, description: "Whether the brain consolidates when the phase is over." }),
  task: Type.Boolean({
    default: true,
    description: "Whether the phase is a task of its own for the measures of forgetting.",
  }),
};

const PHASE_EXAMPLE = { name: "day", dataset: "digits", epochs: 2, batchSize: 64, mode: "plastic", consolidate: true };

/** A phase as it is told. */
const phase = Type.Object(
  { name: nameOf("phase", "day"), ...selection, ...withDefaults, ...phaseFields },
  {
    $id: "Phase",
    description: "Samples that a brain is taught, and how.",
    examples: [{ order: "shuffled", seed: 0, memorize: true, task: true, ...PHASE_EXAMPLE }],
  },
);

/** A phase as it is asked for. */
const phaseWish = Type.Object(
  {
    name: nameOf("phase", "day"),
    ...selection,
    epochs: Type.Optional(withDefaults.epochs),
    batchSize: Type.Optional(withDefaults.batchSize),
    order: Type.Optional(withDefaults.order),
    seed: Type.Optional(withDefaults.seed),
    memorize: Type.Optional(withDefaults.memorize),
    consolidate: Type.Optional(withDefaults.consolidate),
    task: Type.Optional(withDefaults.task),
    ...phaseFields,
  },
  {
    $id: "PhaseRequest",
    additionalProperties: false,
    description: "Samples that a brain is to be taught, and how.",
    examples: [PHASE_EXAMPLE],
  },
);

const name = nullableString({ ...visibleText(100, {}), description: "What it is called; null without a name." });

export const PLAN_EXAMPLE = {
  name: "Day and night",
  phases: [{ order: "shuffled", seed: 0, memorize: true, task: true, ...PHASE_EXAMPLE }],
  evaluations: [{ name: "test", dataset: "digits-test" }],
};

export const CurriculumPlan = Type.Object(
  {
    name,
    phases: Type.Array(ref(phase), { description: "One after the other." }),
    evaluations: Type.Array(ref(evaluation)),
  },
  {
    $id: "CurriculumPlan",
    description: "What a curriculum is to do, all of it said.",
    examples: [PLAN_EXAMPLE],
  },
);

export const CurriculumRequest = Type.Object(
  {
    name: Type.Optional(name),
    phases: Type.Array(ref(phaseWish), { minItems: 1, maxItems: 1000, description: "One after the other." }),
    evaluations: Type.Optional(
      Type.Array(ref(evaluation), {
        maxItems: 100,
        description: "What the brain is judged on, before and after each phase.",
      }),
    ),
  },
  {
    $id: "CurriculumRequest",
    additionalProperties: false,
    description: "What a brain is to be taught and judged on, as one job.",
    examples: [
      {
        name: "Day and night",
        phases: [PHASE_EXAMPLE, { name: "night", dataset: "digits", mode: "panic", transform: [{ type: "invert" }] }],
        evaluations: [{ name: "test", dataset: "digits-test" }],
      },
    ],
  },
);

export const curriculumPlanSchemas = [
  ...transforms,
  TransformSchema,
  evaluation,
  phase,
  phaseWish,
  CurriculumPlan,
  CurriculumRequest,
];

/** @returns the plan, with what is left out of it */
export const planOf = ({
  name: called,
  phases,
  evaluations,
}: DeepReadonly<Static<typeof CurriculumRequest>>): Plan => ({
  name: called ?? null,
  phases: phases.map((wish) => ({ ...PHASE_DEFAULTS, ...wish })),
  evaluations: evaluations ?? [],
});

const PHASE_DEFAULTS = {
  epochs: 1,
  batchSize: 32,
  order: "shuffled",
  seed: 0,
  memorize: true,
  consolidate: false,
  task: true,
} as const;
