// The kernels in WebAssembly: instances are lent and taken back, so that nested and repeated calls share few memories.
import type { AtomUse, Kernels } from "./kernels.js";

type Call = (...args: number[]) => number;
interface Memory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}
type Exports = Readonly<Record<string, Call>> & { readonly memory: Memory };

/** What of WebAssembly is needed; TypeScript declares it only together with the browser. */
interface Assembly {
  readonly Module: new (code: Uint8Array) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: unknown };
}

/** Lends an instance with room for `bytes`. */
export type WasmPool = <T>(bytes: number, use: (kernels: Kernels) => T) => T;

const page = 65536;
/** Memories above this are not kept for the next call. */
const largestKept = 64e6;

/** Compiles the module.
 *  @throws Error (CompileError) where it is no WebAssembly, or vectors are not supported. */
export function compileWasm(code: Uint8Array): WasmPool {
  const assembly = (globalThis as unknown as { readonly WebAssembly: Assembly }).WebAssembly;
  const module = new assembly.Module(code);
  const idle: Exports[] = [];
  return (bytes, use) => {
    const exports = idle.pop() ?? (new assembly.Instance(module, {}).exports as Exports);
    const first = exports.heapBase!();
    const lacking = first + bytes - exports.memory.buffer.byteLength;
    try {
      if (lacking > 0) exports.memory.grow(Math.ceil(lacking / page));
    } catch {
      throw new RangeError(
        `dictionary: the patches must fit into 4 GB, got ${Math.round(bytes / 1e6)} MB; learn from fewer (pickPatches)`,
      );
    }
    try {
      return use(kernels(exports, first));
    } finally {
      if (exports.memory.buffer.byteLength <= largestKept) idle.push(exports);
    }
  };
}

const at = (x: ArrayBufferView): number => x.byteOffset;

function kernels(wasm: Exports, first: number): Kernels {
  let top = first;
  const take = <A extends ArrayBufferView>(
    kind: new (buffer: ArrayBufferLike, offset: number, length: number) => A,
    length: number,
    bytes: number,
  ): A => {
    const array = new kind(wasm.memory.buffer, top, length);
    new Uint8Array(wasm.memory.buffer, top, length * bytes).fill(0);
    top += (length * bytes + 63) & ~63;
    return array;
  };
  const atom = (use: AtomUse): number[] => [
    at(use.patches),
    use.size,
    at(use.dictionary),
    use.nAtoms,
    at(use.codes.chosen),
    at(use.codes.values),
    at(use.codes.counts),
    use.codes.most,
    at(use.users),
    at(use.slots),
    use.count,
    use.atom,
  ];
  return {
    f32: (length) => take(Float32Array, length, 4),
    f64: (length) => take(Float64Array, length, 8),
    i32: (length) => take(Int32Array, length, 4),
    matmul: (a, b, c, m, n, k) => void wasm.matmul!(at(a), at(b), at(c), m, n, k),
    shrink: (x, length, t, kind) => void wasm[kind]!(at(x), length, t),
    strong: (patches, count, size, limit) => wasm.strong!(at(patches), count, size, limit),
    correlate: (codes, patches, into, count, nAtoms, size) =>
      void wasm.correlate!(at(codes), at(patches), at(into), count, nAtoms, size),
    synthesise: (codes, atoms, patches, count, nAtoms, size) =>
      void wasm.synthesise!(at(codes), at(atoms), at(patches), count, nAtoms, size),
    omp: (start, gram, norms, limit, count, nAtoms, codes, work) =>
      void wasm.omp!(
        at(start),
        at(gram),
        at(norms),
        limit,
        codes.most,
        count,
        nAtoms,
        at(codes.chosen),
        at(codes.values),
        at(codes.counts),
        at(work),
      ),
    atomDirection: (use, direction, weights) =>
      void wasm.atomDirection!(...atom(use), at(direction), at(weights)),
    atomCodes: (use, products) => void wasm.atomCodes!(...atom(use), at(products)),
    invert: (a, n, swaps) => wasm.invert!(at(a), n, at(swaps)) === 1,
    dctBand: (band, into, stride, rows, columns, t, work) =>
      void wasm.dctBand!(at(band), at(into), stride, rows, columns, t, at(work)),
  };
}
