// What streams tell: of themselves, of the server, and what happens to brains.

import Type, { type Static } from "typebox";
import { BrainId, nonNegative, timestamp } from "./common.ts";
import { FeedMessageSchema } from "./feed.ts";
import { ProblemSchema } from "./problem.ts";
import { type DeepReadonly, nullableInteger, ref } from "./ref.ts";
import { type ServerMessage, ServerNumbersSchema } from "./server-numbers.ts";
import { EXAMPLE_EPOCH, StreamTopic } from "./subscribe.ts";

const TIME = "2026-03-01T09:30:05.120Z";

const kind = <T extends string>(type: T) => Type.Literal(type);
const time = timestamp("When it was sent, UTC.");
const epoch = Type.String({
  description: "Names the numbering of messages; another one with each start of the server.",
});

const topics = Type.Array(ref(StreamTopic), { description: "What is told." });
const brains = Type.Unsafe<readonly string[] | null>({
  type: ["array", "null"],
  items: ref(BrainId),
  description: "Of which brains; null: of all.",
});
const maxPerSecond = Type.Unsafe<number | null>({
  type: ["number", "null"],
  description: "Most messages a second; null: as they come.",
});

export const Hello = Type.Object(
  {
    type: kind("hello"),
    time,
    protocol: Type.String({ description: "What is spoken here." }),
    epoch,
    streamSeq: nonNegative("The number of the last message before the opening; 0 before the first."),
    brains,
    topics: Type.Array(ref(StreamTopic), { description: "What can be told." }),
    subscribeWithinMs: nonNegative("A client that has said nothing by then gets the topic `events`, in ms."),
    limits: Type.Object(
      {
        messageBytes: nonNegative("Largest message of a client's; a larger one ends the stream with 1009."),
        brains: nonNegative("Brains that a subscription may name."),
        replayMessages: nonNegative("Messages that are kept for `since`."),
        replayBytes: nonNegative("Their size together, in bytes; what comes first is in force."),
        waitingMessages: nonNegative(
          "Events that wait for a slow reader, and as many merged numbers; older ones are dropped.",
        ),
        silenceMs: nonNegative("A reader that takes nothing for so long is closed with 1013, in ms."),
      },
      { description: "What the server holds ready for one stream." },
    ),
  },
  {
    $id: "StreamHello",
    description: "The first message of every stream.",
    examples: [
      {
        type: "hello",
        time: TIME,
        protocol: "engram.v1",
        epoch: EXAMPLE_EPOCH,
        streamSeq: 41,
        brains: ["pets"],
        topics: ["events", "measures", "curricula", "server"],
        subscribeWithinMs: 1000,
        limits: {
          messageBytes: 65_536,
          brains: 1000,
          replayMessages: 16_384,
          replayBytes: 8_388_608,
          waitingMessages: 1000,
          silenceMs: 60_000,
        },
      },
    ],
  },
);

const Lost = Type.Object(
  {
    reason: Type.Enum(["too-old", "server-restarted"], {
      type: "string",
      description: "`too-old`: not kept any more; `server-restarted`: numbered by a server that has ended.",
    }),
    from: nonNegative("The first number that may be lost."),
    to: nullableInteger({ minimum: 0, description: "The last one; null where the numbering has ended." }),
    events: Type.String({
      description: "Where the log tells what happened: put the last `seq` that you saw of a brain.",
    }),
    metrics: Type.String({ description: "Where the history of measures is: put the time of the last message." }),
  },
  { description: "What is missing." },
);

export const Subscribed = Type.Object(
  {
    type: kind("subscribed"),
    time,
    brains,
    topics,
    maxPerSecond,
    after: nonNegative("Messages with a higher `streamSeq` follow."),
    lost: Type.Unsafe<DeepReadonly<Static<typeof Lost>> | null>({
      anyOf: [Lost, { type: "null" }],
      description: "What was asked for by `since` and is not there any more; null: nothing is missing.",
    }),
  },
  {
    $id: "StreamSubscribed",
    description: "What is told from here on.",
    examples: [
      {
        type: "subscribed",
        time: TIME,
        brains: ["pets"],
        topics: ["events"],
        maxPerSecond: null,
        after: 41,
        lost: null,
      },
    ],
  },
);

export const StreamProblem = Type.Object(
  { type: kind("problem"), time, problem: ref(ProblemSchema) },
  {
    $id: "StreamProblem",
    description: "What the client said is not understood. Nothing has changed: the subscription of before goes on.",
    examples: [
      {
        type: "problem",
        time: TIME,
        problem: {
          type: "/problems/validation",
          title: "Request is well-formed but wrong",
          status: 422,
          detail: '#/topics/0 must be one of events, measures, curricula, server, got "all"',
          errors: [{ pointer: "#/topics/0", detail: 'must be one of events, measures, curricula, server, got "all"' }],
        },
      },
    ],
  },
);

export const StreamDropped = Type.Object(
  {
    type: kind("dropped"),
    time,
    count: Type.Integer({ minimum: 1, description: "How many messages for this stream are not sent." }),
    from: Type.Integer({ minimum: 1, description: "The `streamSeq` of the first." }),
    to: Type.Integer({ minimum: 1, description: "The `streamSeq` of the last; others between them do arrive." }),
  },
  {
    $id: "StreamDropped",
    description: "Messages came faster than they were read, or than `maxPerSecond` allows, for too long.",
    examples: [{ type: "dropped", time: TIME, count: 212, from: 42, to: 253 }],
  },
);

export const streamSchemas = [StreamTopic, Hello, Subscribed, StreamProblem, StreamDropped, ServerNumbersSchema];

export const StreamMessage = Type.Union(
  [
    ref(Hello),
    ref(Subscribed),
    ref(StreamProblem),
    ref(StreamDropped),
    ref(ServerNumbersSchema),
    ref(FeedMessageSchema),
  ],
  {
    $id: "StreamMessage",
    description: "Any message of a stream, told apart by `type`.",
    examples: [{ type: "dropped", time: TIME, count: 212, from: 42, to: 253 }],
  },
);

/** What the server says of itself and of the stream. */
export type OwnMessage =
  | ServerMessage
  | DeepReadonly<
      Static<typeof Hello> | Static<typeof Subscribed> | Static<typeof StreamProblem> | Static<typeof StreamDropped>
    >;
