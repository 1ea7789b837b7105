// Times in query strings.

import { invalid } from "../errors.ts";

/** @throws EngramError `validation` for a day or hour that does not exist */
export function timeOf(text: string, pointer: string): Date {
  const time = new Date(text);
  if (Number.isNaN(time.getTime())) throw invalid(pointer, "is no date and time that exists");
  return time;
}
