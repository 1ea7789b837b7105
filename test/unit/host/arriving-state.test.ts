import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { createBrain } from "../../../src/brain/create.ts";
import { encodeHeader } from "../../../src/brain/state.ts";
import { ArrivingState } from "../../../src/host/arriving-state.ts";
import {
  encodeSafetensors,
  f32,
  headerLength,
  PREFIX_BYTES,
  SafetensorsError,
  type Tensors,
} from "../../../src/tensor/safetensors.ts";
import { BACKENDS, SMALL } from "../brain/support.ts";

const [backend] = BACKENDS;
const { header, tensors } = await (await createBrain({ kind: "plastic", config: SMALL }, backend!)).state();
const fileOf = (all: Tensors) => encodeSafetensors(all, encodeHeader(header));

function arrive(file: Uint8Array, sizes: readonly number[], byteLength = file.length): ArrivingState {
  const arriving = new ArrivingState(7, byteLength);
  const first = Math.min(file.length, PREFIX_BYTES + headerLength(file) + (sizes[0]! % 3));
  arriving.add(file.subarray(0, first));
  for (let from = first, i = 0; from < file.length; i++) {
    const size = sizes[i % sizes.length]!;
    arriving.add(file.subarray(from, from + size));
    from += size;
  }
  return arriving;
}

test("a state is what was sent, however its tensors were cut, and each array is on a memory of its own", () => {
  // Names that look like indexes come first in an object, and the format orders bytes, not names.
  const all = { ...tensors, 7: f32(Float32Array.of(1, 2), 2), 1: f32(new Float32Array(0), 0, 3) };
  const file = fileOf(all);
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 9_000 }), { minLength: 1 }), (sizes) => {
      const state = arrive(file, sizes).finish();
      assert.deepEqual(state.header, header);
      assert.deepEqual(new Set(Object.keys(state.tensors)), new Set(Object.keys(all)));
      for (const [name, tensor] of Object.entries<Tensors[string]>(all)) assert.deepEqual(state.tensors[name], tensor);
      for (const { data } of Object.values(state.tensors)) assert.equal(data.buffer.byteLength, data.byteLength);
    }),
  );
});

test("a state that is shorter or longer than it says, or than its header says, is refused", () => {
  const file = fileOf(tensors);
  const longer = Buffer.concat([file, Buffer.alloc(1)]);
  assert.throws(() => arrive(file.subarray(0, -1), [1000], file.length).finish(), SafetensorsError);
  assert.throws(() => arrive(file.subarray(0, 20), [7], file.length).finish(), SafetensorsError);
  assert.throws(() => arrive(longer, [1000], file.length), SafetensorsError);
  assert.throws(() => arrive(longer, [1000]), SafetensorsError);
  assert.throws(() => arrive(file, [1000], file.length + 1), SafetensorsError);
});
