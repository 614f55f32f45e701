// The loops in WebAssembly on one shared memory; src/wave/assembly holds their source.
import type { Floats, Kernels, Points, StripMemory } from "./kernels.js";
import { type Box, cellAt, type Strip, stripAt } from "./layout.js";

type Call = (...args: number[]) => number;

/** WebAssembly.Memory that threads share. */
export interface SharedMemory {
  readonly buffer: SharedArrayBuffer;
  grow(pages: number): number;
}

/** What of WebAssembly is needed; TypeScript declares it only together with the browser. */
interface Assembly {
  readonly Module: new (code: Uint8Array) => object;
  readonly Instance: new (
    module: object,
    imports: object,
  ) => { readonly exports: Readonly<Record<string, Call>> };
  readonly Memory: new (options: object) => SharedMemory;
}

const assembly = () => (globalThis as unknown as { readonly WebAssembly: Assembly }).WebAssembly;

/** Bytes of a page, and most pages. */
export const page = 65536;

/** Memory that grows up to 4 GB. */
export const makeMemory = (): SharedMemory =>
  new (assembly().Memory)({ initial: 1, maximum: 65536, shared: true });

/** The compiled module, which threads may share. */
export const compileKernels = (code: Uint8Array): object => new (assembly().Module)(code);

const at = (x: Floats | Int32Array, i = 0): number => x.byteOffset + i * x.BYTES_PER_ELEMENT;

/** Kernels of float32 arrays in `memory`, and its first free byte. */
export function wasmKernels(module: object, memory: SharedMemory): { kernels: Kernels; free: number } {
  const { exports: wasm } = new (assembly().Instance)(module, { env: { memory, abort: () => undefined } });
  /** Distances of the coefficients of a strip, bytes: to the next row's, to the next vector's. */
  const advance = (strip: Strip): [number, number] => (strip.axis === 0 ? [80, 0] : [0, 80]);
  const coefficients = (strip: Strip, memory: StripMemory, box: Box): number =>
    at(
      memory.coefficients,
      20 * (strip.axis === 0 ? box.z0 - strip.reach.z0 : (box.x0 - strip.reach.x0) >> 2),
    );
  const apart = (strip: Strip, line: number) => 4 * (strip.axis === 0 ? line : 1);
  const lists = (points: Points): number[] => [at(points.starts), at(points.cells), at(points.weights)];
  const kernels: Kernels = {
    step(layout, field, c, box, snap) {
      const i = cellAt(layout, box.z0, box.x0);
      const w = layout.stencil.second;
      const wide = layout.stencil.order === 8;
      const place = [at(field.u, i), at(field.before, i), at(c, i), snap ? at(snap, i) : 0];
      const size = [4 * layout.line, 4 * (box.x1 - box.x0), box.z1 - box.z0];
      if (wide) wasm.wide!(...place, ...size, 2 * w[0]!, w[1]!, w[2]!, w[3]!, w[4]!);
      else wasm.narrow!(...place, ...size, 2 * w[0]!, w[1]!, w[2]!);
    },
    layer(layout, field, c, box, strip, memory, snap) {
      const i = cellAt(layout, box.z0, box.x0);
      const j = stripAt(strip, box.z0, box.x0);
      wasm.strip!(
        at(field.u, i),
        at(field.before, i),
        at(c, i),
        snap ? at(snap, i) : 0,
        4 * layout.line,
        apart(strip, layout.line),
        at(memory.p, j),
        at(memory.next, j),
        at(memory.s, j),
        4 * strip.line,
        apart(strip, strip.line),
        coefficients(strip, memory, box),
        ...advance(strip),
        box.z1 - box.z0,
        4 * (box.x1 - box.x0),
        ...layout.stencil.second,
        ...layout.stencil.first,
      );
    },
    adjointLayer(layout, field, c, box, strip, memory) {
      const i = cellAt(layout, box.z0, box.x0);
      const j = stripAt(strip, box.z0, box.x0);
      const size = [
        coefficients(strip, memory, box),
        ...advance(strip),
        box.z1 - box.z0,
        4 * (box.x1 - box.x0),
      ];
      const handed = [at(memory.e!, j), at(memory.g!, j), at(memory.t!, j), 4 * strip.line];
      wasm.adjointStrip!(
        at(field.u, i),
        4 * layout.line,
        at(memory.p, j),
        at(memory.s, j),
        ...handed,
        ...size,
      );
      wasm.adjointField!(
        at(field.before, i),
        at(c, i),
        4 * layout.line,
        at(memory.p, j),
        ...handed,
        apart(strip, strip.line),
        ...size,
        ...layout.stencil.second,
        ...layout.stencil.first,
      );
    },
    multiply(layout, into, x, y, box) {
      const i = cellAt(layout, box.z0, box.x0);
      const line = 4 * layout.line;
      wasm.image!(at(into, i), at(x, i), at(y, i), line, line, 4 * (box.x1 - box.x0), box.z1 - box.z0);
    },
    inject(field, scale, points, values, first, stride) {
      wasm.inject!(
        at(field),
        at(scale),
        ...lists(points),
        points.starts.length - 1,
        at(values, first),
        4 * stride,
      );
    },
    record(field, points, values, first) {
      wasm.record!(at(field), ...lists(points), points.starts.length - 1, at(values, first));
    },
    flush(x, first, line, width, rows, limit) {
      // the answer lies in the last four numbers of the margin, which no stencil reaches
      const out = new Int32Array(memory.buffer, at(x, x.length - 4), 4);
      out.set([1 << 30, -1, 1 << 30, -1]);
      wasm.flush!(at(x, first), 4 * line, 4 * width, rows, limit, at(out));
      const [z0, z1, x0, x1] = out as unknown as [number, number, number, number];
      out.fill(0);
      return z1 < 0 ? undefined : { z0, z1: z1 + 1, x0: x0 >> 2, x1: (x1 >> 2) + 4 };
    },
  };
  return { kernels, free: wasm.heapBase!() };
}
