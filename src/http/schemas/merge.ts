// One brain takes in what another one knows.

import Type from "typebox";
import { BrainId, nonNegative, stamp } from "./common.ts";
import { memoryFill, newLabels } from "./learn.ts";
import { ref } from "./ref.ts";

const MergeBase = Type.Object(
  {
    brain: Type.Optional(ref(BrainId)),
    seq: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: Number.MAX_SAFE_INTEGER,
        description:
          "Its number. Forks and imports go on with it, so that it is the same in every brain that came from it. The one that the source began with here when left out, as its `origin` says.",
        examples: [10],
      }),
    ),
  },
  {
    $id: "MergeBase",
    additionalProperties: false,
    description:
      "A state that both brains came from: what the source has learned since is added, and nothing that both had learned before. `brain` is a brain of this server that was in it, the source itself when left out.",
    examples: [{ seq: 10 }],
  },
);

export const MergeRequest = Type.Object(
  { source: ref(BrainId), base: Type.Optional(ref(MergeBase)) },
  {
    $id: "MergeRequest",
    additionalProperties: false,
    description:
      "The brain whose knowledge is taken in, as it is now; it stays as it is. Without `base` that is all that it knows.",
    examples: [{ source: "pets-b", base: { seq: 10 } }, { source: "pets-b" }],
  },
);

export const mergedBase = Type.Object(
  {
    brain: Type.String({ description: "The id of the brain that was in it." }),
    seq: nonNegative("Its number."),
  },
  { description: "The state since which what the other brain had learned was taken in; absent where all was." },
);

/** What came; the stream tells the same. */
export const mergeOutcome = {
  source: Type.String({ description: "The brain that was taken in." }),
  sourceSeq: nonNegative("The `seq` of its state: what it learned later is not in this one."),
  base: Type.Optional(mergedBase),
  samples: nonNegative(
    "Samples that are counted in now: those that the other brain's sums are of, or, with `readout` `memory`, those that its memory stands for; since the base, where one was given.",
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
        seq: 12,
        step: 11,
        mode: "plastic",
        source: "pets-b",
        sourceSeq: 13,
        base: { brain: "pets-b", seq: 10 },
        samples: 6,
        remembered: 6,
        memory: { stored: 14, capacity: 1000 },
        newLabels: ["fox"],
      },
    ],
  },
);

export const mergeSchemas = [MergeBase, MergeRequest, MergeAnswer];
