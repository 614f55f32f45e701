// Patches of a section or volume, read a block at a time, so that memory does not grow with their number.
import { type Grid, rng } from "../core/index.js";

/** Patches that are read when needed. */
export interface Patches {
  /** How many there are. */
  readonly count: number;
  /** Samples of one along each axis. */
  readonly shape: readonly number[];
  /** Writes patches first .. first + count - 1 into rows of `into`, `stride` numbers apart. */
  read(first: number, count: number, into: Float32Array, stride: number): void;
}

/** Windows of a grid: where each begins and which samples it covers. */
export interface Windows {
  readonly count: number;
  readonly shape: readonly number[];
  /** Sample at which window i begins. */
  origin(i: number): number;
  /** Samples of a window, counted from its origin. */
  readonly offsets: Int32Array;
  /** Windows over each sample of the grid. */
  coverage(): Float32Array;
}

const product = (shape: readonly number[]): number => shape.reduce((n, m) => n * m, 1);

/** Windows of a grid of a given shape, `stride` apart; the last along each axis ends at the grid's end.
 *
 *  @param name Function named in errors.
 *  @param grid Shape of the grid, 1 to 3 axes.
 *  @param shape Samples of a window along each axis.
 *  @param stride Samples from one window to the next along every axis. */
export function windowsOf(
  name: string,
  grid: readonly number[],
  shape: readonly number[],
  stride: number,
): Windows {
  if (shape.length !== grid.length || grid.length < 1 || grid.length > 3)
    throw new RangeError(
      `${name}: a patch must have the grid's axes, 1 to 3, got patch [${shape}] for grid [${grid}]`,
    );
  if (shape.some((n, i) => !Number.isInteger(n) || n < 1 || n > grid[i]!))
    throw new RangeError(`${name}: a patch must fit into the grid [${grid}], got [${shape}]`);
  if (!Number.isInteger(stride) || stride < 1)
    throw new RangeError(`${name}: stride must be a whole number >= 1, got ${stride}`);
  const starts = grid.map((n, i) => {
    const last = n - shape[i]!;
    const line = Array.from({ length: Math.floor(last / stride) + 1 }, (_, k) => k * stride);
    if (line[line.length - 1] !== last) line.push(last);
    return line;
  });
  // as three axes, so that one loop serves all
  const pad = <T>(list: readonly T[], one: T): T[] => [
    ...Array.from({ length: 3 - list.length }, () => one),
    ...list,
  ];
  const [, g1, g2] = pad(grid, 1) as [number, number, number];
  const [s0, s1, s2] = pad(shape, 1) as [number, number, number];
  const [o0, o1, o2] = pad(starts, [0]) as [number[], number[], number[]];
  const offsets = new Int32Array(s0 * s1 * s2);
  let n = 0;
  for (let i = 0; i < s0; i++)
    for (let j = 0; j < s1; j++) for (let k = 0; k < s2; k++) offsets[n++] = (i * g1 + j) * g2 + k;
  const origin = (i: number): number => {
    const k = i % o2.length;
    const j = ((i - k) / o2.length) % o1.length;
    const h = Math.floor(i / (o2.length * o1.length));
    return (o0[h]! * g1 + o1[j]!) * g2 + o2[k]!;
  };
  return {
    count: o0.length * o1.length * o2.length,
    shape,
    origin,
    offsets,
    coverage() {
      const lines = starts.map((line, axis) => {
        const count = new Float32Array(grid[axis]!);
        for (const start of line) for (let i = 0; i < shape[axis]!; i++) count[start + i]! += 1;
        return count;
      });
      const [c0, c1, c2] = pad(lines, Float32Array.of(1)) as [Float32Array, Float32Array, Float32Array];
      const total = new Float32Array(product(grid));
      let m = 0;
      for (const x of c0) for (const y of c1) for (const z of c2) total[m++] = x * y * z;
      return total;
    },
  };
}

/** All patches of a grid, read when needed.
 *
 *  @param grid Section [nt, nx] or volume, 1 to 3 axes.
 *  @param shape Samples of a patch along each axis, e.g. [8, 8].
 *  @param options.stride Samples between neighbours along every axis; the last patch ends at the edge. Default 1.
 *  @param options.mean "kept", or "removed" from each patch. Default "kept".
 *  @returns Patches in C order of their places.
 *  @throws RangeError where a patch does not fit. */
export function patchesOf(
  grid: Grid,
  shape: readonly number[],
  options: { readonly stride?: number; readonly mean?: "kept" | "removed" } = {},
): Patches {
  const { offsets, origin, count } = windowsOf("patchesOf", grid.shape, shape, options.stride ?? 1);
  const { data } = grid;
  const size = offsets.length;
  const removed = options.mean === "removed";
  return {
    count,
    shape,
    read(first, n, into, stride) {
      for (let p = 0; p < n; p++) {
        const from = origin(first + p);
        const to = p * stride;
        let sum = 0;
        for (let i = 0; i < size; i++) {
          const value = data[from + offsets[i]!]!;
          into[to + i] = value;
          sum += value;
        }
        if (!removed) continue;
        const mean = sum / size;
        for (let i = to; i < to + size; i++) into[i] = into[i]! - mean;
      }
    },
  };
}

/** Patches held in an array.
 *  @param grid Shape [count, ...patch]. */
export function heldPatches(grid: Grid): Patches {
  const shape = grid.shape.slice(1);
  const size = product(shape);
  return {
    count: grid.shape[0]!,
    shape,
    read(first, n, into, stride) {
      if (stride === size) into.set(grid.data.subarray(first * size, (first + n) * size));
      else
        for (let p = 0; p < n; p++)
          into.set(grid.data.subarray((first + p) * size, (first + p + 1) * size), p * stride);
    },
  };
}

/** Some of the patches, drawn without repetition, in their old order.
 *
 *  @param patches Where from.
 *  @param count How many; all where there are fewer.
 *  @param seed Seed of the draw.
 *  @returns New patches.
 *  @throws RangeError if count is no whole number >= 1. */
export function pickPatches(patches: Patches, count: number, seed: number): Patches {
  if (!Number.isInteger(count) || count < 1)
    throw new RangeError(`pickPatches: count must be a whole number >= 1, got ${count}`);
  if (count >= patches.count) return patches;
  const chosen = rng(seed).fork("patches").permutation(patches.count).subarray(0, count).sort();
  return {
    count,
    shape: patches.shape,
    read(first, n, into, stride) {
      for (let p = 0; p < n; p++) patches.read(chosen[first + p]!, 1, into.subarray(p * stride), stride);
    },
  };
}

/** Patches and the padded width of their rows; a grid is taken as [count, ...patch]. */
export function asPatches(name: string, patches: Patches | Grid, dictionary: Grid): Patches {
  const all = "read" in patches ? patches : heldPatches(patches);
  const shape = dictionary.shape.slice(1);
  if (all.shape.join() !== shape.join())
    throw new RangeError(`${name}: patches and atoms must have one shape, got [${all.shape}] and [${shape}]`);
  return all;
}
