// PyTorch's checkpoints: the zip format and the one before 1.6. Tensors come out; nothing is executed.
import type { Grid, TypedArray } from "../core/index.js";
import { fromBfloat16 } from "./bfloat16.js";
import { fromFloat16 } from "./float16.js";
import { openMember, zipMembers } from "./npz-zip.js";
import { type PickleCall, type PickleReference, readPickle } from "./pickle.js";
import { memorySource } from "./source.js";

/** What a checkpoint holds. */
export interface PytorchCheckpoint {
  /** Tensors by their path, nested names joined with dots: "state_dict.conv.weight". float16 and bfloat16 come as float32, bool as
   *  Uint8Array, complex64 as float32 with a last axis of 2. Arrays may share memory where the checkpoint's do: copy before writing. */
  readonly tensors: ReadonlyMap<string, Grid<TypedArray>>;
  /** Numbers, text and truth values by their path. */
  readonly values: ReadonlyMap<string, string | number | bigint | boolean | null>;
}

const fault = (what: string): never => {
  throw new RangeError(`readPytorch: ${what}`);
};

interface Kind {
  readonly size: number;
  readonly view: (bytes: Uint8Array) => TypedArray;
}
const of = (size: number, make: (buffer: ArrayBuffer) => TypedArray): Kind => ({
  size,
  view: (bytes) => make(new Uint8Array(bytes).buffer as ArrayBuffer),
});
const kinds: Record<string, Kind> = {
  FloatStorage: of(4, (b) => new Float32Array(b)),
  DoubleStorage: of(8, (b) => new Float64Array(b)),
  HalfStorage: of(2, (b) => Float32Array.from(new Uint16Array(b), fromFloat16)),
  BFloat16Storage: of(2, (b) => fromBfloat16(new Uint16Array(b))),
  LongStorage: of(8, (b) => new BigInt64Array(b)),
  IntStorage: of(4, (b) => new Int32Array(b)),
  ShortStorage: of(2, (b) => new Int16Array(b)),
  CharStorage: of(1, (b) => new Int8Array(b)),
  ByteStorage: of(1, (b) => new Uint8Array(b)),
  BoolStorage: of(1, (b) => new Uint8Array(b)),
  ComplexFloatStorage: of(8, (b) => new Float32Array(b)),
};
const rebuilds = new Set([
  "torch._utils._rebuild_tensor_v2",
  "torch._utils._rebuild_tensor",
  "torch._utils._rebuild_parameter",
]);

const isAllowed = (name: string): boolean =>
  rebuilds.has(name) ||
  name === "collections.OrderedDict" ||
  name === "torch.Size" ||
  (name.startsWith("torch.") && Object.hasOwn(kinds, name.slice(6)));

/** Storages by key, decoded once each. */
class Storages {
  private readonly decoded = new Map<string, TypedArray>();
  /** Bytes that tensors may take which are no plain part of a storage. */
  constructor(
    private readonly bytesOf: (key: string, size: number) => Uint8Array,
    private budget: number,
  ) {}

  /** The values of a storage that a pickle refers to as ("storage", type, key, device, count). */
  get(reference: unknown): { readonly kind: string; readonly values: TypedArray } {
    const { persistent } = (reference ?? {}) as Partial<PickleReference>;
    const [tag, type, key, , count] = persistent ?? [];
    const name = (type as { global?: string } | undefined)?.global ?? "";
    const kind = kinds[name.slice(6)];
    if (
      tag !== "storage" ||
      !kind ||
      typeof key !== "string" ||
      typeof count !== "number" ||
      !Number.isSafeInteger(count) ||
      count < 0
    )
      return fault("a tensor must refer to a storage of a known type, got something else");
    const id = `${name} ${key}`;
    let values = this.decoded.get(id);
    if (!values) {
      const bytes = this.bytesOf(key, count * kind.size);
      if (bytes.length !== count * kind.size)
        fault(`storage ${key} must have ${count} numbers of ${kind.size} bytes, got ${bytes.length} bytes`);
      if (kind.size === 2) this.spend(bytes.length); // becomes twice as large
      values = kind.view(bytes);
      this.decoded.set(id, values);
    }
    return { kind: name.slice(6), values };
  }

