// Numbers as files of others have them, one by one: types that Engram's own files do not have, in either byte order.

export type NumberType<Value = number> = {
  readonly bytes: number;
  read(view: DataView, at: number, isLittleEndian: boolean): Value;
};

/** By the names that safetensors has for them. */
export const FLOATS = {
  F64: { bytes: 8, read: (view, at, little) => view.getFloat64(at, little) },
  F32: { bytes: 4, read: (view, at, little) => view.getFloat32(at, little) },
  F16: { bytes: 2, read: (view, at, little) => shortFloat(view.getUint16(at, little), 10) },
  BF16: { bytes: 2, read: (view, at, little) => shortFloat(view.getUint16(at, little), 7) },
} as const satisfies { readonly [dtype: string]: NumberType };

export const WHOLE_NUMBERS = {
  U8: { bytes: 1, read: (view, at) => view.getUint8(at) },
  I8: { bytes: 1, read: (view, at) => view.getInt8(at) },
  U16: { bytes: 2, read: (view, at, little) => view.getUint16(at, little) },
  I16: { bytes: 2, read: (view, at, little) => view.getInt16(at, little) },
  U32: { bytes: 4, read: (view, at, little) => view.getUint32(at, little) },
  I32: { bytes: 4, read: (view, at, little) => view.getInt32(at, little) },
  U64: { bytes: 8, read: (view, at, little) => view.getBigUint64(at, little) },
  I64: { bytes: 8, read: (view, at, little) => view.getBigInt64(at, little) },
} as const satisfies { readonly [dtype: string]: NumberType<number | bigint> };

/**
 * A floating-point number of 16 bits, laid out as IEEE 754 has it: sign, exponent, fraction.
 * @param fractionBits 10 of float16, 7 of bfloat16
 */
function shortFloat(bits: number, fractionBits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const ones = 1 << fractionBits;
  const fraction = bits & (ones - 1);
  const exponent = (bits & 0x7fff) >> fractionBits;
  const most = (1 << (15 - fractionBits)) - 1;
  if (exponent === most) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  const bias = most >> 1;
  if (exponent === 0) return sign * fraction * 2 ** (1 - bias - fractionBits);
  return sign * (ones + fraction) * 2 ** (exponent - bias - fractionBits);
}
