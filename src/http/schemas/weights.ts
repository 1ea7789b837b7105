// How the numbers are distributed that a brain is made of.

import Type from "typebox";
import { nonNegative, stamp } from "./common.ts";
import { nullableRef, ref } from "./ref.ts";

export const DEFAULT_BINS = 50;
const MAX_BINS = 200;

export const WeightsQuery = Type.Object(
  {
    bins: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: MAX_BINS,
        default: DEFAULT_BINS,
        description: "Bins of each histogram.",
        examples: [20],
      }),
    ),
  },
  { additionalProperties: false },
);

const nullableNumber = (description: string, least?: number) =>
  Type.Unsafe<number | null>({
    type: ["number", "null"],
    ...(least === undefined ? {} : { minimum: least }),
    description,
  });

const HISTOGRAM_EXAMPLE = {
  from: -0.31551793217658997,
  to: 0.36686620116233826,
  counts: [5, 27, 55, 67, 57, 29, 13, 3],
};

const Histogram = Type.Object(
  {
    from: Type.Number({ description: "Where the first bin begins: the least number." }),
    to: Type.Number({ description: "Where the last bin ends, which it includes: the greatest number." }),
    counts: Type.Array(Type.Integer({ minimum: 0 }), {
      description:
        "Numbers in each of the bins, which are equally wide: `bins` of them, or a single one where all numbers are equal. They add up to `count`.",
    }),
  },
  { $id: "Histogram", description: "How many numbers lie where.", examples: [HISTOGRAM_EXAMPLE] },
);

const WEIGHTS_EXAMPLE = {
  name: "layers.0.encoder",
  shape: [64, 4],
  count: 256,
  min: -0.31551793217658997,
  max: 0.36686620116233826,
  mean: -0.002547868821807242,
  standardDeviation: 0.12357864029179784,
  zeros: 0,
  histogram: HISTOGRAM_EXAMPLE,
};

const TensorWeights = Type.Object(
  {
    name: Type.String({
      description:
        "The array, by its name in the checkpoint's file. A decoder is told as the dense rule has it now, every row up to date.",
    }),
    shape: Type.Array(Type.Integer({ minimum: 0 }), { description: "Rows and columns, or the length." }),
    count: nonNegative("Numbers in it."),
    min: nullableNumber("The least; null of none."),
    max: nullableNumber("The greatest; null of none."),
    mean: nullableNumber("Their mean; null of none."),
    standardDeviation: nullableNumber("Of all of them, `√(Σ(x − mean)² / count)`; null of none.", 0),
    zeros: nonNegative("How many are exactly 0."),
    histogram: nullableRef(Histogram, { description: "Where they lie; null of none." }),
  },
  { $id: "TensorWeights", description: "How the numbers of one array are distributed.", examples: [WEIGHTS_EXAMPLE] },
);

export const WeightsAnswer = Type.Object(
  {
    ...stamp,
    tensors: Type.Array(ref(TensorWeights), {
      description:
        "Plastic brain: of each layer `encoder`, `decoder`, `frequency` and `maturity`. Triarchic brain: `projection`, `utility`, `core`, `overlay` and `importance`.",
    }),
  },
  {
    $id: "WeightsAnswer",
    description: "Distributions of what the brain is made of, in the state that `seq` names.",
    examples: [{ brain: "pets", seq: 3, step: 2, mode: "plastic", tensors: [WEIGHTS_EXAMPLE] }],
  },
);

export const weightsSchemas = [Histogram, TensorWeights, WeightsAnswer];
