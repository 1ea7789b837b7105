// The probes' answers.

import Type from "typebox";

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
  examples: [{ database: "up", hosts: "up" }],
});

export const Ready = Type.Object(
  {
    status: Type.Literal("ready", { description: "Every part is up." }),
    checks: Type.Unsafe<{ readonly [part: string]: string }>(Type.Ref("Checks")),
  },
  {
    $id: "Ready",
    description: "Every part is up.",
    examples: [{ status: "ready", checks: { database: "up", hosts: "up" } }],
  },
);
