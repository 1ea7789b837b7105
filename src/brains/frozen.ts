// The one way to refuse what a brain in inference mode does not take.

import { EngramError } from "../errors.ts";

/** @returns what is thrown when a brain in inference mode is asked to change what it knows */
export const frozen = (id: string): EngramError =>
  new EngramError(
    "brain-frozen",
    `Brain "${id}" is in inference mode and does not change; switch it to plastic or panic first.`,
  );
