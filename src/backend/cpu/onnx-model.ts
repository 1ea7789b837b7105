// Writes the two small ONNX graphs that the cpu backend runs, in memory, as protobuf (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto).
// Invariant: every size in a graph is symbolic and weights are inputs, so that one session serves all layers and memories uncopied.

type Bytes = readonly number[];

const varint = (value: number): Bytes => (value < 128 ? [value] : [(value % 128) | 128, ...varint(value >>> 7)]);
const VARINT = 0;
const LENGTH_DELIMITED = 2;

const int = (field: number, value: number): Bytes => [...varint((field << 3) | VARINT), ...varint(value)];
const message = (field: number, ...parts: readonly Bytes[]): Bytes => {
  const body = parts.flat();
  return [...varint((field << 3) | LENGTH_DELIMITED), ...varint(body.length), ...body];
};
const text = (field: number, value: string): Bytes => message(field, [...new TextEncoder().encode(value)]);

// TensorProto.DataType and AttributeProto.AttributeType of the specification.
export const FLOAT = 1;
const UINT8 = 2;
const INT8 = 3;
const INT32 = 6;
const ATTRIBUTE_INT = 2;

const IR_VERSION = 8;
const OPSET = 17;

type Attributes = { readonly [name: string]: number };

export function node(
  op: string,
  inputs: readonly string[],
  outputs: readonly string[],
  attributes: Attributes = {},
): Bytes {
  const NodeProto = { input: 1, output: 2, opType: 4, attribute: 5 };
  return message(
    1,
    ...inputs.map((name) => text(NodeProto.input, name)),
    ...outputs.map((name) => text(NodeProto.output, name)),
    text(NodeProto.opType, op),
    ...Object.entries(attributes).map(([name, value]) =>
      message(NodeProto.attribute, text(1, name), int(3, value), int(20, ATTRIBUTE_INT)),
    ),
  );
}

type Value = { readonly name: string; readonly type: number; readonly shape: readonly string[] };

function value(field: number, { name, type, shape }: Value): Bytes {
  const dims = shape.map((size) => message(1, text(2, size)));
  const tensorType = message(1, int(1, type), message(2, ...dims));
  return message(field, text(1, name), message(2, tensorType));
}

export function model(nodes: readonly Bytes[], inputs: readonly Value[], outputs: readonly Value[]): Uint8Array {
  const GraphProto = { name: 2, input: 11, output: 12 };
  const graph = message(
    7,
    ...nodes,
    text(GraphProto.name, "engram"),
    ...inputs.map((input) => value(GraphProto.input, input)),
    ...outputs.map((output) => value(GraphProto.output, output)),
  );
  return Uint8Array.from([int(1, IR_VERSION), graph, message(8, text(1, ""), int(2, OPSET))].flat());
}

const rows: Value = { name: "x", type: FLOAT, shape: ["batch", "dim"] };
const weights: Value = { name: "w", type: FLOAT, shape: ["n", "dim"] };
const product = node("Gemm", ["x", "w"], ["y"], { transB: 1 });

/** `y = x·wᵀ`: x float32 [batch, dim], w float32 [n, dim] → y float32 [batch, n]. */
export const productModel = (): Uint8Array =>
  model([product], [rows, weights], [{ name: "y", type: FLOAT, shape: ["batch", "n"] }]);

/** `product = x·y` of codes: x uint8 [n, dim], y int8 [dim, lanes] → product int32 [n, lanes]. */
export const codeProductModel = (): Uint8Array =>
  model(
    [node("MatMulInteger", ["x", "y"], ["product"])],
    [
      { name: "x", type: UINT8, shape: ["n", "dim"] },
      { name: "y", type: INT8, shape: ["dim", "lanes"] },
    ],
    [{ name: "product", type: INT32, shape: ["n", "lanes"] }],
  );