  /** Counts bytes beyond the file's own. */
  spend(bytes: number): void {
    this.budget -= bytes;
    if (this.budget < 0) fault("tensors must not take more than a few times the file's memory, got more");
  }
}

const isCall = (x: unknown): x is PickleCall => typeof x === "object" && x !== null && "call" in x;

function tensorOf(call: PickleCall, storages: Storages): Grid<TypedArray> {
  if (call.call === "torch._utils._rebuild_parameter") {
    const inner = call.args[0];
    return isCall(inner) && inner.call !== call.call
      ? tensorOf(inner, storages)
      : fault("a parameter must hold a tensor, got something else");
  }
  const [storage, offset, shape, stride] = call.args;
  const whole = (x: unknown): x is number[] =>
    Array.isArray(x) && x.length <= 32 && x.every((n) => Number.isSafeInteger(n) && n >= 0);
  if (
    !Number.isSafeInteger(offset) ||
    (offset as number) < 0 ||
    !whole(shape) ||
    !whole(stride) ||
    shape.length !== stride.length
  )
    return fault("a tensor must have an offset, a shape and strides >= 0, got something else");
  const { kind, values } = storages.get(storage);
  const parts = kind === "ComplexFloatStorage" ? 2 : 1;
  const size = shape.reduce((a, b) => a * b, 1);
  const first = offset as number;
  const last = size === 0 ? first : first + shape.reduce((sum, n, i) => sum + (n - 1) * stride[i]!, 0) + 1;
  if (!Number.isSafeInteger(size) || last * parts > values.length)
    return fault(
      `shape [${shape}] at ${first} must lie in its storage, got ${values.length / parts} numbers`,
    );
  const full = parts === 2 ? [...shape, 2] : shape;
  let expected = 1;
  let dense = true;
  for (let i = shape.length - 1; i >= 0; i--) {
    if (shape[i] !== 1 && stride[i] !== expected) dense = false;
    expected *= shape[i]!;
  }
  if (dense || size === 0)
    return { data: values.subarray(first * parts, (first + size) * parts), shape: full };
  storages.spend(size * parts * values.BYTES_PER_ELEMENT);
  const data = new (values.constructor as new (n: number) => TypedArray)(size * parts);
  const index = new Array<number>(shape.length).fill(0);
  for (let i = 0, from = first; i < size; i++) {
    for (let k = 0; k < parts; k++) data[i * parts + k] = values[from * parts + k]!;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      from += stride[axis]!;
      if (++index[axis]! < shape[axis]!) break;
      from -= stride[axis]! * shape[axis]!;
      index[axis] = 0;
    }
  }
  return { data, shape: full };
}

/** Walks the unpickled object and collects tensors and plain values. */
function collect(root: unknown, storages: Storages, patience: number): PytorchCheckpoint {
  const tensors = new Map<string, Grid<TypedArray>>();
  const values = new Map<string, string | number | bigint | boolean | null>();
  let visits = 0;
  const visit = (x: unknown, path: string, depth: number): void => {
    if (++visits > patience || depth > 64)
      fault("values must not be nested in each other again and again, got a loop");
    const below = (name: unknown) => (path ? `${path}.${String(name)}` : String(name));
    if (x instanceof Map || Array.isArray(x))
      for (const [name, value] of x.entries()) visit(value, below(name), depth + 1);
    else if (isCall(x) && rebuilds.has(x.call)) tensors.set(path, tensorOf(x, storages));
    else if (isCall(x) && x.call === "torch.Size") visit(x.args[0], path, depth + 1);
    else if (x === null || ["string", "number", "bigint", "boolean"].includes(typeof x))
      values.set(path, x as string | number | bigint | boolean | null);
  };
  visit(root, "", 0);
  return { tensors, values };
}

/** Reads a checkpoint of `torch.save`: a tensor, a state dictionary, or dictionaries and lists of them.
 *
 *  @param bytes The whole file, zip (PyTorch >= 1.6) or legacy.
 *  @returns Its tensors and plain values.
 *  @throws RangeError where it is damaged, or where it would have to import or call anything but PyTorch's tensors: it is refused by name.
 *  @see torch/serialization.py. */
