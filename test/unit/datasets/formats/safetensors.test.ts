import assert from "node:assert/strict";
import { test } from "node:test";
import { type Numbers, type Part, part, tensorFile } from "../../../support/dataset-files.ts";
import { numbersOf, read, refusal } from "../../../support/formats.ts";

const inputs = part("F32", [2, 3], new Float32Array([0, 1, 2, 3, 4, 5]));
const labels = part("U8", [2], new Uint8Array([1, 0]));

test("rows of a tensor are features, and numbers of another their classes", async () => {
  const { head, labels: names, items } = await read("safetensors", tensorFile({ inputs, labels }));
  assert.deepEqual(head, { kind: "features", shape: [3] });
  assert.deepEqual(names, ["1", "0"], "a number is its own name");
  assert.deepEqual(items.map(numbersOf), [
    [0, 1, 2],
    [3, 4, 5],
  ]);
});

test("classes have names where the metadata lists them", async () => {
  const namesOf = async (classes: string) =>
    (await read("safetensors", tensorFile({ inputs, labels }, { classes }))).labels;
  assert.deepEqual(await namesOf('["big cat","dog"]'), ["dog", "big cat"]);
  assert.deepEqual(await namesOf("cat dog frog"), ["dog", "cat"], "or gives them as words");
});

test("tensors may lie in any order, and bytes come cut in any way", async () => {
  const expected = await read("safetensors", tensorFile({ inputs, labels }));
  assert.deepEqual(await read("safetensors", tensorFile({ labels, inputs }), { pieceBytes: 1 }), expected);
  assert.deepEqual(await read("safetensors", tensorFile({ inputs, labels }), { pieceBytes: 7 }), expected);
});

test("features may be numbers of any floating-point type", async () => {
  const values = [0, -1, 0.5, 65504, 2 ** -14, 2 ** -24];
  const bits16 = new Uint16Array([0x0000, 0xbc00, 0x3800, 0x7bff, 0x0400, 0x0001]);
  // The upper halves of the float32 numbers.
  const bfloat = new Uint16Array(new Uint16Array(new Float32Array(values).buffer).filter((_, at) => at % 2 === 1));
  const rows = async (dtype: string, numbers: Numbers) =>
    (await read("safetensors", tensorFile({ inputs: part(dtype, [2, 3], numbers), labels }))).items.flatMap(numbersOf);
  assert.deepEqual(await rows("F32", new Float32Array(values)), values);
  assert.deepEqual(await rows("F64", new Float64Array(values)), values);
  assert.deepEqual(await rows("F16", bits16), values);
  assert.deepEqual(
    await rows("BF16", bfloat),
    values.map((value) => (value === 65504 ? 65280 : value)),
  );
});

test("labels may be numbers of any whole type", async () => {
  const types = { U8: Uint8Array, I8: Int8Array, U16: Uint16Array, I16: Int16Array, U32: Uint32Array, I32: Int32Array };
  for (const [dtype, Type] of Object.entries(types)) {
    const { labels: names } = await read(
      "safetensors",
      tensorFile({ inputs, labels: part(dtype, [2], new Type([100, 7])) }),
    );
    assert.deepEqual(names, ["100", "7"], dtype);
  }
  const namesOf = async (dtype: string, numbers: Numbers) =>
    (await read("safetensors", tensorFile({ inputs, labels: part(dtype, [2], numbers) }))).labels;
  assert.deepEqual(await namesOf("I64", new BigInt64Array([-(2n ** 62n), 7n])), ["-4611686018427387904", "7"]);
  assert.deepEqual(await namesOf("U64", new BigUint64Array([2n ** 63n, 7n])), ["9223372036854775808", "7"]);
});

test("pixels are features of an image's shape, or images as bytes", async () => {
  const shapeOf = async (shape: number[], how = {}) => {
    const pixels = part("F32", [2, ...shape], new Float32Array(2 * shape.reduce((a, b) => a * b, 1)));
    return (await read("safetensors", tensorFile({ inputs: pixels, labels }), how)).head.shape;
  };
  assert.deepEqual(await shapeOf([4, 5, 3]), [4, 5, 3]);
  assert.deepEqual(await shapeOf([4, 5]), [4, 5, 1]);
  assert.deepEqual(await shapeOf([60], { shape: [4, 5, 3] }), [4, 5, 3]);

  const bytes = Uint8Array.from({ length: 24 }, (_, at) => at * 10);
  const images = await read("safetensors", tensorFile({ images: part("U8", [2, 2, 2, 3], bytes), labels }));
  assert.deepEqual(images.head, { kind: "images", shape: [2, 2, 3] });
  assert.deepEqual(images.items, [bytes.slice(0, 12), bytes.slice(12)]);
  const grey = await read("safetensors", tensorFile({ labels, images: part("U8", [2, 3, 4], bytes) }));
  assert.deepEqual(grey.head.shape, [3, 4, 1]);
});

