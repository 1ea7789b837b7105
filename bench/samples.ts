// Bodies of predict and learn calls with random inputs, in both types, as clients send them.

import type { Random } from "../src/brain/random.ts";
import type { Matrix } from "../src/tensor/matrix.ts";
import { encodeSafetensors, f32 } from "../src/tensor/safetensors.ts";
import { LABELS, randomRows } from "./full-memory.ts";

export type Call = "predict" | "learn";
export const CALLS: readonly Call[] = ["predict", "learn"];

export const JSON_TYPE = "application/json";
export const TENSORS_TYPE = "application/vnd.safetensors";

/** A call's body as JSON and as a safetensors file, of the same inputs. */
export function bodiesOf(call: Call, random: Random, rows: number, cols: number) {
  const inputs = randomRows(random, rows, cols);
  const labels = Array.from({ length: rows }, (_, row) => LABELS[row % LABELS.length]);
  const said = call === "learn" ? { labels } : {};
  const json = JSON.stringify({ inputs: rowsOf(inputs), ...said });
  const metadata = call === "learn" ? { labels: JSON.stringify(labels) } : {};
  const tensors = encodeSafetensors({ inputs: f32(inputs.data, rows, cols) }, metadata);
  return { inputs, [JSON_TYPE]: Buffer.from(json), [TENSORS_TYPE]: Buffer.from(tensors) };
}

const rowsOf = ({ rows, cols, data }: Matrix): number[][] =>
  Array.from({ length: rows }, (_, row) => Array.from(data.subarray(row * cols, (row + 1) * cols)));
