// The input that was last picked for each brain: it stays while one looks elsewhere, until the page is left.

import { type Signal, signal } from "@preact/signals";
import type { Brain } from "../api/types.ts";
import { blankOf, type Input } from "./input.ts";

/** Brains whose input is kept; that of the one not asked for longest goes. */
const KEPT = 16;

const inputs = new Map<string, Signal<Input>>();

/** @returns what is shown for the brain; all zeros where nobody picked anything */
export function lastInputOf({ id, config }: Pick<Brain, "id" | "config">): Signal<Input> {
  const known = inputs.get(id);
  // A brain that was deleted and made again under the same name may take another number.
  const input = known?.value.values.length === config.inputDim ? known : signal(blankOf(config.inputDim));
  inputs.delete(id);
  inputs.set(id, input);
  const [oldest] = inputs.keys();
  if (inputs.size > KEPT && oldest !== undefined) inputs.delete(oldest);
  return input;
}
