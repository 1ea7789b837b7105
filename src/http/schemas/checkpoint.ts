// Checkpoints: a brain's whole state at one `seq`.

import Type from "typebox";
import { nextCursor, nonNegative, PageQuery, stamp, timestamp, visibleText } from "./common.ts";
import { nullableString, ref } from "./ref.ts";

export const CreateCheckpoint = Type.Object(
  {
    name: Type.Optional(
      nullableString(visibleText(256, { description: "A name for people.", examples: ["before the experiment"] })),
    ),
  },
  {
    $id: "CreateCheckpoint",
    additionalProperties: false,
    description: "A name for the checkpoint; the body may be left out.",
    examples: [{ name: "before the experiment" }],
  },
);

const REASONS = ["requested", "automatic", "restored", "merged"] as const;

const CHECKPOINT_EXAMPLE = {
  id: "01m2x9k3v5",
  brain: "pets",
  seq: 2,
  step: 1,
  name: "before the experiment",
  reason: "requested",
  sizeBytes: 29_480,
  digest: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
  createdAt: "2026-03-01T09:31:00.000Z",
};

export const Checkpoint = Type.Object(
  {
    id: Type.String({ description: "The checkpoint's id." }),
    brain: Type.String({ description: "The brain's id." }),
    seq: nonNegative("The brain's `seq` at this state."),
    step: nonNegative("Learn calls that this state has taken in."),
    name: nullableString({ description: "A name for people; null for none." }),
    reason: Type.Enum(REASONS, {
      type: "string",
      description:
        "Who wanted it: a caller, the server's schedule, or a restore, fork, import or merge, which begins with it.",
    }),
    sizeBytes: nonNegative("Size of the state, in bytes."),
    digest: Type.String({ description: "SHA-256 over the state, hexadecimal: equal states have equal digests." }),
    createdAt: timestamp("When it was made, UTC."),
  },
  { $id: "Checkpoint", description: "A kept state of a brain.", examples: [CHECKPOINT_EXAMPLE] },
);

export const CheckpointsQuery = Type.Object(
  {
    ...PageQuery.properties,
    reason: Type.Optional(
      Type.Enum(REASONS, { type: "string", description: "Only checkpoints of this kind.", examples: ["requested"] }),
    ),
  },
  { additionalProperties: false },
);

export const CheckpointList = Type.Object(
  {
    checkpoints: Type.Array(ref(Checkpoint), { description: "Checkpoints, newest first." }),
    nextCursor: nullableString(nextCursor),
  },
  {
    $id: "CheckpointList",
    description: "One page of checkpoints.",
    examples: [{ checkpoints: [CHECKPOINT_EXAMPLE], nextCursor: null }],
  },
);

export const RestoreAnswer = Type.Object(
  {
    ...stamp,
    checkpoint: Type.String({ description: "The checkpoint that was restored." }),
    from: nonNegative("The `seq` whose state it is."),
  },
  {
    $id: "RestoreAnswer",
    description: "The brain's state now. `seq` goes on: restoring is a change like any other.",
    examples: [{ brain: "pets", seq: 3, step: 1, mode: "plastic", checkpoint: "01m2x9k3v5", from: 2 }],
  },
);
