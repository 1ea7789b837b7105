// Labels that arrive after their predictions.

import Type from "typebox";
import { Label, nonNegative, stamp, timestamp } from "./common.ts";
import { learningMode, learnOutcome, newLabels } from "./learn.ts";
import { nullableRef, nullableShare, nullableString, ref } from "./ref.ts";

const ID = "3f6c1a9e-5d0b-4f0e-9a77-0c1f2b8d4e61";

/** @param maxRows items that one call may carry */
export const feedbackBody = (maxRows: number) =>
  Type.Object(
    {
      items: Type.Array(
        Type.Object(
          {
            id: Type.String({ maxLength: 256, description: "The prediction's id." }),
            label: ref(Label),
          },
          { additionalProperties: false },
        ),
        {
          minItems: 1,
          maxItems: maxRows,
          description:
            "What predictions should have been, in any order. Each is learned with the input that was predicted.",
        },
      ),
      mode: learningMode,
    },
    {
      $id: "FeedbackRequest",
      additionalProperties: false,
      description: "Labels of tracked predictions.",
      examples: [{ items: [{ id: ID, label: "cat" }] }],
    },
  );

const STATUSES = ["learned", "duplicate", "unknown", "expired"] as const;

const FeedbackResult = Type.Object(
  {
    id: Type.String({ description: "The prediction's id, as it was sent." }),
    status: Type.Enum(STATUSES, {
      type: "string",
      description:
        "`learned`: now, for the first time. `duplicate`: it had its label already, or twice in this call; the first one counts. `expired`: too late, nothing was learned. `unknown`: the brain has no such prediction (any more).",
    }),
    predicted: Type.Optional(
      nullableString({ description: "What was predicted then; with `learned` and `duplicate`." }),
    ),
    correct: Type.Optional(Type.Boolean({ description: "Whether that was right, by the label that counts." })),
  },
  {
    $id: "FeedbackResult",
    description: "What became of one label.",
    examples: [{ id: ID, status: "learned", predicted: "dog", correct: false }],
  },
);

const FeedbackLearned = Type.Object(
  { ...learnOutcome, newLabels },
  {
    $id: "FeedbackLearned",
    description: "What the one step of learning did.",
    examples: [
      {
        samples: 1,
        heldOut: 0,
        accuracy: 0,
        reward: 1,
        recycled: 0,
        memory: { stored: 3, capacity: 1000 },
        newLabels: [],
      },
    ],
  },
);

export const FeedbackAnswer = Type.Object(
  {
    ...stamp,
    results: Type.Array(ref(FeedbackResult), { description: "One per item, in their order." }),
    counts: Type.Object(
      Object.fromEntries(STATUSES.map((status) => [status, nonNegative(`Items that are \`${status}\`.`)])) as {
        // One entry per status, as the line above says.
        [status in (typeof STATUSES)[number]]: ReturnType<typeof nonNegative>;
      },
      { description: "Items by status." },
    ),
    accuracy: nullableShare(
      "Share of the `learned` ones that had been predicted right, then, by the brain of then; null without any.",
    ),
    learn: nullableRef(FeedbackLearned, {
      description: "What learning them did; null when there was nothing to learn.",
    }),
  },
  {
    $id: "FeedbackAnswer",
    description: "What became of each label. What was learned is durable by the time that this arrives.",
    examples: [
      {
        brain: "pets",
        seq: 2,
        step: 2,
        mode: "plastic",
        results: [{ id: ID, status: "learned", predicted: "dog", correct: false }],
        counts: { learned: 1, duplicate: 0, unknown: 0, expired: 0 },
        accuracy: 0,
        learn: {
          samples: 1,
          heldOut: 0,
          accuracy: 0,
          reward: 1,
          recycled: 0,
          memory: { stored: 3, capacity: 1000 },
          newLabels: [],
        },
      },
    ],
  },
);

export const FeedbackSummary = Type.Object(
  {
    ...stamp,
    pending: nonNegative("Predictions that wait for their labels."),
    settled: nonNegative("Predictions that got them, as far as they have not expired."),
    expired: nonNegative("Predictions whose time passed without a label; they are deleted within about an hour."),
    oldestPendingAt: Type.Unsafe<string | null>({
      ...timestamp("When the oldest one that waits was made, UTC; null when none does."),
      type: ["string", "null"],
    }),
    ttlHours: Type.Integer({ minimum: 1, description: "How long a prediction waits for its label, in hours." }),
    accuracy: nullableShare("Share of the settled ones that had been predicted right; null without any."),
  },
  {
    $id: "FeedbackSummary",
    description: "How the brain's tracked predictions stand.",
    examples: [
      {
        brain: "pets",
        seq: 2,
        step: 2,
        mode: "plastic",
        pending: 12,
        settled: 250,
        expired: 0,
        oldestPendingAt: "2026-03-01T09:30:05.120Z",
        ttlHours: 168,
        accuracy: 0.92,
      },
    ],
  },
);

export const feedbackSchemas = [FeedbackResult, FeedbackLearned, FeedbackAnswer, FeedbackSummary];
