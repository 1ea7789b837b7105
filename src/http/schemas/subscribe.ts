// What a client of a stream may say, and how many of what.

import Type, { type Static } from "typebox";
import { BrainId } from "./common.ts";
import { type DeepReadonly, ref } from "./ref.ts";

export const TOPICS = ["events", "measures", "curricula", "server"] as const;
export type Topic = (typeof TOPICS)[number];

/** Brains that one subscription may name. */
export const MAX_BRAINS = 1000;
/** Of messages a second. */
const RATE = { least: 0.1, most: 1000 } as const;

export const StreamTopic = Type.Enum([...TOPICS], {
  $id: "StreamTopic",
  type: "string",
  description:
    "`events`: what happens to brains; `measures`: their measures after each change (`measured`); `curricula`: how far their curricula are (`curriculum`); `server`: the server's own numbers, once a second.",
  examples: ["events"],
});

/** A numbering of messages, in examples. */
export const EXAMPLE_EPOCH = "k3v9x2m1";

export const StreamPosition = Type.Object(
  {
    epoch: Type.String({ maxLength: 64, description: "The `epoch` of the `hello` that came before the message." }),
    streamSeq: Type.Integer({
      minimum: 0,
      maximum: Number.MAX_SAFE_INTEGER,
      description: "The `streamSeq` of the last message that arrived.",
    }),
  },
  {
    $id: "StreamPosition",
    additionalProperties: false,
    description: "How far a client has read.",
    examples: [{ epoch: EXAMPLE_EPOCH, streamSeq: 41 }],
  },
);

/** What a client may say. */
export const SubscribeSchema = Type.Object(
  {
    type: Type.Enum(["subscribe"], { type: "string", description: "The one thing that a client can say." }),
    brains: Type.Optional(
      Type.Unsafe<readonly string[] | null>({
        type: ["array", "null"],
        items: ref(BrainId),
        minItems: 1,
        maxItems: MAX_BRAINS,
        description:
          "Of which brains, also of those that do not exist yet; null, or left out: of all that the path is about.",
      }),
    ),
    topics: Type.Optional(
      Type.Unsafe<readonly Topic[]>({
        type: "array",
        items: ref(StreamTopic),
        minItems: 1,
        maxItems: TOPICS.length,
        description: 'What to tell; left out: `["events"]`.',
      }),
    ),
    since: Type.Optional(
      Type.Unsafe<DeepReadonly<Static<typeof StreamPosition>> | null>({
        anyOf: [ref(StreamPosition), { type: "null" }],
        description:
          "Go on behind this message; null, or left out: tell what happens from the opening on, and from now on when it is not the first subscription.",
      }),
    ),
    maxPerSecond: Type.Optional(
      Type.Unsafe<number | null>({
        type: ["number", "null"],
        minimum: RATE.least,
        maximum: RATE.most,
        description: "Most messages a second; null, or left out: as they come.",
      }),
    ),
  },
  {
    $id: "Subscribe",
    additionalProperties: false,
    description: "Says what to tell. A later one takes the place of the one before.",
    examples: [
      {
        type: "subscribe",
        brains: ["pets"],
        topics: ["events"],
        since: { epoch: EXAMPLE_EPOCH, streamSeq: 41 },
        maxPerSecond: 10,
      },
    ],
  },
);
export type Subscribe = DeepReadonly<Static<typeof SubscribeSchema>>;
