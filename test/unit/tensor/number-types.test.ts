import assert from "node:assert/strict";
import { test } from "node:test";
import { FLOATS, type NumberType, WHOLE_NUMBERS } from "../../../src/tensor/number-types.ts";

const read = <Value>(type: NumberType<Value>, bytes: readonly number[], isLittleEndian: boolean): Value =>
  type.read(new DataView(Uint8Array.from(bytes).buffer), 0, isLittleEndian);

/** The number that a float32 with these upper bits is. */
const float32 = (bits: number): number => new Float32Array(Uint32Array.of(bits).buffer)[0] ?? 0;

test("every bfloat16 is the float32 that begins with its bits", () => {
  for (let bits = 0; bits < 0x10000; bits++) {
    const value = read(FLOATS.BF16, [bits & 0xff, bits >> 8], true);
    assert.ok(Object.is(value, float32(bits * 0x10000)), bits.toString(16));
  }
});

test("every float16 is the float32 with its exponent moved and its fraction filled up", () => {
  for (let bits = 0; bits < 0x10000; bits++) {
    const [sign, exponent, fraction] = [bits >> 15, (bits >> 10) & 31, bits & 1023];
    // Numbers without a leading one are so many of the smallest step.
    const small = (sign ? -1 : 1) * fraction * 2 ** -24;
    const wide = exponent === 31 ? 255 : exponent + 112;
    const expected = exponent === 0 ? small : float32(sign * 0x80000000 + wide * 0x800000 + fraction * 0x2000);
    const value = read(FLOATS.F16, [bits & 0xff, bits >> 8], true);
    assert.ok(Object.is(value, expected), bits.toString(16));
  }
});

test("either byte order is read", () => {
  const bytes = [0x40, 0x49, 0x0f, 0xdb, 0, 0, 0, 0];
  for (const [name, type] of Object.entries({ ...FLOATS, ...WHOLE_NUMBERS })) {
    const own = bytes.slice(0, type.bytes);
    assert.equal(read<number | bigint>(type, own, false), read<number | bigint>(type, own.toReversed(), true), name);
  }
  assert.equal(read(FLOATS.F32, bytes, false), Math.fround(Math.PI));
  assert.equal(read(WHOLE_NUMBERS.I16, bytes, false), 0x4049);
});
