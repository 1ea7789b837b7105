// One brain takes in what another one knows.

import Type from "typebox";
import { BrainId, nonNegative, stamp } from "./common.ts";
import { memoryFill, newLabels } from "./learn.ts";
import { ref } from "./ref.ts";

export const MergeRequest = Type.Object(
  { source: ref(BrainId) },
  {
    $id: "MergeRequest",
    additionalProperties: false,
    description: "The brain whose knowledge is taken in, as it is now; it stays as it is.",
    examples: [{ source: "pets-b" }],
  },
);

/** What came; the stream tells the same. */
export const mergeOutcome = {
  source: Type.String({ description: "The brain that was taken in." }),
  sourceSeq: nonNegative("The `seq` of its state: what it learned later is not in this one."),
  samples: nonNegative(
    "Samples that are counted in now: those that the other brain's sums are of, or, with `readout` `memory`, those that its memory stands for.",
  ),
  remembered: nonNegative("Of the samples in its memory, how many are in this one now."),
  memory: ref(memoryFill),
};

export const MergeAnswer = Type.Object(
  { ...stamp, ...mergeOutcome, newLabels },
  {
    $id: "MergeAnswer",
    description: "What came from the other brain. It is durable by the time that this arrives.",
    examples: [
      {
        brain: "pets",
        seq: 5,
        step: 4,
        mode: "plastic",
        source: "pets-b",
        sourceSeq: 3,
        samples: 6,
        remembered: 6,
        memory: { stored: 14, capacity: 1000 },
        newLabels: ["fox"],
      },
    ],
  },
);

export const mergeSchemas = [MergeRequest, MergeAnswer];
