// Numbers of a file as float32. What float32 cannot hold is refused, not rounded to infinity.

import { MAX_FLOAT32 } from "../../tensor/vector.ts";
import { quoted } from "./faults.ts";

/** As CSV files have them: no hexadecimal, no `nan`, no thousands separators. */
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;

/** @returns the number, or what is wrong with it */
export function numberIn(text: string): number | string {
  if (NUMBER.test(text)) return Number.isFinite(Math.fround(Number(text))) ? Number(text) : beyond(quoted(text));
  return text === "" ? "is empty, not a number" : `${quoted(text)} is no number`;
}

/** @returns the number, or what is wrong with it */
export function inRange(value: number): number | string {
  if (Number.isFinite(Math.fround(value))) return value;
  return Number.isFinite(value) ? beyond(String(value)) : `${value} is no finite number`;
}

const beyond = (value: string): string => `${value} is beyond float32 (±${MAX_FLOAT32})`;