export function readPytorch(bytes: Uint8Array): PytorchCheckpoint {
  const isZip = bytes.length > 4 && bytes[0] === 0x50 && bytes[1] === 0x4b;
  return isZip ? readZip(bytes) : readLegacy(bytes);
}

const options = { name: "readPytorch", isAllowed };

function readZip(bytes: Uint8Array): PytorchCheckpoint {
  const source = memorySource(bytes);
  const members = new Map(zipMembers("readPytorch", source).map((member) => [member.name, member]));
  const index = [...members.keys()].find((name) => name.endsWith("/data.pkl"));
  if (!index) return fault("the archive must hold data.pkl, got none; is it a PyTorch checkpoint?");
  const folder = index.slice(0, -"data.pkl".length);
  const open = (name: string): Uint8Array => {
    const member = members.get(folder + name);
    if (!member) return fault(`the archive must hold ${name}, got none`);
    if (member.isDeflated) fault(`${name} must be stored, got it deflated`);
    const part = openMember("readPytorch", source, member, { isChecked: true });
    return part.read(0, part.size);
  };
  if (members.has(`${folder}byteorder`) && new TextDecoder().decode(open("byteorder")) !== "little")
    fault("the byte order must be little, got another");
  const pickle = open("data.pkl");
  const { value } = readPickle(pickle, options);
  return collect(value, new Storages((key) => open(`data/${key}`), 2 * bytes.length), pickle.length);
}

const legacyMagic = 0x1950a86a20f9469cfc6cn;

function readLegacy(bytes: Uint8Array): PytorchCheckpoint {
  let at = 0;
  const next = (): unknown => {
    const { value, length } = readPickle(bytes.subarray(at), options);
    at += length;
    return value;
  };
  if (next() !== legacyMagic)
    fault("a checkpoint must begin as a zip archive or with PyTorch's magic number, got neither");
  const protocol = next();
  if (protocol !== 1001) fault(`the protocol must be 1001, got ${String(protocol)}`);
  const system = next();
  if (system instanceof Map && system.get("little_endian") === false)
    fault("the byte order must be little, got big");
  const start = at;
  const root = next();
  const pickled = at - start;
  const keys = next();
  if (!Array.isArray(keys)) return fault("the storages' keys must be a list, got something else");
  // the storages follow in the keys' order: the number of elements, then the bytes; their width is known from the tensors
  const widths = new Map<string, number>();
  const search = (x: unknown, depth: number, seen: Set<unknown>): void => {
    if (typeof x !== "object" || x === null || seen.has(x) || depth > 64) return;
    seen.add(x);
    const { persistent } = x as Partial<PickleReference>;
    if (persistent) {
      const kind = kinds[((persistent[1] as { global?: string } | undefined)?.global ?? "").slice(6)];
      if (kind) widths.set(String(persistent[2]), kind.size);
    }
    const parts = x instanceof Map ? [...x.values()] : Array.isArray(x) ? x : isCall(x) ? x.args : [];
    for (const part of parts) search(part, depth + 1, seen);
  };
  search(root, 0, new Set());
  const places = new Map<string, Uint8Array>();
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  for (const key of keys) {
    if (at + 8 > bytes.length) fault(`storage ${String(key)} must not be cut short, got the file's end`);
    const count = Number(view.getBigInt64(at, true));
    const size = count * (widths.get(String(key)) ?? Number.NaN);
    at += 8;
    if (!(size >= 0 && at + size <= bytes.length))
      fault(`storage ${String(key)} must lie in the file, got ${count} numbers at byte ${at}`);
    places.set(String(key), bytes.subarray(at, at + size));
    at += size;
  }
  if (at !== bytes.length)
    fault(`the file must end with its last storage, got ${bytes.length - at} bytes more`);
  const storage = (key: string) => places.get(key) ?? fault(`the file must hold storage ${key}, got none`);
  return collect(root, new Storages(storage, 2 * bytes.length), pickled);
}
