// Safetensors bodies as tests write and read them.

import assert from "node:assert/strict";
import { decodeSafetensors, encodeSafetensors, type Tensors } from "../../src/tensor/safetensors.ts";

/** A file; values of its metadata become JSON. */
export const fileOf = (tensors: Tensors, metadata: object = {}): Buffer =>
  Buffer.from(
    encodeSafetensors(
      tensors,
      Object.fromEntries(Object.entries(metadata).map(([name, value]) => [name, JSON.stringify(value)])),
    ),
  );

/** What a file holds, each value of its metadata parsed. */
export function read(bytes: Buffer) {
  const { tensors, metadata } = decodeSafetensors(Uint8Array.from(bytes));
  const values = Object.entries(metadata).map(([name, text]) => [name, JSON.parse(text)]);
  const numbers = (name: string) => [...(tensors[name]?.data ?? assert.fail(`no tensor ${name}`))];
  return { tensors, numbers, metadata: Object.fromEntries(values) };
}
