// Layers of a plastic brain: what each is like, and what can be done to it.

import Type, { type TProperties } from "typebox";
import { MAX_LAYERS } from "../../brain/config.ts";
import { PLASTIC_LIMITS } from "../../brain/limits.ts";
import { BrainParams, bounds, nonNegative, stamp } from "./common.ts";
import { ref } from "./ref.ts";

/** Text, so that an index which is no number names no layer (404) rather than being a wrong value. */
export const LayerParams = Type.Object({
  brain: BrainParams.properties.brain,
  index: Type.String({ description: "The layer's index, from 0.", examples: ["0"] }),
});

const index = nonNegative("The layer's index, from 0, in the order in which they think.");
const rate = {
  ...bounds(PLASTIC_LIMITS.learningRate),
  description: "How far a firing neuron moves towards what made it fire.",
};
const neurogenesis = { description: "Whether the layer's idle neurons are born again." };

const settings = {
  isFrozen: Type.Boolean({
    description:
      "A frozen layer goes on thinking, and nothing in it changes: no learning, maturing or recycling, in any mode.",
  }),
  learningRate: Type.Number(rate),
  neurogenesis: Type.Boolean(neurogenesis),
};
const SETTINGS_EXAMPLE = { isFrozen: false, learningRate: 0.04, neurogenesis: true };

export const LAYER_EXAMPLE = {
  index: 0,
  mature: 21,
  active: 12,
  dead: 30,
  gateMean: 0.01,
  frequencyMean: 0.012,
  frequencyMax: 0.11,
  recycled: 3,
  ...SETTINGS_EXAMPLE,
};

export const Layer = Type.Object(
  {
    index,
    mature: nonNegative("Mature neurons: fixed in mode `plastic`."),
    active: nonNegative("Neurons that fire now and then (frequency above 0.01)."),
    dead: nonNegative("Neurons that have not fired for long (frequency below 0.001)."),
    gateMean: Type.Number({ description: "How much of its imagination the layer adds to its input." }),
    frequencyMean: Type.Number({
      description: "Mean over the neurons of how often each fires per learn call, lately.",
    }),
    frequencyMax: Type.Number({ description: "The busiest neuron's frequency." }),
    recycled: nonNegative("Neurons born again, ever."),
    ...settings,
  },
  { $id: "Layer", description: "A layer, without its synapses.", examples: [LAYER_EXAMPLE] },
);

export const LayerList = Type.Object(
  { ...stamp, layers: Type.Array(ref(Layer), { description: "The layers, in the order in which they think." }) },
  {
    $id: "LayerList",
    description: "The brain's layers, in the state that `seq` names.",
    examples: [{ brain: "pets", seq: 3, step: 2, mode: "plastic", layers: [LAYER_EXAMPLE] }],
  },
);

export const AddLayer = Type.Object(
  {
    index: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: MAX_LAYERS,
        description: "The place that the new layer takes, those from there on move up; at the end when left out.",
      }),
    ),
  },
  {
    $id: "AddLayer",
    additionalProperties: false,
    description: "Where the new layer goes; the body may be left out.",
    examples: [{ index: 1 }],
  },
);

export const TuneLayer = Type.Object(
  {
    frozen: Type.Optional(Type.Boolean({ description: "True freezes the layer, false lets it go on as it was." })),
    learningRate: Type.Optional(Type.Number(rate)),
    neurogenesis: Type.Optional(Type.Boolean(neurogenesis)),
  },
  {
    $id: "TuneLayer",
    additionalProperties: false,
    minProperties: 1,
    description: "What to change; what is left out stays.",
    examples: [{ frozen: true }],
  },
);

/** What surgery did; the stream tells the same. */
export const layersOutcome = { index, layers: nonNegative("Layers now.") };
export const layerTuneOutcome = { index, ...settings };
export const layerRenewOutcome = { index, recycled: nonNegative("Neurons born again.") };

const answer = <Fields extends TProperties>($id: string, description: string, fields: Fields, example: object) =>
  Type.Object(
    { ...stamp, ...fields },
    { $id, description, examples: [{ brain: "pets", seq: 4, step: 2, mode: "plastic", ...example }] },
  );

export const LayerChangeAnswer = answer(
  "LayerChangeAnswer",
  "Which layer came, went or was exchanged.",
  layersOutcome,
  {
    index: 1,
    layers: 3,
  },
);
export const LayerTuneAnswer = answer("LayerTuneAnswer", "The layer's settings now.", layerTuneOutcome, {
  index: 0,
  ...SETTINGS_EXAMPLE,
  isFrozen: true,
});
export const LayerRenewAnswer = answer("LayerRenewAnswer", "How many neurons were born again.", layerRenewOutcome, {
  index: 0,
  recycled: 17,
});

export const layerSchemas = [
  Layer,
  LayerList,
  AddLayer,
  TuneLayer,
  LayerChangeAnswer,
  LayerTuneAnswer,
  LayerRenewAnswer,
];
