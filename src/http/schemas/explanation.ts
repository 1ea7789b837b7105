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
    similarity: Type.Number({ description: "Cosine similarity to the input: its vote for its class." }),
    seq: entrySeq,
  },
  {
    $id: "Neighbor",
    description: "A remembered sample that voted.",
    examples: [{ id: 65_537, label: "cat", similarity: 0.98, seq: 1 }],
  },
);

export const Explanation = Type.Object(
  {
    neighbors: Type.Array(ref(Neighbor), {
      description:
        "All samples that voted (`neighbors` of the configuration), most similar first; `topK` does not cut them.",
    }),
  },
  {
    $id: "Explanation",
    description: "Where a prediction comes from.",
    examples: [{ neighbors: [{ id: 65_537, label: "cat", similarity: 0.98, seq: 1 }] }],
  },
);

export const explanationSchemas = [Neighbor, Explanation];
