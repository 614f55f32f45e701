// A writer of small ONNX files (protobuf by hand), so that tests can have models of any signature without Python.
import { Buffer } from "node:buffer";

type Bytes = readonly number[];

const varint = (value: number | bigint): number[] => {
  let v = BigInt.asUintN(64, BigInt(value));
  const out: number[] = [];
  do {
    out.push(Number(v & 127n) | (v > 127n ? 128 : 0));
    v >>= 7n;
  } while (v > 0n);
  return out;
};
const int = (field: number, value: number | bigint): number[] => [...varint(field << 3), ...varint(value)];
const bytes = (field: number, value: Bytes): number[] => [
  ...varint((field << 3) | 2),
  ...varint(value.length),
  ...value,
];
const text = (field: number, value: string): number[] => bytes(field, [...Buffer.from(value, "utf8")]);

/** Element types of ONNX. */
export const kinds = { float: 1, int32: 6, int64: 7 } as const;
export type Kind = keyof typeof kinds;

/** An input or output: sizes, or names of free ones. */
export interface Port {
  readonly name: string;
  readonly kind?: Kind;
  readonly shape: readonly (number | string)[];
}

/** An operation with whole-number attributes. */
export interface Node {
  readonly op: string;
  readonly in: readonly string[];
  readonly out: string;
  readonly attributes?: Readonly<Record<string, number | readonly number[]>>;
}

/** A constant; plain numbers are float, those of `int64` whole. */
export interface Constant {
  readonly name: string;
  readonly values: readonly number[];
  readonly shape: readonly number[];
  readonly kind?: "float" | "int64";
}

function port({ name, kind = "float", shape }: Port): number[] {
  const dims = shape.flatMap((n) => bytes(1, typeof n === "number" ? int(1, n) : text(2, n)));
  return [...text(1, name), ...bytes(2, bytes(1, [...int(1, kinds[kind]), ...bytes(2, dims)]))];
}

function constant({ name, values, shape, kind = "float" }: Constant): number[] {
  const array = kind === "float" ? Float32Array.from(values) : BigInt64Array.from(values.map(BigInt));
  const raw = [...new Uint8Array(array.buffer)];
  return [...shape.flatMap((n) => int(1, n)), ...int(2, kinds[kind]), ...text(8, name), ...bytes(9, raw)];
}

function attribute(name: string, value: number | readonly number[]): number[] {
  return typeof value === "number"
    ? [...text(1, name), ...int(3, value), ...int(20, 2)]
    : [...text(1, name), ...value.flatMap((v) => int(8, v)), ...int(20, 7)];
}

/** An ONNX model, opset 13; constants that no node takes are left out. */
export function onnxModel(
  inputs: readonly Port[],
  outputs: readonly Port[],
  nodes: readonly Node[],
  constants: readonly Constant[] = [],
): Uint8Array {
  const graph = [
    ...nodes.flatMap((node) =>
      bytes(1, [
        ...node.in.flatMap((name) => text(1, name)),
        ...text(2, node.out),
        ...text(4, node.op),
        ...Object.entries(node.attributes ?? {}).flatMap(([name, value]) => bytes(5, attribute(name, value))),
      ]),
    ),
    ...text(2, "made by a test"),
    ...constants
      .filter(({ name }) => nodes.some((node) => node.in.includes(name)))
      .flatMap((one) => bytes(5, constant(one))),
    ...inputs.flatMap((one) => bytes(11, port(one))),
    ...outputs.flatMap((one) => bytes(12, port(one))),
  ];
  return Uint8Array.from([...int(1, 8), ...bytes(7, graph), ...bytes(8, int(2, 13))]);
}
