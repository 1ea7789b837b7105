import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import {
  decodeSafetensors,
  encodeSafetensors,
  f32,
  i32,
  SafetensorsError,
  u32,
} from "../../../src/tensor/safetensors.ts";

const file = (table: unknown, body = new Uint8Array(0)): Uint8Array => {
  const header = new TextEncoder().encode(typeof table === "string" ? table : JSON.stringify(table));
  const bytes = new Uint8Array(8 + header.length + body.length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(header.length), true);
  bytes.set(header, 8);
  bytes.set(body, 8 + header.length);
  return bytes;
};

const SAMPLE = encodeSafetensors(
  { a: f32(Float32Array.of(1, 2, 3, 4), 2, 2), "1": i32(Int32Array.of(-1), 1), empty: u32(new Uint32Array(0), 0, 7) },
  { note: "x" },
);

describe("safetensors", () => {
  test("what was encoded is decoded, at any alignment and under any name", () =>
    fc.assert(
      fc.property(
        fc.dictionary(fc.string(), fc.float32Array(), { maxKeys: 5 }),
        fc.dictionary(fc.string(), fc.string(), { maxKeys: 3 }),
        fc.nat(9),
        (arrays, metadata, shift) => {
          const { __metadata__: _reserved, ...named } = arrays;
          const tensors = Object.fromEntries(
            Object.entries(named).map(([name, data]) => [name, f32(data, data.length)]),
          );
          const bytes = encodeSafetensors(tensors, metadata);
          const shifted = new Uint8Array(bytes.length + shift).subarray(shift);
          shifted.set(bytes);
          for (const file of [shifted, Buffer.from(shifted.buffer, shift)]) {
            const decoded = decodeSafetensors(file);
            assert.deepEqual({ ...decoded.tensors }, { ...tensors });
            assert.deepEqual({ ...decoded.metadata }, { ...metadata });
          }
        },
      ),
    ));

  test("the tensors may be listed in any order", () => {
    const body = new Uint8Array(Int32Array.of(5, 6).buffer);
    const table = {
      last: { dtype: "I32", shape: [1], data_offsets: [4, 8] },
      first: { dtype: "I32", shape: [1], data_offsets: [0, 4] },
    };
    const { tensors } = decodeSafetensors(file(table, body));
    assert.deepEqual([...tensors.first!.data, ...tensors.last!.data], [5, 6]);
  });

  const entry = (fields: object) => ({ t: { dtype: "F32", shape: [1], data_offsets: [0, 4], ...fields } });
  const lies: Record<string, unknown> = {
    "no JSON": "{",
    "a list": [],
    null: null,
    "a tensor that is no object": { t: 1 },
    "an unknown type": entry({ dtype: "F16" }),
    "a type that is an object": entry({ dtype: { toString: 1, valueOf: 1 } }),
    "a shape that is negative": entry({ shape: [-1] }),
    "a shape beyond counting": entry({ shape: [1e15, 1e15, 1e15] }),
    "a shape that is no list": entry({ shape: "1" }),
    "offsets that hold another size": entry({ data_offsets: [0, 8] }),
    "offsets in reverse": entry({ data_offsets: [4, 0] }),
    "three offsets": entry({ data_offsets: [0, 4, 4] }),
    "offsets with a gap before": entry({ data_offsets: [4, 8] }),
    "offsets that overlap": { ...entry({}), u: { dtype: "F32", shape: [1], data_offsets: [0, 4] } },
    "offsets beyond the file": { ...entry({}), u: { dtype: "F32", shape: [9], data_offsets: [4, 40] } },
    "metadata that is no object": { ...entry({}), __metadata__: "x" },
    "metadata that is no text": { ...entry({}), __metadata__: { a: 1 } },
  };
  for (const [lie, table] of Object.entries(lies)) {
    test(`a header with ${lie} is refused`, () => {
      assert.throws(() => decodeSafetensors(file(table, new Uint8Array(4))), SafetensorsError);
    });
  }

  test("bytes that belong to no tensor are refused", () => {
    assert.throws(() => decodeSafetensors(file({}, new Uint8Array(1))), SafetensorsError);
  });

  test("every truncation is refused", () => {
    for (let length = 0; length < SAMPLE.length; length++) {
      assert.throws(() => decodeSafetensors(SAMPLE.slice(0, length)), SafetensorsError);
    }
  });

  const decodesOrRefuses = (bytes: Uint8Array): void => {
    try {
      decodeSafetensors(bytes);
    } catch (error) {
      assert.ok(error instanceof SafetensorsError, String(error));
    }
  };

  test("corrupted bytes are decoded or refused, never anything else", () =>
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(SAMPLE.length - 1), fc.nat(255)), { maxLength: 8 }), (changes) => {
        const bytes = SAMPLE.slice();
        for (const [at, value] of changes) bytes[at] = value;
        decodesOrRefuses(bytes);
      }),
      { numRuns: 5000 },
    ));

  test("any JSON for a header is decoded or refused, never anything else", () =>
    fc.assert(
      fc.property(fc.json(), fc.uint8Array({ maxLength: 20 }), (json, body) => decodesOrRefuses(file(json, body))),
      { numRuns: 2000 },
    ));

  test("a header nested beyond any stack is refused", () => {
    const depth = 200_000;
    decodesOrRefuses(file(`{"t":{"dtype":${"[".repeat(depth)}${"]".repeat(depth)},"shape":[],"data_offsets":[0,4]}}`));
  });

  test("a header that could not be read back is not written", () => {
    assert.throws(() => encodeSafetensors({}, { long: "x".repeat(17 * 1024 * 1024) }), RangeError);
  });
});
