// Teaching a brain, and making what it learned last.

import Type from "typebox";
import { type LearningMode, MODES } from "../../brain/config.ts";
import { Label, nonNegative, share, stamp } from "./common.ts";
import { inputFields } from "./inputs.ts";
import { ref } from "./ref.ts";

export const learningModes = MODES.filter((mode): mode is LearningMode => mode !== "inference");

export const learningMode = Type.Optional(
  Type.Enum(learningModes, {
    type: "string",
    description: "For this call alone; the brain's own mode when left out.",
  }),
);

/** One label per input; as many as inputs, which the schema cannot say. */
export const labelsSchema = (maxRows: number) =>
  Type.Array(ref(Label), {
    minItems: 1,
    maxItems: maxRows,
    description: "What each input is, in their order.",
  });

/** What a call may say besides its samples. */
export const learnOptions = {
  mode: learningMode,
  memorize: Type.Optional(
    Type.Boolean({
      default: true,
      description: "Whether the samples enter the episodic memory; a triarchic brain has none.",
    }),
  ),
  neurogenesis: Type.Optional(
    Type.Boolean({
      description:
        "Whether idle neurons may be born again in this step, for this call alone; as the layers say when left out. A frozen layer has none in any case; a triarchic brain takes no such wish.",
    }),
  ),
};

/** @param maxRows inputs that one call may carry */
export const learnBody = (maxRows: number) =>
  Type.Object(
    { ...inputFields(maxRows), labels: labelsSchema(maxRows), ...learnOptions },
    {
      $id: "LearnRequest",
      additionalProperties: false,
      description: "Samples and what they are: one step of learning, on exactly these.",
      examples: [
        {
          inputs: [
            [0.9, 0.1, 0, 0.2],
            [0, 0.1, 0.8, 0.9],
          ],
          labels: ["cat", "dog"],
        },
      ],
    },
  );

export const memoryFill = Type.Object(
  { stored: nonNegative("Samples in the memory."), capacity: nonNegative("Samples that it holds at most.") },
  { $id: "MemoryFill", description: "How full the episodic memory is.", examples: [{ stored: 2, capacity: 1000 }] },
);

/** What one learn call did; the stream tells the same. */
export const learnOutcome = {
  samples: nonNegative("Samples taught."),
  heldOut: nonNegative("Of these, those that were kept for measuring and not learned (`config.holdout`)."),
  accuracy: share("Share of the samples that the brain knew before it learned them."),
  reward: Type.Number({
    description:
      "Mean reward that reached the synapses: 1 for what was right, −0.2 for what was wrong, unless configured otherwise; always 1 in a triarchic brain. Of the samples that were learned; 0 where none was.",
  }),
  recycled: nonNegative("Neurons born again in this step, all layers."),
  memory: ref(memoryFill),
};

export const newLabels = Type.Array(ref(Label), { description: "Classes that the brain met for the first time." });

/** What a learn call answers. */
export const learnedFields = { ...stamp, ...learnOutcome, newLabels };

export const LearnAnswer = Type.Object(learnedFields, {
  $id: "LearnAnswer",
  description: "What one step of learning did. It is durable by the time that this arrives.",
  examples: [
    {
      brain: "pets",
      seq: 1,
      step: 1,
      mode: "plastic",
      samples: 2,
      heldOut: 0,
      accuracy: 0,
      reward: 1,
      recycled: 0,
      memory: { stored: 2, capacity: 1000 },
      newLabels: ["cat", "dog"],
    },
  ],
});

/** What a consolidation did; the stream tells the same. */
export const consolidateOutcome = {
  matured: nonNegative("Neurons that became mature now, all layers."),
  mature: nonNegative("Mature neurons, all layers."),
};

export const ConsolidateAnswer = Type.Object(
  { ...stamp, ...consolidateOutcome },
  {
    $id: "ConsolidateAnswer",
    description: "How many neurons are mature now: fixed in mode `plastic`.",
    examples: [{ brain: "pets", seq: 2, step: 1, mode: "plastic", matured: 21, mature: 21 }],
  },
);

export const learnSchemas = [memoryFill, LearnAnswer, ConsolidateAnswer];
