// Switching a brain's mode.

import Type from "typebox";
import { BrainMode, stamp } from "./common.ts";
import { ref } from "./ref.ts";

export const SetMode = Type.Object(
  { mode: ref(BrainMode) },
  { $id: "SetMode", additionalProperties: false, description: "The mode to switch to.", examples: [{ mode: "panic" }] },
);

export const StateStamp = Type.Object(stamp, {
  $id: "StateStamp",
  description: "Which state of which brain gave the answer.",
  examples: [{ brain: "pets", seq: 2, step: 1, mode: "panic" }],
});