test("many rows come in batches", async () => {
  const rows = 3000;
  const numbers = Float32Array.from({ length: rows * 100 }, (_, at) => at);
  const classes = Uint16Array.from({ length: rows }, (_, at) => at % 7);
  const file = tensorFile({ inputs: part("F32", [rows, 100], numbers), labels: part("U16", [rows], classes) });
  const { items, labels: names } = await read("safetensors", file);
  assert.deepEqual(items.flatMap(numbersOf), Array.from(numbers));
  assert.deepEqual(names, Array.from(classes, String));
});

test("what is wrong is told with its place", async () => {
  const told = async (parts: Record<string, Part>, metadata?: Record<string, string>, how = {}) => {
    const { message, pointers } = await refusal("safetensors", tensorFile(parts, metadata), how);
    return [message, ...pointers];
  };
  assert.deepEqual(await told({ inputs }), [
    "labels: is missing: a tensor of whole numbers, one per sample",
    "#/labels",
  ]);
  assert.deepEqual(await told({ labels }), ["inputs: is missing (or images)", "#/inputs"]);
  assert.deepEqual(await told({ labels, inputs, images: labels }), ["images: does not go with inputs", "#/images"]);
  assert.deepEqual(await told({ labels, inputs, extra: labels }), [
    "extra: is not known here; known: inputs or images, and labels",
    "#/extra",
  ]);
  assert.deepEqual(await told({ labels, inputs: part("I32", [2, 1], new Int32Array(2)) }), [
    "inputs/dtype: is I32, not one of F64, F32, F16, BF16",
    "#/inputs/dtype",
  ]);
  assert.deepEqual(await told({ inputs, labels: part("F32", [2], new Float32Array(2)) }), [
    "labels/dtype: is F32, not one of U8, I8, U16, I16, U32, I32, U64, I64",
    "#/labels/dtype",
  ]);
  assert.deepEqual(await told({ labels, images: part("F32", [2, 1, 1], new Float32Array(2)) }), [
    "images/dtype: is F32, not one of U8",
    "#/images/dtype",
  ]);
  const noFeatures = "inputs/shape: is not [n, features] or [n, height, width, channels]";
  assert.equal((await told({ labels, inputs: part("F32", [2], new Float32Array(2)) }))[0], noFeatures);
  assert.equal((await told({ labels, inputs: part("F32", [2, 0], new Float32Array(0)) }))[0], noFeatures);
  assert.equal((await told({ labels, inputs: part("F32", [], new Float32Array(1)) }))[0], noFeatures);
  assert.equal(
    (await told({ labels, inputs: part("F32", [2, 65_537], new Float32Array(2 * 65_537)) }))[0],
    "inputs/shape: has 65537 numbers a sample, at most 65536 are allowed",
  );
  assert.equal(
    (await told({ labels, images: part("U8", [2, 2], new Uint8Array(4)) }))[0],
    "images/shape: is not [n, height, width] or [n, height, width, channels] with 1, 3 or 4 channels",
  );
  assert.equal(
    (await told({ labels, images: part("U8", [1, 4097, 4097], new Uint8Array(4097 * 4097)) }))[0],
    "images/shape: has 16785409 bytes a sample, at most 16777216 are allowed",
  );
  assert.deepEqual(await told({ inputs, labels: part("U8", [3], new Uint8Array(3)) }), [
    "labels: has 3 labels for 2 samples",
    "#/labels",
  ]);
  assert.deepEqual(await told({ inputs, labels: part("U8", [2, 1], new Uint8Array(2)) }), [
    "labels: has 2 dimensions, labels have one: a number per sample",
    "#/labels",
  ]);
  assert.deepEqual(
    await told({ inputs: part("F32", [0, 3], new Float32Array(0)), labels: part("U8", [0], new Uint8Array(0)) }),
    ["inputs: has no samples", "#/inputs"],
  );
  assert.deepEqual(await told({ inputs, labels }, { classes: '["cat"]' }), [
    "labels/0: is 1; classes has 1, from 0",
    "#/labels/0",
  ]);
  assert.deepEqual(await told({ inputs, labels: part("I8", [2], new Int8Array([-1, 0])) }, { classes: '["cat"]' }), [
    "labels/0: is -1; classes has 1, from 0",
    "#/labels/0",
  ]);
  assert.deepEqual(await told({ inputs, labels }, { classes: '["cat",""]' }), [
    "labels/0: the label is empty",
    "#/labels/0",
  ]);
  for (const classes of ["[1,2]", "[", '["a"']) {
    assert.deepEqual(await told({ inputs, labels }, { classes }), [
      "__metadata__/classes: is no JSON list of texts",
      "#/__metadata__/classes",
    ]);
  }
  const bad = part("F32", [2, 3], new Float32Array([0, 1, 2, 3, Number.NaN, Number.NEGATIVE_INFINITY]));
  assert.deepEqual(await told({ inputs: bad, labels }), [
    "inputs/1/1: NaN is no finite number (errors names 1 more)",
    "#/inputs/1/1",
    "#/inputs/1/2",
  ]);
  assert.deepEqual(await told({ inputs: part("F64", [2, 1], new Float64Array([0, 1e39])), labels }), [
    "inputs/1/0: 1e+39 is beyond float32 (±3.4028234663852886e+38)",
    "#/inputs/1/0",
  ]);
  assert.deepEqual(await told({ inputs: part("BF16", [2, 1], new Uint16Array([0x7f80, 0x7fc0])), labels }), [
    "inputs/0/0: Infinity is no finite number (errors names 1 more)",
    "#/inputs/0/0",
    "#/inputs/1/0",
  ]);
  assert.deepEqual(await told({ inputs, labels }, {}, { shape: [2, 2, 1] }), [
    "?shape 2x2x1 are 4 numbers, a sample has 3",
    "?shape",
  ]);
});

