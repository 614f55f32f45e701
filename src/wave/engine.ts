// The memory that threads share, the threads, and jobs as text: arrays become their place in that memory.
import { readFileSync } from "node:fs";
import { openPool, type Pool } from "../core/pool.js";
import type { Space } from "./job.js";
import type { Kernels } from "./kernels.js";
import { compileKernels, makeMemory, page, type SharedMemory, wasmKernels } from "./kernels-wasm.js";

/** Given to each thread. */
export interface EngineData {
  readonly module: object;
  readonly memory: SharedMemory;
  /** Counts the threads as they start. */
  readonly ids: Int32Array;
}

/** One memory, with kernels for the caller's thread and pools by number of threads. */
export interface Engine {
  readonly memory: SharedMemory;
  readonly kernels: Kernels;
  readonly free: number;
  pool(threads: number): Pool;
}

/** Message of a thread whose caller has given up. */
export const stopped = "wave: stopped";

let engine: Engine | undefined;

/** The engine of this process, made at the first call. */
export function sharedEngine(): Engine {
  if (engine) return engine;
  const module = compileKernels(readFileSync(new URL("./wave.wasm", import.meta.url)));
  const memory = makeMemory();
  const { kernels, free } = wasmKernels(module, memory);
  let open: Pool | undefined;
  engine = {
    memory,
    kernels,
    free,
    pool(threads) {
      if (open?.threads !== threads) {
        void open?.close();
        const data: EngineData = { module, memory, ids: new Int32Array(new SharedArrayBuffer(4)) };
        open = openPool(new URL("./worker.js", import.meta.url), data, { threads });
      }
      return open;
    },
  };
  return engine;
}

/** Memory above this is given back after the call. */
const largestKept = 512e6;

/** Forgets the engine where its memory has become large; the pool's threads end by themselves. */
export function tidy(): void {
  if (engine && engine.memory.buffer.byteLength > largestKept) engine = undefined;
}

/** Arrays one after the other in shared memory, zeroed, each on 64 bytes.
 *  @throws RangeError naming the need where 4 GB are not enough. */
export function sharedSpace(name: string, memory: SharedMemory, free: number): Space & { top(): number } {
  let top = free;
  const take = (bytes: number): number => {
    const from = top;
    top += (bytes + 63) & ~63;
    const lacking = top - memory.buffer.byteLength;
    if (lacking > 0)
      try {
        memory.grow(Math.ceil(lacking / page));
      } catch {
        throw new RangeError(
          `${name}: a simulation must fit into 4 GB, got ${Math.round(top / 1e6)} MB; take fewer shots, receivers or snapshots`,
        );
      }
    return from;
  };
  const scratch = (length: number): Float32Array => {
    const from = take(4 * length); // may replace memory.buffer
    return new Float32Array(memory.buffer, from, length);
  };
  return {
    floats: (length) => scratch(length).fill(0),
    scratch,
    ints(values) {
      const from = take(4 * values.length);
      const array = new Int32Array(memory.buffer, from, values.length);
      array.set(values);
      return array;
    },
    top: () => top,
  };
}

/** Arrays of float64 anywhere. */
export const plainSpace: Space = {
  floats: (length) => new Float64Array(length),
  scratch: (length) => new Float64Array(length),
  ints: (values) => Int32Array.from(values),
};

interface Placed {
  readonly array: "f" | "i";
  readonly from: number;
  readonly length: number;
}

/** A job with its arrays as places. */
export const writeJob = (job: object): string =>
  JSON.stringify(job, (_key, value: unknown) =>
    ArrayBuffer.isView(value)
      ? ({
          array: value instanceof Int32Array ? "i" : "f",
          from: value.byteOffset,
          length: (value as Int32Array).length,
        } satisfies Placed)
      : value,
  );

/** The job again, its arrays views of `memory`. */
export function readJob<J>(text: string, memory: SharedMemory): J {
  return JSON.parse(text, (_key, value: unknown) => {
    const placed = value as Partial<Placed> | null;
    if (placed === null || typeof placed !== "object" || placed.array === undefined) return value;
    const kind = placed.array === "i" ? Int32Array : Float32Array;
    return new kind(memory.buffer, placed.from, placed.length);
  }) as J;
}
