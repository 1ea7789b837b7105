// What a brain remembers.

import Type from "typebox";
import { MEMORY_INDEX_STATES, MEMORY_POLICIES } from "../../brain/config.ts";
import { BrainParams, Label, nextCursor, nonNegative, PageQuery, stamp } from "./common.ts";
import { entryId, entrySeq } from "./explanation.ts";
import { memoryFill } from "./learn.ts";
import { nullableInteger, nullableString, ref } from "./ref.ts";

const STAMP_EXAMPLE = { brain: "pets", seq: 4, step: 3, mode: "plastic" };

const label = Type.Optional(
  Type.String({ minLength: 1, maxLength: 256, description: "Only samples of this class.", examples: ["cat"] }),
);

export const MemoryEntriesQuery = Type.Object(
  {
    ...PageQuery.properties,
    label,
    include: Type.Optional(
      Type.Enum(["keys"], { type: "string", description: "`keys` adds what the memory compares by." }),
    ),
  },
  { additionalProperties: false },
);

export const ForgetQuery = Type.Object({ label }, { additionalProperties: false });

export const MemoryEntryParams = Type.Object({
  brain: BrainParams.properties.brain,
  entry: Type.String({ description: "The sample's id.", examples: ["65537"] }),
});

const MemoryClass = Type.Object(
  {
    label: ref(Label),
    count: nonNegative("Samples of the class in the memory."),
    newestSeq: nullableInteger({ minimum: 1, description: "`seq` of the youngest; null without one." }),
    oldestSeq: nullableInteger({ minimum: 1, description: "`seq` of the oldest; null without one." }),
  },
  {
    $id: "MemoryClass",
    description: "What is remembered of a class.",
    examples: [{ label: "cat", count: 12, newestSeq: 4, oldestSeq: 1 }],
  },
);

const INDEX_EXAMPLE = { state: "exact", indexed: 0 };

const MemoryIndex = Type.Object(
  {
    state: Type.Enum(MEMORY_INDEX_STATES, {
      type: "string",
      description:
        "`ready`: predictions use the index. Otherwise they look at every sample: by configuration (`exact`), while it is `building`, or because its library does not load on this machine (`unavailable`).",
    }),
    indexed: nonNegative("Samples that are in the index."),
  },
  { $id: "MemoryIndex", description: "Where the index of `memoryIndex` stands.", examples: [INDEX_EXAMPLE] },
);

export const Memory = Type.Object(
  {
    ...stamp,
    policy: Type.Enum(MEMORY_POLICIES, { type: "string", description: "Which sample makes room in a full memory." }),
    index: ref(MemoryIndex),
    stored: nonNegative("Samples in the memory."),
    capacity: nonNegative("Samples that it holds at most."),
    classes: Type.Array(ref(MemoryClass), {
      description: "Every class that the brain was told of, in the order in which it met them.",
    }),
  },
  {
    $id: "Memory",
    description: "What is in the episodic memory.",
    examples: [
      {
        ...STAMP_EXAMPLE,
        policy: "class-balanced",
        index: INDEX_EXAMPLE,
        stored: 20,
        capacity: 1000,
        classes: [
          { label: "cat", count: 12, newestSeq: 4, oldestSeq: 1 },
          { label: "dog", count: 8, newestSeq: 3, oldestSeq: 1 },
        ],
      },
    ],
  },
);

const MemoryEntry = Type.Object(
  {
    id: entryId,
    label: ref(Label),
    seq: entrySeq,
    key: Type.Optional(
      Type.Array(Type.Number(), {
        description: "What the sample is compared by: `inputDim` numbers, of length 1 (0 for a zero input).",
      }),
    ),
  },
  { $id: "MemoryEntry", description: "A remembered sample.", examples: [{ id: 65_537, label: "cat", seq: 1 }] },
);

export const MemoryEntryList = Type.Object(
  {
    ...stamp,
    entries: Type.Array(ref(MemoryEntry), { description: "Samples, newest first." }),
    nextCursor: nullableString(nextCursor),
  },
  {
    $id: "MemoryEntryList",
    description: "One page of remembered samples.",
    examples: [{ ...STAMP_EXAMPLE, entries: [{ id: 65_537, label: "cat", seq: 1 }], nextCursor: null }],
  },
);

export const MemoryEntryAnswer = Type.Object(
  { ...stamp, entry: ref(MemoryEntry) },
  {
    $id: "MemoryEntryAnswer",
    description: "A remembered sample, with its key.",
    examples: [{ ...STAMP_EXAMPLE, entry: { id: 65_537, label: "cat", seq: 1, key: [0.8, 0.6] } }],
  },
);

/** What a forgetting did; the stream tells the same. */
export const forgetOutcome = { forgotten: nonNegative("Samples that were forgotten."), memory: ref(memoryFill) };

export const ForgetAnswer = Type.Object(
  { ...stamp, ...forgetOutcome },
  {
    $id: "ForgetAnswer",
    description: "What was forgotten, and what is left.",
    examples: [{ ...STAMP_EXAMPLE, forgotten: 12, memory: { stored: 8, capacity: 1000 } }],
  },
);

export const memorySchemas = [
  MemoryClass,
  MemoryIndex,
  Memory,
  MemoryEntry,
  MemoryEntryList,
  MemoryEntryAnswer,
  ForgetAnswer,
];