test("a file that is cut off, goes on, or says more than it holds is told", async () => {
  const file = tensorFile({ inputs, labels });
  const told = async (bytes: Uint8Array, how = {}) => (await refusal("safetensors", bytes, how)).message;
  const cutOff = "The file is no safetensors file: its header is cut off.";
  for (const end of [0, 7, 8, 50]) assert.equal(await told(file.subarray(0, end)), cutOff, `${end} bytes`);
  assert.equal(
    await told(file.subarray(0, -1)),
    "The file is no safetensors file: it is cut off, its tensors take 26 bytes.",
  );
  assert.equal(
    await told(Buffer.concat([file, Buffer.alloc(1)])),
    "The file is no safetensors file: it goes on after its tensors.",
  );
  assert.equal(
    await told(Buffer.alloc(100, 0xff)),
    "The file is no safetensors file: header of 18446744073709551615 bytes is over 16777216.",
  );
  const prefix = Buffer.alloc(8);
  prefix.writeBigUInt64LE(3_000_000n);
  assert.equal(await told(prefix), "The file is no safetensors file: header of 3000000 bytes is over 2097152.");
  assert.equal(
    await told(Buffer.from("sepal,petal,label\n1,2,x\n")),
    "The file is no safetensors file: header of 7309391039225161075 bytes is over 16777216.",
  );
  const vast = Buffer.from(
    JSON.stringify({
      inputs: { dtype: "F32", shape: [2 ** 40, 2], data_offsets: [0, 2 ** 43] },
      labels: { dtype: "U8", shape: [2 ** 40], data_offsets: [2 ** 43, 2 ** 43 + 2 ** 40] },
    }),
  );
  prefix.writeBigUInt64LE(BigInt(vast.length));
  assert.equal((await refusal("safetensors", Buffer.concat([prefix, vast]))).code, "body-too-large");
  assert.equal((await refusal("safetensors", file, { maxBytes: 20 })).code, "body-too-large");
});

test("names of any length are told short", async () => {
  const name = "x".repeat(1_000_000);
  const unknown = await refusal("safetensors", tensorFile({ inputs, labels, [name]: labels }));
  assert.ok(unknown.message.length < 200, unknown.message.slice(0, 300));
  const wrong = await refusal("safetensors", tensorFile({ [name]: { ...labels, dtype: "F8" } }));
  assert.ok(wrong.message.length < 400, wrong.message.slice(0, 300));
});
