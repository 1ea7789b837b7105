// Where a prediction comes from.

import Type from "typebox";
import { Label } from "./common.ts";
import { nullableInteger, ref } from "./ref.ts";

export const entryId = Type.Integer({
  minimum: 1,
  description: "The sample's id: younger samples have larger ones, and no other sample of the brain ever gets it.",
});
export const entrySeq = nullableInteger({
  minimum: 1,
  description: "`seq` of the change that brought the sample; null where that was not written down yet.",
});

const Neighbor = Type.Object(
  {
    id: entryId,
    label: ref(Label),
    similarity: Type.Number({
      description: "Cosine similarity to the input: under `readout` `memory` its vote for its class.",
    }),
    seq: entrySeq,
  },
  {
    $id: "Neighbor",
    description: "A remembered sample that was asked.",
    examples: [{ id: 65_537, label: "cat", similarity: 0.98, seq: 1 }],
  },
);

const Contribution = Type.Object(
  { label: ref(Label), score: Type.Number({ description: "The class's logit." }) },
  {
    $id: "Contribution",
    description: "What a part of a brain says of a class.",
    examples: [{ label: "cat", score: 0.7 }],
  },
);

const part = (description: string) => Type.Array(ref(Contribution), { description });

const Contributions = Type.Object(
  {
    combined: part("The sum of both, which decides."),
    core: part("What the slow core says."),
    overlay: part("What the fast overlay says."),
  },
  {
    $id: "Contributions",
    description: "What a triarchic brain's parts say of the classes in `scores`, in their order.",
    examples: [
      {
        combined: [{ label: "cat", score: 0.9 }],
        core: [{ label: "cat", score: 0.7 }],
        overlay: [{ label: "cat", score: 0.2 }],
      },
    ],
  },
);

export const Explanation = Type.Object(
  {
    neighbors: Type.Optional(
      Type.Array(ref(Neighbor), {
        description:
          "Plastic brain: all samples that were asked (`neighbors` of the configuration), most similar first; `topK` does not cut them.",
      }),
    ),
    contributions: Type.Optional(ref(Contributions)),
  },
  {
    $id: "Explanation",
    description: "Where a prediction comes from.",
    examples: [{ neighbors: [{ id: 65_537, label: "cat", similarity: 0.98, seq: 1 }] }],
  },
);

export const explanationSchemas = [Neighbor, Contribution, Contributions, Explanation];
