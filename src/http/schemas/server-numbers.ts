// The server's own numbers, which streams tell once a second.

import Type, { type Static } from "typebox";
import { nonNegative, share, timestamp } from "./common.ts";
import type { DeepReadonly } from "./ref.ts";

const perSecond = (what: string) => Type.Number({ minimum: 0, description: `${what} in the last second.` });

export const ServerNumbersSchema = Type.Object(
  {
    type: Type.Literal("server"),
    time: timestamp("When it was sent, UTC."),
    residentBrains: nonNegative("Brains in memory."),
    streams: nonNegative("Open streams."),
    learnedRowsPerSecond: perSecond("Samples learned"),
    predictedRowsPerSecond: perSecond("Inputs predicted"),
    eventLoopLagMs: Type.Number({
      minimum: 0,
      description: "For how long the gateway could not react, in ms: 99 of 100 times in the last second it was less.",
    }),
    hosts: Type.Array(
      Type.Object({
        host: nonNegative("Its index."),
        isUp: Type.Boolean({ description: "Whether it serves." }),
        waiting: nonNegative("Requests to it without an answer yet."),
        busyShare: share("Share of time in which it computes."),
        memoryBytes: nonNegative("Resident memory of the process."),
      }),
      { description: "The compute processes." },
    ),
    coalesced: Type.Optional(
      Type.Integer({
        minimum: 2,
        description: "How many seconds it stands for, of a stream that is read more slowly.",
      }),
    ),
  },
  {
    $id: "ServerNumbers",
    description: "The server's own numbers; of the topic `server`, once a second.",
    examples: [
      {
        type: "server",
        time: "2026-03-01T09:30:05.120Z",
        residentBrains: 12,
        streams: 3,
        learnedRowsPerSecond: 640,
        predictedRowsPerSecond: 1210.5,
        eventLoopLagMs: 1.2,
        hosts: [{ host: 0, isUp: true, waiting: 2, busyShare: 0.41, memoryBytes: 412_000_000 }],
      },
    ],
  },
);
export type ServerMessage = DeepReadonly<Static<typeof ServerNumbersSchema>>;
