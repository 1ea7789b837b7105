// A brain's past: which states can be had back, and the log of what was done to it.

import Type from "typebox";
import { EVENT_TYPES } from "../../brain/event-summary.ts";
import { MODE_REASONS } from "../../brain/watching.ts";
import { nextCursor, nonNegative, PageQuery, stamp, timestamp } from "./common.ts";
import { mergedBase } from "./merge.ts";
import { nullableInteger, nullableString } from "./ref.ts";

const SeqRange = Type.Object({
  from: nonNegative("The first `seq`."),
  to: nonNegative("The last `seq`."),
  fromAt: timestamp(
    "When the brain came into the first state, UTC; when its checkpoint was made, if that change is not kept any more.",
  ),
  toAt: timestamp("When the brain came into the last state, UTC."),
});

export const History = Type.Object(
  {
    ...stamp,
    ranges: Type.Array(SeqRange, {
      description: "The states that can be had back, ascending. States between two ranges are not kept any more.",
    }),
    log: Type.Object(
      {
        from: nullableInteger({ minimum: 1, description: "The oldest change that is kept; null when none is." }),
        to: nullableInteger({ minimum: 1, description: "The newest change that is kept." }),
        events: nonNegative("How many changes are kept."),
        bytes: nonNegative("Their size, in bytes."),
      },
      { description: "The changes that are kept." },
    ),
    checkpoints: Type.Object(
      {
        count: nonNegative("How many there are."),
        bytes: nonNegative("Their size as it is stored, in bytes: what several share counts once."),
      },
      { description: "The whole states that are kept." },
    ),
    policy: Type.Object(
      {
        everyEvents: nonNegative("Changes between two automatic checkpoints."),
        everySeconds: nonNegative(
          "Age of a changed brain's last checkpoint at which an automatic one is taken, in seconds.",
        ),
        keep: nonNegative("Newest automatic checkpoints that are kept."),
        historyDays: nonNegative("Days of which every state can be had back."),
      },
      { description: "What the server keeps." },
    ),
  },
  {
    $id: "History",
    description: "What of a brain's past can be had back.",
    examples: [
      {
        brain: "pets",
        seq: 2514,
        step: 2498,
        mode: "plastic",
        ranges: [
          { from: 40, to: 40, fromAt: "2026-02-01T08:00:12.000Z", toAt: "2026-02-01T08:00:12.000Z" },
          { from: 1210, to: 2514, fromAt: "2026-02-22T00:04:51.000Z", toAt: "2026-03-01T09:31:00.000Z" },
        ],
        log: { from: 1211, to: 2514, events: 1304, bytes: 2_910_442 },
        checkpoints: { count: 11, bytes: 214_748_364 },
        policy: { everyEvents: 1000, everySeconds: 300, keep: 2, historyDays: 7 },
      },
    ],
  },
);

const EventTypeName = Type.Enum(EVENT_TYPES, { type: "string", description: "What kind of change it was." });

const EventDetails = Type.Object(
  {
    samples: Type.Optional(nonNegative("Samples that were learned, or that came from another brain.")),
    mode: Type.Optional(Type.String({ description: "The mode of a lesson, or the one that was set." })),
    reason: Type.Optional(
      Type.Enum(MODE_REASONS, { type: "string", description: "Why the brain's policy set the mode." }),
    ),
    name: Type.Optional(Type.String({ description: "The name of the task that started." })),
    newLabels: Type.Optional(
      Type.Array(Type.String(), { description: "The first of the labels that became classes." }),
    ),
    newLabelCount: Type.Optional(nonNegative("How many labels became classes.")),
    memorize: Type.Optional(Type.Boolean({ description: "Whether the samples entered the memory." })),
    neurogenesis: Type.Optional(
      Type.Boolean({
        description: "Whether idle neurons could be born again, where the lesson said it and not the layers.",
      }),
    ),
    index: Type.Optional(nonNegative("The layer's index.")),
    settings: Type.Optional(
      Type.Unsafe<{ readonly [name: string]: unknown }>({
        type: "object",
        additionalProperties: true,
        description: "What was set.",
      }),
    ),
    forgot: Type.Optional(Type.Enum(["all", "class", "entry"], { type: "string", description: "What was forgotten." })),
    checkpoint: Type.Optional(Type.String({ description: "The checkpoint that was restored." })),
    from: Type.Optional(nonNegative("The `seq` whose state was restored.")),
    source: Type.Optional(Type.String({ description: "The brain that was merged into this one." })),
    sourceSeq: Type.Optional(nonNegative("The `seq` of its state.")),
    base: Type.Optional(mergedBase),
    remembered: Type.Optional(nonNegative("Its samples that entered the memory.")),
  },
  { description: "The facts, as far as the kind of change has them." },
);

const EventEntry = Type.Object({
  seq: Type.Integer({ minimum: 1, description: "Its number; the state before it is that of `seq - 1`." }),
  type: EventTypeName,
  time: timestamp("When it was committed, UTC."),
  bytes: nonNegative("Its size in the log, in bytes."),
  summary: Type.String({ description: "What it did, for people; its words may change." }),
  details: EventDetails,
});

export const EventList = Type.Object(
  {
    brain: stamp.brain,
    events: Type.Array(EventEntry, { description: "Changes, newest first." }),
    nextCursor: nullableString(nextCursor),
  },
  {
    $id: "EventList",
    description: "One page of a brain's changes.",
    examples: [
      {
        brain: "pets",
        events: [
          {
            seq: 2,
            type: "modeChanged",
            time: "2026-03-01T09:31:00.000Z",
            bytes: 112,
            summary: "mode set to panic",
            details: { mode: "panic" },
          },
          {
            seq: 1,
            type: "learned",
            time: "2026-03-01T09:30:00.000Z",
            bytes: 344,
            summary: "learned 2 samples in mode plastic, 2 new labels: cat, dog",
            details: { samples: 2, mode: "plastic", newLabels: ["cat", "dog"], newLabelCount: 2, memorize: true },
          },
        ],
        nextCursor: null,
      },
    ],
  },
);

const seqBound = (description: string, example: number) =>
  Type.Optional(Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER, description, examples: [example] }));
/** A time in a query, to be read with `timeOf`. */
export const timeBound = (description: string) =>
  Type.Optional(
    Type.String({
      format: "date-time",
      maxLength: 64,
      pattern: "^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d{1,9})?(Z|[+-]\\d\\d:\\d\\d)$",
      "x-expects": "a date and time with its zone, such as 2026-03-01T03:10:00Z",
      description,
      examples: ["2026-03-01T03:10:00Z"],
    }),
  );

export const EventsQuery = Type.Object(
  {
    ...PageQuery.properties,
    before: seqBound("Only changes with a smaller `seq`.", 100),
    after: seqBound("Only changes with a greater `seq`.", 0),
    since: timeBound("Only changes committed then or later."),
    until: timeBound("Only changes committed then or earlier."),
    type: Type.Optional(
      Type.Enum(EVENT_TYPES, { type: "string", description: "Only changes of this kind.", examples: ["learned"] }),
    ),
  },
  { additionalProperties: false },
);
