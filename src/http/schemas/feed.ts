// What streams tell, one JSON document a message.

import Type, { type TProperties } from "typebox";
import { MODE_REASONS } from "../../brain/watching.ts";
import { CURRICULUM_STATES } from "../../curricula/api.ts";
import { BrainMode, nonNegative, timestamp } from "./common.ts";
import { progressFields } from "./curriculum.ts";
import { layerRenewOutcome, layersOutcome, layerTuneOutcome } from "./layers.ts";
import { consolidateOutcome, learnOutcome } from "./learn.ts";
import { forgetOutcome } from "./memory.ts";
import { mergeOutcome } from "./merge.ts";
import { TuningInForce } from "./plastic-config.ts";
import { nullableString, ref } from "./ref.ts";

const STAMP_EXAMPLE = { streamSeq: 42, brain: "pets", seq: 1, step: 1, time: "2026-03-01T09:30:05.120Z" };

const message = <T extends string, Fields extends TProperties>(type: T, fields: Fields) =>
  Type.Object({
    streamSeq: Type.Integer({
      minimum: 1,
      description: "The message's number among those of all brains since the server's start: where to go on (`since`).",
    }),
    brain: Type.String({ description: "The brain's id." }),
    seq: nonNegative("The brain's `seq` after the event."),
    step: nonNegative("Learn calls that the brain has taken in."),
    time: timestamp("When it happened, UTC."),
    type: Type.Literal(type),
    ...fields,
  });

const share = (description: string) => Type.Number({ minimum: 0, maximum: 1, description });

/** Of messages that may stand for several, where a stream is read more slowly than they come. */
const coalescing = {
  coalesced: Type.Optional(
    Type.Integer({ minimum: 2, description: "How many messages it stands for; absent: for itself alone." }),
  ),
  through: Type.Optional(
    Type.Integer({ minimum: 2, description: "The number of the last of them; `streamSeq` is that of the first." }),
  ),
};

const checkpoint = Type.String({ description: "The checkpoint's id." });

export const FeedMessageSchema = Type.Union(
  [
    message("created", {}),
    message("deleted", {}),
    message("learned", { ...learnOutcome, ...coalescing }),
    message("modeChanged", {
      mode: ref(BrainMode),
      reason: Type.Optional(
        Type.Enum(MODE_REASONS, {
          type: "string",
          description: "Why the brain's policy set it; absent where a caller did.",
        }),
      ),
    }),
    message("consolidated", consolidateOutcome),
    message("taskStarted", { name: nullableString({ description: "What the task is called." }) }),
    message("forgot", forgetOutcome),
    message("tuned", { tuning: ref(TuningInForce) }),
    message("layerAdded", layersOutcome),
    message("layerReplaced", layersOutcome),
    message("layerRemoved", layersOutcome),
    message("layerTuned", layerTuneOutcome),
    message("layerRenewed", layerRenewOutcome),
    message("checkpointed", {
      checkpoint,
      sizeBytes: nonNegative("Size of the state."),
      durationMs: nonNegative("How long it took to write."),
    }),
    message("restored", { checkpoint, from: nonNegative("The `seq` whose state it is.") }),
    message("merged", mergeOutcome),
    message("measured", {
      numbers: Type.Record(Type.String(), Type.Union([Type.Number(), Type.Null()]), {
        description: "The brain's numbers by name; null where there is none yet.",
      }),
      ...coalescing,
    }),
    message("drift", {
      detector: Type.Enum(["adwin", "page-hinkley"], { type: "string", description: "Who noticed it." }),
      error: share("Share of the latest samples that the brain did not know before it learned them."),
      before: share("The same of those before."),
      samples: nonNegative("Samples that it was taught so far."),
    }),
    message("curriculum", {
      curriculum: Type.String({ description: "The curriculum's id." }),
      name: nullableString({ description: "What it is called; null without a name." }),
      state: Type.Enum(CURRICULUM_STATES, { type: "string", description: "Where it is in its life." }),
      ...progressFields,
      ...coalescing,
    }),
    message("quarantined", {
      event: Type.Union([Type.Integer({ minimum: 1 }), Type.Null()], {
        description:
          "The `seq` of the event whose computing ended compute processes; null where it was another piece of work.",
      }),
      deaths: Type.Integer({ minimum: 1, description: "Compute processes that ended so, in a row." }),
    }),
  ],
  {
    $id: "FeedMessage",
    description: "Something that happened to a brain.",
    examples: [
      {
        ...STAMP_EXAMPLE,
        type: "learned",
        samples: 2,
        heldOut: 0,
        accuracy: 0.5,
        reward: 1,
        recycled: 0,
        memory: { stored: 2, capacity: 1000 },
      },
    ],
  },
);
