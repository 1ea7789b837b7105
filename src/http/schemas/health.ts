// The probes' answers.

import Type, { type Static } from "typebox";
import { ref } from "./ref.ts";

export const Alive = Type.Object(
  { status: Type.Literal("ok", { description: "The process answers." }) },
  { $id: "Alive", description: "The process answers.", examples: [{ status: "ok" }] },
);

/** State by part: `up`, or why not. */
export const Checks = Type.Unsafe<{ readonly [part: string]: string }>({
  $id: "Checks",
  type: "object",
  additionalProperties: { type: "string" },
  description: "State of each part: `up`, or why not.",
  examples: [{ database: "up", host0: "up" }],
});

export const Computing = Type.Object(
  {
    backend: Type.String({ description: "The numerical library in use.", examples: ["cpu", "wasm"] }),
    fallback: Type.Optional(
      Type.String({ description: "Why it is not the one that was asked for; absent where it is." }),
    ),
  },
  {
    $id: "Computing",
    description: "What a compute process computes with.",
    examples: [{ backend: "cpu" }, { backend: "wasm", fallback: "cpu does not work here: no onnxruntime-node" }],
  },
);

export const MetricsText = Type.String({
  $id: "MetricsText",
  description: "Measures in the Prometheus text format.",
  examples: [
    "# HELP engram_resident_brains Brains in memory.\n# TYPE engram_resident_brains gauge\nengram_resident_brains 3\n",
  ],
});

export const Ready = Type.Object(
  {
    status: Type.Literal("ready", { description: "Every part is up." }),
    checks: Type.Unsafe<{ readonly [part: string]: string }>(Type.Ref("Checks")),
    hosts: Type.Unsafe<{ readonly [host: string]: Static<typeof Computing> }>({
      type: "object",
      additionalProperties: ref(Computing),
      description: "What each compute process computes with.",
    }),
  },
  {
    $id: "Ready",
    description: "Every part is up.",
    examples: [{ status: "ready", checks: { database: "up", host0: "up" }, hosts: { host0: { backend: "cpu" } } }],
  },
);
