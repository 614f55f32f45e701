// A TensorFlow graph as a file: nodes with their attributes, wrapped as the smallest SavedModel (tensorflow/core/framework/*.proto).
import type { Attribute } from "./native.js";
import { bytes, float, int, join, text, varint } from "./protobuf.js";

/** Values that a graph holds or is given. */
export interface Value {
  /** TensorFlow's number of the kind: 1 float32, 3 int32, 9 int64, 10 bool. */
  readonly dtype: number;
  readonly shape: readonly number[];
}

export interface Constant extends Value {
  /** In C order, in the memory format of the kind. */
  readonly values: ArrayBufferView;
}

/** The tag that the addon asks for. */
export const tag = "geodl";
/** Version of the graph's format: TensorFlow 2.11's; newer libraries read it. */
const producer = 1286;

const attributeTypes = { string: 0, int: 1, float: 2, bool: 3, type: 4, shape: 5 } as const;

const shapeOf = (shape: readonly number[]): Uint8Array => join(shape.map((n) => bytes(2, int(1, n))));

function attributeOf({ name, type, value }: Attribute): Uint8Array {
  if (Array.isArray(value)) {
    if (type === attributeTypes.shape) return bytes(7, shapeOf(value as number[]));
    const numbers = value as readonly (number | boolean)[];
    if (numbers.length === 0) return bytes(1, new Uint8Array());
    if (type === attributeTypes.int) return bytes(1, bytes(3, join(numbers.map((n) => varint(Number(n))))));
    if (type === attributeTypes.bool) return bytes(1, bytes(5, join(numbers.map((n) => varint(Number(n))))));
    if (type === attributeTypes.float)
      return bytes(1, bytes(4, new Uint8Array(Float32Array.from(numbers as readonly number[]).buffer)));
  } else if (type === attributeTypes.string) return text(2, String(value));
  else if (type === attributeTypes.int) return int(3, Number(value));
  else if (type === attributeTypes.float) return float(4, Number(value));
  else if (type === attributeTypes.bool) return int(5, Number(value));
  else if (type === attributeTypes.type) return int(6, Number(value));
  throw new TypeError(`graph: the attribute ${name} must be of a known kind, got ${type}`);
}

function nodeOf(
  name: string,
  op: string,
  inputs: readonly string[],
  attributes: readonly (readonly [string, Uint8Array])[],
): Uint8Array {
  return join([
    text(1, name),
    text(2, op),
    ...inputs.map((input) => text(3, input)),
    ...attributes.map(([key, value]) => bytes(5, join([text(1, key), bytes(2, value)]))),
  ]);
}

/** A node that runs an operation.
 *  @param name Its own. @param op TensorFlow's. @param inputs NODE:OUTPUT, and ^NODE for what must run before. */
export const operation = (
  name: string,
  op: string,
  inputs: readonly string[],
  attributes: readonly Attribute[],
): Uint8Array =>
  nodeOf(
    name,
    op,
    inputs,
    attributes.map((a) => [a.name, attributeOf(a)]),
  );

/** A node that is given its value at each run. */
export const placeholder = (name: string, { dtype, shape }: Value): Uint8Array =>
  nodeOf(
    name,
    "Placeholder",
    [],
    [
      ["dtype", int(6, dtype)],
      ["shape", bytes(7, shapeOf(shape))],
    ],
  );

/** A node that holds its value. */
export function constant(name: string, { dtype, shape, values }: Constant): Uint8Array {
  const content = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  const tensor = join([int(1, dtype), bytes(2, shapeOf(shape)), bytes(4, content)]);
  return nodeOf(
    name,
    "Const",
    [],
    [
      ["dtype", int(6, dtype)],
      ["value", bytes(8, tensor)],
    ],
  );
}

/** A second name for a node's output. */
export const alias = (name: string, input: string, dtype: number): Uint8Array =>
  nodeOf(name, "Identity", [input], [["T", int(6, dtype)]]);

/** The file saved_model.pb.
 *  @param nodes In any order. */
export function savedModel(nodes: readonly Uint8Array[]): Uint8Array {
  const graph = join([...nodes.map((node) => bytes(1, node)), bytes(4, int(1, producer))]);
  return join([int(1, 1), bytes(2, join([bytes(1, text(4, tag)), bytes(2, graph)]))]);
}
