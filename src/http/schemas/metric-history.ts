// A brain's numbers over time: columns, as charts want them.

import Type from "typebox";
import { nonNegative, stamp, timestamp } from "./common.ts";
import { timeBound } from "./history.ts";

type Column = readonly (number | null)[];

const column = (type: "number" | "integer", description: string) =>
  Type.Unsafe<Column>({ type: "array", items: { type: [type, "null"] }, description });

type Series = { readonly [Field in "min" | "max" | "last" | "mean"]: Column };

const SERIES = {
  type: "object",
  properties: {
    min: column("number", "The least of each point; null where nothing was measured."),
    max: column("number", "The greatest."),
    last: column("number", "The newest."),
    mean: column("number", "The mean of all that was measured."),
  },
  required: ["min", "max", "last", "mean"],
};

const Marker = Type.Object({
  time: timestamp("When it happened, UTC."),
  seq: nonNegative("The brain's `seq` then."),
  type: Type.String({ description: "What happened, as streams call it." }),
  details: Type.Unsafe<{ readonly [name: string]: unknown }>({
    type: "object",
    additionalProperties: true,
    description: "The facts, as streams tell them.",
  }),
});

export const MetricHistory = Type.Object(
  {
    brain: stamp.brain,
    seq: stamp.seq,
    from: timestamp("The first moment that was asked for, UTC."),
    to: timestamp("The last moment that was asked for, UTC."),
    stepSeconds: Type.Integer({ minimum: 1, description: "Seconds from one point to the next." }),
    resolutionSeconds: Type.Integer({
      minimum: 1,
      description:
        "The coarsest resolution that some of these times are kept at; a smaller step leaves points empty there.",
    }),
    names: Type.Array(Type.String(), { description: "What `series` tells of." }),
    times: Type.Array(timestamp("When the point begins, UTC."), {
      description: "Multiples of the step, without gaps.",
    }),
    seqs: Type.Object(
      {
        first: column("integer", "The first; null where nothing was measured."),
        last: column("integer", "The last."),
      },
      { description: "The `seq` of the states that were measured in each point." },
    ),
    series: Type.Unsafe<{ readonly [name: string]: Series }>({
      type: "object",
      additionalProperties: SERIES,
      description: "By name, a value for each of `times`.",
    }),
    markers: Type.Array(Marker, { description: "What happened in that time, oldest first; the newest 1,000." }),
  },
  {
    $id: "MetricHistory",
    description: "A brain's numbers over time.",
    examples: [
      {
        brain: "pets",
        seq: 2514,
        from: "2026-03-01T09:30:00.000Z",
        to: "2026-03-01T09:30:29.000Z",
        stepSeconds: 10,
        resolutionSeconds: 1,
        names: ["accuracyWindow"],
        times: ["2026-03-01T09:30:00.000Z", "2026-03-01T09:30:10.000Z", "2026-03-01T09:30:20.000Z"],
        seqs: { first: [2481, null, 2497], last: [2496, null, 2514] },
        series: {
          accuracyWindow: {
            min: [0.91, null, 0.64],
            max: [0.93, null, 0.92],
            last: [0.92, null, 0.64],
            mean: [0.921, null, 0.8],
          },
        },
        markers: [{ time: "2026-03-01T09:30:24.120Z", seq: 2510, type: "modeChanged", details: { mode: "panic" } }],
      },
    ],
  },
);

export const MetricCsv = Type.String({
  $id: "MetricCsv",
  description: "A header line, and a line for each point; RFC 4180. Empty where nothing was measured.",
  examples: [
    "time,first_seq,last_seq,accuracyWindow_min,accuracyWindow_max,accuracyWindow_last,accuracyWindow_mean\r\n2026-03-01T09:30:00.000Z,2481,2496,0.91,0.93,0.92,0.921\r\n",
  ],
});

/** Ten years. */
const MAX_STEP_S = 315_360_000;

export const MetricsQuery = Type.Object(
  {
    from: timeBound("The first moment wanted; an hour before `to` when left out."),
    to: timeBound("The last moment wanted; now when left out."),
    step: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: MAX_STEP_S,
        description:
          "Seconds from one point to the next; when left out as few that at most 300 points come out. There are 10,000 at most.",
        examples: [60],
      }),
    ),
    names: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 4096,
        pattern: "^[\\w-]+(\\.[\\w-]+)*(\\.\\*)?(,[\\w-]+(\\.[\\w-]+)*(\\.\\*)?)*$",
        "x-expects": "names with commas between, such as accuracyWindow,layers.*",
        description:
          "Which numbers, with commas between; `layers.*` stands for all whose names begin so. All when left out.",
        examples: ["accuracyWindow,layers.*"],
      }),
    ),
    by: Type.Optional(
      Type.Enum(["time"], { type: "string", description: "What points follow each other by.", examples: ["time"] }),
    ),
    format: Type.Optional(
      Type.Enum(["json", "csv"], { type: "string", description: "Instead of `Accept`.", examples: ["csv"] }),
    ),
  },
  { additionalProperties: false },
);
