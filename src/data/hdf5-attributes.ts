// Attributes of HDF5 files as plain values.
import { fromFloat16 } from "../formats/float16.js";
import { type H5wasm, requireNoDiagnostic } from "./hdf5-library.js";

/** What an attribute holds: 64-bit integers have become numbers, one value stands alone, many are a list. */
export type AttributeValue = number | string | boolean | readonly (number | string | boolean)[];

type Entity = InstanceType<H5wasm["Group"]> | InstanceType<H5wasm["Dataset"]>;
type Attribute = Entity["attrs"][string];

/** HDF5's classes of types, as far as they are told apart here. */
export const kinds = { integer: 0, float: 1, text: 3, compound: 6, enumeration: 8, array: 10 } as const;

/** Whether JavaScript has the numbers of a type: integers of 1, 2, 4 and 8 bytes, floats of 2, 4 and 8. */
export function isNumeric({ type, size }: { readonly type: number; readonly size: number }): boolean {
  return type === kinds.integer
    ? [1, 2, 4, 8].includes(size)
    : type === kinds.float && [2, 4, 8].includes(size);
}

/** All attributes of a group or data set that hold numbers, text or truth values; the others (references, lists of any length,
 *  empty ones, floats of 16 bytes) are left out.
 *  @throws What the library throws; to be called guarded. */
export function attributesOf(h5: H5wasm, entity: Entity): Record<string, AttributeValue> {
  const pairs = Object.entries(entity.attrs).map(
    ([name, attribute]) => [name, plainValue(h5, attribute)] as const,
  );
  return Object.fromEntries(pairs.filter((pair): pair is [string, AttributeValue] => pair[1] !== undefined));
}

function plainValue(h5: H5wasm, attribute: Attribute): AttributeValue | undefined {
  const { type, size, shape, enum_type } = attribute.metadata;
  if (shape === null) return undefined;
  if (type === kinds.enumeration && enum_type !== undefined) {
    const named = new Map(Object.entries(enum_type.members).map(([name, value]) => [Number(value), name]));
    const isTruth = named.size === 2 && named.get(0) === "FALSE" && named.get(1) === "TRUE";
    return each(attribute.value, (v) => {
      const number = Number(v);
      return isTruth ? number === 1 : (named.get(number) ?? number);
    });
  }
  if (type === kinds.float && size === 2) return halves(h5, attribute);
  if (!isPlain(attribute.metadata)) return undefined;
  if (type === kinds.text && attribute.metadata.vlen) {
    const { file_id, path, name } = attribute;
    const n = shape.reduce((product, axis) => product * Number(axis), 1);
    const texts = anyLength(
      h5,
      attribute.metadata,
      n,
      (place) => h5.Module.get_attribute_data(file_id, path, name, place),
      (place) => h5.Module.reclaim_vlen_memory(file_id, path, name, place),
    );
    return shape.length === 0 ? texts[0] : texts;
  }
  return each(attribute.value, (v) => (typeof v === "bigint" ? Number(v) : v));
}

/** Numbers, text, and structures and arrays of them. Lists of any length are none: of a damaged one the library hands out memory
 *  that was never filled, gigabytes of it. */
function isPlain(type: Kind): boolean {
  if (type.type === kinds.compound)
    return type.compound_type?.members.every((member) => isPlain(member) && member.vlen !== true) === true;
  if (type.type === kinds.array) return type.array_type !== undefined && isPlain(type.array_type);
  return type.type === kinds.text || isNumeric(type);
}

interface Kind {
  readonly type: number;
  readonly size: number;
  readonly vlen?: boolean;
  readonly compound_type?: { readonly members: readonly Kind[] };
  readonly array_type?: Kind;
}

/** One value or a flat list, each turned by `turn`; undefined if one is neither number nor text nor truth. */
function each(value: unknown, turn: (v: unknown) => unknown): AttributeValue | undefined {
  const isList = Array.isArray(value) || ArrayBuffer.isView(value);
  const list = isList ? flat(value as ArrayLike<unknown>) : [value];
  const plain = list.map(turn);
  if (!plain.every((v) => typeof v === "number" || typeof v === "string" || typeof v === "boolean"))
    return undefined;
  return (isList ? plain : plain[0]) as AttributeValue;
}

function flat(list: ArrayLike<unknown>): unknown[] {
  return Array.from(list).flatMap((v) =>
    Array.isArray(v) || ArrayBuffer.isView(v) ? flat(v as unknown as ArrayLike<unknown>) : [v],
  );
}

/** Floats of 2 bytes, which the library reads but does not hand out. */
function halves(h5: H5wasm, { file_id, path, name, metadata }: Attribute): AttributeValue {
  const n = metadata.shape!.reduce((product, axis) => product * Number(axis), 1);
  const values = withMemory(h5, 2 * n, (place) =>
    h5.Module.get_attribute_data(file_id, path, name, BigInt(place)),
  );
  const list = Array.from(new Uint16Array(values.buffer), fromFloat16);
  return metadata.shape!.length === 0 ? list[0]! : list;
}

/** Texts of any length: the library hands out places in its memory, which are to be given back, and only if the read succeeded. */
export function anyLength(
  h5: H5wasm,
  { cset }: { readonly cset?: number },
  n: number,
  fill: (place: bigint) => void,
  reclaim: (place: bigint) => void,
): string[] {
  let texts: string[] = [];
  withMemory(h5, 4 * n, (place) => {
    h5.Module.HEAPU8.fill(0, place, place + 4 * n);
    fill(BigInt(place));
    requireNoDiagnostic();
    const read = cset === 1 ? h5.Module.UTF8ToString : h5.Module.AsciiToString;
    const places = new Uint32Array(h5.Module.HEAPU8.slice(place, place + 4 * n).buffer);
    texts = Array.from(places, (at) => (at === 0 ? "" : read(at)));
    reclaim(BigInt(place));
  });
  return texts;
}

/** Bytes that a call leaves at a place in the library's memory. */
export function withMemory(h5: H5wasm, bytes: number, fill: (place: number) => void): Uint8Array {
  const place = h5.Module._malloc(Math.max(1, bytes));
  if (place === 0) throw new Error(`there must be ${bytes} bytes of memory, got none`);
  try {
    fill(place);
    return h5.Module.HEAPU8.slice(place, place + bytes);
  } finally {
    h5.Module._free(place);
  }
}
